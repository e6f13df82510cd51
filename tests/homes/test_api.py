"""Flats and houses over HTTP."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dvor.base import clock
from dvor.homes.models import Residency
from dvor.people import tokens
from dvor.people.models import Resident
from tests.cast import Cast


def send(client: Client, who: Resident | None, method: str, path: str, body: Any = None, **headers: str) -> Any:
    if who is not None:
        secret, _token = tokens.issue_to(who, title="test", at=clock.now())
        headers["authorization"] = f"Bearer {secret}"
    data = json.dumps(body) if body is not None else ""
    return client.generic(method, f"/api/v1{path}", data, content_type="application/json", headers=headers)


def test_flats_come_with_status_and_rights(client: Client, cast: Cast) -> None:
    answer = send(client, cast.vera, "GET", "/flats")
    assert answer.status_code == 200
    (flat,) = answer.json()["items"]
    assert (flat["id"], flat["status"], flat["proof"], flat["area_m2"]) == (
        cast.second_flat.pk,
        "occupant",
        "none",
        "38.00",
    )
    assert flat["allowed"] == ["see_house", "see_protocols", "see_ads", "post_ads"]
    assert flat["company"]["title"] == "Жилищник Тест"
    assert "payer_code" not in flat


def test_flats_are_two_queries(client: Client, cast: Cast) -> None:
    secret, _token = tokens.issue_to(cast.anna, title="test", at=clock.now())
    with CaptureQueriesContext(connection) as asked:
        client.get("/api/v1/flats", headers={"authorization": f"Bearer {secret}"})
    assert len(asked) <= 3


def test_a_house_is_found(client: Client, cast: Cast) -> None:
    answer = send(client, cast.anna, "GET", "/houses?search=лесн")
    assert answer.json() == {
        "items": [{"id": cast.other_house.pk, "unom": 1002, "address": "Лесная улица, дом 5", "district": ""}]
    }


@pytest.mark.parametrize("query", ["", "?search=", "?search=a", "?search=" + "a" * 201])
def test_a_search_of_the_wrong_length_is_refused(client: Client, cast: Cast, query: str) -> None:
    assert send(client, cast.anna, "GET", f"/houses{query}").status_code == 422


def test_a_flat_is_added_proven_and_left(client: Client, cast: Cast) -> None:
    body = {"house_id": cast.other_house.pk, "flat_number": "кв. 1"}
    added = send(client, cast.anna, "POST", "/flats", body)
    assert (added.status_code, added.json()["proof"]) == (201, "none")
    again = send(client, cast.anna, "POST", "/flats", body)
    assert (again.status_code, again.json()["code"]) == (409, "already_added")
    proven = send(client, cast.anna, "POST", "/flats", {**body, "payer_code": "1234567892"})
    assert (proven.status_code, proven.json()["proof"]) == (201, "payer_code")
    assert "submit_readings" in proven.json()["allowed"]
    assert send(client, cast.anna, "DELETE", f"/flats/{cast.other_flat.pk}").status_code == 204
    gone = send(client, cast.anna, "DELETE", f"/flats/{cast.other_flat.pk}")
    assert (gone.status_code, gone.json()["code"]) == (404, "flat_unknown")


@pytest.mark.django_db(transaction=True)
def test_an_idempotency_key_does_not_hide_guesses(client: Client, at: datetime) -> None:
    """A key's transaction is undone with its refusal; the count of tries must not be."""
    cast = Cast.assemble(at=at)
    body = {"house_id": cast.house.pk, "flat_number": "1", "payer_code": "0000000000"}
    codes = [
        send(client, cast.gleb, "POST", "/flats", body, **{"idempotency-key": f"key-{n}"}).status_code for n in range(6)
    ]
    assert codes == [422] * 5 + [429]


def test_a_stranger_does_not_close_a_flat(client: Client, cast: Cast) -> None:
    for who in (cast.gleb, cast.olga):
        answer = send(client, who, "DELETE", f"/flats/{cast.flat.pk}")
        assert (answer.status_code, answer.json()["code"]) == (404, "flat_unknown")
    assert Residency.objects.filter(flat=cast.flat, until__isnull=True).count() == 2


@pytest.mark.parametrize(
    "body",
    [
        None, [], {}, "x", {"house_id": 1}, {"flat_number": "1"}, {"house_id": "1", "flat_number": "1"},
        {"house_id": 1.5, "flat_number": "1"}, {"house_id": True, "flat_number": "1"},
        {"house_id": 0, "flat_number": "1"}, {"house_id": 2**63, "flat_number": "1"},
        {"house_id": 10**40, "flat_number": "1"}, {"house_id": 1, "flat_number": 1}, {"house_id": 1, "flat_number": ""},
        {"house_id": 1, "flat_number": "1" * 41}, {"house_id": 1, "flat_number": "1", "payer_code": None},
        {"house_id": 1, "flat_number": "1", "payer_code": 1234567890},
        {"house_id": 1, "flat_number": "1", "payer_code": "12345"},
        {"house_id": 1, "flat_number": "1", "title": "я" * 61}, {"house_id": 1, "flat_number": "1", "resident": 5},
        {"house_id": 1, "flat_number": "1", "status": "owner"}, {"house_id": 10**9, "flat_number": "1"},
        {"house_id": 1, "flat_number": "\u0000"}, {"house_id": 1, "flat_number": "../../etc"},
    ],
)  # fmt: skip
def test_a_body_of_the_wrong_shape_is_refused(client: Client, cast: Cast, body: Any) -> None:
    before = Residency.objects.count()
    answer = send(client, cast.anna, "POST", "/flats", body)
    assert answer.status_code in (400, 415, 422), answer.content
    assert answer.json()["code"]
    assert Residency.objects.count() == before


@pytest.mark.parametrize("flat_id", ["0", "-1", "x", "9" * 30, "1.5", "%00"])
def test_a_flat_of_an_impossible_number_is_refused(client: Client, cast: Cast, flat_id: str) -> None:
    assert send(client, cast.anna, "DELETE", f"/flats/{flat_id}").status_code in (400, 404, 422)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/flats"), ("POST", "/flats"), ("DELETE", "/flats/1"), ("GET", "/houses?search=aa")]
)
def test_without_a_token_nothing_is_told(client: Client, db: None, method: str, path: str) -> None:
    assert send(client, None, method, path, {} if method == "POST" else None).status_code == 401
