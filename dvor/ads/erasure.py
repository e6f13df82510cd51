"""Whoever is forgotten leaves the board: his ads go with their pictures. What he wrote about others is in ``chats``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dvor.ads import album
from dvor.ads.models import Ad, First, Picture
from dvor.feed import entries


def erase(*, resident_ids: Sequence[int], at: datetime) -> None:
    """Erase what these residents left on the board, in the transaction of ``people.residents.erase``."""
    numbers = list(Ad.objects.filter(author__in=resident_ids).values_list("pk", flat=True))
    entries.withdraw([f"ad:{number}" for number in numbers], at=at)
    album.clear(list(Picture.objects.filter(ad__in=numbers)))
    First.objects.filter(resident__in=resident_ids).update(ad_id=0)
    Ad.objects.filter(pk__in=numbers).delete()
