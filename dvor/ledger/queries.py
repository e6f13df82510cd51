"""Reads of the ledger: balance, what expires when, statement, system accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dvor.base import sql
from dvor.ledger.currencies import Currency
from dvor.ledger.models import Lot, Wallet


@dataclass(frozen=True, slots=True)
class Balance:
    """A wallet at a glance; a resident without a wallet has zeros."""

    available: int = 0
    held: int = 0
    pending: int = 0
    debt: int = 0
    blocked_at: datetime | None = None
    blocked_reason: str = ""


class Operation(StrEnum):
    """What a line of a statement is to its reader."""

    ISSUED = "issued"
    PROMISED = "promised"
    MATURED = "matured"
    HELD = "held"
    RELEASED = "released"
    SPENT = "spent"
    DONATED = "donated"
    GIVEN_BACK = "given_back"
    EXPIRED = "expired"
    REVERSED = "reversed"
    OWED = "owed"
    REPAID = "repaid"

    @property
    def label(self) -> Promise:
        return _LABELS[self]


_LABELS = {
    Operation.ISSUED: _("Points awarded"),
    Operation.PROMISED: _("Points awarded, spendable later"),
    Operation.MATURED: _("Points became spendable"),
    Operation.HELD: _("Set aside for an order"),
    Operation.RELEASED: _("Returned from an order"),
    Operation.SPENT: _("Spent on a reward"),
    Operation.DONATED: _("Given to charity"),
    Operation.GIVEN_BACK: _("Returned for a cancelled reward"),
    Operation.EXPIRED: _("Points expired"),
    Operation.REVERSED: _("Award taken back"),
    Operation.OWED: _("Award taken back: to be repaid"),
    Operation.REPAID: _("Debt repaid"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a statement: the transfers of one cause at one moment between the same accounts.

    ``change`` is what it did to the spendable balance, ``amount`` how many points moved.
    """

    posted_at: datetime
    seq: int
    operation: Operation
    amount: int
    change: int
    available_after: int
    cause_kind: int
    cause_id: int
    expires_on: date | None


def balance(resident_id: int, currency: Currency = Currency.CITY) -> Balance:
    """The resident's balance in one currency. One query."""
    found = Wallet.objects.filter(resident_id=resident_id, currency=currency).values(
        "available", "held", "pending", "debt", "blocked_at", "blocked_reason"
    )
    return next((Balance(**row) for row in found), Balance())


def expiring(resident_id: int, at: date, currency: Currency = Currency.CITY) -> list[tuple[date, int]]:
    """What expires when: last day and points of each live lot, soonest first. One query."""
    wallet = Wallet.objects.filter(resident_id=resident_id, currency=currency).values("id")
    return list(
        Lot.objects.filter(wallet_id__in=wallet, remaining__gt=0, expires_on__gte=at)
        .order_by("expires_on")
        .values_list("expires_on", "remaining")
    )


def purse(resident_id: int, at: date, currency: Currency = Currency.CITY) -> tuple[Balance, list[tuple[date, int]]]:
    """``balance`` and ``expiring`` in one query, for a page that shows both."""
    rows = sql.rows("ledger/purse.sql", resident=resident_id, currency=currency, day=at)
    if not rows:
        return Balance(), []
    first = rows[0]
    told = Balance(first.available, first.held, first.pending, first.debt, first.blocked_at, first.blocked_reason)
    return told, [(row.expires_on, row.remaining) for row in rows if row.expires_on is not None]


def statement(
    resident_id: int,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    before: tuple[datetime, int] | None = None,
    limit: int = 50,
    currency: Currency = Currency.CITY,
) -> list[Entry]:
    """Lines of the wallet's statement, newest first, in the half-open period ``since`` … ``until``.

    ``before`` is the ``(posted_at, seq)`` of the last line of the page before. One query.
    """
    found = sql.rows(
        "ledger/statement.sql",
        resident_id=resident_id,
        currency=currency,
        since=since,
        until=until,
        before_at=before[0] if before else None,
        before_seq=before[1] if before else None,
        limit=limit,
    )
    return [Entry(**{**row._asdict(), "operation": Operation(row.operation)}) for row in found]


def account_balances(prefix: str, currency: Currency = Currency.CITY) -> dict[str, int]:
    """Points on system accounts whose code begins with ``prefix`` (``issued:``, ``spent:``, ``expired``). One query."""
    return {row.code: row.balance for row in sql.rows("ledger/accounts.sql", prefix=prefix, currency=currency)}


@dataclass(frozen=True, slots=True)
class MonthOfWallet:
    """Points that came to and went from a wallet in one month of the city's calendar."""

    month: date
    awarded: int
    spent: int
    expired: int


def months(resident_id: int, *, since: datetime, zone: str, currency: Currency = Currency.CITY) -> list[MonthOfWallet]:
    """What was awarded (less what was taken back), spent (less what was returned) and expired by month. One query."""
    found = sql.rows("ledger/months.sql", resident_id=resident_id, currency=currency, since=since, zone=zone)
    return [MonthOfWallet(*row) for row in found]
