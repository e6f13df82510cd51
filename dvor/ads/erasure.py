"""Whoever is forgotten leaves the board: ads with pictures and answers, and what he wrote under other people's ads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from dvor.ads import album
from dvor.ads.models import Ad, First, Picture, Reply
from dvor.feed import entries


def erase(*, resident_ids: Sequence[int], at: datetime) -> None:
    """Erase what these residents left on the board, in the transaction of ``people.residents.erase``."""
    numbers = list(Ad.objects.filter(author__in=resident_ids).values_list("pk", flat=True))
    entries.withdraw([f"ad:{number}" for number in numbers], at=at)
    album.clear(list(Picture.objects.filter(ad__in=numbers)))
    Reply.objects.filter(Q(resident__in=resident_ids) | Q(writer__in=resident_ids)).delete()
    First.objects.filter(resident__in=resident_ids).update(ad_id=0)
    Ad.objects.filter(pk__in=numbers).delete()
