"""schemathesis reads our own description and tries to break the API: no 500, no answer that the description denies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck
from hypothesis import settings as trying
from pytest_django import Settings
from schemathesis import checks
from schemathesis.specs.openapi import checks as openapi

from dvor.api import lane
from dvor.base import periods
from dvor.homes.models import Residency
from dvor.meters import devices
from dvor.meters.nameplates import Nameplate
from dvor.meters.resources import Resource
from dvor.people.models import Resident
from dvor.wsgi import application
from tests.cast import Cast

schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
# What is too large is refused by its length, before anybody reads it.
_REJECTED = schema.config.checks.negative_data_rejection
_REJECTED.expected_statuses = [*_REJECTED.expected_statuses, "413"]
HELD = (
    checks.not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_schema_conformance,
    openapi.negative_data_rejection,
    openapi.ignored_auth,
)


@pytest.fixture
def inhabited(cast: Cast, at: datetime) -> Cast:
    """The cast with a meter, so that some requests reach something."""
    plate = Nameplate(cast.flat.pk, Resource.COLD_WATER, "A-1", periods.day_of(at).replace(year=2025))
    devices.install([plate], by=cast.olga, at=at)
    assert Residency.objects.count() == 4
    return cast


@pytest.fixture
def _unhindered(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No limit of rates; and a bare WSGI call must not close the connection, and with it the test's transaction."""
    settings.API_RATE_MAX = 10**9
    monkeypatch.setattr(lane, "FAILURES_MAX", 10**9)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@schema.parametrize()
@trying(
    max_examples=20, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much, HealthCheck.too_slow],
)  # fmt: skip
@pytest.mark.usefixtures("_unhindered")
@pytest.mark.django_db
def test_the_api_stands_what_its_description_allows(
    case: Any, inhabited: Cast, secret_of: Callable[[Resident], str]
) -> None:
    secret = _SECRETS.setdefault(inhabited.anna.pk, None) or secret_of(inhabited.anna)
    _SECRETS[inhabited.anna.pk] = secret
    case.call_and_validate(headers={"Authorization": f"Bearer {secret}"}, checks=HELD)


_SECRETS: dict[int, str | None] = {}
