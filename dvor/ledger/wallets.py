"""Wallets: locked in one order before anything moves; blocked by an operator with a reason."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from dvor.base import audit, sql
from dvor.base.refusals import Refusal
from dvor.ledger import kinds
from dvor.ledger.currencies import Currency
from dvor.ledger.models import Wallet
from dvor.notices import facts
from dvor.people.models import Resident


class Locked(NamedTuple):
    """A wallet that this transaction holds."""

    id: int
    resident_id: int
    available: int
    blocked_at: datetime | None


def number(resident_id: int, currency: Currency = Currency.CITY) -> int:
    """The number of a resident's wallet, whether it exists or not (the SQL function of this name says the same)."""
    return resident_id * 8 + currency


def lock(*, resident_ids: Iterable[int], currency: Currency, at: datetime) -> list[Locked]:
    """Lock the residents' wallets in one currency until the transaction ends, opening those that are missing.

    Everything that depends on a wallet is read by a later statement: only then is it sure to be the newest. Locks are
    taken in id order, and of several wallets the missing ones are opened before the first lock, so that two batches
    never wait for each other in a circle. One statement for one wallet, two for several, three for a new one.
    """
    assert connection.in_atomic_block, "a lock outside a transaction holds nothing"
    wallet_ids = [number(resident_id, currency) for resident_id in set(resident_ids)]
    if len(wallet_ids) > 1:
        sql.rows("ledger/open_wallets.sql", wallet_ids=wallet_ids, at=at)
    found = sql.rows("ledger/lock.sql", wallet_ids=wallet_ids)
    if len(found) < len(wallet_ids):
        sql.rows("ledger/open_wallets.sql", wallet_ids=wallet_ids, at=at)
        found = sql.rows("ledger/lock.sql", wallet_ids=wallet_ids)
    return [Locked(*wallet) for wallet in found]


@transaction.atomic
def block(*, resident_id: int, reason: str, by: Resident, at: datetime, currency: Currency = Currency.CITY) -> None:
    """Stop a wallet: nothing is awarded to it and nothing can be spent from it. Points it holds stay.

    Raises:
        Refusal: ``reason_missing`` without a reason; ``wallet_blocked`` (409) when it is blocked already.
    """
    if not reason.strip():
        raise Refusal("reason_missing", _("Give the reason for the block."), field="reason")
    wallet = _one(resident_id, currency, at)
    changed = Wallet.objects.filter(pk=wallet.id, blocked_at__isnull=True).update(
        blocked_at=at, blocked_by=by.pk, blocked_reason=reason.strip()
    )
    if not changed:
        raise Refusal("wallet_blocked", _("This wallet is blocked already."), status=409)
    _note("ledger.wallet.blocked", wallet.id, resident_id, reason.strip(), by, at)


@transaction.atomic
def unblock(*, resident_id: int, reason: str, by: Resident, at: datetime, currency: Currency = Currency.CITY) -> None:
    """Let a wallet earn and spend again.

    Raises:
        Refusal: ``reason_missing`` without a reason; ``wallet_not_blocked`` (409) when there is nothing to lift.
    """
    if not reason.strip():
        raise Refusal("reason_missing", _("Give the reason for lifting the block."), field="reason")
    wallet = _one(resident_id, currency, at)
    changed = Wallet.objects.filter(pk=wallet.id, blocked_at__isnull=False).update(
        blocked_at=None, blocked_by=None, blocked_reason=""
    )
    if not changed:
        raise Refusal("wallet_not_blocked", _("This wallet is not blocked."), status=409)
    _note("ledger.wallet.unblocked", wallet.id, resident_id, reason.strip(), by, at)


def _one(resident_id: int, currency: Currency, at: datetime) -> Locked:
    return lock(resident_ids=[resident_id], currency=currency, at=at)[0]


def _note(act: str, wallet_id: int, resident_id: int, reason: str, by: Resident, at: datetime) -> None:
    audit.record(act=act, subject=f"wallet:{wallet_id}", by=by.pk, at=at, reason=reason)
    fact = facts.Fact(
        kind=kinds.WALLET_BLOCKED,
        resident_id=resident_id,
        key=f"{act}:{wallet_id}:{at.isoformat()}",
        context={"blocked": act.endswith(".blocked")},
        url="/points/",
    )
    facts.tell([fact], at=at)
