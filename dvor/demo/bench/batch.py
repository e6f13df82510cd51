"""How fast ``activities.record`` is beside bare inserts of the same rows, and whether growth slows it down.

The bare side writes the same rows (activity, award, transfer, lot) as plain ``insert … select unnest`` into tables
``like`` the real ones with all their indexes, in one transaction through the same driver: the raw limit of this
machine in the same run. Each round takes residents who have no lot of this month yet, so both sides insert it.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from itertools import count
from typing import Any

from django.db import connection, transaction

from dvor.base import clock, periods
from dvor.demo.bench import bare
from dvor.ledger import wallets
from dvor.ledger.currencies import Currency
from dvor.people.levels import Level
from dvor.people.models import Resident
from dvor.points import activities, kinds
from dvor.points.activities import Activity

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Batch:
    """One measurement, the fastest round of each side: what else the machine did meanwhile slows either by chance.

    ``again_rows_s``: the same residents once more, whose lots exist.
    """

    rows: int
    rounds: int
    residents_per_round: int
    activities_before: int
    record_rows_s: float
    bare_rows_s: float
    ratio: float
    again_rows_s: float
    units: str = "rows/s; ratio = record / bare"

    def facts(self) -> dict[str, Any]:
        return asdict(self)


def prepare(residents: int) -> list[int]:
    """Make residents with open, empty wallets; their ids. New ones at each call, none has a lot."""
    tag = f"bench-{clock.now().timestamp():.0f}-{next(_numbers)}"
    made = Resident.objects.bulk_create(
        [Resident(city_id=f"{tag}-{number}", level=Level.STANDARD) for number in range(residents)], batch_size=5_000
    )
    ids = [resident.pk for resident in made]
    for start in range(0, residents, 10_000):
        with transaction.atomic():
            wallets.lock(resident_ids=ids[start : start + 10_000], currency=Currency.CITY, at=clock.now())
    random.Random(len(ids)).shuffle(ids)  # noqa: S311 an order like life's, the same at each run
    return ids


def measure(*, rows: int = 10_000, rounds: int = 5, per_resident: int = 1) -> Batch:
    """Record ``rows`` activities a call, ``per_resident`` of each resident; then the same rows into bare tables."""
    group_size = rows // per_resident
    residents = prepare(group_size * rounds)
    bare.create()
    before = _count()
    _settle()
    recorded, plain, again = [], [], []
    for number in range(rounds):
        group = residents[number * group_size : (number + 1) * group_size] * per_resident
        at = clock.now()
        recorded.append(_timed(partial(_record, _acts(group, at), at=at)))
        plain.append(_timed(partial(bare.insert, bare.columns(group, number=number, at=at))))
        again.append(_timed(partial(_record, _acts(group, at), at=at)))
    record_s, bare_s, again_s = (rows / min(times) for times in (recorded, plain, again))
    return Batch(rows, rounds, group_size, before, record_s, bare_s, record_s / bare_s, again_s)


def _acts(residents: Sequence[int], at: datetime) -> list[Activity]:
    kind = kinds.named("reading")
    assert kind is not None
    call, month = next(_numbers), periods.month_of(at)
    return [
        Activity(kind, resident, Level.STANDARD, subject, month, at)
        for resident, subject in zip(
            residents, bare.subjects(f"{at.timestamp():.0f}:{call}", len(residents)), strict=True
        )
    ]


def _record(acts: Sequence[Activity], *, at: datetime) -> None:
    answers = activities.record(acts, by=None, at=at)
    assert len(answers) == len(acts) and answers[-1].points and not answers[-1].duplicate


def _timed(work: Callable[[], None]) -> float:
    gc.collect()  # what the preparation left is nobody's to sweep up
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _count() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from points_activity")
        return int(cursor.fetchone()[0])


def _settle() -> None:
    """Statistics and a checkpoint, so that no round pays for what was before."""
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
        cursor.execute("checkpoint")
