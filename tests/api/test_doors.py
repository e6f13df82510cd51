"""The API's doors: who may pass, what is refused, how a failure looks."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dvor.base.models import AuditEntry
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.sample")]
NOTES = "/api/sample/notes"


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """Assert the shape of a refusal and return its body."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert (body["status"], body["code"]) == (status, code)
    assert set(body) == {"type", "title", "status", "code", "detail", "remedy", "field", "errors"}
    assert body["detail"]
    return body


def send(client: Client, body: Any, **headers: str) -> Any:
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.post(NOTES, text, content_type="application/json", headers=headers)


def test_a_token_opens_the_door_with_one_query(anna: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        answer = anna.get("/api/sample/things/7")
    assert answer.json() == {"number": 7}
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer nonsense", "Basic YTpi", "Bearer " + "x" * 5000, "Bearer ключ"]
)
def test_without_a_living_token_nobody_passes(stranger: Client, header: str) -> None:
    answer = stranger.get("/api/sample/things/7", headers={"authorization": header} if header else {})
    problem(answer, 401, "not_signed_in")
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_session_may_read_and_needs_the_csrf_token_to_write(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    client.force_login(cast.anna)
    assert client.get("/api/sample/things/7").status_code == 200
    problem(send(client, {"subject": "roof"}), 403, "csrf_failed")
    assert not AuditEntry.objects.filter(act="sample.note.written").exists()


@pytest.mark.parametrize(
    ("path", "method", "status", "code"),
    [
        ("/api/sample/nowhere", "get", 404, "not_found"),
        ("/api/", "get", 404, "not_found"),
        ("/api/v2/flats", "get", 404, "not_found"),
        ("/api/sample/missing", "get", 404, "not_found"),
        ("/api/sample/things/x", "get", 404, "not_found"),
        ("/api/sample/things/0", "get", 422, "request_invalid"),
        ("/api/sample/things/99999999999999999999", "get", 422, "request_invalid"),
        ("/api/sample/numbers", "put", 405, "method_not_allowed"),
        ("/api/sample/numbers", "delete", 405, "method_not_allowed"),
        ("/api/sample/numbers?limit=0", "get", 422, "request_invalid"),
        ("/api/sample/numbers?limit=1000", "get", 422, "request_invalid"),
        ("/api/sample/numbers?limit=ten", "get", 422, "request_invalid"),
        ("/api/sample/numbers?cursor=%00", "get", 400, "request_unreadable"),
        ("/api/sample/numbers?cursor=forged", "get", 400, "cursor_unusable"),
        ("/api/sample/limited", "get", 429, "too_many_attempts"),
        ("/api/sample/broken", "get", 500, "our_failure"),
    ],
)
def test_every_failure_is_a_problem(anna: Client, path: str, method: str, status: int, code: str) -> None:
    answer = getattr(anna, method)(path)
    body = problem(answer, status, code)
    assert "secret of the inside" not in json.dumps(body)


def test_a_refused_method_names_the_others(anna: Client) -> None:
    assert anna.delete("/api/sample/numbers")["Allow"] == "GET"


@pytest.mark.parametrize(
    "body",
    ["", "{", "[1,]", "null null", '{"subject": NaN}', '{"subject": "a\\u0000b"}', '{"subject": "\\ud800"}',
     b"\xff\xfe{}", "[" * 3000 + "]" * 3000],
)  # fmt: skip
def test_what_is_not_json_is_refused(anna: Client, body: Any) -> None:
    answer = send(anna, body)
    assert answer.status_code in {400, 422}, answer.content
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "note.subject"),
        ({"subject": 1}, "note.subject"),
        ({"subject": ""}, "note.subject"),
        ({"subject": "x" * 201}, "note.subject"),
        ({"subject": "roof", "number": "1"}, "note.number"),
        ({"subject": "roof", "number": True}, "note.number"),
        ({"subject": "roof", "number": 1.5}, "note.number"),
        ({"subject": "roof", "number": 0}, "note.number"),
        ({"subject": "roof", "number": 2**63}, "note.number"),
        ({"subject": "roof", "number": 10**400}, "note.number"),
        ({"subject": "roof", "urgent": "yes"}, "note.urgent"),
        ({"subject": "roof", "due_on": "20.10.2026"}, "note.due_on"),
        ({"subject": "roof", "owner": 5}, "note.owner"),
        ([], "note"),
        ('"roof"', "note"),
    ],
)
def test_a_value_that_does_not_fit_is_named_with_a_remedy(anna: Client, body: Any, field: str) -> None:
    told = problem(send(anna, body), 422, "request_invalid")
    assert told["field"] == field
    assert all(line["reason"] and line["remedy"] for line in told["errors"])
    assert not AuditEntry.objects.filter(act="sample.note.written").exists()


def test_a_body_must_be_json_by_name_too(anna: Client) -> None:
    problem(anna.post(NOTES, {"subject": "roof"}), 415, "media_type_unknown")


def test_a_large_body_is_refused_unread(anna: Client) -> None:
    problem(send(anna, {"subject": "x" * 1_100_000}), 413, "request_too_large")


def test_a_refusal_of_the_domain_keeps_its_code_field_and_remedy(anna: Client) -> None:
    told = problem(send(anna, {"subject": "forbidden"}), 422, "note_forbidden")
    assert (told["field"], told["remedy"]) == ("subject", "Write another.")
    assert told["type"] == "urn:dvor:problem:note_forbidden"


def test_a_foreign_host_is_refused(anna: Client) -> None:
    problem(anna.get("/api/sample/things/7", headers={"host": "evil.example"}), 400, "request_unreadable")


@pytest.mark.parametrize(
    ("language", "detail"), [("ru", "По этому адресу ничего нет."), ("en", "There is nothing at this address.")]
)
def test_a_failure_speaks_the_readers_language(stranger: Client, language: str, detail: str) -> None:
    answer = stranger.get("/api/sample/nowhere", headers={"accept-language": language})
    assert answer.json()["detail"] == detail
    assert answer["Content-Language"] == language
