"""The home page of a resident: what I can do now and what it brings, what I have, what came last.

Packages that do not know each other meet here: flats, meters, rules, points and orders of one resident.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from dvor.base import periods
from dvor.figures import todos
from dvor.figures.todos import Todo
from dvor.ledger import queries as ledger
from dvor.meters import overview
from dvor.people.models import Resident
from dvor.points import queries as points

AWARDS_SHOWN = 5


@dataclass(frozen=True)
class Home:
    """Everything that the home page of a signed-in resident shows."""

    balance: ledger.Balance
    expiring: tuple[date, int] | None
    todos: list[Todo]
    awards: list[tuple[points.AwardLine, str]]
    next_window: date | None


def today(resident: Resident, *, at: datetime) -> Home:
    """The home page at a moment. Nine queries, whatever the number of flats and meters."""
    places = overview.flats(resident, at=at)
    expiring = ledger.expiring(resident.pk, periods.day_of(at))
    awards = points.awards(resident.pk, limit=AWARDS_SHOWN)
    words = points.subjects(awards)
    found = [
        *todos.first_steps(places),
        *todos.readings(places, resident=resident, at=at),
        *todos.waiting_codes(resident),
        *todos.expiring(expiring, at=at),
    ]
    return Home(
        balance=ledger.balance(resident.pk),
        expiring=expiring[0] if expiring else None,
        todos=sorted(found, key=lambda todo: not todo.is_urgent),
        awards=[(award, words[award.activity_id]) for award in awards],
        next_window=todos.next_window(places),
    )
