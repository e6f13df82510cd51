"""A resident with points of several kinds, and a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from dvor.ledger import accounts, holds
from dvor.people.models import Resident
from dvor.points import activities, kinds
from dvor.points.activities import Activity
from tests.cast import Cast

MONTH = date(2026, 10, 1)


@pytest.fixture(autouse=True)
def _clock(at: datetime) -> Iterator[None]:
    with time_machine.travel(at, tick=False):
        yield


@pytest.fixture
def client() -> Client:
    """A browser that chose English."""
    browser = Client()
    browser.cookies["language"] = "en"
    return browser


def act(kind: str, subject: str, resident: Resident, at: datetime, *, kopecks: int | None = None) -> Activity:
    found = kinds.named(kind)
    assert found is not None
    return Activity(found, resident.pk, resident.level, subject, MONTH, at, kopecks)


@pytest.fixture
def history(cast: Cast, at: datetime) -> Cast:
    """Anna: 4 readings (80), a bill (242, later), a first meeting (500), the same again (0); 100 points spent."""
    day = timedelta(days=1)
    readings = [act("reading", f"meter:{number}", cast.anna, at - 9 * day) for number in range(1, 5)]
    activities.record(readings, by=cast.anna, at=at - 9 * day)
    activities.record([act("bill_paid", "bill:1", cast.anna, at - day, kopecks=485_000)], by=cast.anna, at=at - day)
    meetings = [act("meeting_first", f"meeting:{number}", cast.anna, at - 2 * day) for number in (1, 2)]
    activities.record(meetings, by=cast.anna, at=at - 2 * day)
    shop = accounts.ensure("spent:7700000001", {"ru": "Партнёр", "en": "Partner"})
    hold = holds.place(
        resident_id=cast.anna.pk, amount=100, purpose="order:1", deadline=at + day, by=cast.anna, at=at - day / 2
    )
    holds.capture(hold.pk, to=shop, at=at - day / 2)
    return cast
