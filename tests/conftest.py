"""Tests run on the real engine: the embedded PostgreSQL 18, or the one that DATABASE_URL names."""

from datetime import UTC, datetime

import pytest

from tests.cast import Cast


@pytest.fixture
def at() -> datetime:
    """The moment of a test: 20 October 2026, 12:00 in Moscow, inside every reading window."""
    return datetime(2026, 10, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def cast(db: None, at: datetime) -> Cast:
    """The fixed persons of our tests; see tests/cast.py."""
    return Cast.assemble(at=at)
