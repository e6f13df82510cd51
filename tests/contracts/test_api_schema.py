"""The API keeps to its own description, whatever schemathesis sends: every operation, good and bad values, good ones
often of things that exist, asked by a resident who has flats, meters, points and orders, and by nobody.

Derandomised: the same values at each run, so that a red run is the change's doing.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
import schemathesis
import time_machine
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck
from hypothesis import settings as trying
from pydantic import BaseModel
from pytest_django import DjangoDbBlocker
from schemathesis import checks
from schemathesis.specs.openapi import checks as openapi

from dvor.api import lane
from dvor.api.v1 import PACKAGES
from dvor.wsgi import application
from tests.attack import hostile
from tests.attack.hostile_scene import AT, Scene, staged

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_unhindered")]
schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
# A body of more than a megabyte is not even read: longer texts than a picture may have are told so.
_REJECTED = schema.config.checks.negative_data_rejection
_REJECTED.expected_statuses = [*_REJECTED.expected_statuses, "413"]
EXAMPLES = 40
HELD = (
    checks.not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_headers_conformance,
    openapi.response_schema_conformance,
    openapi.negative_data_rejection,
    openapi.missing_required_header,
    openapi.ignored_auth,
)
# Numbers that mean something in the scene, for every name under which the API takes one; Gleb's things among them.
KNOWN = {
    "reward_id": ("coffee", "cinema", "empty", "draft", "withdrawn", "vip", "once", "shelter"),
    "order_id": ("late", "cancelled", "shown", "final", "given", "gleb_order"),
    "flat_id": ("flat", "vera_flat", "gleb_flat"),
    "flat": ("flat", "vera_flat", "gleb_flat"),
    "meter_id": ("cold", "hot", "power", "heat", "gas", "expired", "archived", "gleb_meter"),
    "meter": ("cold", "power", "archived", "gleb_meter"),
    "house_id": ("house", "other_house"),
    "token_id": ("boris_token", "revoked_token", "gleb_token", "anna_token"),
}
TYPED = {"flat_number": ("1", "2"), "payer_code": ("1234567892", "1234567891", "")}


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    with django_db_blocker.unblock(), staged() as made:
        yield made


@pytest.fixture
def _unhindered(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No limit of rates; and a bare WSGI call must not close the connection, and with it the test's transaction."""
    settings.API_RATE_MAX = 10**9
    monkeypatch.setattr(lane, "FAILURES_MAX", 10**9)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def aim(scene: Scene, part: Any) -> None:
    """Turn three of four good values into one that exists, wherever something of ours is asked for by name."""
    for name, value in part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ():
        if isinstance(value, dict | list):
            aim(scene, value)
        elif name in KNOWN and type(value) is int and 0 < value < 2**63 and value % 4:
            part[name] = scene.ids[KNOWN[name][value // 4 % len(KNOWN[name])]]
        elif name in TYPED and isinstance(value, str) and len(value) % 4:
            part[name] = TYPED[name][len(value) // 4 % len(TYPED[name])]


@schema.parametrize()
@trying(
    max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much, HealthCheck.too_slow],
)  # fmt: skip
def test_no_request_breaks_the_description(case: Any, scene: Scene) -> None:
    if case.meta is None or case.meta.generation.mode.is_positive:
        for part in (case.path_parameters, case.query, case.body):
            aim(scene, part)
    with time_machine.travel(AT, tick=False), transaction.atomic():
        case.call_and_validate(headers={"Authorization": f"Bearer {scene.secrets['anna']}"}, checks=HELD)
        transaction.set_rollback(True)  # each request finds the same world


def test_every_answer_has_a_name_of_its_own() -> None:
    """Two schemas of one name in two packages would become one in the description, and one of them a lie."""
    owners: dict[str, set[str]] = {}
    for package in PACKAGES:
        module = import_module(f"dvor.{package}.api")
        for name, kind in vars(module).items():
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                owners.setdefault(name, set()).add(kind.__module__)
    assert not {name: modules for name, modules in owners.items() if len(modules) > 1}


OPERATIONS = [
    (path, method, operation) for path, item in schema.raw_schema["paths"].items() for method, operation in item.items()
]


@pytest.mark.parametrize(
    ("path", "method", "operation"), OPERATIONS, ids=[f"{method} {path}" for path, method, _operation in OPERATIONS]
)
@pytest.mark.parametrize("by", ["nobody", "expired", "zoya"])
def test_what_needs_a_token_opens_to_nobody(
    scene: Scene, path: str, method: str, operation: dict[str, Any], by: str
) -> None:
    if not operation.get("security"):
        assert path in {"/api/v1/rules", "/api/v1/tokens"}, "open on purpose: the knowledge base and signing in"
        return
    attack = hostile.Attack(
        name=by, path=path.replace("{", "").replace("}", ""), method=method.upper(), by="", status=401,
        says="not_signed_in", headers={} if by == "nobody" else {"authorization": f"Bearer {scene.secrets[by]}"},
    )  # fmt: skip
    scene.assert_refused(attack)
