"""What somebody wants on the board, made clean and held against the rules of its category."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from dvor.ads import terms
from dvor.ads.models import PLACE_LENGTH_MAX, PRICE_MAX, TEXT_LENGTH_MAX, TITLE_LENGTH_MAX, Ad
from dvor.base import texts
from dvor.base.refusals import Refusal

Category = Ad.Category
TITLE_LENGTH_MIN = 3


@dataclass(frozen=True, slots=True)
class Draft:
    """The author's words. ``price_kopecks`` is for what is sold and for services; ``starts_at`` is an event's."""

    category: Ad.Category
    title: str
    text: str = ""
    reach: Ad.Reach = Ad.Reach.HOUSE
    price_kopecks: int | None = None
    starts_at: datetime | None = None
    place: str = ""


def checked(draft: Draft, *, at: datetime) -> Draft:
    """The draft in plain text, if it can stand on the board.

    Raises:
        Refusal: ``title_missing`` under three letters; ``text_too_long`` for any text over its length;
            ``price_wrong`` (1 kopeck … 100 million roubles; only for sales and services); ``time_missing``,
            ``time_wrong`` for an event that has begun or is more than a year ahead, and for what is no event.
    """
    title = texts.line(draft.title, TITLE_LENGTH_MAX + 1)
    text, place = texts.paragraphs(draft.text, TEXT_LENGTH_MAX + 1), texts.line(draft.place, PLACE_LENGTH_MAX + 1)
    if len(title) < TITLE_LENGTH_MIN:
        raise Refusal(
            "title_missing", _("The ad needs a title."), remedy=_("Three letters or more: what is it?"), field="title"
        )
    for name, told, most in (
        ("title", title, TITLE_LENGTH_MAX),
        ("text", text, TEXT_LENGTH_MAX),
        ("place", place, PLACE_LENGTH_MAX),
    ):
        if len(told) > most:
            raise Refusal("text_too_long", _("This is longer than %(most)s characters.") % {"most": most}, field=name)
    _refuse_price(draft)
    _refuse_time(draft, at)
    return Draft(draft.category, title, text, draft.reach, draft.price_kopecks, draft.starts_at, place)


def _refuse_price(draft: Draft) -> None:
    if draft.price_kopecks is None:
        return
    if draft.category not in terms.PRICED:
        raise Refusal("price_wrong", _("Only what is sold and services have a price."), field="price")
    if not 1 <= draft.price_kopecks <= PRICE_MAX:
        raise Refusal(
            "price_wrong",
            _("This cannot be the price."),
            remedy=_("Up to 100 million roubles; leave it empty to agree on it, and give away what is free."),
            field="price",
        )


def _refuse_time(draft: Draft, at: datetime) -> None:
    if draft.category != Category.EVENTS:
        if draft.starts_at is not None:
            raise Refusal("time_wrong", _("Only events have a day and time."), field="starts_at")
        return
    if draft.starts_at is None:
        raise Refusal("time_missing", _("Tell when the event begins."), field="starts_at")
    if draft.starts_at <= at:
        raise Refusal("time_wrong", _("This time is over."), remedy=_("Choose a later one."), field="starts_at")
    if draft.starts_at - at > terms.EVENT_AHEAD + timedelta(days=1):
        raise Refusal("time_wrong", _("The event is more than a year ahead."), field="starts_at")
