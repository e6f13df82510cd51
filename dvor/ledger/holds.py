"""Holds: points set aside for an order, then captured, released, or lapsed at their deadline. Each happens once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dvor.base import periods, sql
from dvor.base.refusals import Refusal
from dvor.ledger import wallets
from dvor.ledger.currencies import Currency
from dvor.ledger.models import Hold
from dvor.people.models import Resident

FRESH_LOT_DAYS = 30
BATCH = 1_000


@transaction.atomic
def place(  # noqa: PLR0913 the currency is nearly always the city's
    *, resident_id: int, amount: int, purpose: str, deadline: datetime, by: Resident | None, at: datetime,
    currency: Currency = Currency.CITY,
) -> Hold:  # fmt: skip
    """Set ``amount`` points aside until ``deadline``, from the lots that expire first.

    ``purpose`` is the noun:key of what they are for, such as ``order:17``; ``by`` is empty for the system.

    Raises:
        Refusal: ``wallet_blocked`` (403); ``points_not_enough`` (409) with how many are missing.
    """
    assert amount > 0 and deadline > at, "something is set aside, for a while"
    wallet = wallets.lock(resident_ids=[resident_id], currency=currency, at=at)[0]
    if wallet.blocked_at is not None:
        raise _blocked()
    found = sql.rows(
        "ledger/hold.sql",
        wallet_id=wallet.id,
        amount=amount,
        purpose=purpose,
        deadline=deadline,
        by=by.pk if by else None,
        at=at,
        day=periods.day_of(at),
    )
    if not found:
        raise Refusal(
            "points_not_enough",
            _("You do not have enough points: %(missing)s more are needed.") % {"missing": amount - wallet.available}
            if wallet.available < amount
            else _("You do not have enough points."),
            remedy=_("Send readings and take part in the life of your house: that earns points."),
            status=409,
        )
    return Hold(
        id=found[0].id, wallet_id=wallet.id, amount=amount, purpose=purpose, placed_at=at,
        placed_by=by.pk if by else None, deadline=deadline,
    )  # fmt: skip


@transaction.atomic
def capture(hold_id: int, *, to: int, at: datetime) -> None:
    """Spend held points: they go to the account ``to`` (see :func:`dvor.ledger.accounts.ensure`).

    Raises:
        Refusal: ``hold_unknown`` (404); ``hold_closed`` (409) when it was captured, released or has lapsed;
            ``wallet_blocked`` (403).
    """
    if _lock([hold_id])[0].blocked_at is not None:
        raise _blocked()
    if not sql.rows("ledger/capture.sql", hold_id=hold_id, account=to, at=at):
        raise _closed()


@transaction.atomic
def release(hold_id: int, *, at: datetime) -> None:
    """Give held points back to the lots they came from; a lot that has expired is replaced by a fresh short one.

    Raises:
        Refusal: ``hold_unknown`` (404); ``hold_closed`` (409).
    """
    _lock([hold_id])
    if not _release([hold_id], Hold.Outcome.RELEASED, at):
        raise _closed()


@transaction.atomic
def reverse(hold_id: int, *, at: datetime) -> None:
    """Undo a capture: the points come back from the account that received them, to the lots they came from.

    Raises:
        Refusal: ``hold_unknown`` (404); ``hold_not_captured`` (409) when it is not captured or was reversed already.
    """
    _lock([hold_id])
    undone = sql.row("ledger/give_back.sql", hold_id=hold_id, at=at, **_lots(at)).undone
    if not undone:
        raise Refusal("hold_not_captured", _("There are no spent points to give back."), status=409)


def lapse(*, at: datetime) -> int:
    """Release every open hold whose deadline has passed; return how many."""
    lapsed = 0
    while True:
        with transaction.atomic():
            due = list(
                Hold.objects.filter(closed_at__isnull=True, deadline__lte=at)
                .order_by("deadline")
                .values_list("id", flat=True)[:BATCH]
            )
            if not due:
                return lapsed
            _lock(due)
            lapsed += _release(due, Hold.Outcome.LAPSED, at)


def _lock(hold_ids: list[int]) -> list[Any]:
    """Lock the wallets of the holds before anything about the holds is read."""
    found = sql.rows("ledger/hold_wallets.sql", hold_ids=hold_ids)
    if not found:
        raise Refusal("hold_unknown", _("There is no such reservation of points."), status=404)
    return found


def _release(hold_ids: list[int], outcome: Hold.Outcome, at: datetime) -> int:
    return int(sql.row("ledger/release.sql", hold_ids=hold_ids, outcome=outcome, at=at, **_lots(at)).closed)


def _lots(at: datetime) -> dict[str, Any]:
    """Today, and the last day of the lot that replaces an expired one."""
    today = periods.day_of(at, settings.TIME_ZONE)
    return {"day": today, "fresh_lot": periods.month_end(today + timedelta(days=FRESH_LOT_DAYS))}


def _closed() -> Refusal:
    return Refusal("hold_closed", _("These points are no longer reserved."), status=409)


def _blocked() -> Refusal:
    return Refusal(
        "wallet_blocked",
        _("Your wallet of points is blocked."),
        remedy=_("Ask the hotline why and what to do."),
        status=403,
    )
