"""How ads end, and how that is undone: done, withdrawn, brought back, prolonged. Each twice is as good as once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dvor.ads import ads, cards, refusals, terms
from dvor.ads.models import Ad
from dvor.base.refusals import Refusal
from dvor.people.models import Resident


@transaction.atomic
def finish(*, ad_id: int, by: Resident, at: datetime) -> Ad:
    """Mark one's own ad as done: given, sold, found. It leaves the board; its page says so for a month.

    Raises:
        Refusal: ``ad_unknown`` (404); ``ad_over`` (409) when it was withdrawn; ``ad_hidden`` (409).
    """
    ad = ads.mine(ad_id, by, lock=True)
    if ad.withdrawn_at:
        raise refusals.ad_over()
    if ad.hidden_at:
        raise refusals.ad_hidden()
    return _set(ad, at, done_at=ad.done_at or at)


@transaction.atomic
def withdraw(*, ad_id: int, by: Resident, at: datetime) -> Ad:
    """Take one's own ad off the board; nobody sees it any more. A day long it can be brought back.

    Raises:
        Refusal: ``ad_unknown`` (404).
    """
    ad = ads.mine(ad_id, by, lock=True)
    return _set(ad, at, withdrawn_at=ad.withdrawn_at or at)


@transaction.atomic
def bring_back(*, ad_id: int, by: Resident, at: datetime) -> Ad:
    """Undo done or withdrawn within a day: the ad is where it was, with its days.

    Raises:
        Refusal: ``ad_unknown`` (404); ``undo_over`` (409) after a day, or when its days are over too.
    """
    ad = ads.mine(ad_id, by, lock=True)
    ended = [moment for moment in (ad.done_at, ad.withdrawn_at) if moment is not None]
    if not ended:
        return ad
    if at - max(ended) > terms.UNDONE_WITHIN or ad.expires_at <= at:
        raise Refusal("undo_over", _("It is too late to bring this ad back."), remedy=_("Post a new one."), status=409)
    return _set(ad, at, done_at=None, withdrawn_at=None)


@transaction.atomic
def prolong(*, ad_id: int, by: Resident, at: datetime) -> Ad:
    """Give one's own ad the days of its category again, from now: in its last week, or within 30 days of its end.

    Raises:
        Refusal: ``ad_unknown`` (404); ``prolong_early``, ``ad_over`` (409): too early, or too late.
    """
    ad = ads.mine(ad_id, by, lock=True)
    if ad.hidden_at:
        raise refusals.ad_hidden()
    if not terms.may_prolong(ad, at=at):
        if ad.is_live(at) and ad.category != Ad.Category.EVENTS:
            raise Refusal(
                "prolong_early",
                _("The ad stays for more than a week."),
                remedy=_("Come back in its last week: we will remind you."),
                status=409,
            )
        raise refusals.ad_over()
    return _set(ad, at, expires_at=terms.ends(ad.sort, starts_at=None, at=at))


def _set(ad: Ad, at: datetime, **columns: datetime | None) -> Ad:
    for name, value in columns.items():
        setattr(ad, name, value)
    ad.save(update_fields=list(columns))
    cards.show(ad, at=at)
    return ad
