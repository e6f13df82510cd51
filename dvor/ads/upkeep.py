"""What the board does by itself: it warns before an ad leaves, and forgets the pictures of what is long gone."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from dvor.ads import album, kinds, queries
from dvor.ads.models import Picture
from dvor.base import periods
from dvor.notices import facts
from dvor.notices.facts import Fact

AT_ONCE = 500


def warn(*, at: datetime) -> int:
    """Tell authors whose ads leave the board within two days; how many were told. The same end is told once."""
    told = 0
    found = queries.expiring(at=at).order_by("pk").values_list("pk", "author", "title", "expires_at")
    batch: list[Fact] = []
    for number, author_id, title, expires_at in found.iterator(chunk_size=AT_ONCE):
        key = f"ad:{number}:{periods.day_of(expires_at).isoformat()}"
        context = {"title": title, "expires_at": expires_at}
        batch.append(Fact(kinds.EXPIRES_SOON, author_id, key, context, f"/ads/{number}/"))
        if len(batch) == AT_ONCE:
            told += facts.tell(batch, at=at)
            batch = []
    return told + facts.tell(batch, at=at)


def clear(*, at: datetime) -> int:
    """Delete the pictures of ads that ended more than 30 days ago; how many pictures were."""
    count = 0
    while numbers := list(queries.gone(at=at).values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            found = list(Picture.objects.filter(ad__in=numbers).select_for_update())
            album.clear(found)
            count += len(found)
    return count
