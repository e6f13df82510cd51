"""The tables themselves refuse what must never stand there."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.db import Error, connection, transaction

from dvor.meters import readings
from dvor.meters.models import Meter, Reading, Window
from dvor.meters.readings import NewReading
from tests.cast import Cast
from tests.meters.conftest import Meters


@pytest.mark.parametrize(
    "change",
    [
        "zones = 2", "zones = 0", "resource = 0", "resource = 6", "digits_before = 2", "digits_before = 10",
        "digits_after = 4", "serial = ''", "archived_at = now()", "archived_by = 1", "archived_reason = 'gone'",
        "verification_due_on = installed_on - 1", "last_version = 1", "last_period = '2026-10-01'", "last_t1 = 1",
        "last_period = '2026-10-01', last_version = 1, last_t1 = -1, last_at = now()", "prior_t1 = 1",
        "prior_period = '2026-10-01', prior_t1 = 1", "serial = 'CW-1', resource = 1", "t1 = 1",
    ],
)  # fmt: skip
def test_a_meter_that_cannot_be_is_refused(cast: Cast, meters: Meters, change: str) -> None:
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"update meters_meter set {change} where id = %s", [meters.hot.pk])  # noqa: S608


@pytest.mark.parametrize(
    "row",
    [
        "'2026-10-02', 1, 1, 1, null, null", "'2026-10-01', 0, 1, 1, null, null", "'2026-10-01', 1, 1, -1, null, null",
        "'2026-10-01', 1, 1, null, null, null", "'2026-10-01', 1, 1, 1, -1, null", "'2026-10-01', 1, 1, 1, null, 1",
        "'2026-10-01', 1, 1, 1, 1, -1", "'2026-10-01', 1, 1, 'nan', null, null", "'2026-10-01', 1, 1, 1e9, null, null",
    ],
)  # fmt: skip
def test_a_reading_that_cannot_be_is_refused(db: None, row: str) -> None:
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"insert into meters_reading (house_id, meter_id, submitted_at, period, version, source, t1, t2, t3) values (1, 1, now(), {row})"  # noqa: S608, E501
        )


def test_readings_are_never_edited_or_deleted(cast: Cast, meters: Meters, at: datetime) -> None:
    readings.submit([NewReading(meters.cold.pk, ("101",))], by=cast.anna, at=at)
    for act in (lambda: Reading.objects.update(t1=5), lambda: Reading.objects.all()._raw_delete("default")):
        with pytest.raises(Error), transaction.atomic():
            act()
    assert Reading.objects.get().t1 == 101


def test_a_version_is_unique(cast: Cast, meters: Meters, at: datetime) -> None:
    readings.submit([NewReading(meters.cold.pk, ("101",))], by=cast.anna, at=at)
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("insert into meters_reading select * from meters_reading")


def test_readings_lie_in_the_partition_of_their_month(cast: Cast, meters: Meters, at: datetime) -> None:
    readings.submit([NewReading(meters.cold.pk, ("101",))], by=cast.anna, at=at)
    with connection.cursor() as cursor:
        cursor.execute("select tableoid::regclass::text from meters_reading")
        assert cursor.fetchall() == [("meters_reading_202610",)]


@pytest.mark.parametrize(
    "window",
    [
        {"first_day": 0}, {"last_day": 32}, {"first_day": 20, "last_day": 5}, {"crosses_month_end": True},
        {"since": date(2027, 1, 2)}, {"since": date(2000, 1, 1)},
    ],
)  # fmt: skip
def test_a_window_that_cannot_be_is_refused(cast: Cast, at: datetime, window: dict[str, object]) -> None:
    fine = {"resource": 1, "since": date(2027, 1, 1), "first_day": 15, "last_day": 26, "crosses_month_end": False,
            "assumption": False, "published_at": at}  # fmt: skip
    with pytest.raises(Error), transaction.atomic():
        Window.objects.create(**{**fine, **window})
    Window.objects.create(**fine)


def test_a_window_belongs_to_a_house_or_a_company(cast: Cast, at: datetime) -> None:
    with pytest.raises(Error), transaction.atomic():
        Window.objects.create(
            resource=1, since=date(2027, 1, 1), first_day=15, last_day=26, crosses_month_end=False, assumption=False,
            published_at=at, house=cast.house, company=cast.company,
        )  # fmt: skip


def test_a_meter_of_the_cast_is_sound(meters: Meters) -> None:
    assert Meter.objects.filter(archived_at__isnull=True).count() == 6
