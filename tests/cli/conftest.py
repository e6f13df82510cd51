"""A terminal that speaks English, whatever the developer's speaks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dvor.cli import words


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LC_ALL", "C")
    words._translation.cache_clear()
    yield
    words._translation.cache_clear()
