"""Clients that read English, and Russian texts where a test is about them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine
from django.test import Client
from django.utils import translation
from django.utils.translation import trans_real

from dvor.cli import machine


@pytest.fixture(autouse=True)
def _clock(at: datetime) -> Iterator[None]:
    with time_machine.travel(at, tick=False):
        yield


@pytest.fixture
def client() -> Client:
    """A browser that chose English."""
    browser = Client(raise_request_exception=False)
    browser.cookies["language"] = "en"
    return browser


@pytest.fixture
def russian() -> Iterator[None]:
    """Russian texts, compiled if nobody has done it yet."""
    if machine.compile_translations():
        trans_real._translations.clear()
    with translation.override("ru"):
        yield
