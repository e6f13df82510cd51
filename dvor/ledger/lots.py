"""Lots and pendings as time passes: pending points mature, old lots expire, owners are warned before."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from dvor.base import periods, sql
from dvor.ledger import kinds
from dvor.notices import facts

WALLETS_AT_ONCE = 5_000
WARN_DAYS = (30, 7)
CATCH_UP_DAYS = 2  # a warning that a stopped worker missed is still told this many days later


def mature(*, at: datetime) -> int:
    """Make pending points available whose delay is over; return how many transfers that took."""
    written = 0
    while True:
        with transaction.atomic():
            due = sql.rows("ledger/due_pending.sql", at=at, limit=WALLETS_AT_ONCE)
            if not due:
                return written
            written += sql.row("ledger/mature.sql", wallet_ids=[wallet.id for wallet in due], at=at).transfers


def expire(*, at: datetime) -> int:
    """Move what is left of lots whose last day is over to the account ``expired``; return how many transfers."""
    day, written = periods.day_of(at), 0
    while True:
        with transaction.atomic():
            due = [wallet.id for wallet in sql.rows("ledger/due_lots.sql", day=day, limit=WALLETS_AT_ONCE)]
            if not due:
                return written
            written += sql.row("ledger/expire.sql", wallet_ids=due, day=day, at=at).transfers
            sql.rows("ledger/forget_lots.sql", wallet_ids=due, day=day)


def warn(*, at: datetime) -> int:
    """Tell residents 30 and 7 days before points expire; return how many facts were new.

    The key of a fact is wallet, last day and warning, so that a second run tells nobody twice.
    """
    return sum(_warn(days, at) for days in WARN_DAYS)


def _warn(days: int, at: datetime) -> int:
    last = periods.day_of(at) + timedelta(days=days)
    first = last - timedelta(days=CATCH_UP_DAYS)
    told, wallet, day = 0, 0, first
    while True:
        page = sql.rows(
            "ledger/expiring.sql", first=first, last=last, after_wallet=wallet, after_day=day, limit=WALLETS_AT_ONCE
        )
        if not page:
            return told
        wallet, day = page[-1].wallet_id, page[-1].expires_on
        told += facts.tell(
            [
                facts.Fact(
                    kind=kinds.POINTS_EXPIRE,
                    resident_id=lot.resident_id,
                    key=f"{lot.wallet_id}:{lot.expires_on}:{days}",
                    context={"amount": lot.remaining, "expires_on": lot.expires_on},
                    url="/points/",
                )
                for lot in page
            ],
            at=at,
        )
