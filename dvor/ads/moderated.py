"""Ads and answers as moderation knows them: loaded, hidden, put back; and who may report them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.urls import reverse

from dvor.ads import audience, cards, firsts
from dvor.ads.models import Ad, Reply
from dvor.feed import entries
from dvor.homes.rights import Act
from dvor.moderation import kinds
from dvor.moderation.kinds import Content, ContentKind
from dvor.people.models import Resident


def text_of(ad: Ad) -> str:
    """All words of an ad that are looked at."""
    return "\n".join(part for part in (ad.title, ad.text, ad.place) if part)


# ── Ads ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def _load(numbers: Sequence[int]) -> Mapping[int, Content]:
    found = Ad.objects.filter(pk__in=list(numbers)).prefetch_related("pictures")
    return {
        ad.pk: Content(
            ad.author_id, ad.house_id, text_of(ad), reverse("ad", args=[ad.pk]),
            [reverse("ad_picture", args=[ad.pk, picture.pk]) for picture in ad.pictures.all()],
        )
        for ad in found
    }  # fmt: skip


def _hide(number: int, at: datetime) -> None:
    ad = _locked(number)
    if ad is None or ad.hidden_at is not None:
        return
    ad.hidden_at = at
    ad.save(update_fields=["hidden_at"])
    entries.hide([ad.subject], at=at)
    firsts.take_back(ad, at=at)


def _restore(number: int, at: datetime) -> None:
    """Back on the board with the days that it could not be seen; what its author ended meanwhile stays ended."""
    ad = _locked(number)
    if ad is None or ad.hidden_at is None:
        return
    if ad.category != Ad.Category.EVENTS:
        ad.expires_at += at - ad.hidden_at
    ad.hidden_at = None
    ad.save(update_fields=["hidden_at", "expires_at"])
    entries.restore([ad.subject], at=at)
    cards.show(ad, at=at)
    if ad.withdrawn_at is None:
        firsts.pay(ad, by=ad.author, at=at, again=True)


def _locked(number: int) -> Ad | None:
    return Ad.objects.select_for_update(of=("self",)).select_related("author").filter(pk=number).first()


def _sees(resident: Resident, number: int) -> bool:
    ad = Ad.objects.filter(pk=number, hidden_at__isnull=True, withdrawn_at__isnull=True).first()
    return ad is not None and audience.of(resident).sees(ad)


# ── Answers ──────────────────────────────────────────────────────────────────────────────────────────────────────
def _load_replies(numbers: Sequence[int]) -> Mapping[int, Content]:
    found = Reply.objects.filter(pk__in=list(numbers)).select_related("ad")
    return {
        reply.pk: Content(
            reply.writer_id, reply.ad.house_id, reply.text, reverse("ad_talk", args=[reply.ad_id, reply.resident_id])
        )
        for reply in found
    }


def _hide_reply(number: int, at: datetime) -> None:
    Reply.objects.filter(pk=number, hidden_at__isnull=True).update(hidden_at=at)


def _restore_reply(number: int, at: datetime) -> None:
    del at  # the other side is told by the page: a day-old answer needs no bell
    Reply.objects.filter(pk=number).update(hidden_at=None)


def _sees_reply(resident: Resident, number: int) -> bool:
    reply = Reply.objects.select_related("ad").filter(pk=number, hidden_at__isnull=True).first()
    return reply is not None and resident.pk in (reply.resident_id, reply.ad.author_id)


AD = ContentKind(
    "ad", {"ru": "Объявление", "en": "Ad"}, load=_load, hide=_hide, restore=_restore, act=Act.SEE_ADS, sees=_sees
)
REPLY = ContentKind(
    "ad_reply", {"ru": "Ответ по объявлению", "en": "Answer to an ad"}, load=_load_replies, hide=_hide_reply,
    restore=_restore_reply, sees=_sees_reply,
)  # fmt: skip


def register() -> None:
    """Make both known to moderation."""
    for kind in (AD, REPLY):
        kinds.register(kind)
