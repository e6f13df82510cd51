"""Who hears of a message: the other one of a talk, and in the chat of a house whoever is answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from dvor.base import queue
from dvor.chats import access, blocks, kinds, seats
from dvor.chats.models import Block, Chat, Message
from dvor.notices import facts
from dvor.notices.facts import Fact
from dvor.notices.models import Notice
from dvor.people.models import Resident

_LATER = timedelta(seconds=20)  # after which a page that was open would have asked again


def tell(message: Message, chat: Chat, *, by: Resident, at: datetime) -> None:
    """Tell one resident, unless the chat is muted, the writer blocked, or the house is not his any more.

    Ten messages in a row ring once: the key of the fact is how far its reader has read. Whoever has the chat open is
    not rung for what he sees; a job looks a minute later whether he did.
    """
    reader_id = _reader_id(message, chat)
    if reader_id is None or not (chat.is_talk or _lives_there(message, chat, at)):
        return
    seat = seats.of(chat, reader_id)
    if seat.is_muted or seat.seen_id >= message.pk or Block.objects.filter(resident=reader_id, blocked=by).exists():
        return
    if seat.here_until is not None and at < seat.here_until:
        from dvor.chats import jobs  # which call us

        queue.defer(jobs.ring, not_before=seat.here_until + _LATER, message_id=message.pk)
        return
    kind = kinds.MESSAGE_CAME if chat.is_talk else kinds.ANSWER_CAME
    facts.tell([Fact(kind, reader_id, _key(chat, seat.seen_id), _context(message, by), f"/chats/{chat.pk}/")], at=at)


def ring(message_id: int, *, at: datetime) -> None:
    """Tell of a message that somebody who had the chat open may not have seen; of what is gone, nothing."""
    found = Message.objects.select_related("chat", "writer", "quoted__writer").filter(pk=message_id).first()
    if found is not None and found.is_shown:
        tell(found, found.chat, by=found.writer, at=at)


def take_back(message: Message) -> None:
    """A message says nothing any more: the notice with its words tells of the next one that is not read, or goes."""
    for notice in _notices([message]):
        seen_id = seats.of(message.chat, notice.resident_id).seen_id
        following = _following(message, notice.resident_id, seen_id)
        if following is None or notice.key != _key(message.chat, seen_id):  # what came later has rung for itself
            notice.delete()
        else:
            notice.context = _context(following, following.writer)
            notice.save(update_fields=["context"])


def forget(messages: Sequence[Message]) -> None:
    """Delete the notices of messages whose writer is forgotten. One query and one statement."""
    _notices(messages).delete()


def _notices(messages: Sequence[Message]) -> QuerySet[Notice]:
    readers = {_reader_id(message, message.chat) for message in messages} - {None}
    codes = [kind.code for kind in (kinds.MESSAGE_CAME, kinds.ANSWER_CAME)]
    found = Notice.objects.filter(kind__in=codes, resident__in=readers)
    return found.filter(context__message__in=[message.pk for message in messages])


def _following(message: Message, reader_id: int, seen_id: int) -> Message | None:
    """The next message for this reader that he has not read."""
    chat = message.chat
    later = chat.messages.filter(pk__gt=max(message.pk, seen_id), removed_at__isnull=True, hidden_at__isnull=True)
    if not chat.is_talk:
        later = later.filter(quoted__writer=reader_id).exclude(writer__in=blocks.of(reader_id))
    return later.exclude(writer=reader_id).select_related("writer").order_by("pk").first()


def _key(chat: Chat, seen_id: int) -> str:
    return f"chat:{chat.pk}:{seen_id}"


def _context(message: Message, by: Resident) -> dict[str, Any]:
    text = message.text or str(_("A picture"))
    return {"message": message.pk, "name": access.name_of(by, is_near=False), "text": text}


def _reader_id(message: Message, chat: Chat) -> int | None:
    """Whom a message is for."""
    if chat.is_talk:
        return chat.other_id(message.writer_id)
    quoted = message.quoted
    return quoted.writer_id if quoted is not None and quoted.writer_id != message.writer_id else None


def _lives_there(message: Message, chat: Chat, at: datetime) -> bool:
    """Whether whoever is answered still reads the chat of the house."""
    assert message.quoted is not None
    return access.is_mine(chat, access.of(message.quoted.writer, at=at))
