"""What the tests of polls share: a house full of people, and polls of every kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from dvor.homes.models import Flat, House, Residency
from dvor.moderation import seed as moderation
from dvor.people.levels import Level
from dvor.people.models import Resident
from dvor.points import seed as points
from dvor.polls import questions
from dvor.polls.models import Poll
from dvor.polls.questions import Draft
from tests.cast import Cast

_numbers = count(1)
Ask = Callable[..., Poll]


def draft(flat: Flat, at: datetime, **more: Any) -> Draft:
    """A poll with one answer out of three, open for three days."""
    given = Draft(
        flat_id=flat.pk, kind="single", question="Ставим лавочку у подъезда?", closes_at=at + timedelta(days=3),
        options=["Да", "Нет", "Всё равно"], results="live",
    )  # fmt: skip
    return replace(given, **more)


def neighbours(house: House, how_many: int, at: datetime, *, entrance: int | None = None) -> list[Resident]:
    """People of that house with a proof, each in a flat of their own; every second one owns it."""
    found = []
    for number in range(how_many):
        resident = Resident.objects.create(
            city_id=f"neighbour-{next(_numbers)}", first_name="Сосед", last_name=f"Соседов {number}", level=Level.FULL,
            joined_at=at - timedelta(days=90),
        )  # fmt: skip
        flat = Flat.objects.create(house=house, number=f"1{next(_numbers):03d}", entrance=entrance)
        Residency.objects.create(
            resident=resident, flat=flat, since=at - timedelta(days=90), proved_at=at - timedelta(days=90),
            status=Residency.Status.OWNER if number % 2 else Residency.Status.OCCUPANT,
            proof=Residency.Proof.REGISTRY if number % 2 else Residency.Proof.PAYER_CODE,
        )  # fmt: skip
        found.append(resident)
    return found


@pytest.fixture
def seeded(cast: Cast, at: datetime) -> Cast:
    """The cast in a city with rules of points and paces of moderation."""
    prepare(at)
    Resident.objects.filter(pk__in=[cast.anna.pk, cast.boris.pk]).update(joined_at=at - timedelta(days=90))
    cast.anna.refresh_from_db()
    cast.boris.refresh_from_db()
    return cast


def prepare(at: datetime) -> None:
    """The data that acts need."""
    points.load(at=at)
    points.open_months(date(2026, 9, 1), date(2026, 12, 1))
    moderation.load(at=at)


@pytest.fixture
def ask(seeded: Cast, at: datetime) -> Ask:
    """Anna asks; ``ask(kind="ranked", anonymous=True)``."""

    def ask(*, by: Resident | None = None, flat: Flat | None = None, **more: Any) -> Poll:
        number = next(_numbers)
        given = draft(flat or seeded.flat, at, **more)
        return questions.ask(given, key=f"key-{number}", by=by or seeded.anna, at=at)

    return ask
