"""Promo codes: the pool is the stock. A final order shows its codes at once, any other when the resident asks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from dvor.base import periods, sql
from dvor.people.models import Organisation
from dvor.rewards import taking, telling
from dvor.rewards.models import Order


def receiver(partner: Organisation) -> tuple[str, Mapping[str, str]]:
    """Points spent at a partner."""
    return f"spent:{partner.pk}", {"ru": f"Потрачено: {partner.title}", "en": f"Spent: {partner.title}"}


def reserve(order: Order, *, at: datetime) -> bool:
    """Give the order its codes, all or none; whether there were enough.

    One code is taken without ever waiting. Several, and the last one, are locked in order: who is taking them at this
    moment may yet give up, and only then is it known.
    """
    pool = {"reward_id": order.reward_id, "day": periods.day_of(at)}
    if order.quantity == 1 and taking.attempt("rewards/take_code.sql", **pool, order_id=order.pk, at=at):
        return True
    free = [row.id for row in sql.rows("rewards/lock_codes.sql", **pool, quantity=order.quantity)]
    if len(free) < order.quantity:
        return False
    sql.rows("rewards/give_codes.sql", code_ids=free, order_id=order.pk, at=at)
    return True


def deliver(order: Order, *, at: datetime) -> None:
    """The codes are the resident's from now on; a final order counts as revealed."""
    order.fulfilled_at = at
    if order.cancellable_until is not None:
        telling.placed(order, at=at)
        return
    order.revealed_at = at
    telling.code_issued(order, at=at)


def undo(order: Order) -> None:
    """Nobody has seen the codes: they go back to the pool."""
    sql.rows("rewards/return_codes.sql", order_id=order.pk)
