"""Promo codes: the pool is the stock. A final order shows its codes at once, any other when the resident asks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from dvor.base import periods, sql
from dvor.people.models import Organisation
from dvor.rewards import telling
from dvor.rewards.models import Order


class _TooFew(Exception):
    """Rolls back to the savepoint: a few codes of many asked for must not stay locked."""


def receiver(partner: Organisation) -> tuple[str, Mapping[str, str]]:
    """Points spent at a partner."""
    return f"spent:{partner.pk}", {"ru": f"Потрачено: {partner.title}", "en": f"Spent: {partner.title}"}


def reserve(order: Order, *, at: datetime) -> bool:
    """Give the order its codes, never waiting for another order while there are codes enough for both."""
    asked = {
        "reward_id": order.reward_id, "order_id": order.pk, "quantity": order.quantity, "at": at,
        "day": periods.day_of(at),
    }  # fmt: skip
    if order.quantity == 1:  # one code is either locked or not: nothing to let go of before waiting
        return bool(sql.rows("rewards/take_codes.sql", **asked) or sql.rows("rewards/await_codes.sql", **asked))
    try:
        with transaction.atomic():
            if not sql.rows("rewards/take_codes.sql", **asked):
                raise _TooFew
    except _TooFew:
        return bool(sql.rows("rewards/await_codes.sql", **asked))
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
