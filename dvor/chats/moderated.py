"""Messages as moderation knows them: loaded, hidden, put back; who may report one, who sees its pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.urls import reverse

from dvor.chats import access, live, telling
from dvor.chats.models import CONTENT, Chat, Message
from dvor.homes.rights import Act
from dvor.moderation import kinds
from dvor.moderation.kinds import Content, ContentKind
from dvor.people.models import Resident


def _load(numbers: Sequence[int]) -> Mapping[int, Content]:
    found = Message.objects.filter(pk__in=list(numbers)).select_related("chat").prefetch_related("pictures")
    return {
        message.pk: Content(
            message.writer_id, message.chat.house_id, message.text, reverse("chat_message", args=[message.pk]),
            [reverse("chat_picture", args=[message.pk, one.position]) for one in message.pictures.all()],
        )
        for message in found
    }  # fmt: skip


def _hide(number: int, at: datetime) -> None:
    message = _locked(number)
    if message is not None and message.hidden_at is None:
        _change(message, at)
        telling.take_back(message)


def _restore(number: int, at: datetime) -> None:
    """Back in its place. Whoever was not told of it, because it was held while it was sent, is told now."""
    message = _locked(number)
    if message is not None and message.hidden_at is not None:
        was_held = message.hidden_at == message.sent_at
        _change(message, None)
        if was_held and message.removed_at is None:
            telling.tell(message, message.chat, by=message.writer, at=at)


def _locked(number: int) -> Message | None:
    """A message under the lock of its chat, so that open pages learn of a change in order."""
    of_it = Message.objects.filter(pk=number).values("chat")
    chat = Chat.objects.select_for_update(no_key=True).filter(pk__in=of_it).first()
    message = Message.objects.select_related("writer", "quoted__writer").filter(pk=number).first()
    if chat is None or message is None:  # its writer is forgotten
        return None
    message.chat = chat
    return message


def _change(message: Message, hidden_at: datetime | None) -> None:
    chat = message.chat
    message.hidden_at = hidden_at
    message.revision = chat.revision = chat.revision + 1
    message.save(update_fields=["hidden_at", "revision"])
    chat.save(update_fields=["revision"])
    live.tell(chat.pk)


def _sees(resident: Resident, number: int) -> bool:
    shown = Message.objects.select_related("chat").filter(pk=number, hidden_at__isnull=True, removed_at__isnull=True)
    message = shown.first()
    return message is not None and access.is_mine(message.chat, access.of(resident))


MESSAGE = ContentKind(
    CONTENT, {"ru": "Сообщение", "en": "Message"}, load=_load, hide=_hide, restore=_restore, act=Act.CHAT, sees=_sees
)


def register() -> None:
    """Make messages known to moderation."""
    kinds.register(MESSAGE)
