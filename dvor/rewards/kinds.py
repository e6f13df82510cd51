"""Facts that residents are told about their orders. A code is never part of a stored fact: only the mail carries it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dvor.notices import kinds
from dvor.notices.kinds import Attachment, FactKind

if TYPE_CHECKING:
    from dvor.notices.models import Notice


def _files(notice: Notice) -> Sequence[Attachment]:
    from dvor.rewards import codes  # the tables are there only after the registry of kinds

    return codes.attachments(order_id=notice.context["order_id"], resident_id=notice.resident_id)


def _mailed(notice: Notice) -> Mapping[str, Any]:
    from dvor.rewards import codes

    return {"codes": codes.mailed(order_id=notice.context["order_id"], resident_id=notice.resident_id)}


ORDER_PLACED = FactKind(
    code="rewards.order_placed",
    titles={"ru": "Заказ оформлен", "en": "Order placed"},
    icon="order",
)
CODE_ISSUED = FactKind(
    code="rewards.code_issued",
    titles={"ru": "Промокод по заказу", "en": "Promo code of an order"},
    icon="promo",
    attachments=_files,
    mail_context=_mailed,
)
DONATION_MADE = FactKind(
    code="rewards.donation_made",
    titles={"ru": "Пожертвование передано", "en": "Donation made"},
    icon="heart",
)
ORDER_CANCELLED = FactKind(
    code="rewards.order_cancelled",
    titles={"ru": "Заказ отменён", "en": "Order cancelled"},
    icon="order",
)


def register() -> None:
    """Make the kinds of fact about orders known."""
    for kind in (ORDER_PLACED, CODE_ISSUED, DONATION_MADE, ORDER_CANCELLED):
        kinds.register(kind)
