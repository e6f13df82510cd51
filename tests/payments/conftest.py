"""A shop at a bank that can misbehave, and the cast with a bill."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from dvor.bills.models import Bill
from dvor.payments.acquirers import yookassa
from tests.cast import Cast
from tests.payments import bank as banks
from tests.payments.bank import Bank
from tests.payments.paper import billed


@pytest.fixture
def bank(settings: Any, monkeypatch: pytest.MonkeyPatch, at: datetime) -> Iterator[Bank]:
    monkeypatch.setattr(yookassa, "READ_SECONDS", 0.3)
    with banks.opened() as opened:
        opened.at = at
        settings.ACQUIRER = banks.settings_of(opened)
        yield opened


@pytest.fixture
def bill(cast: Cast) -> Bill:
    """September of Anna's flat: 1000.00 for services, 50.00 penalty, 100.00 insurance."""
    return billed(cast.flat, 100_000, 5_000, 10_000)
