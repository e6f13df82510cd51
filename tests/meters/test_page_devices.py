"""/meters/ and the pages where meters come and go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dvor.meters import readings
from dvor.meters.models import Meter
from dvor.meters.readings import NewReading
from tests.cast import Cast
from tests.meters.conftest import Meters

QUERIES_MAX = 8
FILLED = {
    "resource": "1", "serial": "NEW-7", "zones": "1", "place": "кухня", "installed_on": "2026-10-01",
    "verification_due_on": "2032-10-01", "initial_values": "0,5",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _clock(at: datetime) -> Iterator[None]:
    with time_machine.travel(at, tick=False):
        yield


@pytest.fixture
def anna(client: Client, cast: Cast) -> Client:
    client.force_login(cast.anna)
    return client


def test_my_flats_say_what_waits_and_what_it_brings(anna: Client, cast: Cast, meters: Meters, at: datetime) -> None:
    readings.submit([NewReading(meters.cold.pk, ("101",))], by=cast.anna, at=at)
    text = anna.get("/meters/").content.decode()
    assert "ждут 3 счётчика" in text and "+20\xa0баллов" in text and "передано" in text
    assert f'href="/meters/{cast.flat.pk}/"' in text and f"/meters/{cast.other_flat.pk}/" not in text


def test_my_flats_cost_few_queries(anna: Client, meters: Meters) -> None:
    anna.get("/meters/")
    with CaptureQueriesContext(connection) as caught:
        anna.get("/meters/")
    assert len(caught) <= QUERIES_MAX, [query["sql"][:80] for query in caught.captured_queries]


def test_without_a_flat_the_page_says_what_to_do(client: Client, cast: Cast) -> None:
    client.force_login(cast.olga)
    assert 'href="/flats/add/"' in client.get("/meters/").content.decode()


def test_whoever_has_not_proven_is_told_how(client: Client, cast: Cast, meters: Meters) -> None:
    client.force_login(cast.vera)
    assert "кода плательщика" in client.get("/meters/").content.decode()


def test_strangers_sign_in_first(client: Client, cast: Cast) -> None:
    assert client.get("/meters/").status_code == 302


def test_an_owner_adds_a_meter(anna: Client, cast: Cast) -> None:
    url = f"/meters/{cast.flat.pk}/add/"
    assert anna.get(url).status_code == 200
    assert anna.post(url, {**FILLED, "serial": ""}).status_code == 422
    wrong = anna.post(url, {**FILLED, "zones": "2"})
    assert wrong.status_code == 422 and "Тарифные зоны бывают только" in wrong.content.decode()
    assert anna.post(url, FILLED).status_code == 303
    assert str(Meter.objects.get().initial_t1) == "0.500"


def test_an_owner_replaces_archives_and_brings_back(anna: Client, cast: Cast, meters: Meters) -> None:
    base = f"/meters/{cast.flat.pk}/{meters.cold.pk}"
    assert anna.get(f"{base}/replace/").status_code == 200
    assert anna.post(f"{base}/replace/", {**FILLED, "reason": ""}).status_code == 422
    assert anna.post(f"{base}/replace/", {**FILLED, "reason": "срок службы"}).status_code == 303
    assert Meter.objects.filter(flat=cast.flat, archived_at__isnull=True, resource=1).get().serial == "NEW-7"
    assert "Снятые с учёта" in anna.get(f"/meters/{cast.flat.pk}/").content.decode()
    base = f"/meters/{cast.flat.pk}/{meters.hot.pk}"
    assert anna.get(f"{base}/archive/").status_code == 200
    assert anna.post(f"{base}/archive/", {"reason": "снят"}).status_code == 303
    assert anna.post(f"{base}/restore/").status_code == 303
    assert Meter.objects.get(pk=meters.hot.pk).archived_at is None


@pytest.mark.parametrize("page", ["add/", "{meter}/replace/", "{meter}/archive/", "{meter}/restore/"])
def test_only_owners_move_meters(client: Client, cast: Cast, meters: Meters, page: str) -> None:
    url = f"/meters/{cast.flat.pk}/" + page.format(meter=meters.cold.pk)
    for who, status in ((cast.boris, 403), (cast.gleb, 404), (cast.vera, 404), (cast.olga, 403)):
        client.force_login(who)
        assert client.post(url, {**FILLED, "reason": "просто так"}).status_code == status, who
    assert Meter.objects.count() == 6 and not Meter.objects.filter(archived_at__isnull=False).exists()


def test_a_meter_of_another_flat_is_not_found_in_mine(anna: Client, cast: Cast, meters: Meters) -> None:
    for number in (meters.gleb.pk, 10**15, 2**63):
        answer = anna.post(f"/meters/{cast.flat.pk}/{number}/archive/", {"reason": "просто так"})
        assert answer.status_code == 404
