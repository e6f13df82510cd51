"""Whoever is forgotten leaves the chats: his messages with their pictures and notices, his seats and blocks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from dvor.chats import album, telling
from dvor.chats.models import Block, Message, Seat


def erase(*, resident_ids: Sequence[int], at: datetime) -> None:
    """Erase what these residents wrote, in the transaction of ``people.residents.erase``.

    What others wrote in a talk with them stays theirs; the talk then is one with «a neighbour».
    """
    del at
    written = Message.objects.filter(writer__in=list(resident_ids))
    telling.forget(list(written.select_related("chat", "quoted")))
    album.clear(list(written.filter(has_pictures=True).values_list("pk", flat=True)))
    written.delete()
    Seat.objects.filter(resident__in=list(resident_ids)).delete()
    Block.objects.filter(Q(resident__in=list(resident_ids)) | Q(blocked__in=list(resident_ids))).delete()
