"""Orders: points become a reward, in one transaction or not at all.

place    wallet locked → limits → points held → stock taken → delivered → points captured
cancel   order locked → stock put back → points returned to the lots they came from

Locks are always taken in that order (order, wallet, stock), so no two of these ever wait for each other in a circle.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dvor.base import periods, requests, sql
from dvor.base.refusals import Refusal
from dvor.ledger import holds, wallets
from dvor.ledger.currencies import Currency
from dvor.people.models import Resident
from dvor.rewards import checks, fulfilment, refusals, telling
from dvor.rewards.checks import Asked
from dvor.rewards.models import Order, Reward

HOLD_MINUTES = 15  # of kinds that capture in the same transaction; the hold never outlives it


def place(
    *, reward_id: int, quantity: int = 1, by: Resident, at: datetime, key: str, price_seen: int | None = None
) -> Order:
    """Exchange points for ``quantity`` units of a reward; the same ``key`` again is the same order.

    ``price_seen`` is the price of one unit that the resident agreed to, in points; empty takes today's.

    The points are held before the stock is taken, so that a code is only ever locked by an order that can pay for it.

    Raises:
        Refusal: ``reward_unknown`` (404); ``reward_withdrawn``, ``reward_over``, ``price_changed``, ``limit_month``,
            ``limit_lifetime``, ``out_of_stock``, ``points_not_enough``, ``idempotency_key_reused`` (409);
            ``level_too_low``, ``wallet_blocked`` (403); ``quantity_wrong`` (422); ``idempotency_key_unusable`` (400).
            ``out_of_stock`` is an :class:`dvor.rewards.refusals.OutOfStock` that offers something else.
    """
    requests.refuse_key(key)
    asked = Asked(reward_id, quantity, price_seen)
    try:
        return _place(asked, by=by, at=at, key=key)
    except refusals.OutOfStock as refusal:
        raise refusal.with_alternatives(reward_id=reward_id, by=by, at=at) from None


@transaction.atomic
def _place(asked: Asked, *, by: Resident, at: datetime, key: str) -> Order:
    reward = Reward.objects.filter(pk=asked.reward_id).first()
    if reward is None:
        raise refusals.reward_unknown()
    currency = Currency(reward.currency)
    wallets.lock(resident_ids=[by.pk], currency=currency, at=at)
    month_start = periods.day_start(periods.month_of(at))
    wanted = sql.row(
        "rewards/wanted.sql", reward_id=asked.reward_id, resident_id=by.pk, key=key, month_start=month_start
    )
    if wanted.order_placed is not None:
        return _first(wanted.order_placed, asked)
    checks.refuse(wanted, asked=asked, level=by.level, at=at)
    order = _drafted(reward, wanted, asked, by=by, at=at)
    order.key = key
    hold = holds.place(
        resident_id=by.pk,
        amount=order.points,
        purpose=f"order:{order.pk}",
        deadline=at + timedelta(minutes=HOLD_MINUTES),
        by=by,
        at=at,
        currency=currency,
    )
    order.hold_id = hold.pk
    kind = fulfilment.of(reward.kind)
    if not kind.reserve(order, at=at):
        raise refusals.OutOfStock()
    kind.deliver(order, at=at)
    _insert(order)
    holds.capture(hold.pk, to=wanted.account, at=at)
    return order


def _first(order_id: int, asked: Asked) -> Order:
    """The order that this key stands for already; another wish under the same key is a mistake of the caller."""
    order = Order.objects.get(pk=order_id)
    if (order.reward_id, order.quantity) != (asked.reward_id, asked.quantity):
        raise requests.key_reused()
    return order


def _drafted(reward: Reward, wanted: Any, asked: Asked, *, by: Resident, at: datetime) -> Order:
    final = wanted.cancel_hours is None
    return Order(
        pk=wanted.order_id,
        resident=by,
        reward=reward,
        quantity=asked.quantity,
        points=wanted.price * asked.quantity,
        placed_at=at,
        cancellable_until=None if final else at + timedelta(hours=wanted.cancel_hours),
    )


def _insert(order: Order) -> None:
    columns = ("id", "resident_id", "reward_id", "quantity", "points", "key", "hold_id", "placed_at",
               "cancellable_until", "fulfilled_at", "revealed_at")  # fmt: skip
    if not sql.rows("rewards/place.sql", **{column: getattr(order, column) for column in columns}):
        raise requests.key_reused()


@transaction.atomic
def cancel(*, order_id: int, by: Resident, at: datetime, reason: str = "") -> Order:
    """Take an order back while the reward allows it; the points return to the lots they came from.

    Cancelling again changes nothing and gives the same answer.

    Raises:
        Refusal: ``order_unknown`` (404) when it is not the resident's own; ``order_final``, ``cancel_closed``,
            ``code_revealed`` (409).
    """
    order = _mine(order_id, by, lock=True)
    if order.cancelled_at is not None:
        return order
    checks.refuse_cancel(order, at=at)
    order.cancelled_at, order.cancelled_by, order.cancelled_reason = at, by, reason.strip()[:500]
    order.save(update_fields=["cancelled_at", "cancelled_by", "cancelled_reason"])
    if order.fulfilled_at is None:
        holds.release(order.hold_id, at=at)
    else:
        holds.reverse(order.hold_id, at=at)
    fulfilment.of(order.reward.kind).undo(order)
    telling.cancelled(order, at=at)
    return order


def is_cancellable(order: Order, *, at: datetime) -> bool:
    """Whether :func:`cancel` would take the order back at this moment."""
    try:
        checks.refuse_cancel(order, at=at)
    except Refusal:
        return False
    return order.cancelled_at is None


@transaction.atomic
def reveal(*, order_id: int, by: Resident, at: datetime) -> Order:
    """Show the codes of an order to its resident, and mail them; from now on the order is final.

    Revealing again changes nothing.

    Raises:
        Refusal: ``order_unknown`` (404); ``order_without_code``, ``order_cancelled`` (409).
    """
    order = _mine(order_id, by)
    if order.reward.kind != Reward.Kind.VOUCHER:
        raise refusals.without_code()
    if sql.rows("rewards/reveal.sql", id=order.pk, at=at):
        order.revealed_at = at
        telling.code_issued(order, at=at)
        return order
    order.refresh_from_db(fields=["revealed_at", "cancelled_at"])
    if order.revealed_at is None:
        raise Refusal(
            "order_cancelled",
            _("This order was cancelled; its code is no longer yours."),
            remedy=refusals.CHOOSE_ELSE,
            status=409,
        )
    return order


def _mine(order_id: int, by: Resident, *, lock: bool = False) -> Order:
    """The resident's own order; somebody else's does not exist for him."""
    found = Order.objects.filter(pk=order_id, resident=by).select_related("reward")
    order = (found.select_for_update(of=("self",), no_key=True) if lock else found).first()
    if order is None:
        raise refusals.order_unknown()
    return order
