"""A flat with meters, a readings window, and a reward to wait for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest
import time_machine

from dvor.meters import devices
from dvor.meters.nameplates import Nameplate
from dvor.meters.resources import Resource
from tests.cast import Cast


@pytest.fixture(autouse=True)
def _clock(at: datetime) -> Iterator[None]:
    """The pages ask the clock; it says what the cast's fixture says."""
    with time_machine.travel(at, tick=False):
        yield


@pytest.fixture
def meters(cast: Cast, at: datetime) -> dict[str, int]:
    """Anna's meters by resource: cold and hot water, electricity; gas, whose verification has expired."""
    plates = [
        Nameplate(
            flat_id=cast.flat.pk,
            resource=resource,
            serial=f"№ {resource.value}",
            installed_on=date(2020, 1, 1),
            verification_due_on=date(2026, 9, 1) if resource is Resource.GAS else date(2030, 1, 1),
        )
        for resource in (Resource.COLD_WATER, Resource.HOT_WATER, Resource.ELECTRICITY, Resource.GAS)
    ]
    outcomes = devices.install(plates, by=cast.anna, at=at)
    return {plate.resource.code: outcome.value or 0 for plate, outcome in zip(plates, outcomes, strict=True)}
