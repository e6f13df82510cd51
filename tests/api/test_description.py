"""The API describes itself truly: for tools, for people, and for the machine's keeper."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from dvor.api.v1 import api
from dvor.base import watching

# An ID token counts once, a flat is added once, a code that was revealed stays revealed.
ONCE_BY_NATURE = {"/api/v1/tokens", "/api/v1/flats", "/api/v1/orders/{order_id}/code", "/api/v1/polls/{poll_id}/close"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def described() -> Any:
    return api.get_openapi_schema()


def test_the_description_is_openapi_3_1_with_our_refusals(stranger: Client) -> None:
    schema = stranger.get("/api/v1/openapi.json").json()
    assert schema["openapi"].startswith("3.1")
    assert "Problem" in schema["components"]["schemas"]
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            assert "4XX" in operation["responses"], f"{method} {path}"


def test_every_operation_says_what_it_does(described: Any) -> None:
    silent = [
        f"{method} {path}"
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
        if not operation.get("description") or not operation.get("tags")
    ]
    assert not silent


def test_every_body_has_an_example(described: Any) -> None:
    without = [
        path
        for path, methods in described["paths"].items()
        for operation in methods.values()
        for content in operation.get("requestBody", {}).get("content", {}).values()
        if "example" not in content
    ]
    assert not without, "openapi_extra=doors.example(...)"


def test_every_write_takes_an_idempotency_key_or_is_one_by_nature(described: Any) -> None:
    """DELETE, PUT and PATCH give the same state twice; a POST does not, unless it carries a key."""
    without = [
        path
        for path, methods in described["paths"].items()
        if "post" in methods
        and not any(line["name"] == "Idempotency-Key" for line in methods["post"]["parameters"])
        and path not in ONCE_BY_NATURE
    ]
    assert not without, "@doors.idempotent"


def test_parameters_have_one_example_not_a_list(described: Any) -> None:
    for methods in described["paths"].values():
        for operation in methods.values():
            assert not any(isinstance(line.get("examples"), list) for line in operation["parameters"])


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_page_shows_every_operation_without_a_script_of_strangers(described: Any, language: str) -> None:
    page = Client(headers={"accept-language": language}).get("/api/v1/docs")
    text = page.content.decode()
    for path in described["paths"]:
        assert path in text
    assert not re.findall(r'(?:src|href)="https?://', text)


def test_health_names_what_does_not_work(stranger: Client) -> None:
    answer = stranger.get("/healthz")
    checks = answer.json()["checks"]
    assert answer.status_code == 503
    assert (checks["database"], checks["migrations"]) == ("ok", "ok")
    assert "dvor worker" in checks["worker"], "no worker runs beside the tests"


def test_health_tells_of_a_database_that_is_away(stranger: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OperationalError("connection refused to host db.internal")

    monkeypatch.setattr(watching, "_missing_migrations", away)
    answer = stranger.get("/healthz")
    assert answer.status_code == 503
    assert set(answer.json()["checks"]) == {"database", "disk"}
    assert "db.internal" not in answer.content.decode()


def test_counters_are_for_this_machine_only(stranger: Client) -> None:
    stranger.get("/api/v1/nowhere")
    assert "dvor_answers_total" in stranger.get("/metrics").content.decode()
    assert stranger.get("/metrics", headers={"x-forwarded-for": "10.0.0.1"}).status_code == 404
    assert stranger.get("/metrics", REMOTE_ADDR="10.0.0.1").status_code == 404


def test_a_log_line_has_a_route_and_no_personal_data(anna: Client, capsys: pytest.CaptureFixture[str]) -> None:
    anna.get("/api/v1/profile?secret=yes")
    line = capsys.readouterr().out
    assert '"route": "api/v1/profile"' in line
    for personal in ("secret", "Анна", "anna@", "Bearer"):
        assert personal not in line
