"""devices: meters are installed, replaced, archived, brought back and verified by those who may."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest

from dvor.base.models import AuditEntry
from dvor.base.refusals import Refusal
from dvor.meters import devices, readings
from dvor.meters.models import Meter
from dvor.meters.nameplates import Nameplate
from dvor.meters.readings import NewReading
from dvor.meters.resources import Resource, Unit
from dvor.people.models import Resident
from tests.cast import Cast
from tests.meters.conftest import Meters

DAY = date(2026, 10, 1)


def _plate(flat_id: int, serial: str = "NEW-1", **others: object) -> Nameplate:
    return Nameplate(flat_id, Resource.COLD_WATER, serial, DAY)._replace(**others)


def _code(plate: Nameplate, by: Resident, at: datetime) -> str:
    refusal = devices.install([plate], by=by, at=at)[0].refusal
    return refusal.code if refusal else ""


def test_an_owner_installs_a_meter_that_is_as_usual(cast: Cast, at: datetime) -> None:
    outcome = devices.install([_plate(cast.flat.pk, " № 12  34 ", initial=("5,5",))], by=cast.anna, at=at)[0]
    meter = Meter.objects.get(pk=outcome.value)
    assert (meter.serial, meter.digits_before, meter.digits_after, meter.unit) == ("№ 12 34", 5, 3, Unit.CUBIC_METRE)
    assert meter.initial_t1 == Decimal("5.5")
    assert AuditEntry.objects.get(act="meters.meter.installed").subject == f"meter:{meter.pk}"


def test_who_may_install_where(cast: Cast, at: datetime) -> None:
    found = {
        name: _code(_plate(cast.flat.pk, f"N-{name}"), getattr(cast, name), at)
        for name in ("anna", "boris", "vera", "gleb", "olga", "ivan")
    }
    assert found == {
        "anna": "", "boris": "not_allowed", "vera": "flat_unknown", "gleb": "flat_unknown", "olga": "", "ivan": "",
    }  # fmt: skip
    assert _code(_plate(cast.other_flat.pk), cast.ivan, at) == "flat_unknown", "another company's house"
    assert _code(_plate(10**15), cast.olga, at) == "flat_unknown"
    assert _code(_plate(2**63), cast.olga, at) == "flat_unknown"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"serial": " "}, "serial_unusable"),
        ({"serial": "1" * 41}, "serial_unusable"),
        ({"serial": "a\x00b"}, "serial_unusable"),
        ({"place": "х" * 61}, "place_unusable"),
        ({"zones": 2}, "zones_unusable"),
        ({"zones": 0}, "zones_unusable"),
        ({"zones": 4, "resource": Resource.ELECTRICITY}, "zones_unusable"),
        ({"digits_before": 2}, "digits_unusable"),
        ({"digits_after": 4}, "digits_unusable"),
        ({"digits_before": 10**9}, "digits_unusable"),
        ({"installed_on": date(2026, 10, 21)}, "installed_unusable"),
        ({"installed_on": date(1900, 1, 1)}, "installed_unusable"),
        ({"verification_due_on": date(2026, 9, 30)}, "verification_unusable"),
        ({"verification_due_on": date(2100, 1, 1)}, "verification_unusable"),
        ({"initial": ("1", "2")}, "zones_do_not_fit"),
        ({"initial": ("100000",)}, "reading_too_large"),
        ({"initial": ("NaN",)}, "reading_unreadable"),
    ],
)
def test_a_meter_that_cannot_be_is_refused(cast: Cast, at: datetime, change: dict[str, object], code: str) -> None:
    assert _code(_plate(cast.flat.pk, **change) if "serial" not in change else _plate(cast.flat.pk)._replace(**change),
                 cast.anna, at) == code  # fmt: skip
    assert not Meter.objects.exists()


def test_of_a_batch_the_good_ones_are_installed(cast: Cast, at: datetime) -> None:
    guid = uuid4()
    outcomes = devices.install(
        [
            _plate(cast.flat.pk, "A", gis_guid=guid), _plate(cast.flat.pk, "A"), _plate(cast.flat.pk, ""),
            _plate(cast.flat.pk, "B", gis_guid=guid), _plate(cast.second_flat.pk, "A"),
        ],
        by=cast.olga,
        at=at,
    )  # fmt: skip
    codes = [outcome.refusal.code if outcome.refusal else "" for outcome in outcomes]
    assert codes == ["", "meter_exists", "serial_unusable", "meter_exists", ""]
    assert Meter.objects.count() == 2


def test_a_flat_has_a_limit_of_meters(cast: Cast, at: datetime) -> None:
    plates = [_plate(cast.flat.pk, f"N{number}") for number in range(devices.METERS_MAX + 1)]
    outcomes = devices.install(plates, by=cast.anna, at=at)
    assert [outcome.accepted for outcome in outcomes] == [True] * devices.METERS_MAX + [False]
    assert _code(_plate(cast.flat.pk, "one more"), cast.anna, at) == "too_many_meters"


def test_a_replaced_meter_keeps_its_history_and_the_new_one_begins(cast: Cast, meters: Meters, at: datetime) -> None:
    readings.submit([NewReading(meters.cold.pk, ("105",))], by=cast.anna, at=at)
    new = devices.replace(meters.cold.pk, _plate(0, "CW-9", initial=("0",)), by=cast.anna, at=at, reason="срок службы")
    old, fresh = Meter.objects.get(pk=meters.cold.pk), Meter.objects.get(pk=new)
    assert (old.archived_at, old.archived_by, old.archived_reason) == (at, cast.anna.pk, "срок службы")
    assert (fresh.flat_id, fresh.resource) == (old.flat_id, old.resource)
    outcome = readings.submit([NewReading(new, ("3",))], by=cast.anna, at=at)[0].value
    assert outcome and outcome.consumed == (Decimal(3),) and outcome.award and outcome.award.points == 20


def test_a_replacement_that_fails_archives_nothing(cast: Cast, meters: Meters, at: datetime) -> None:
    with pytest.raises(Refusal):
        devices.replace(meters.cold.pk, _plate(0, ""), by=cast.anna, at=at, reason="срок службы")
    assert Meter.objects.get(pk=meters.cold.pk).archived_at is None


def test_an_archived_meter_can_be_brought_back_while_its_place_is_free(
    cast: Cast, meters: Meters, at: datetime
) -> None:
    devices.archive(meters.cold.pk, by=cast.anna, at=at, reason="по ошибке")
    with pytest.raises(Refusal) as refused:
        devices.archive(meters.cold.pk, by=cast.anna, at=at, reason="ещё раз")
    assert refused.value.code == "meter_archived"
    devices.restore(meters.cold.pk, by=cast.anna, at=at, reason="ошибка")
    assert Meter.objects.get(pk=meters.cold.pk).archived_at is None
    with pytest.raises(Refusal) as refused:
        devices.restore(meters.cold.pk, by=cast.anna, at=at, reason="ещё раз")
    assert refused.value.code == "meter_in_service"
    devices.archive(meters.cold.pk, by=cast.anna, at=at, reason="заменён")
    devices.install([_plate(cast.flat.pk, "CW-1")], by=cast.anna, at=at)
    with pytest.raises(Refusal) as refused:
        devices.restore(meters.cold.pk, by=cast.anna, at=at, reason="ошибка")
    assert refused.value.code == "meter_exists"


@pytest.mark.parametrize("reason", ["", "  ", "х" * 201])
def test_nothing_goes_without_a_reason(cast: Cast, meters: Meters, at: datetime, reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        devices.archive(meters.cold.pk, by=cast.anna, at=at, reason=reason)
    assert refused.value.code == "reason_missing"


def test_a_stranger_archives_nothing(cast: Cast, meters: Meters, at: datetime) -> None:
    for who in (cast.gleb, cast.vera):
        with pytest.raises(Refusal) as refused:
            devices.archive(meters.cold.pk, by=who, at=at, reason="просто так")
        assert (refused.value.code, refused.value.status) == ("meter_unknown", 404)


def test_operators_note_a_verification_and_readings_are_taken_again(cast: Cast, meters: Meters, at: datetime) -> None:
    Meter.objects.filter(pk=meters.cold.pk).update(verification_due_on=date(2026, 9, 1))
    new = [NewReading(meters.cold.pk, ("101",))]
    assert not readings.submit(new, by=cast.anna, at=at)[0].accepted
    with pytest.raises(Refusal) as refused:
        devices.verify(meters.cold.pk, due_on=date(2032, 9, 1), by=cast.anna, at=at, reason="свидетельство")
    assert refused.value.code == "not_allowed"
    devices.verify(meters.cold.pk, due_on=date(2032, 9, 1), by=cast.ivan, at=at, reason="свидетельство 7")
    assert readings.submit(new, by=cast.anna, at=at)[0].accepted
