"""Wallets: locked in one order before anything moves; blocked by an operator with a reason."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import repeat
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
    """A wallet that this transaction holds; ``lot_months`` is how long points of its currency live."""

    id: int
    resident_id: int
    available: int
    blocked_at: datetime | None
    lot_months: int


def lock(*, resident_ids: Iterable[int], currency: Currency, at: datetime) -> list[Locked]:
    """Lock the residents' wallets in one currency until the transaction ends, opening those that are missing.

    Everything that depends on a wallet is read by a later statement: only then is it sure to be the newest. Locks are
    taken in id order, so two batches never wait for each other in a circle. One statement; another when somebody else
    opened one of the wallets at this very moment.
    """
    assert connection.in_atomic_block, "a lock outside a transaction holds nothing"
    asked = list(set(resident_ids))
    found = _lock(asked, currency, at)
    if len(found) < len(asked):
        found = _lock(asked, currency, at)
    assert len(found) == len(asked), "every resident has one wallet in a currency"
    return found


def _lock(resident_ids: list[int], currency: Currency, at: datetime) -> list[Locked]:
    row = sql.row("ledger/lock.sql", resident_ids=resident_ids, currency=currency, at=at)
    if row.ids is None:
        return []
    return list(map(Locked, row.ids, row.resident_ids, row.available, row.blocked_at, repeat(row.lot_months)))


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
