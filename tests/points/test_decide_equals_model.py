"""SQL decides exactly as the plain twin does: over random versions, histories, batches, kinds, reversals and blocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, example, given
from hypothesis import settings as h_settings
from hypothesis import strategies as st

from dvor.ledger import queries, wallets
from dvor.ledger.currencies import Currency
from dvor.people.levels import Level
from dvor.points import activities, awards
from dvor.points.rules import Cap, Period, Terms
from tests.cast import Cast
from tests.points import worlds
from tests.points.model import Act, Twin, Version

NOW = datetime(2027, 4, 1, 9, 0, tzinfo=UTC)
DAYS = [date.fromisoformat(day) for day in (
    "2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01", "2026-03-02", "2026-12-31", "2027-01-01", "2027-01-02",
)]  # fmt: skip
KINDS, RESIDENTS = 3, 3


@dataclass(frozen=True)
class Move:
    """One act of a call: numbers of its kind and resident, and whether it happens in the last moment of its day."""

    kind: int
    resident: int
    level: int
    kopecks: int | None
    day: date
    late: bool


@dataclass(frozen=True)
class World:
    """Terms by kind and first day, calls one after another, the acts taken back after each, who is blocked."""

    terms: dict[tuple[int, date], Terms]
    calls: list[tuple[list[Move], list[int]]]
    blocked: int | None = None


def rates(most: int) -> st.SearchStrategy[dict[Level, int]]:
    return st.dictionaries(st.sampled_from(list(Level)), st.integers(0, most), max_size=3)


small = st.integers(0, 3)
caps = st.lists(
    st.builds(Cap, st.sampled_from(list(Period)), st.none() | small, st.none() | st.integers(0, 60)),
    max_size=3, unique_by=lambda cap: cap.period,
).map(tuple)  # fmt: skip
terms = st.builds(Terms, points=rates(30), permille=rates(200), caps=caps, delay_days=st.sampled_from([0, 0, 7]))
moves = st.builds(
    Move, st.sampled_from([0, 0, 0, 1, 2]), st.sampled_from([0, 0, 1, 2]), st.integers(1, 3),
    st.none() | st.integers(0, 40_000), st.sampled_from(DAYS), st.booleans(),
)  # fmt: skip
calls = st.lists(
    st.tuples(st.lists(moves, min_size=1, max_size=10), st.lists(st.integers(0, 30), max_size=2)),
    min_size=1,
    max_size=3,
)
worlds_ = st.builds(
    World,
    st.dictionaries(st.tuples(st.sampled_from([0, 0, 1, 2]), st.sampled_from(DAYS)), terms, max_size=5),
    calls,
    st.sampled_from([None, None, None, 0]),
)

FULL = {Level.FULL: 20}
WINTER, SPRING = Move(0, 0, 3, None, DAYS[0], False), Move(0, 0, 3, None, DAYS[3], False)


def years(*later: Cap) -> World:
    """A version without the later caps, then one with them, and calls that cross from the one into the other."""
    return World(
        {(0, DAYS[0]): Terms(FULL, caps=(Cap(Period.DAY, 5),)), (0, DAYS[3]): Terms(FULL, caps=later)},
        [([WINTER], []), ([WINTER, SPRING, SPRING], [])],
    )


@h_settings(max_examples=160, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(world=worlds_)
@example(world=years(Cap(Period.YEAR, 3)))
@example(world=years(Cap(Period.YEAR, points=50)))
@example(world=World({(0, DAYS[0]): Terms(FULL), (0, DAYS[3]): Terms(FULL, caps=(Cap(Period.YEAR, 2),))},
                     [([WINTER, WINTER, SPRING], [])]))  # fmt: skip
@example(world=World({(0, DAYS[0]): Terms(FULL, caps=(Cap(Period.DAY, 1), Cap(Period.MONTH, points=20)))},
                     [([WINTER, WINTER], [])]))  # fmt: skip
def test_sql_decides_as_the_twin(cast: Cast, world: World) -> None:
    with transaction.atomic():
        play(cast, world)
        transaction.set_rollback(True)


def play(cast: Cast, world: World) -> None:
    residents = [cast.anna, cast.boris, cast.vera]
    kinds = [worlds.invent(number, Currency.PRIZE if number == 2 else Currency.CITY) for number in range(KINDS)]
    since_of: dict[int | None, date | None] = {None: None}
    for number, kind in enumerate(kinds):
        own = {since: one for (whose, since), one in world.terms.items() if whose == number}
        since_of |= {version: since for since, version in worlds.versions(kind, own, NOW).items()}
    if world.blocked is not None:
        for currency in Currency:
            wallets.block(
                resident_id=residents[world.blocked].pk, reason="проба", by=cast.olga, at=NOW, currency=currency
            )
    twin = Twin(
        [Version(kinds[number].id, since, one) for (number, since), one in world.terms.items()],
        frozenset() if world.blocked is None else frozenset({residents[world.blocked].pk}),
    )
    told: list[Act] = []
    for batch, taken_back in world.calls:
        acts = [tell(len(told) + place, move, kinds, residents) for place, move in enumerate(batch)]
        answers = activities.record([row for row, _act in acts], by=None, at=NOW)
        wanted = twin.decide(one for _row, one in acts)
        found = {one.key: answer for (_row, one), answer in zip(acts, answers, strict=True)}
        assert {key: (a.points, a.reason, since_of[a.rule_version_id]) for key, a in found.items()} == {
            key: (a.points, a.reason, a.since) for key, a in wanted.items()
        }
        told += [one for _row, one in acts]
        undo(twin, [told[key] for key in taken_back if key < len(told)], cast)
    for resident in residents:
        total = sum(points for one, points in twin.paid.values() if one.resident_id == resident.pk)
        balances = [queries.balance(resident.pk, currency) for currency in Currency]
        assert sum(one.available + one.pending for one in balances) == total


def tell(key: int, move: Move, kinds: list[Any], residents: list[Any]) -> tuple[activities.Activity, Act]:
    kind, who = kinds[move.kind], residents[move.resident]
    row = worlds.act(
        who, kind, f"act:{key}", worlds.moment(move.day, move.late), level=Level(move.level), kopecks=move.kopecks
    )
    return row, Act(key, kind.id, who.pk, move.level, move.kopecks, move.day)


def undo(twin: Twin, gone: list[Act], cast: Cast) -> None:
    keys = [awards.Key(one.kind_id, f"act:{one.key}", worlds.MONTH) for one in gone]
    paid = {one.key for one in gone} & twin.paid.keys()
    if keys:
        assert awards.reverse(keys, reason="проба", by=cast.olga, at=NOW) == len(paid)
    for key in paid:
        twin.reverse(key)
