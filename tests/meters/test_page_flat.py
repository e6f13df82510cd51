"""/meters/<flat_id>/: the sheet of a flat."""

from __future__ import annotations

from datetime import datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dvor.meters import readings
from dvor.meters.models import Reading
from dvor.meters.readings import NewReading
from tests.cast import Cast
from tests.meters.conftest import Meters

QUERIES_MAX = 8


@pytest.fixture(autouse=True)
def _clock(at: datetime):
    with time_machine.travel(at, tick=False):
        yield


def _signed_in(client: Client, resident: object) -> Client:
    client.force_login(resident)  # type: ignore[arg-type]
    return client


def test_the_sheet_shows_meters_and_what_they_bring(client: Client, cast: Cast, meters: Meters) -> None:
    page = _signed_in(client, cast.anna).get(f"/meters/{cast.flat.pk}/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "CW-1" in text and "EL-1" in text and f'name="m{meters.power.pk}-2"' in text
    assert "20\xa0баллов" in text or "20\xa0points" in text


def test_the_page_costs_few_queries(client: Client, cast: Cast, meters: Meters, at: datetime) -> None:
    readings.submit([NewReading(meters.cold.pk, ("101",))], by=cast.anna, at=at)
    signed_in = _signed_in(client, cast.anna)
    signed_in.get(f"/meters/{cast.flat.pk}/")
    with CaptureQueriesContext(
        connection,
    ) as caught:
        signed_in.get(f"/meters/{cast.flat.pk}/")
    assert len(caught) <= QUERIES_MAX


def test_good_readings_are_kept_and_the_bad_one_says_why(client: Client, cast: Cast, meters: Meters) -> None:
    page = _signed_in(client, cast.anna).post(
        f"/meters/{cast.flat.pk}/",
        {
            f"m{meters.cold.pk}-1": "107,125",
            f"m{meters.hot.pk}-1": "55.5",
            f"m{meters.power.pk}-1": "1100",
            f"m{meters.power.pk}-2": "540",
            f"m{meters.heat.pk}-1": "2",
        },
    )
    text = page.content.decode()
    assert page.status_code == 422
    assert Reading.objects.count() == 3
    assert text.count('class="plus">+20') >= 3
    assert f'id="why-{meters.heat.pk}"' in text
