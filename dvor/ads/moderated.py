"""Ads as moderation knows them: loaded, hidden, put back; and who may report them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.urls import reverse

from dvor.ads import audience, cards, firsts
from dvor.ads.models import Ad
from dvor.feed import entries
from dvor.homes.rights import Act
from dvor.moderation import kinds
from dvor.moderation.kinds import Content, ContentKind
from dvor.people.models import Resident


def text_of(ad: Ad) -> str:
    """All words of an ad that are looked at."""
    return "\n".join(part for part in (ad.title, ad.text, ad.place) if part)


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


AD = ContentKind(
    "ad", {"ru": "Объявление", "en": "Ad"}, load=_load, hide=_hide, restore=_restore, act=Act.SEE_ADS, sees=_sees
)


def register() -> None:
    """Make ads known to moderation."""
    kinds.register(AD)
