"""What is new in a chat, as soon as there is something: for open pages and for apps alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from dvor.chats import access, live, queries, seats
from dvor.chats.access import Sight
from dvor.chats.models import Chat
from dvor.chats.queries import Line
from dvor.people.models import Resident

ASK_AGAIN_SECONDS = 5  # where no place to wait is free


@dataclass(frozen=True, slots=True)
class News:
    """What happened after a revision; ``after`` is the one to ask about next, ``pause`` the seconds until then."""

    chat: Chat
    sight: Sight
    lines: list[Line]
    after: int
    pause: int


def wait(chat_id: int, *, after: int, by: Resident, now: Callable[[], datetime]) -> News:
    """What was sent, removed, hidden or put back after a revision; if nothing was, wait for it for 20 seconds.

    The request waits without a connection of the database; its rights are asked anew when it wakes, by the clock
    ``now``. Where all places are taken, and inside of a transaction, it is answered at once, with a pause.

    Raises:
        Refusal: ``chat_unknown`` (404).
    """
    chat, sight = access.reach(chat_id, by=by, at=now())
    if chat.revision > after:
        return _told(chat, sight, after, now=now, pause=0)
    if connection.in_atomic_block:
        return _told(chat, sight, after, now=now, pause=ASK_AGAIN_SECONDS)
    with live.place(chat.pk, by=by) as place:
        told = _told(chat, sight, after, now=now, pause=0 if place is not None else ASK_AGAIN_SECONDS)
        if told.lines or place is None:
            return told
        seats.stay(chat, by=by, at=now())
        connection.close()  # back to the pool
        if not place.wait():
            return told
    chat, sight = access.reach(chat_id, by=by, at=now())
    return _told(chat, sight, after, now=now, pause=0)


def _told(chat: Chat, sight: Sight, after: int, *, now: Callable[[], datetime], pause: int) -> News:
    lines = queries.news(chat, sight, after=after, at=now())
    reached = max([after, *(line.message.revision for line in lines)])
    if len(lines) < queries.PAGE_LENGTH:  # all there was: numbers of messages that are gone for good come no more
        reached = max(reached, chat.revision)
    return News(chat, sight, lines, reached, pause)
