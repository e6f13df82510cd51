"""The home page of a resident: what I can do now and what it brings, what I have, what came last.

Packages that do not know each other meet here: flats, meters, rules, points and orders of one resident.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from dvor.base import periods
from dvor.feed import queries as feed
from dvor.figures import todos
from dvor.figures.todos import Todo
from dvor.ledger import queries as ledger
from dvor.meters import overview
from dvor.people.models import Resident
from dvor.points import queries as points

AWARDS_READ, GAINS_SHOWN, ENTRIES_SHOWN = 40, 5, 3


@dataclass(frozen=True, slots=True)
class Gain:
    """Awards of one day, kind and reason: four readings of an evening are one line."""

    first: points.AwardLine
    count: int
    points: int


@dataclass(frozen=True)
class Home:
    """Everything that the home page of a signed-in resident shows."""

    balance: ledger.Balance
    expiring: tuple[date, int] | None
    todos: list[Todo]
    gains: list[Gain]
    next_window: date | None
    feed: feed.Page


def today(resident: Resident, *, at: datetime) -> Home:
    """The home page at a moment. Eleven queries, whatever the number of flats, meters and
    kinds of award."""
    places = overview.flats(resident, at=at)
    balance, expiring = ledger.purse(resident.pk, periods.day_of(at))
    found = [
        *todos.first_steps(places),
        *todos.readings(places, resident=resident, at=at),
        *todos.bills(places, resident=resident, at=at),
        *todos.waiting_codes(resident),
        *todos.expiring(expiring, at=at),
    ]
    return Home(
        balance=balance,
        expiring=expiring[0] if expiring else None,
        todos=sorted(found, key=lambda todo: not todo.is_urgent),
        gains=_gains(points.awards(resident.pk, limit=AWARDS_READ)),
        next_window=todos.next_window(places),
        feed=feed.latest(resident, count=ENTRIES_SHOWN, at=at),
    )


def _gains(awards: list[points.AwardLine]) -> list[Gain]:
    """The last awards, those of a kind taken together. For what exactly is told by the statement: a query a kind."""
    groups = [list(group) for _key, group in groupby(awards, key=_sort)][:GAINS_SHOWN]
    return [
        Gain(
            first=group[0],
            count=len(group),
            points=sum(award.points for award in group),
        )
        for group in groups
    ]


def _sort(award: points.AwardLine) -> tuple[object, ...]:
    return award.kind_id, award.occurred_on, award.reason_number, award.reversed_at is not None
