"""Reads of the board: what reaches a resident, one ad, his own ads."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.postgres.search import SearchQuery
from django.db.models import F, Prefetch, Q, QuerySet

from dvor.ads import audience, refusals, terms
from dvor.ads.audience import Sight
from dvor.ads.models import Ad, Picture
from dvor.chats import about
from dvor.chats.about import Count
from dvor.people.models import Resident

PAGE_LENGTH = 24
MINE_LENGTH = 20
SEARCH_LENGTH_MAX = 80


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the board is looked at; ``before``: the number of the last ad of the page before."""

    text: str = ""
    category: int | None = None
    own_only: bool = False
    before: int | None = None
    limit: int = PAGE_LENGTH


@dataclass(frozen=True, slots=True)
class Card:
    """An ad as one reader sees it: the author's name as far as it is his business, whether it is his own."""

    ad: Ad
    name: str
    is_mine: bool
    cover: Picture | None = None
    pictures: list[Picture] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Mine:
    """One's own ad with the talks about it, counted."""

    ad: Ad
    talks: Count


# ── The board ────────────────────────────────────────────────────────────────────────────────────────────────────
def board(sight: Sight, wanted: Wanted, *, at: datetime) -> tuple[list[Card], bool]:
    """A page of what reaches a resident, newest first, and whether there is more. Two queries."""
    found = _live(at).filter(sight.where(own_only=wanted.own_only))
    if wanted.category:
        found = found.filter(category=wanted.category)
    if wanted.before is not None:
        found = found.filter(pk__lt=wanted.before)
    if wanted.text:
        found = found.filter(search=searched(wanted.text))
    covers = Prefetch("pictures", Picture.objects.filter(position=1), to_attr="covers")
    rows = list(
        found.select_related("author", "house")
        .defer("search")
        .prefetch_related(covers)
        .order_by("-pk")[: wanted.limit + 1]
    )
    cards = [
        Card(ad, sight.name_of(ad.author, ad.house_id), ad.author_id == sight.resident_id, _first(ad))
        for ad in rows[: wanted.limit]
    ]
    return cards, len(rows) > wanted.limit


def searched(text: str) -> SearchQuery:
    """Typed words as the Russian dictionary knows them: quotes, «или» as OR and a minus mean what they mean."""
    clean = "".join(one for one in text if one.isprintable())[:SEARCH_LENGTH_MAX]
    return SearchQuery(clean.translate(str.maketrans("ёЁ", "еЕ")), config="russian", search_type="websearch")


def _live(at: datetime) -> QuerySet[Ad]:
    return Ad.objects.filter(done_at__isnull=True, withdrawn_at__isnull=True, hidden_at__isnull=True, expires_at__gt=at)


def _first(ad: Ad) -> Picture | None:
    covers: list[Picture] = ad.covers  # type: ignore[attr-defined]
    return covers[0] if covers else None


# ── One ad ───────────────────────────────────────────────────────────────────────────────────────────────────────
def reach(ad_id: int, *, by: Resident, at: datetime) -> tuple[Ad, Sight]:
    """The ad, if this resident may see it: the author whatever became of it, neighbours while it was not taken back or
    hidden, moderators always. Two queries, three for operators.

    Raises:
        Refusal: ``ad_unknown`` (404).
    """
    ad = Ad.objects.select_related("author", "house").filter(pk=ad_id).first() if 0 < ad_id < 2**63 else None
    if ad is None:
        raise refusals.ad_unknown()
    sight = audience.of(by, at=at)
    if ad.author_id == by.pk:
        return ad, sight
    is_there = not (ad.withdrawn_at or ad.hidden_at) and at < terms.over_at(ad) + terms.KEPT_AFTER
    if not (is_there and sight.sees(ad)) and not audience.operator_sees(by, ad):
        raise refusals.ad_unknown()
    return ad, sight


def card(ad_id: int, *, by: Resident, at: datetime) -> Card:
    """One ad with its pictures. Three queries.

    Raises:
        Refusal: ``ad_unknown`` (404).
    """
    ad, sight = reach(ad_id, by=by, at=at)
    pictures = list(ad.pictures.all())
    return Card(
        ad, sight.name_of(ad.author, ad.house_id), ad.author_id == by.pk, pictures[0] if pictures else None, pictures
    )


def picture(ad_id: int, picture_id: int, *, by: Resident, at: datetime) -> Picture:
    """A picture of an ad that this resident may see. Three queries.

    Raises:
        Refusal: ``ad_unknown``, ``picture_unknown`` (404).
    """
    ad, _sight = reach(ad_id, by=by, at=at)
    found = ad.pictures.filter(pk=picture_id).first() if 0 < picture_id < 2**63 else None
    if found is None:
        raise refusals.picture_unknown()
    return found


# ── Mine ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def mine(by: Resident, *, before: int | None = None, limit: int = MINE_LENGTH) -> list[Mine]:
    """One's own ads, newest first, each with its cover and its talks. Three queries."""
    found = Ad.objects.filter(author=by)
    if before is not None:
        found = found.filter(pk__lt=before)
    covers = Prefetch("pictures", Picture.objects.filter(position=1), to_attr="covers")
    rows = list(found.defer("search").prefetch_related(covers).order_by("-pk")[:limit])
    counts = about.counts([ad.subject for ad in rows], by=by)
    return [Mine(ad, counts.get(ad.subject, Count(talks=0, unread=0))) for ad in rows]


# ── For jobs ─────────────────────────────────────────────────────────────────────────────────────────────────────
def expiring(*, at: datetime) -> QuerySet[Ad]:
    """Ads on the board that leave it within two days, events apart: their day is known."""
    return _live(at).filter(expires_at__lte=at + terms.WARNED_BEFORE).exclude(category=Ad.Category.EVENTS)


def gone(*, at: datetime) -> QuerySet[Ad]:
    """Ads that ended more than 30 days ago and still have pictures."""
    end = at - terms.KEPT_AFTER
    over = Q(done_at__lte=end) | Q(withdrawn_at__lte=end) | Q(expires_at__lte=end)
    return Ad.objects.filter(over, pictures__isnull=False).distinct().order_by(F("pk"))
