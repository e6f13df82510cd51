"""Refusals that several acts of this package give."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Refusal

if TYPE_CHECKING:
    from dvor.people.models import Resident

CHOOSE_ELSE = _("Your points stay with you: choose something else in the catalogue.")
ASK_HOTLINE = _("If something is wrong with the reward, call the hotline: we will sort it out.")


@dataclass(frozen=True, slots=True)
class Alternative:
    """Something else that the resident can have now."""

    id: int
    title: str
    price: int


class OutOfStock(Refusal):
    """Somebody else took the last one; the points were not touched."""

    def __init__(self, alternatives: tuple[Alternative, ...] = ()) -> None:
        titles = ", ".join(f"«{alternative.title}»" for alternative in alternatives)
        super().__init__(
            "out_of_stock",
            _("Sorry, this reward has just run out. Your points have not been spent."),
            remedy=_("You can have now: %(titles)s.") % {"titles": titles} if titles else CHOOSE_ELSE,
            status=409,
        )
        self.alternatives = alternatives

    def with_alternatives(self, *, reward_id: int, by: Resident, at: datetime) -> OutOfStock:
        """The same refusal with up to three rewards that the resident can have instead."""
        from dvor.rewards import queries  # reads of the catalogue know these refusals too

        return OutOfStock(queries.alternatives(reward_id=reward_id, resident_id=by.pk, level=by.level, at=at))


def reward_unknown() -> Refusal:
    """Also for drafts: nobody learns that they exist."""
    return Refusal(
        "reward_unknown", _("There is no such reward."), remedy=_("Choose one in the catalogue."), status=404
    )


def order_unknown() -> Refusal:
    """Also for other people's orders."""
    return Refusal(
        "order_unknown", _("You have no such order."), remedy=_("Look at the list of your orders."), status=404
    )


def without_code() -> Refusal:
    """A donation has nothing to show."""
    return Refusal(
        "order_without_code",
        _("There is no code in this order."),
        remedy=_("Nothing to do: what it brought stands on its page."),
        status=409,
    )
