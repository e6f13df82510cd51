"""Writing in a chat, and taking back what one wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dvor.base import requests, texts
from dvor.base.refusals import Refusal
from dvor.chats import access, album, blocks, live, refusals, scrutiny, seats, telling, topics
from dvor.chats.models import TEXT_LENGTH_MAX, Chat, Message
from dvor.chats.topics import Topic
from dvor.people.models import Resident


@dataclass(frozen=True, slots=True)
class Draft:
    """The writer's words, pictures as they were uploaded, and the number of the message that is answered."""

    text: str
    uploads: Sequence[BinaryIO] = ()
    quoted_id: int | None = None


def send(draft: Draft, *, chat_id: int, by: Resident, at: datetime, key: str) -> Message:
    """Write a message. The same ``key`` is the same message.

    Messages of a chat are numbered under its lock: who has seen number 41 misses no 40 that comes later.

    Raises:
        Refusal: ``chat_unknown`` (404); ``not_allowed`` (403) in a talk about nothing in particular for whoever lives
            nowhere by proof; ``text_missing``, ``text_too_long``, ``quoted_unknown`` (422) and those of pictures
            (``album.kept``); ``topic_over``, ``blocked_by_you``, ``messages_not_taken`` (409); ``too_hasty`` (429);
            ``idempotency_key_unusable`` (400), ``idempotency_key_reused`` (409).
    """
    requests.refuse_key(key)
    text = _checked(draft)
    if draft.uploads:
        access.reach(chat_id, by=by, at=at)  # before the work of decoding
    with album.kept(draft.uploads) as pictures, transaction.atomic():
        Resident.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)
        chat, sight = access.reach(chat_id, by=by, at=at, lock=True)
        known = Message.objects.filter(writer=by, key=key).first()
        if known is not None:
            _refuse_another(known, chat, draft, text)
            album.drop(pictures)
            return known
        _refuse(chat, sight, draft, by=by, at=at)
        message = Message.objects.create(
            chat=chat, writer=by, quoted_id=draft.quoted_id, sent_at=at, revision=chat.revision + 1,
            has_pictures=bool(pictures), text=text, key=key,
        )  # fmt: skip
        album.hang(message, pictures)
        chat.last_id, chat.revision = message.pk, message.revision
        chat.save(update_fields=["last_id", "revision"])
        seats.see(chat, message.pk, by=by)
        if scrutiny.look(message, by=by, at=at):
            message.refresh_from_db(fields=["hidden_at", "revision"])
        else:
            telling.tell(message, chat, by=by, at=at)
        live.tell(chat.pk)
    return message


@transaction.atomic
def remove(message_id: int, *, by: Resident, at: datetime) -> Message:
    """Take one's own message back: its words and pictures are gone, its place stays. Twice is once.

    Also from the chat of a house where one does not live any more.

    Raises:
        Refusal: ``message_unknown`` (404), also for other people's.
    """
    mine = Message.objects.filter(pk=message_id, writer=by) if 0 < message_id < 2**63 else Message.objects.none()
    chat_id = mine.values_list("chat", flat=True).first()
    if chat_id is None:
        raise refusals.message_unknown()
    chat = Chat.objects.select_for_update(no_key=True).get(pk=chat_id)
    message = Message.objects.get(pk=message_id)
    if message.removed_at is not None:
        return message
    message.chat = chat
    album.clear([message.pk])
    message.removed_at, message.text, message.has_pictures = at, "", False
    message.revision = chat.revision = chat.revision + 1
    message.save(update_fields=["removed_at", "text", "has_pictures", "revision"])
    chat.save(update_fields=["revision"])
    telling.take_back(message)
    live.tell(chat.pk)
    return message


def _checked(draft: Draft) -> str:
    text = texts.paragraphs(draft.text, TEXT_LENGTH_MAX + 1)
    if not text and not draft.uploads:
        raise Refusal("text_missing", _("The message is empty."), remedy=_("Write a line."), field="text")
    if len(text) > TEXT_LENGTH_MAX:
        raise Refusal(
            "text_too_long",
            _("This is longer than %(most)s characters.") % {"most": TEXT_LENGTH_MAX},
            remedy=_("Send it in two messages."),
            field="text",
        )
    return text


def _refuse_another(known: Message, chat: Chat, draft: Draft, text: str) -> None:
    """Refuse a key that has sent another message; of one that was taken back nothing is left to compare."""
    if known.chat_id != chat.pk:
        raise requests.key_reused()
    told = (known.text, known.quoted_id, known.pictures.count())
    if known.removed_at is None and told != (text, draft.quoted_id, len(draft.uploads)):
        raise requests.key_reused()


def _refuse(chat: Chat, sight: access.Sight, draft: Draft, *, by: Resident, at: datetime) -> None:
    """Who lives nowhere, what is over, who is blocked, what is answered, and how fast."""
    if not chat.topic:
        access.refuse_stranger(sight)
    if not is_open(chat, topics.of(chat.topic, at=at)):
        raise refusals.topic_over()
    if chat.is_talk:
        blocks.refuse(chat, by=by)
    shown = Message.objects.filter(Q(writer=by) | Q(hidden_at__isnull=True), chat=chat, removed_at__isnull=True)
    if draft.quoted_id is not None and not shown.filter(pk=draft.quoted_id).exists():
        raise Refusal(
            "quoted_unknown",
            _("The message that you answer is not there any more."),
            remedy=_("Send yours without it."),
            field="quoted",
        )
    scrutiny.refuse_hasty(chat, begins=chat.is_talk and not chat.last_id, by=by, at=at)


def is_open(chat: Chat, topic: Topic | None) -> bool:
    """Whether what a talk is about (``topics.of``) still goes on; a talk about nothing in particular always does."""
    return not chat.topic or (topic is not None and topic.is_open)
