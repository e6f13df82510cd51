"""The talks about a topic, for the package that keeps it: the page of an ad lists them, «my ads» counts them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dvor.base import sql
from dvor.chats import access
from dvor.people.models import Resident

LENGTH_MAX = 100


@dataclass(frozen=True, slots=True)
class Talk:
    """A talk as one of the two sees it in a list. ``text`` is its last word: empty for a picture, and when removed."""

    chat_id: int
    name: str
    text: str
    is_mine: bool
    has_pictures: bool
    unread: int


@dataclass(frozen=True, slots=True)
class Count:
    """How many talks there are about a topic, and how many messages in them are new; a hundred of a talk is more."""

    talks: int
    unread: int


def talks(topic: str, *, by: Resident, at: datetime) -> list[Talk]:
    """A resident's talks about a topic such as ``ad:17``, the last word first, a hundred at most.

    Four queries, one when there is none.
    """
    rows = sql.rows("chats/about.sql", reader=by.pk, topic=topic, limit=LENGTH_MAX)
    if not rows:
        return []
    people = Resident.objects.filter(pk__in={row.other_id for row in rows})
    names = access.names(people, access.of(by, at=at), at=at)
    return [
        Talk(row.id, names[row.other_id], row.text or "", row.writer_id == by.pk, bool(row.has_pictures), row.unread)
        for row in rows
    ]


def counts(topics: Iterable[str], *, by: Resident) -> dict[str, Count]:
    """A resident's talks about topics, counted; topics without talks are left out. One query."""
    rows = sql.rows("chats/about_counts.sql", reader=by.pk, topics=list(topics))
    return {row.topic: Count(row.talks, row.unread) for row in rows}
