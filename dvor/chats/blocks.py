"""Who wants to hear nothing of whom. The blocked one learns of it only when he writes a private message."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Refusal
from dvor.chats import access, refusals
from dvor.chats.models import Block, Chat, Message
from dvor.people.models import Resident


def block(message_id: int, *, by: Resident, at: datetime) -> Resident:
    """Hear nothing more of the writer of a message: no private talks, and in the chat of the house no words of his.

    Returns the blocked resident. Twice is once.

    Raises:
        Refusal: ``message_unknown`` (404), also for messages that this resident cannot see; ``own_message`` (409).
    """
    found = Message.objects.select_related("chat", "writer") if 0 < message_id < 2**63 else Message.objects.none()
    message = found.filter(pk=message_id).first()
    if message is None or not access.is_mine(message.chat, access.of(by, at=at)):
        raise refusals.message_unknown()
    if message.writer_id == by.pk:
        raise Refusal("own_message", _("That is your own message."), remedy=_("Choose a neighbour's."), status=409)
    Block.objects.bulk_create([Block(resident=by, blocked=message.writer, blocked_at=at)], ignore_conflicts=True)
    return message.writer


def unblock(blocked_id: int, *, by: Resident) -> None:
    """Hear of a neighbour again; of one who is not blocked nothing changes."""
    if 0 < blocked_id < 2**63:
        Block.objects.filter(resident=by, blocked=blocked_id).delete()


def refuse(chat: Chat, *, by: Resident) -> None:
    """Refuse a private message where one of the two has blocked the other. One query.

    Raises:
        Refusal: ``blocked_by_you``, ``messages_not_taken`` (409).
    """
    other_id = chat.other_id(by.pk)
    between = Q(resident=by, blocked=other_id) | Q(resident=other_id, blocked=by)
    found = set(Block.objects.filter(between).values_list("resident", flat=True))
    if by.pk in found:
        raise refusals.blocked_by_you()
    if found:
        raise refusals.not_taken()


def of(resident_id: int) -> set[int]:
    """Those whom a resident has blocked. One query."""
    return set(Block.objects.filter(resident=resident_id).values_list("blocked", flat=True))
