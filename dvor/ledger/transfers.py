"""Transfers: issued for an award, taken back by a reversal. Written once, never edited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from django.db import connection

from dvor.base import periods, sql
from dvor.ledger.accounts import AVAILABLE, PENDING
from dvor.ledger.models import Cause
from dvor.ledger.wallets import Locked


class Issue(NamedTuple):
    """Points from a system account to a wallet that this transaction has locked.

    ``matures_at`` keeps them pending until then; ``expires_on`` overrides the currency's own term (a campaign's).
    """

    wallet: Locked
    account: int
    amount: int
    cause_id: int
    matures_at: datetime | None = None
    expires_on: date | None = None
    cause_kind: int = Cause.AWARD


class Reversal(NamedTuple):
    """Takes back what one issue gave: from pending, from available lots, and the rest as debt."""

    wallet_id: int
    account: int
    amount: int
    cause_id: int
    cause_kind: int = Cause.AWARD


def post(issues: Sequence[Issue], *, at: datetime) -> int:
    """Issue points in one statement; the number of transfers written.

    Points for a wallet in debt repay it at once. A batch that names a wallet which is not locked fails as a whole.
    """
    if not issues:
        return 0
    assert connection.in_atomic_block, "a transfer shares the transaction of what caused it"
    lots = [issue.expires_on or last_day(issue.matures_at or at, issue.wallet.lot_months) for issue in issues]
    pending = [(issue, lot) for issue, lot in zip(issues, lots, strict=True) if issue.matures_at is not None]
    return int(
        sql.row(
            "ledger/post.sql",
            wallets=[issue.wallet.id for issue in issues],
            accounts=[issue.account for issue in issues],
            credits=[PENDING if issue.matures_at else AVAILABLE for issue in issues],
            amounts=[issue.amount for issue in issues],
            lots=lots,
            cause_kinds=[issue.cause_kind for issue in issues],
            cause_ids=[issue.cause_id for issue in issues],
            pending_wallets=[issue.wallet.id for issue, _lot in pending],
            pending_kinds=[issue.cause_kind for issue, _lot in pending],
            pending_causes=[issue.cause_id for issue, _lot in pending],
            pending_matures=[issue.matures_at for issue, _lot in pending],
            pending_amounts=[issue.amount for issue, _lot in pending],
            pending_lots=[lot for _issue, lot in pending],
            at=at,
        ).transfers
    )


@lru_cache(maxsize=256)
def last_day(spendable_at: datetime, lot_months: int) -> date:
    """The last day on which points can be spent: the end of the month ``lot_months`` after they became spendable."""
    return periods.month_end(periods.month_plus(periods.month_of(spendable_at), lot_months))


def reverse(reversals: Sequence[Reversal], *, at: datetime) -> int:
    """Take back issued points in one statement; the number of transfers written.

    What is still pending of the same cause goes first, then available lots from the oldest, and what was already
    spent becomes a debt that later points repay. The caller sees to it that a cause is reversed once.
    """
    if not reversals:
        return 0
    assert connection.in_atomic_block, "a transfer shares the transaction of what caused it"
    wallets, accounts, amounts, cause_ids, cause_kinds = map(list, zip(*reversals, strict=True))
    return int(
        sql.row(
            "ledger/reverse.sql",
            wallet_ids=wallets,
            accounts=accounts,
            amounts=amounts,
            cause_ids=cause_ids,
            cause_kinds=cause_kinds,
            at=at,
        ).transfers
    )
