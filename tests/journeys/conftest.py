"""One product and one browser for all journeys of a session; each person gets a browser context of their own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys import product as started


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[started.Product]:
    data = tmp_path_factory.mktemp("dvor")
    with started.running(data) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not Path(started.CHROMIUM).exists():
        missing = "these tests need Chromium; bin/test installs it where it may (Debian package chromium)"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    with started.chromium() as opened:
        yield opened


@pytest.fixture
def person(browser: Browser) -> Iterator[Callable[..., Page]]:
    """``person(width=390)``: a page in a fresh browser; anything the page's scripts complain of fails the test."""
    contexts, complaints = [], []

    def come(**how: object) -> Page:
        context = started.visit(browser, **how)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        return page

    yield come
    for context in contexts:
        context.close()
    unexpected = [line for line in complaints if "status of 4" not in line]
    assert not unexpected, unexpected
