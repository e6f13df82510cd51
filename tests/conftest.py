"""Tests run on the real engine: the embedded PostgreSQL 18, or the one that DATABASE_URL names."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.utils import translation

from tests.cast import Cast


@pytest.fixture(autouse=True)
def _in_russian() -> Iterator[None]:
    """No test inherits the language that another one left behind."""
    with translation.override("ru"):
        yield


@pytest.fixture
def at() -> datetime:
    """The moment of a test: 20 October 2026, 12:00 in Moscow, inside every reading window."""
    return datetime(2026, 10, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def cast(db: None, at: datetime) -> Cast:
    """The fixed persons of our tests; see tests/cast.py."""
    return Cast.assemble(at=at)
