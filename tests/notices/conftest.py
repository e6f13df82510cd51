"""A kind of fact of the tests' own, with its templates."""

from __future__ import annotations

import copy
import secrets
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from dvor.notices import kinds
from dvor.notices.facts import Fact
from dvor.notices.kinds import Channel, FactKind
from dvor.people.models import Resident
from tests.notices import push_service

CONTEXT = {
    "what": "A & B",
    "title": {"ru": "Вода", "en": "Water"},
    "due_on": date(2026, 10, 26),
    "closes_at": datetime(2026, 10, 26, 20, 30, tzinfo=UTC),
}


@pytest.fixture(autouse=True)
def _templates(settings: Settings) -> None:
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [Path(__file__).parent / "templates"]
    settings.TEMPLATES = templates


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> dict[str, FactKind]:
    """Only the kinds of this test are known."""
    own: dict[str, FactKind] = {}
    monkeypatch.setattr(kinds, "_registered", own)
    return own


@pytest.fixture
def event(registered: dict[str, FactKind]) -> FactKind:
    """Told on the page and by mail."""
    return kinds.register(FactKind("tests.event", {"ru": "Событие", "en": "Event"}))


@pytest.fixture
def quiet(registered: dict[str, FactKind]) -> FactKind:
    """Told on the page only, unless one asks for mail."""
    channels = frozenset({Channel.PAGE})
    return kinds.register(FactKind("tests.quiet", {"ru": "Мелочь", "en": "Trifle"}, defaults=channels))


@pytest.fixture
def vital(registered: dict[str, FactKind]) -> FactKind:
    """Cannot be switched off."""
    return kinds.register(FactKind("tests.vital", {"ru": "Важное", "en": "Vital"}, fixed=frozenset(Channel)))


@pytest.fixture
def urgent(registered: dict[str, FactKind]) -> FactKind:
    """Waits for no quiet hours."""
    return kinds.register(FactKind("tests.event", {"ru": "Авария", "en": "Emergency"}, urgent=True))


@pytest.fixture
def service(settings: Settings) -> Iterator[push_service.Service]:
    """A push service on this machine, and a site with a key."""
    with push_service.running() as running:
        settings.PUSH_KEY = secrets.token_urlsafe(32)
        settings.PUSH_STAND_INS = [running.host]
        yield running


def fact(kind: FactKind, resident_id: int, key: str = "1", url: str = "/") -> Fact:
    return Fact(kind, resident_id, key, CONTEXT, url)


def forget(resident: Resident, *, at: datetime) -> None:
    """Leave the row of somebody who asked to be forgotten."""
    Resident.objects.filter(pk=resident.pk).update(
        city_id=f"erased:{resident.pk}", first_name="", last_name="", email="",
        deletion_requested_at=at, deleted_at=at,
    )  # fmt: skip
