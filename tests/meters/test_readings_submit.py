"""readings.submit: a flat's readings are taken, each bad one says why."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from dvor.meters import readings
from dvor.meters.models import Meter, Reading
from dvor.meters.readings import NewReading
from tests.cast import Cast
from tests.meters.conftest import Meters


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
    assert [outcome.refusal and outcome.refusal.code for outcome in outcomes] == [
        None, None, None, "reading_below_previous",
    ]  # fmt: skip
    assert [outcome.value.award.points for outcome in outcomes[:3]] == [20, 20, 20]
    assert outcomes[0].value.period == date(2026, 10, 1)
    assert outcomes[2].value.consumed == (Decimal(100), Decimal(40))
    assert Reading.objects.count() == 3
    cold = Meter.objects.get(pk=meters.cold.pk)
    assert (cold.last_t1, cold.last_version, cold.last_by) == (Decimal("107.125"), 1, cast.anna.pk)
