"""What the ledger's tests share: a source of points, a shop, and issuing in one call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import count

from django.db import transaction

from dvor.ledger import accounts, transfers
from dvor.ledger.currencies import Currency
from dvor.ledger.models import Cause
from dvor.ledger.transfers import Issue
from dvor.people.models import Resident

_causes = count(10**12)


def source() -> int:
    """The account that issues the points of these tests."""
    return accounts.ensure("issued:test", {"ru": "Проверка", "en": "Test"})


def shop() -> int:
    """The account of a partner."""
    return accounts.ensure("spent:test", {"ru": "Магазин", "en": "Shop"})


def issue(
    resident: Resident,
    *amounts: int,
    at: datetime,
    expires_on: date | None = None,
    matures_at: datetime | None = None,
    currency: Currency = Currency.CITY,
) -> list[int]:
    """Issue points as if for awards; the numbers of their causes."""
    causes = [next(_causes) for _amount in amounts]
    with transaction.atomic():
        transfers.post(
            [
                Issue(resident.pk, source(), amount, cause, matures_at, expires_on)
                for amount, cause in zip(amounts, causes, strict=True)
            ],
            cause=Cause.AWARD,
            at=at,
            currency=currency,
        )
    return causes


def lots(resident: Resident, currency: Currency = Currency.CITY) -> dict[date, int]:
    """What is left in each lot."""
    from dvor.ledger import queries

    return dict(queries.expiring(resident.pk, date.min, currency))


def amounts(entries: Sequence[object]) -> list[tuple[str, int]]:
    """Operations of a statement with what they did to the spendable balance."""
    return [(str(entry.operation), entry.change) for entry in entries]  # type: ignore[attr-defined]
