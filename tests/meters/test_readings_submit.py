"""readings.submit: a flat's readings are taken, each bad one says why; corrections are versions and never pay twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dvor.homes.models import House, Residency
from dvor.ledger import queries as ledger
from dvor.meters import devices, kinds, readings
from dvor.meters.models import Meter, Reading, Source
from dvor.meters.readings import NewReading, Outcomes
from dvor.people.models import Resident
from dvor.points.models import Activity
from tests.cast import Cast
from tests.meters.conftest import Meters

STATEMENTS_MAX = 12


def _send(meter: Meter, *values: object, by: Resident, at: datetime, confirmed: bool = False) -> Outcomes:
    return readings.submit([NewReading(meter.pk, values, confirmed)], by=by, at=at)


def _code(outcomes: Outcomes) -> str:
    return outcomes[0].refusal.code if outcomes[0].refusal else ""


def test_readings_of_a_flat_are_taken_and_paid_one_by_one(cast: Cast, meters: Meters, at: datetime) -> None:
    outcomes = readings.submit(
        [
            NewReading(meters.cold.pk, ("107,125",)),
            NewReading(meters.hot.pk, ("55.5",)),
            NewReading(meters.power.pk, ("1100", "540")),
            NewReading(meters.heat.pk, ("2",)),
        ],
        by=cast.anna,
        at=at,
    )
    codes = [outcome.refusal and outcome.refusal.code for outcome in outcomes]
    assert codes == [None, None, None, "reading_below_previous"]
    awards = [outcome.value.award for outcome in outcomes if outcome.value]
    assert [award and award.points for award in awards] == [20, 20, 20]
    assert ledger.balance(cast.anna.pk).available == 60
    power = outcomes[2].value
    assert power and (power.period, power.consumed) == (date(2026, 10, 1), (Decimal(100), Decimal(40)))
    cold = Meter.objects.get(pk=meters.cold.pk)
    assert (cold.last_t1, cold.last_version, cold.last_by) == (Decimal("107.125"), 1, cast.anna.pk)


def test_four_readings_take_few_statements(cast: Cast, meters: Meters, at: datetime) -> None:
    new = [NewReading(one.pk, ("1100", "540") if one == meters.power else ("105",), True) for one in meters.of_flat]
    readings.submit([NewReading(meters.gleb.pk, ("11",))], by=cast.gleb, at=at)  # plans and caches are warm
    with CaptureQueriesContext(connection) as caught:
        outcomes = readings.submit(new, by=cast.anna, at=at)
    assert all(outcome.accepted for outcome in outcomes)
    assert len(caught) <= STATEMENTS_MAX / 2, [query["sql"][:80] for query in caught.captured_queries]


def test_a_hundred_flats_in_one_call_take_as_many_statements_as_one(cast: Cast, meters: Meters, at: datetime) -> None:
    with CaptureQueriesContext(connection) as caught:
        found = readings.submit_all(
            [(cast.anna, [NewReading(meters.cold.pk, ("101",))]), (cast.gleb, [NewReading(meters.gleb.pk, ("11",))])],
            at=at,
        )
    assert [one[0].accepted for one in found] == [True, True]
    assert len(caught) <= STATEMENTS_MAX / 2


def test_a_correction_is_a_version_that_pays_nothing(cast: Cast, meters: Meters, at: datetime) -> None:
    _send(meters.cold, "105", by=cast.anna, at=at)
    corrected = _send(meters.cold, "104", by=cast.anna, at=at + timedelta(days=1))[0].value
    assert corrected and corrected.version == 2 and corrected.is_correction and corrected.award is None
    assert [one.t1 for one in Reading.objects.order_by("version")] == [Decimal(105), Decimal(104)], "history is kept"
    assert ledger.balance(cast.anna.pk).available == 20
    assert Meter.objects.get(pk=meters.cold.pk).last_t1 == Decimal(104)


def test_the_same_again_changes_nothing_and_gets_the_first_answer(cast: Cast, meters: Meters, at: datetime) -> None:
    first = _send(meters.cold, "105", by=cast.anna, at=at)[0].value
    again = _send(meters.cold, "105,000", by=cast.anna, at=at + timedelta(days=1))[0].value
    assert first and again and first.award and again.award
    assert (again.unchanged, again.version, again.award.duplicate) == (True, 1, True)
    assert again.award._replace(duplicate=False) == first.award
    assert Reading.objects.count() == 1 and Activity.objects.count() == 1


def test_who_lives_there_too_is_not_paid_for_what_was_sent(cast: Cast, meters: Meters, at: datetime) -> None:
    _send(meters.cold, "105", by=cast.anna, at=at)
    again = _send(meters.cold, "105", by=cast.boris, at=at)[0].value
    corrected = _send(meters.cold, "106", by=cast.boris, at=at)[0].value
    assert again and again.unchanged and again.award is None
    assert corrected and corrected.version == 2 and corrected.award is None
    assert ledger.balance(cast.boris.pk).available == 0


def test_next_month_holds_against_the_corrected_value(cast: Cast, meters: Meters, at: datetime) -> None:
    november = at + timedelta(days=31)
    _send(meters.cold, "105", by=cast.anna, at=at)
    _send(meters.cold, "108", by=cast.anna, at=at)
    assert _code(_send(meters.cold, "107", by=cast.anna, at=november)) == "reading_below_previous"
    following = _send(meters.cold, "110", by=cast.anna, at=november)[0].value
    assert following and following.consumed == (Decimal(2),) and following.version == 1


def test_a_correction_is_compared_with_the_month_before(cast: Cast, meters: Meters, at: datetime) -> None:
    november = at + timedelta(days=31)
    _send(meters.cold, "105", by=cast.anna, at=at)
    _send(meters.cold, "115", by=cast.anna, at=november)
    assert _code(_send(meters.cold, "104", by=cast.anna, at=november)) == "reading_below_previous"
    assert _send(meters.cold, "106", by=cast.anna, at=november)[0].accepted


@pytest.mark.parametrize(
    ("moment", "period"),
    [
        (datetime(2026, 12, 3, 20, 59, tzinfo=UTC), date(2026, 11, 1)),  # 3 December, a minute before midnight
        (datetime(2026, 12, 3, 21, 0, tzinfo=UTC), None),
        (datetime(2026, 12, 14, 20, 59, tzinfo=UTC), None),
        (datetime(2026, 12, 14, 21, 0, tzinfo=UTC), date(2026, 12, 1)),
    ],
)
def test_water_is_taken_until_the_third_in_the_houses_own_time(
    cast: Cast, meters: Meters, moment: datetime, period: date | None
) -> None:
    outcome = _send(meters.cold, "101", by=cast.anna, at=moment)[0]
    if period is None:
        assert outcome.refusal and outcome.refusal.code == "window_closed"
        assert "15" in str(outcome.refusal.remedy)
    else:
        assert outcome.value and outcome.value.period == period


def test_a_house_further_east_closes_earlier(cast: Cast, meters: Meters) -> None:
    House.objects.update(time_zone="Asia/Vladivostok")
    evening = datetime(2026, 12, 3, 15, 0, tzinfo=UTC)  # 18:00 in Moscow, 1:00 of the 4th in Vladivostok
    assert _code(_send(meters.cold, "101", by=cast.anna, at=evening)) == "window_closed"


def test_electricity_closes_before_water(cast: Cast, meters: Meters) -> None:
    outcomes = readings.submit(
        [NewReading(meters.power.pk, ("1001", "501")), NewReading(meters.cold.pk, ("101",))],
        by=cast.anna,
        at=datetime(2026, 10, 27, 9, tzinfo=UTC),
    )
    assert [_code([outcome]) for outcome in outcomes] == ["window_closed", ""]


def test_other_peoples_meters_are_as_unknown_as_missing_ones(cast: Cast, meters: Meters, at: datetime) -> None:
    new = [NewReading(number, ("11",)) for number in (meters.gleb.pk, 10**15, 0, -1, 2**63, 10**30)]
    outcomes = readings.submit(new, by=cast.anna, at=at)
    told = {(one.refusal.code, one.refusal.status, str(one.refusal)) for one in outcomes if one.refusal}
    assert len(outcomes) == 6 and len(told) == 1 and told.pop()[:2] == ("meter_unknown", 404)


def test_whoever_has_not_proven_is_told_what_to_do(cast: Cast, meters: Meters, at: datetime) -> None:
    outcome = _send(meters.vera, "11", by=cast.vera, at=at)[0]
    assert outcome.refusal and (outcome.refusal.code, outcome.refusal.status) == ("not_allowed", 403)
    assert str(outcome.refusal.remedy)


def test_whoever_moved_out_has_no_meters_there(cast: Cast, meters: Meters, at: datetime) -> None:
    Residency.objects.filter(resident=cast.boris).update(until=at + timedelta(hours=1))
    assert _send(meters.cold, "101", by=cast.boris, at=at)[0].accepted
    assert _code(_send(meters.cold, "102", by=cast.boris, at=at + timedelta(hours=1))) == "meter_unknown"


def test_the_level_decides_what_is_paid(cast: Cast, meters: Meters, at: datetime) -> None:
    Residency.objects.filter(resident=cast.vera).update(proof="payer_code", proved_at=at)
    award = _send(meters.vera, "11", by=cast.vera, at=at)[0].value.award  # type: ignore[union-attr]
    assert award and award.points == 10


def test_one_meter_counts_once_in_a_call(cast: Cast, meters: Meters, at: datetime) -> None:
    new = [NewReading(meters.cold.pk, ("101",), index=7), NewReading(meters.cold.pk, ("102",), index=8)]
    outcomes = readings.submit(new, by=cast.anna, at=at)
    assert [(one.index, _code([one])) for one in outcomes] == [(7, ""), (8, "reading_repeated")]
    assert Reading.objects.get().t1 == Decimal(101)


def test_an_implausible_value_waits_for_a_confirmation(cast: Cast, meters: Meters, at: datetime) -> None:
    assert _code(_send(meters.cold, "400", by=cast.anna, at=at)) == "implausible_consumption"
    assert not Reading.objects.exists()
    assert _send(meters.cold, "400", by=cast.anna, at=at, confirmed=True)[0].accepted


def test_an_archived_meter_and_one_without_verification_are_explained(cast: Cast, meters: Meters, at: datetime) -> None:
    devices.archive(meters.cold.pk, by=cast.anna, at=at, reason="заменён")
    Meter.objects.filter(pk=meters.hot.pk).update(verification_due_on=date(2026, 10, 1))
    new = [NewReading(meters.cold.pk, ("101",)), NewReading(meters.hot.pk, ("51",))]
    outcomes = readings.submit(new, by=cast.anna, at=at)
    assert [_code([one]) for one in outcomes] == ["meter_archived", "verification_expired"]


def test_averages_come_from_closed_months(cast: Cast, meters: Meters, at: datetime) -> None:
    value, month = 100, at
    for used in (4, 5, 6, 7):
        value += used
        assert _send(meters.cold, value, by=cast.anna, at=month)[0].accepted
        month += timedelta(days=31)
    recent = Meter.objects.get(pk=meters.cold.pk).recent
    assert recent == [Decimal(2), Decimal(5), Decimal(6)], "the first one covers August to October"


def test_nobody_acts_for_an_empty_call(cast: Cast, at: datetime) -> None:
    assert readings.submit([], by=cast.anna, at=at) == []


def test_the_source_is_kept(cast: Cast, meters: Meters, at: datetime) -> None:
    readings.submit([NewReading(meters.cold.pk, (101,))], by=cast.anna, at=at, source=Source.API)
    assert Reading.objects.get().source == Source.API


def test_statements_name_the_meter(cast: Cast, meters: Meters, at: datetime) -> None:
    Meter.objects.filter(pk=meters.hot.pk).update(place="ванная")
    subjects = [f"meter:{meters.cold.pk}", f"meter:{meters.hot.pk}", "meter:999999"]
    assert kinds.describe(subjects) == {
        subjects[0]: "Холодная вода № CW-1",
        subjects[1]: "Горячая вода № HW-1, ванная",
    }
