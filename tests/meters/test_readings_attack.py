"""Sixteen connections at once: one version, one award, no deadlock, whatever the interleaving."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
from django.db import connection

from dvor.ledger import queries as ledger
from dvor.meters import devices, readings
from dvor.meters.models import Meter, Reading
from dvor.meters.readings import NewReading
from dvor.points.models import Activity
from tests.cast import Cast
from tests.meters.conftest import Meters

CONNECTIONS = 16
_WAIT_SECONDS = 30

pytestmark = pytest.mark.django_db(transaction=True)


def _together(act: Callable[[int], Any]) -> list[Any]:
    """Run the act on sixteen connections that start at the same moment."""
    pool = connection.pool
    assert pool is not None
    pool.resize(min_size=1, max_size=CONNECTIONS + 4)
    gate = threading.Barrier(CONNECTIONS)

    def run(number: int) -> Any:
        try:
            connection.ensure_connection()
            gate.wait(timeout=_WAIT_SECONDS)
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(CONNECTIONS) as threads:
        return [one.result(timeout=_WAIT_SECONDS) for one in [threads.submit(run, i) for i in range(CONNECTIONS)]]


def test_the_same_reading_from_all_sides_is_one_version_and_one_award(cast: Cast, meters: Meters, at: datetime) -> None:
    def send(_number: int) -> Any:
        return readings.submit([NewReading(meters.cold.pk, ("101",))], by=cast.anna, at=at)[0].value

    found = _together(send)
    assert Reading.objects.count() == 1 and Activity.objects.count() == 1
    assert sum(not one.unchanged for one in found) == 1
    assert sum(not one.award.duplicate for one in found) == 1
    assert ledger.balance(cast.anna.pk).available == 20


def test_different_values_from_all_sides_are_gapless_versions_and_one_award(
    cast: Cast, meters: Meters, at: datetime
) -> None:
    def send(number: int) -> Any:
        by = cast.anna if number % 2 else cast.boris
        return readings.submit([NewReading(meters.cold.pk, (101 + number,))], by=by, at=at)[0].value

    found = _together(send)
    assert sorted(one.version for one in found) == list(range(1, CONNECTIONS + 1))
    newest = Reading.objects.order_by("-version").first()
    meter = Meter.objects.get(pk=meters.cold.pk)
    assert newest and (meter.last_version, meter.last_t1) == (CONNECTIONS, newest.t1)
    assert ledger.balance(cast.anna.pk).available + ledger.balance(cast.boris.pk).available == 20


def test_batches_in_opposite_order_do_not_wait_for_each_other_in_a_circle(
    cast: Cast, meters: Meters, at: datetime
) -> None:
    new = [NewReading(one.pk, ("1001", "501") if one == meters.power else ("103",), True) for one in meters.of_flat]

    def send(number: int) -> Any:
        by = cast.anna if number % 3 else cast.boris
        return [one.accepted for one in readings.submit(new[:: 1 if number % 2 else -1], by=by, at=at)]

    assert _together(send) == [[True] * 4] * CONNECTIONS
    assert Reading.objects.count() == 4
    assert ledger.balance(cast.anna.pk).available + ledger.balance(cast.boris.pk).available == 80


def test_nothing_is_taken_of_a_meter_once_it_is_archived(cast: Cast, meters: Meters, at: datetime) -> None:
    def act(number: int) -> Any:
        if number == 0:
            devices.archive(meters.cold.pk, by=cast.anna, at=at, reason="заменён")
            return "archived"
        outcome = readings.submit([NewReading(meters.cold.pk, (101 + number,))], by=cast.anna, at=at)[0]
        return outcome.refusal.code if outcome.refusal else "taken"

    found = _together(act)
    assert set(found) <= {"archived", "taken", "meter_archived"}
    assert Reading.objects.count() == found.count("taken")
    assert ledger.balance(cast.anna.pk).available == (20 if "taken" in found else 0)
