"""Meters of the cast: what Anna and Boris have in flat 1, Vera in flat 2, and Gleb in the other house."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import pytest

from dvor.meters import devices
from dvor.meters.models import Meter
from dvor.meters.nameplates import Nameplate
from dvor.meters.resources import Resource
from tests.cast import Cast


@dataclass(frozen=True)
class Meters:
    cold: Meter
    hot: Meter
    power: Meter  # two zones
    heat: Meter
    vera: Meter
    gleb: Meter

    @property
    def of_flat(self) -> tuple[Meter, Meter, Meter, Meter]:
        return self.cold, self.hot, self.power, self.heat


@pytest.fixture
def meters(cast: Cast, at: datetime) -> Meters:
    """Four meters in flat 1, installed in 2024 and verified until 2030; one cold water meter each elsewhere."""
    plates = [
        _plate(cast.flat.pk, Resource.COLD_WATER, "CW-1", ("100",)),
        _plate(cast.flat.pk, Resource.HOT_WATER, "HW-1", ("50.5",)),
        _plate(cast.flat.pk, Resource.ELECTRICITY, "EL-1", ("1000", "500"))._replace(zones=2),
        _plate(cast.flat.pk, Resource.HEAT, "HE-1", ("3",)),
        _plate(cast.second_flat.pk, Resource.COLD_WATER, "CW-2", ("10",)),
        _plate(cast.other_flat.pk, Resource.COLD_WATER, "CW-3", ("10",)),
    ]
    outcomes = devices.install(plates, by=cast.olga, at=at)
    found = Meter.objects.in_bulk([outcome.value for outcome in outcomes])
    return Meters(*(found[outcome.value] for outcome in outcomes if outcome.value))


def _plate(flat_id: int, resource: Resource, serial: str, initial: tuple[str, ...]) -> Nameplate:
    return Nameplate(
        flat_id, resource, serial, installed_on=date(2026, 8, 1), verification_due_on=date(2030, 8, 1),
        initial=[Decimal(value) for value in initial],
    )  # fmt: skip
