"""Operators at their desks."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client

from dvor.base import clock
from dvor.people.models import Resident
from tests.cast import Cast


@pytest.fixture(autouse=True)
def _present(at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(hours=1))


def desk(resident: Resident) -> Client:
    """A browser with the resident's open session."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(resident)
    return client


@pytest.fixture
def olga(cast: Cast) -> Client:
    """The city operator."""
    return desk(cast.olga)


@pytest.fixture
def ivan(cast: Cast) -> Client:
    """Works for the management company of the first house."""
    return desk(cast.ivan)
