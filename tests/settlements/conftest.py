"""An account under reconciliation and the accountant who keeps it."""

from __future__ import annotations

from datetime import datetime

import pytest

from dvor.people.models import Resident
from dvor.settlements.models import Account
from tests.cast import Cast
from tests.settlements import books


@pytest.fixture
def account(db: None, at: datetime) -> Account:
    """Our account, where the acquirer's daily transfers come; reconciled since 1 October 2026."""
    return books.account(at=at)


@pytest.fixture
def raisa(cast: Cast, at: datetime) -> Resident:
    """The accountant."""
    return books.accountant(cast.gleb, at=at)
