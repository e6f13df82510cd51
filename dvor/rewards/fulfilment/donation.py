"""Donations: points go to a fund whole. With a goal the parts are counted, without one there is no limit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from dvor.people.models import Organisation
from dvor.rewards import stock, telling
from dvor.rewards.models import Order


def receiver(partner: Organisation) -> tuple[str, Mapping[str, str]]:
    """Points given to a fund."""
    return f"donated:{partner.pk}", {"ru": f"Пожертвовано: {partner.title}", "en": f"Donated: {partner.title}"}


def reserve(order: Order, *, at: datetime) -> bool:
    """Take parts of the goal, if there is one."""
    counted = order.reward.units_total is not None
    return not counted or stock.take(reward_id=order.reward_id, quantity=order.quantity)


def deliver(order: Order, *, at: datetime) -> None:
    """Handed over as soon as the points are; the resident is thanked."""
    order.fulfilled_at = at
    telling.donated(order, at=at)


def undo(order: Order) -> None:
    """The parts are wanted again."""
    if order.reward.units_total is not None:
        stock.give_back(reward_id=order.reward_id, quantity=order.quantity, order_id=order.pk)
