"""What the ledger relies on: the fixed accounts, the terms of currencies, this and the next months' partitions."""

from __future__ import annotations

from datetime import date, datetime

from dvor.base import periods, sql, tables

MONTHS_AHEAD = 3


def load(*, at: datetime) -> None:
    """Add what is missing."""
    sql.rows("ledger/seed.sql")
    month = periods.month_of(at)
    open_months(periods.month_plus(month, -1), periods.month_plus(month, MONTHS_AHEAD))


def open_months(first: date, last: date) -> int:
    """Make the monthly partitions of transfers between two months; return how many were missing."""
    return tables.ensure_months("ledger_transfer", first, last)
