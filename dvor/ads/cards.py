"""The ad's card in the feed of its own house; the board itself shows what reaches one from other houses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from dvor.ads import kinds
from dvor.ads.models import Ad
from dvor.base import money
from dvor.feed import entries
from dvor.feed.entries import NewEntry
from dvor.feed.kinds import Face


def show(ad: Ad, *, at: datetime) -> None:
    """Publish the card, bring it up to date, or take it out of the feed when the ad is not on the board."""
    if not ad.is_live(at):
        entries.withdraw([ad.subject], at=at)
        return
    entries.publish([of(ad)], at=at)


def of(ad: Ad) -> NewEntry:
    """The card as it is published."""
    return NewEntry(
        kind=kinds.AD, subject=ad.subject, house_id=ad.house_id, title=ad.title, excerpt=ad.text,
        url=f"/ads/{ad.pk}/", published_at=ad.published_at, author_id=ad.author_id, until=ad.expires_at,
    )  # fmt: skip


def faces(subjects: Sequence[str], at: datetime) -> Mapping[str, Face]:
    """What the badge of a card says today: its category, with the price of what is sold. One query."""
    del at
    numbers = [int(match[1]) for subject in subjects if (match := re.fullmatch(r"ad:(\d{1,18})", subject))]
    found = Ad.objects.filter(pk__in=numbers).only("category", "price_kopecks")
    return {ad.subject: Face(state=_state(ad), tone="quiet") for ad in found}


def _state(ad: Ad) -> str:
    label = str(ad.sort.label)
    return label if ad.price_kopecks is None else f"{label} · {money.show(ad.price_kopecks)}"
