"""/api/v1/meters and /api/v1/readings."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
import time_machine
from django.test import Client

from dvor.meters.models import Reading
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


HOSTILE_BODIES = (
    b"",
    b"{",
    b"null",
    b"[]",
    b'"readings"',
    b'{"readings": null}',
    b'{"readings": []}',
    b'{"readings": {}}',
    b"NaN",
    b'{"readings": [null]}',
    b'{"readings": [{}]}',
    b'{"readings": [{"meter_id": 1}]}',
    b"\xff\xfe",
    b'{"readings": [{"meter_id": "1", "values": [1]}]}',
    b'{"readings": [{"meter_id": true, "values": [1]}]}',
    b'{"readings": [{"meter_id": 1.5, "values": [1]}]}',
    b'{"readings": [{"meter_id": -1, "values": [1]}]}',
    b'{"readings": [{"meter_id": 99999999999999999999, "values": [1]}]}',
    b'{"readings": [{"meter_id": 1, "values": []}]}',
    b'{"readings": [{"meter_id": 1, "values": [1, 2, 3, 4]}]}',
    b'{"readings": [{"meter_id": 1, "values": [null]}]}',
    b'{"readings": [{"meter_id": 1, "values": [true]}]}',
    b'{"readings": [{"meter_id": 1, "values": [[1]]}]}',
    b'{"readings": [{"meter_id": 1, "values": [NaN]}]}',
    b'{"readings": [{"meter_id": 1, "values": "1"}]}',
    b'{"readings": [{"meter_id": 1, "values": [1], "source": 3}]}',
    b'{"readings": [{"meter_id": 1, "values": ["\\u0000"]}]}',
    b'{"readings": [{"meter_id": 1, "values": [1], "confirmed": "yes"}]}',
    b'{"readings": [' + b"[" * 500 + b"]" * 500 + b"]}",
    b'{"readings": [' + b",".join([b'{"meter_id": 1, "values": [1]}'] * 101) + b"]}",
)


@pytest.mark.parametrize("body", HOSTILE_BODIES, ids=lambda body: ascii(body)[:60])
def test_bodies_that_make_no_sense_are_4xx_problems(anna: Client, meters: Meters, body: bytes) -> None:
    answer = anna.post("/api/v1/readings", body, content_type="application/json")
    assert 400 <= answer.status_code < 500
    assert answer.json()["code"] and answer.json()["detail"]
    assert not Reading.objects.exists()


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ([10**30], "reading_unreadable"),
        (["9" * 60], "reading_unreadable"),
        ([100000], "reading_too_large"),
        (["1e3"], "reading_unreadable"),
        ([1e3], None),
        (["Infinity"], "reading_unreadable"),
        (["-5"], "reading_negative"),
        ([-5], "reading_negative"),
        (["٣"], "reading_unreadable"),
        ([""], "reading_missing"),
        (["101.0001"], "too_many_decimals"),
        ([101, 102], "zones_do_not_fit"),
        ([99], "reading_below_previous"),
        (["1' or '1'='1"], "reading_unreadable"),
    ],
)
def test_values_that_no_meter_shows_are_explained(
    anna: Client, meters: Meters, values: list[object], code: str | None
) -> None:
    body = _send(anna, {"meter_id": meters.cold.pk, "values": values, "confirmed": True}).json()
    problem = body["outcomes"][0]["problem"]
    assert (problem["code"] if problem else None) == code
    assert problem is None or (problem["detail"] and problem["remedy"] and 400 <= problem["status"] < 500)


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"flat": "x"},
        {"flat": -1},
        {"flat": 2**63},
        {"flat": 1, "meter": "x"},
        {"flat": 1, "limit": 0},
        {"flat": 1, "limit": 101},
        {"flat": 1, "cursor": "x"},
        {"flat": 1, "cursor": "A" * 300},
    ],
)
def test_histories_asked_for_in_odd_ways_are_4xx(anna: Client, cast: Cast, query: dict[str, object]) -> None:
    asked = {**query, "flat": cast.flat.pk} if query.get("flat") == 1 else query
    assert 400 <= anna.get("/api/v1/readings", asked).status_code < 500


def test_without_a_token_nothing_is_told(client: Client, cast: Cast, meters: Meters) -> None:
    assert client.get("/api/v1/meters", {"flat": cast.flat.pk}).status_code == 401
    assert client.post("/api/v1/readings", "{}", content_type="application/json").status_code == 401
