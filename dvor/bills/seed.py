"""What bills rely on: partitions of their lines from two years back to three months ahead."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from dvor.base import periods, sql, tables

MONTHS_BACK, MONTHS_AHEAD = 25, 3


def load(*, at: datetime) -> None:
    """Add what is missing."""
    month = periods.month_of(at)
    open_months(periods.month_plus(month, count) for count in range(-MONTHS_BACK, MONTHS_AHEAD + 1))


def open_months(months: Iterable[date]) -> int:
    """Make the missing monthly partitions of bill lines; return how many were made.

    A transaction of its own, before anything else is locked: a new partition locks the whole table.
    """
    wanted = sorted(set(months))
    if not sql.rows("bills/missing_months.sql", months=wanted):
        return 0
    with transaction.atomic():
        sql.rows("bills/lock_months.sql")
        missing = [row.month for row in sql.rows("bills/missing_months.sql", months=wanted)]
        return sum(tables.ensure_months("bills_line", month, month) for month in missing)
