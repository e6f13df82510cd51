"""Answers to ads: private talks of neighbours with the author, kept by ``chats``; nobody's contacts are shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dvor.ads import audience, refusals, terms
from dvor.ads.models import Ad
from dvor.base.refusals import Refusal
from dvor.chats import messages, rooms
from dvor.chats.models import Message
from dvor.chats.topics import Topic
from dvor.people.models import Resident


@transaction.atomic
def send(text: str, *, ad_id: int, by: Resident, at: datetime, key: str) -> Message:
    """Write to the author of an ad: the first word begins a private talk about it. The same ``key`` is the same word.

    A talk can be begun while the ad is on the board and goes on until 30 days after its end. The author never begins
    one; he answers in it, by ``chats.messages.send``.

    Raises:
        Refusal: ``ad_unknown`` (404), also for an ad that does not reach this resident; ``own_ad``, ``ad_over`` (409);
            those of ``chats.messages.send``.
    """
    ad = Ad.objects.filter(pk=ad_id).first() if 0 < ad_id < 2**63 else None
    if ad is None:
        raise refusals.ad_unknown()
    if by.pk == ad.author_id:
        raise Refusal("own_ad", _("This is your own ad."), remedy=_("Neighbours write to you about it."), status=409)
    chat = rooms.open_talk(by.pk, ad.author_id, topic=ad.subject, at=at)
    if not chat.last_id:
        _refuse_first(ad, by=by, at=at)
    return messages.send(messages.Draft(text), chat_id=chat.pk, by=by, at=at, key=key)


def _refuse_first(ad: Ad, *, by: Resident, at: datetime) -> None:
    """Strangers hear that there is no such ad, and neighbours when it is over."""
    if ad.withdrawn_at or ad.hidden_at or not audience.of(by, at=at).sees(ad):
        raise refusals.ad_unknown()
    if not ad.is_live(at):
        raise refusals.ad_over()


def topics(numbers: Sequence[int], at: datetime) -> dict[int, Topic]:
    """Ads as the talks about them show them; the words of a hidden one are nobody's. One query."""
    found = Ad.objects.filter(pk__in=list(numbers)).defer("text", "search")
    return {
        ad.pk: Topic(
            title=str(_("Hidden ad")) if ad.hidden_at else ad.title,
            url=f"/ads/{ad.pk}/" if ad.withdrawn_at is None and is_open(ad, at=at) else "",
            is_open=is_open(ad, at=at),
        )
        for ad in found
    }


def is_open(ad: Ad, *, at: datetime) -> bool:
    """Whether those who talk about the ad may go on: until 30 days after its end, unless it is hidden."""
    return ad.hidden_at is None and at < terms.over_at(ad) + terms.KEPT_AFTER
