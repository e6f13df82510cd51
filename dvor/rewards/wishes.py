"""Wishes: rewards that a resident keeps in mind."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Refusal
from dvor.people.models import Resident
from dvor.rewards import refusals
from dvor.rewards.models import Reward, Wish

WISHES_MAX = 200


def place(*, reward_id: int, by: Resident, at: datetime) -> None:
    """Keep a reward in mind; once more changes nothing.

    Raises:
        Refusal: ``reward_unknown`` (404); ``wishes_too_many`` (409).
    """
    if not Reward.objects.filter(pk=reward_id, published_at__isnull=False).exists():
        raise refusals.reward_unknown()
    if Wish.objects.filter(resident=by).count() >= WISHES_MAX:
        raise Refusal(
            "wishes_too_many",
            _("There are %(most)s rewards in your wish list already.") % {"most": WISHES_MAX},
            remedy=_("Remove some of them first."),
            status=409,
        )
    Wish.objects.bulk_create([Wish(resident=by, reward_id=reward_id, wished_at=at)], ignore_conflicts=True)


def cancel(*, reward_id: int, by: Resident, at: datetime) -> None:
    """Forget a reward; it is no mistake if it was not wished for before ``at``."""
    Wish.objects.filter(resident=by, reward_id=reward_id, wished_at__lte=at).delete()
