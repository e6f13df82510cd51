"""/api/v1/meters and /api/v1/readings."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
import time_machine
from django.test import Client

from tests.cast import Cast
from tests.meters.conftest import Meters


@pytest.fixture(autouse=True)
def _clock(at: datetime):
    with time_machine.travel(at, tick=False):
        yield


@pytest.fixture
def anna(client: Client, cast: Cast) -> Client:
    client.force_login(cast.anna)
    return client


def _send(client: Client, *readings: dict[str, object], **headers: str):
    return client.post(
        "/api/v1/readings", json.dumps({"readings": readings}), content_type="application/json", headers=headers
    )


def test_meters_of_a_flat_come_with_windows(anna: Client, cast: Cast, meters: Meters) -> None:
    found = anna.get("/api/v1/meters", {"flat": cast.flat.pk}).json()
    assert [one["resource"] for one in found] == ["cold_water", "hot_water", "electricity", "heat"]
    assert found[0]["window"] == {
        "is_open": True, "period": "2026-10-01", "opens_on": "2026-10-15", "closes_on": "2026-11-03",
    }  # fmt: skip


def test_good_readings_are_kept_and_bad_ones_are_problems(anna: Client, meters: Meters) -> None:
    answer = _send(
        anna, {"meter_id": meters.cold.pk, "values": ["107,125"]},
        {"meter_id": meters.power.pk, "values": [1100, 540.5]},
        {"meter_id": meters.gleb.pk, "values": [11]},
    )  # fmt: skip
    body = answer.json()
    assert answer.status_code == 200, body
    assert [one["accepted"] for one in body["outcomes"]] == [True, True, False]
    assert body["outcomes"][1]["reading"]["values"] == ["1100", "540.5"]
    assert body["outcomes"][2]["problem"]["code"] == "meter_unknown"
    assert body["points"] == 40


def test_the_same_key_gets_the_first_answer(anna: Client, meters: Meters) -> None:
    reading = {"meter_id": meters.cold.pk, "values": [101]}
    first, again = (_send(anna, reading, **{"Idempotency-Key": "a"}) for _ in range(2))
    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"


def test_history_is_paged_by_cursor(anna: Client, cast: Cast, meters: Meters) -> None:
    for value in (101, 102, 103):
        _send(anna, {"meter_id": meters.cold.pk, "values": [value]})
    page = anna.get("/api/v1/readings", {"flat": cast.flat.pk, "limit": 2}).json()
    rest = anna.get("/api/v1/readings", {"flat": cast.flat.pk, "limit": 2, "cursor": page["next"]}).json()
    assert [one["version"] for one in page["items"] + rest["items"]] == [3, 2, 1]
    assert rest["next"] == "" and page["items"][0]["is_mine"]


def test_a_stranger_finds_no_meters_and_no_history(client: Client, cast: Cast, meters: Meters) -> None:
    client.force_login(cast.gleb)
    assert client.get("/api/v1/meters", {"flat": cast.flat.pk}).status_code == 404
    assert client.get("/api/v1/readings", {"flat": cast.flat.pk}).status_code == 404
    assert client.get("/api/v1/readings", {"flat": cast.other_flat.pk, "meter": meters.cold.pk}).json()["items"] == []
