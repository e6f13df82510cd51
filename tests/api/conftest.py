"""A resident's app: a client with a token, and the sample API mounted beside the real one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from dvor.base import clock
from dvor.people import tokens
from dvor.people.models import Resident
from tests.cast import Cast

App = Callable[..., Any]


@pytest.fixture(autouse=True)
def _present(at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: at)


@pytest.fixture
def secret_of(at: datetime) -> Callable[[Resident], str]:
    """A fresh token of a resident."""
    return lambda resident: tokens.issue_to(resident, title="test", at=at)[0]


@pytest.fixture
def anna(cast: Cast, secret_of: Callable[[Resident], str]) -> Client:
    """Anna's app; failures inside come back as answers, as they do in production."""
    return Client(
        raise_request_exception=False,
        headers={"authorization": f"Bearer {secret_of(cast.anna)}", "accept-language": "en"},
    )


@pytest.fixture
def stranger(db: None) -> Client:
    """Somebody without a token."""
    return Client(raise_request_exception=False, headers={"accept-language": "en"})
