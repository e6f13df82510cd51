"""reminders: who is told that a window opens or closes, and that a verification is due."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from dvor.homes.models import Residency
from dvor.meters import readings, reminders
from dvor.meters.models import Meter
from dvor.meters.readings import NewReading
from dvor.notices import queries
from dvor.notices.models import Notice
from tests.cast import Cast
from tests.meters.conftest import Meters


def _morning(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 6, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _lived_there_before(cast: Cast, at: datetime) -> None:
    Residency.objects.update(since=at - timedelta(days=300))


def _told(kind: str) -> list[tuple[int, str]]:
    return list(Notice.objects.filter(kind=kind).order_by("resident_id").values_list("resident_id", "url"))


def test_on_the_day_a_window_opens_those_who_may_send_are_told_once(cast: Cast, meters: Meters) -> None:
    assert reminders.tell_opening(at=_morning(11, 14)) == 0
    assert reminders.tell_opening(at=_morning(11, 15)) == 3
    assert reminders.tell_opening(at=_morning(11, 15)) == 0
    assert reminders.tell_opening(at=_morning(11, 16)) == 0, "the next day's catch-up tells nobody twice"
    url = f"/meters/{cast.flat.pk}/"
    told = _told("meters.window_opens")
    assert told == [(cast.anna.pk, url), (cast.boris.pk, url), (cast.gleb.pk, f"/meters/{cast.other_flat.pk}/")]
    assert cast.vera.pk not in {resident for resident, _url in told}, "whoever has not proven may not send"


def test_before_a_window_closes_only_those_are_told_who_miss_something(
    cast: Cast, meters: Meters, at: datetime
) -> None:
    readings.submit([NewReading(meters.gleb.pk, ("11",))], by=cast.gleb, at=at)
    assert reminders.tell_closing(at=_morning(11, 1)) == 2
    shown = queries.page(cast.anna.pk, before=None, language="ru").days[0][1][0]
    assert "3 ноября" in shown.words.subject and "холодная вода, горячая вода" in shown.words.body
    assert f"{cast.house.address}, кв. {cast.flat.number}" in shown.words.subject
    assert "электр" not in shown.words.body, "its window closed on 26 October"


def test_a_meter_that_is_not_verified_is_not_asked_for(cast: Cast, meters: Meters) -> None:
    Meter.objects.update(verification_due_on=date(2026, 10, 1))
    assert reminders.tell_opening(at=_morning(11, 15)) == 0


def test_a_verification_is_announced_60_and_7_days_ahead(cast: Cast, meters: Meters) -> None:
    Meter.objects.filter(pk=meters.cold.pk).update(verification_due_on=date(2026, 12, 20))
    assert reminders.tell_verification(at=_morning(10, 20)) == 0
    assert reminders.tell_verification(at=_morning(10, 21)) == 2
    assert reminders.tell_verification(at=_morning(12, 13)) == 2
    assert reminders.tell_verification(at=_morning(12, 14)) == 0
    assert len(_told("meters.verification_due")) == 4
