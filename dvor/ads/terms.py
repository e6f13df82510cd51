"""How long an ad of each category stays, and other numbers of the board. All are our own choices: no law names them."""

from __future__ import annotations

from datetime import datetime, timedelta

from dvor.ads.models import Ad
from dvor.base import periods

Category = Ad.Category

STAYS = {
    Category.GIVE_AWAY: timedelta(days=14),
    Category.SELL: timedelta(days=30),
    Category.LOOK_FOR: timedelta(days=30),
    Category.SERVICES: timedelta(days=60),
    Category.LOST_AND_FOUND: timedelta(days=30),
}  # an event stays until its day is over
PRICED = frozenset({Category.SELL, Category.SERVICES})
EVENT_AHEAD = timedelta(days=365)
PROLONGED_BEFORE = timedelta(days=7)  # the end: earlier there is nothing to prolong
WARNED_BEFORE = timedelta(days=2)
UNDONE_WITHIN = timedelta(days=1)  # a withdrawn ad comes back, a done one is open again
KEPT_AFTER = timedelta(days=30)  # the end: pictures go, and nobody answers any more
TAKEN_BACK_WITHIN = timedelta(days=30)  # of posting: a first ad that moderation hides loses its points
LIVE_MAX = 20  # ads of one resident at a time


def ends(category: Category, *, starts_at: datetime | None, at: datetime) -> datetime:
    """When an ad of this category that is posted, or prolonged, now goes off the board."""
    if starts_at is not None:
        return periods.day_end(periods.day_of(starts_at))
    return at + STAYS[category]


def over_at(ad: Ad) -> datetime:
    """When the ad ended or will end: done, withdrawn, or expired."""
    return min(moment for moment in (ad.done_at, ad.withdrawn_at, ad.expires_at) if moment is not None)


def may_prolong(ad: Ad, *, at: datetime) -> bool:
    """Near its end, or expired not long ago; events have their day."""
    return (
        not (ad.done_at or ad.withdrawn_at or ad.hidden_at)
        and ad.category != Category.EVENTS
        and ad.expires_at - PROLONGED_BEFORE <= at < ad.expires_at + KEPT_AFTER
    )
