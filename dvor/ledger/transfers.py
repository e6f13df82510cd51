"""Transfers: issued for an award, taken back by a reversal. Written once, never edited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from dvor.base import sql
from dvor.ledger import wallets
from dvor.ledger.currencies import Currency
from dvor.ledger.models import Cause


class Issue(NamedTuple):
    """Points from a system account to a resident.

    ``matures_at`` keeps them pending until then; ``expires_on`` overrides the currency's own term (a campaign's).
    """

    resident_id: int
    account: int
    amount: int
    cause_id: int
    matures_at: datetime | None = None
    expires_on: date | None = None


class Reversal(NamedTuple):
    """Takes back what one issue gave: from pending, from available lots, and the rest as debt."""

    wallet_id: int
    account: int
    amount: int
    cause_id: int
    cause_kind: int = Cause.AWARD


def post(issues: Sequence[Issue], *, cause: Cause, at: datetime, currency: Currency = Currency.CITY) -> int:
    """Issue points in one statement; the number of transfers written.

    A resident's first points open the wallet; points for a wallet in debt repay it at once. Awards do not come this
    way: ``points`` calls the same SQL function from its own statement.
    """
    if not issues:
        return 0
    assert connection.in_atomic_block, "a transfer shares the transaction of what caused it"
    residents, accounts, amounts, cause_ids, matures, lots = map(list, zip(*issues, strict=True))
    return int(
        sql.row(
            "ledger/post.sql",
            wallets=[wallets.number(resident_id, currency) for resident_id in residents],
            currency=currency,
            accounts=accounts,
            amounts=amounts,
            matures=matures,
            lots=lots if any(lots) else None,
            cause=cause,
            cause_ids=cause_ids,
            at=at,
            zone=settings.TIME_ZONE,
        ).transfers
    )


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
