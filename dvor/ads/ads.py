"""Ads come on the board and change: post, edit.

post   rights → pace → row → pictures → checks hold or not → first ad pays → card in the feed
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dvor.ads import album, audience, cards, drafts, firsts, refusals, scrutiny, terms
from dvor.ads.drafts import Draft
from dvor.ads.models import Ad
from dvor.base import requests
from dvor.base.refusals import Refusal
from dvor.people.models import Resident
from dvor.points.awards import Award


def post(
    draft: Draft, *, house_id: int, by: Resident, at: datetime, key: str, uploads: Sequence[BinaryIO] = ()
) -> tuple[Ad, Award | None]:
    """Put an ad on the board of a house, with its pictures in their order; the same ``key`` again is the same ad.

    The award is that of a resident's first ad, once in his life; for all others there is none. An ad in which the
    checks find something grave waits for a moderator, hidden, and pays when it is let through.

    Raises:
        Refusal: those of ``drafts.checked``, ``audience.refuse``, ``album.read`` (pictures) and of moderation's paces
            (429); ``ads_too_many`` (409) with 20 on the board; ``idempotency_key_unusable`` (400).
    """
    requests.refuse_key(key)
    draft = drafts.checked(draft, at=at)
    pictures = album.read(uploads)
    with album.kept(pictures), transaction.atomic():
        Resident.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)  # his limits, counted one by one
        known = Ad.objects.filter(author=by, key=key).first()
        if known is not None:
            return _same(known, draft, house_id), None
        house = audience.refuse(audience.of(by, at=at), house_id, draft.reach)
        _refuse_many(by, at)
        scrutiny.refuse_hasty(scrutiny.POST, by=by, at=at)
        far = draft.reach
        ad = Ad.objects.create(
            author=by, house=house, published_at=at, key=key, reach=far, category=draft.category,
            company_id=house.management_company_id if far == Ad.Reach.COMPANY else None,
            district=house.district if far == Ad.Reach.DISTRICT else "",
            expires_at=terms.ends(draft.category, starts_at=draft.starts_at, at=at),
            **_words(draft),
        )  # fmt: skip
        album.hang(ad, pictures, at=at)
        if scrutiny.look(ad, by=by, at=at):
            ad.refresh_from_db(fields=["hidden_at"])
        award = firsts.pay(ad, by=by, at=at) if ad.hidden_at is None else None
        cards.show(ad, at=at)
        return ad, award


def edit(draft: Draft, *, ad_id: int, by: Resident, at: datetime) -> Ad:
    """Change the words of one's own ad; house and reach stay, and its days on the board too, except for an event.

    Raises:
        Refusal: ``ad_unknown`` (404); ``ad_over`` (409) when it is done, withdrawn or expired; those of
            ``drafts.checked`` and ``audience.refuse``; ``content_removed`` (409) when moderation removed it for good.
    """
    draft = drafts.checked(draft, at=at)
    with transaction.atomic():
        ad = mine(ad_id, by, lock=True)
        if ad.done_at or ad.withdrawn_at or ad.expires_at <= at:
            raise refusals.ad_over()
        scrutiny.refuse_hasty(scrutiny.EDIT, by=by, at=at)
        if draft.reach != ad.reach:
            house = audience.refuse(audience.of(by, at=at), ad.house_id, draft.reach)
            ad.reach = draft.reach
            ad.company_id = house.management_company_id if draft.reach == Ad.Reach.COMPANY else None
            ad.district = house.district if draft.reach == Ad.Reach.DISTRICT else ""
        if draft.starts_at is not None or draft.category != ad.category:
            ad.expires_at = terms.ends(draft.category, starts_at=draft.starts_at, at=ad.published_at)
            if ad.expires_at <= at:
                raise refusals.ad_over()
        ad.category, ad.edited_at = draft.category, at
        for name, value in _words(draft).items():
            setattr(ad, name, value)
        ad.save()
        if scrutiny.look_again(ad, by=by, at=at):
            ad.refresh_from_db(fields=["hidden_at"])
        cards.show(ad, at=at)
        return ad


def mine(ad_id: int, by: Resident, *, lock: bool = False) -> Ad:
    """One's own ad, whatever became of it.

    Raises:
        Refusal: ``ad_unknown`` (404) when it is not there or somebody else's.
    """
    found = Ad.objects.select_for_update(of=("self",)) if lock else Ad.objects.all()
    ad = found.select_related("house").filter(pk=ad_id, author=by).first() if 0 < ad_id < 2**63 else None
    if ad is None:
        raise refusals.ad_unknown()
    return ad


def _words(draft: Draft) -> dict[str, object]:
    return {
        "title": draft.title,
        "text": draft.text,
        "place": draft.place,
        "price_kopecks": draft.price_kopecks,
        "starts_at": draft.starts_at,
    }


def _same(known: Ad, draft: Draft, house_id: int) -> Ad:
    """The ad that this key stands for already; other words under the same key are a mistake of the caller."""
    if (known.house_id, known.title, known.category) != (house_id, draft.title, draft.category) and not known.edited_at:
        raise requests.key_reused()
    return known


def _refuse_many(by: Resident, at: datetime) -> None:
    live = Ad.objects.filter(author=by, done_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=at)
    if live.count() >= terms.LIVE_MAX:
        raise Refusal(
            "ads_too_many",
            _("You have %(count)s ads on the board.") % {"count": terms.LIVE_MAX},
            remedy=_("Mark what is done, or withdraw what is no longer needed."),
            status=409,
        )
