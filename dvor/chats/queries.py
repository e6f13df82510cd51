"""What pages and the API read of chats."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from dvor.base import sql
from dvor.chats import access, blocks, refusals, topics
from dvor.chats.access import Sight
from dvor.chats.models import CONTENT, Block, Chat, Message, Picture
from dvor.chats.topics import Topic
from dvor.moderation import cases
from dvor.people.models import Resident

LIST_LENGTH, PAGE_LENGTH, BLOCKS_MAX = 30, 50, 500
QUOTED_LENGTH = 140


@dataclass(frozen=True, slots=True)
class Card:
    """A chat in the list. ``name`` is the house's address or the neighbour; ``said`` its last word, if there is one.

    ``place`` is where it stands in the list: the next ones are those ``before`` it.
    """

    id: int
    is_talk: bool
    name: str
    topic: Topic | None
    last_id: int
    place: int
    unread: int
    is_muted: bool
    is_blocked: bool
    said: Said | None


@dataclass(frozen=True, slots=True)
class Said:
    """The last word of a chat. ``text`` is empty for pictures alone and for what was removed."""

    by: str
    is_mine: bool
    text: str
    has_pictures: bool
    is_removed: bool
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """A message as its reader sees it: ``is_shown`` tells whether its words and pictures are for him.

    ``quoted_text`` is the beginning of what is answered, empty when that is not for him.
    """

    message: Message
    name: str
    is_mine: bool
    is_blocked: bool
    is_judged: bool
    quoted_name: str
    quoted_text: str

    @property
    def is_shown(self) -> bool:
        waits = self.message.hidden_at is not None and not self.is_mine and not self.is_judged
        return not (self.message.removed_at or waits or self.is_blocked)


# ── The list ─────────────────────────────────────────────────────────────────────────────────────────────────────
def cards(sight: Sight, *, before: int | None = None, limit: int = LIST_LENGTH, at: datetime) -> list[Card]:
    """Chats of a resident, those of houses first, then the talks with the newest last word; ``before`` is the ``place``
    of the last one of the page before. Three queries, and one a kind of topic.
    """
    rows = sql.rows("chats/mine.sql", reader=sight.resident_id, houses=list(sight.houses), before=before, limit=limit)
    people = Resident.objects.filter(pk__in={row.other_id for row in rows if row.other_id})
    names, about = access.names(people, sight, at=at), topics.find((row.topic for row in rows if row.topic), at=at)
    return [
        Card(
            row.id, row.kind == Chat.Kind.TALK,
            names[row.other_id] if row.other_id else sight.houses[row.house_id].address,
            about.get(row.topic), row.last_id, row.place, row.unread, row.is_muted, row.is_blocked, _said(row, sight),
        )
        for row in rows
    ]  # fmt: skip


def _said(row: Any, sight: Sight) -> Said | None:
    if row.sent_at is None:
        return None
    return Said(
        row.writer_name or _("A neighbour"), row.writer_id == sight.resident_id, row.text, row.has_pictures,
        row.removed_at is not None, row.sent_at,
    )  # fmt: skip


def unread(resident: Resident, *, at: datetime) -> int:
    """How many messages are new in all chats that are not muted. Two queries."""
    sight = access.of(resident, at=at)
    return int(sql.row("chats/unread.sql", reader=resident.pk, houses=list(sight.houses)).messages)


# ── One chat ─────────────────────────────────────────────────────────────────────────────────────────────────────
def lines(chat: Chat, sight: Sight, *, before: int | None = None, limit: int = PAGE_LENGTH, at: datetime) -> list[Line]:
    """The last messages, or those before a number, oldest first. Five queries at most."""
    found = _messages(chat)
    found = found.filter(pk__lt=before) if before is not None else found
    return _lines(list(reversed(found.order_by("-pk")[:limit])), chat, sight, at=at)


def news(chat: Chat, sight: Sight, *, after: int, limit: int = PAGE_LENGTH, at: datetime) -> list[Line]:
    """What was sent, removed, hidden or put back after a revision of the chat, oldest first; none is one query."""
    found = _messages(chat).filter(revision__gt=after).order_by("revision")[:limit]
    return _lines(sorted(found, key=lambda message: message.pk), chat, sight, at=at)


def line(message_id: int, *, by: Resident, at: datetime) -> Line:
    """One message, for those in its chat, its writer, and the moderator of its case, who reads this one and no other.

    Raises:
        Refusal: ``message_unknown`` (404).
    """
    found = Message.objects.filter(pk=message_id).select_related("chat", "writer", "quoted__writer")
    message = found.prefetch_related("pictures").first()
    if message is None:
        raise refusals.message_unknown()
    sight = access.of(by, at=at)
    is_mine = access.is_mine(message.chat, sight)
    is_judged = _is_withheld(message, by, is_mine=is_mine)
    if is_judged and not cases.is_before(CONTENT, message.pk, by=by):
        if not is_mine:
            raise refusals.message_unknown()
        is_judged = False
    return _lines([message], message.chat, sight, at=at, is_judged=is_judged)[0]


def _is_withheld(message: Message, by: Resident, *, is_mine: bool) -> bool:
    """Whether only an open case lets this resident see a message; ``is_mine``: he is in its chat."""
    return message.writer_id != by.pk and (message.hidden_at is not None or not is_mine)


def picture(message_id: int, position: int, *, by: Resident, at: datetime) -> Picture:
    """A picture of a message that this resident sees; of a hidden one its writer, and the moderator of its case.

    Raises:
        Refusal: ``picture_unknown`` (404), also for those of a neighbour whom he has blocked.
    """
    found = Picture.objects.select_related("message__chat").filter(message=message_id, position=position).first()
    if found is None:
        raise refusals.picture_unknown()
    message = found.message
    is_mine = access.is_mine(message.chat, access.of(by, at=at))
    if _is_withheld(message, by, is_mine=is_mine):
        is_for_him = cases.is_before(CONTENT, message.pk, by=by)
    else:
        is_for_him = message.writer_id not in blocks.of(by.pk)
    if not is_for_him:
        raise refusals.picture_unknown()
    return found


def _messages(chat: Chat) -> QuerySet[Message]:
    return chat.messages.select_related("writer", "quoted__writer").prefetch_related("pictures")


def _lines(found: Sequence[Message], chat: Chat, sight: Sight, *, at: datetime, is_judged: bool = False) -> list[Line]:
    """``is_judged``: a moderator reads them for a case, and who wrote stays masked.

    Whoever is not in the chat sees nothing of what is answered.
    """
    if not found:
        return []
    names, is_here = _names(chat, found, sight, at=at), access.is_mine(chat, sight)
    blocked = set() if is_judged else blocks.of(sight.resident_id)
    lines = []
    for message in found:
        quoted = message.quoted if is_here else None
        is_quotable = quoted is not None and quoted.is_shown and quoted.writer_id not in blocked
        line = Line(
            message,
            str(_("A neighbour")) if is_judged else names[message.writer_id],
            is_mine=message.writer_id == sight.resident_id,
            is_blocked=message.writer_id in blocked,
            is_judged=is_judged,
            quoted_name=names[quoted.writer_id] if quoted else "",
            quoted_text=quoted.text[:QUOTED_LENGTH] if quoted and is_quotable else "",
        )
        lines.append(line)
    return lines


def _names(chat: Chat, found: Iterable[Message], sight: Sight, *, at: datetime) -> dict[int, str]:
    """In the chat of a house everybody has proven that he lived there; in a talk that is asked."""
    people = [person for one in found for person in (one.writer, one.quoted.writer if one.quoted else None) if person]
    if chat.house_id in sight.houses:
        return {person.pk: access.name_of(person, is_near=True) for person in people}
    return access.names(people, sight, at=at)


def name(chat: Chat, sight: Sight, *, at: datetime) -> str:
    """The address of the house, or the neighbour. One query for a talk."""
    if not chat.is_talk:
        assert chat.house is not None
        return chat.house.address
    other = chat.second if sight.resident_id == chat.first_id else chat.first
    assert other is not None
    return access.names([other], sight, at=at)[other.pk]


def blocked(resident: Resident) -> list[Block]:
    """Those whom a resident has blocked, the last one first, so many at most. One query."""
    found = Block.objects.filter(resident=resident).select_related("blocked")
    return list(found.order_by("-blocked_at", "-pk")[:BLOCKS_MAX])
