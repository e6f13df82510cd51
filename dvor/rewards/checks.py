"""What stands in the way of an order or of its cancellation; pure: it reads nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from dvor.base import periods
from dvor.base.refusals import Refusal
from dvor.people.levels import Level
from dvor.rewards import refusals
from dvor.rewards.models import Order


@dataclass(frozen=True, slots=True)
class Asked:
    """What a resident wants; ``price_seen`` is the price of one unit that the resident agreed to, if a page asked."""

    reward_id: int
    quantity: int
    price_seen: int | None


def refuse(wanted: Any, *, asked: Asked, level: int, at: datetime) -> None:
    """Refuse an order that the reward does not allow; ``wanted`` is the row of ``wanted.sql``."""
    if not wanted.is_published:
        raise refusals.reward_unknown()
    if wanted.is_withdrawn:
        raise Refusal(
            "reward_withdrawn", _("This reward is no longer offered."), remedy=refusals.CHOOSE_ELSE, status=409
        )
    if wanted.valid_until is not None and wanted.valid_until < periods.day_of(at):
        raise Refusal("reward_over", _("The offer has ended."), remedy=refusals.CHOOSE_ELSE, status=409)
    if not 1 <= asked.quantity <= wanted.order_max:
        raise Refusal(
            "quantity_wrong",
            _("From 1 to %(most)s can be taken in one order.") % {"most": wanted.order_max},
            remedy=_("Change the quantity."),
            field="quantity",
        )
    if asked.price_seen is not None and asked.price_seen != wanted.price:
        raise Refusal(
            "price_changed",
            ngettext_lazy(
                "The price has changed: it is now %(price)s point.",
                "The price has changed: it is now %(price)s points.",
                wanted.price,
            )
            % {"price": wanted.price},
            remedy=_("Look at the new price and confirm again."),
            status=409,
        )
    if level < wanted.level_min:
        raise Refusal(
            "level_too_low",
            _("This reward needs the account level «%(level)s» or higher.") % {"level": Level(wanted.level_min).title},
            remedy=_("Confirm your account at the city ID and sign in again."),
            status=403,
        )
    _refuse_limits(wanted, asked.quantity, at)


def _refuse_limits(wanted: Any, quantity: int, at: datetime) -> None:
    if wanted.lifetime_max is not None and wanted.in_all + quantity > wanted.lifetime_max:
        raise Refusal(
            "limit_lifetime",
            _("The limit for one resident is %(most)s in all; you have taken %(taken)s.")
            % {"most": wanted.lifetime_max, "taken": wanted.in_all},
            remedy=refusals.CHOOSE_ELSE,
            status=409,
        )
    if wanted.month_max is not None and wanted.in_month + quantity > wanted.month_max:
        again_on = periods.month_plus(periods.month_of(at), 1)
        raise Refusal(
            "limit_month",
            _("The limit for one resident is %(most)s a month; this month you have taken %(taken)s.")
            % {"most": wanted.month_max, "taken": wanted.in_month},
            remedy=_("Come back on %(day)s.") % {"day": again_on.strftime("%d.%m.%Y")},
            status=409,
        )


def refuse_cancel(order: Order, *, at: datetime) -> None:
    """Refuse to cancel an order that is final."""
    if order.cancellable_until is None:
        raise Refusal("order_final", _("This reward cannot be given back."), remedy=refusals.ASK_HOTLINE, status=409)
    if order.revealed_at is not None:
        raise Refusal(
            "code_revealed",
            _("The code has been shown, so the order cannot be cancelled."),
            remedy=refusals.ASK_HOTLINE,
            status=409,
        )
    if at >= order.cancellable_until:
        raise Refusal(
            "cancel_closed", _("The time to cancel this order is over."), remedy=refusals.ASK_HOTLINE, status=409
        )
