"""Tells residents what became of their orders, in the transaction of the act."""

from __future__ import annotations

from datetime import datetime

from dvor.notices import facts
from dvor.notices.kinds import FactKind
from dvor.rewards import kinds
from dvor.rewards.models import Order


def placed(order: Order, *, at: datetime) -> None:
    """The order stands, and until when it can be taken back."""
    _tell(kinds.ORDER_PLACED, order, at, cancellable_at=order.cancellable_until)


def code_issued(order: Order, *, at: datetime) -> None:
    """The mail with the code; the code itself is read from the pool when the mail leaves, and stored nowhere else."""
    _tell(kinds.CODE_ISSUED, order, at)


def donated(order: Order, *, at: datetime) -> None:
    """Thanks."""
    _tell(kinds.DONATION_MADE, order, at)


def cancelled(order: Order, *, at: datetime) -> None:
    """The points are back."""
    _tell(kinds.ORDER_CANCELLED, order, at)


def _tell(kind: FactKind, order: Order, at: datetime, **more: object) -> None:
    context = {"order_id": order.pk, "titles": order.reward.titles, "points": order.points, **more}
    fact = facts.Fact(
        kind=kind, resident_id=order.resident_id, key=f"order:{order.pk}", context=context, url=f"/orders/{order.pk}/"
    )
    facts.tell([fact], at=at)
