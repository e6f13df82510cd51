"""Answers to ads: a talk between the author and one neighbour, in which nobody's contacts are shown."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dvor.ads import audience, kinds, refusals, scrutiny, terms, texts
from dvor.ads.models import KEY_LENGTH_MAX, REPLY_LENGTH_MAX, Ad, Reply
from dvor.base.refusals import Refusal
from dvor.notices import facts
from dvor.notices.facts import Fact
from dvor.people.models import Resident


@transaction.atomic
def send(text: str, *, ad_id: int, resident_id: int, by: Resident, at: datetime, key: str) -> Reply:
    """Write in the talk of an ad's author with one neighbour; the other one is told. The same ``key`` is the same line.

    ``resident_id`` is the neighbour's: one's own, unless one is the author, who answers and never begins. A talk can be
    begun while the ad is on the board, and goes on until 30 days after its end.

    Raises:
        Refusal: ``ad_unknown`` (404), ``talk_unknown`` (404), ``ad_over``, ``ad_hidden`` (409); ``text_missing``,
            ``text_too_long`` (422); ``too_hasty`` (429); ``idempotency_key_unusable`` (400).
    """
    if not key or len(key) > KEY_LENGTH_MAX or not key.isprintable():
        raise refusals.key_unusable()
    clean = _checked(text)
    ad = Ad.objects.select_related("author", "house").filter(pk=ad_id).first() if 0 < ad_id < 2**63 else None
    if ad is None:
        raise refusals.ad_unknown()
    Resident.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)
    known = Reply.objects.filter(writer=by, key=key).first()
    if known is not None:
        if (known.ad_id, known.resident_id, known.text) != (ad.pk, resident_id, clean):
            raise refusals.key_reused()
        return known
    _refuse(ad, resident_id, by=by, at=at)
    scrutiny.refuse_hasty(scrutiny.REPLY, by=by, at=at)
    reply = Reply.objects.create(ad=ad, resident_id=resident_id, writer=by, sent_at=at, text=clean, key=key)
    if not scrutiny.look_at_reply(reply, at=at):
        _tell(reply, ad, by=by, at=at)
    return reply


def is_open(ad: Ad, *, at: datetime) -> bool:
    """Whether those who talk about the ad may go on."""
    return ad.hidden_at is None and at < terms.over_at(ad) + terms.KEPT_AFTER


def see(ad_id: int, resident_id: int, *, by: Resident, at: datetime) -> int:
    """Note that one has read the other's lines of a talk; how many were new."""
    if not (0 < ad_id < 2**63 and 0 < resident_id < 2**63):
        return 0
    unseen = Reply.objects.filter(ad=ad_id, resident=resident_id, seen_at__isnull=True, hidden_at__isnull=True)
    mine = unseen.filter(Q(resident=by) | Q(ad__author=by)).exclude(writer=by)
    return mine.update(seen_at=at)


def _checked(text: str) -> str:
    clean = texts.paragraphs(text, REPLY_LENGTH_MAX + 1)
    if not clean:
        raise Refusal("text_missing", _("The answer is empty."), remedy=_("Write a line."), field="text")
    if len(clean) > REPLY_LENGTH_MAX:
        raise Refusal(
            "text_too_long", _("This is longer than %(most)s characters.") % {"most": REPLY_LENGTH_MAX}, field="text"
        )
    return clean


def _refuse(ad: Ad, resident_id: int, *, by: Resident, at: datetime) -> None:
    """Strangers hear that there is no such ad; the author cannot begin; what is over has an end."""
    talks = Reply.objects.filter(ad=ad, resident=resident_id).exists()
    if by.pk == ad.author_id:
        if not talks:
            raise talk_unknown()
    elif by.pk != resident_id or not (talks or _finds(ad, by=by, at=at)):
        raise refusals.ad_unknown()
    if ad.hidden_at:
        raise refusals.ad_hidden()
    if not is_open(ad, at=at) or (not talks and not ad.is_live(at)):
        raise refusals.ad_over()


def _finds(ad: Ad, *, by: Resident, at: datetime) -> bool:
    return not (ad.hidden_at or ad.withdrawn_at) and audience.of(by, at=at).sees(ad)


def talk_unknown() -> Refusal:
    return Refusal("talk_unknown", _("There is no such talk."), remedy=_("Neighbours begin it."), status=404)


def _tell(reply: Reply, ad: Ad, *, by: Resident, at: datetime) -> None:
    other = reply.resident_id if by.pk == ad.author_id else ad.author_id
    context = {"name": by.first_name or str(_("A neighbour")), "title": ad.title, "text": reply.text}
    url = f"/ads/{ad.pk}/talks/{reply.resident_id}/"
    facts.tell([Fact(kinds.REPLY_CAME, other, f"reply:{reply.pk}", context, url)], at=at)
