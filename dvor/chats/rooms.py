"""Chats come into being: that of a house with its first visitor, a talk with its first word."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Refusal
from dvor.chats import access, refusals
from dvor.chats.models import Chat, Message
from dvor.people.models import Resident


def open_houses(house_ids: Iterable[int], *, at: datetime) -> None:
    """Make the chats of these houses, where there are none. One query, and one statement for all that are missing."""
    wanted = set(house_ids)
    missing = wanted - set(Chat.objects.filter(house__in=wanted).values_list("house", flat=True))
    if missing:
        Chat.objects.bulk_create(
            [Chat(kind=Chat.Kind.HOUSE, house_id=house_id, opened_at=at) for house_id in sorted(missing)],
            ignore_conflicts=True,
        )


def open_talk(one_id: int, another_id: int, *, topic: str = "", at: datetime) -> Chat:
    """The talk of these two about this, new or as it is. Two queries."""
    first, second = sorted((one_id, another_id))
    Chat.objects.bulk_create(
        [Chat(kind=Chat.Kind.TALK, first_id=first, second_id=second, topic=topic, opened_at=at)], ignore_conflicts=True
    )
    return Chat.objects.get(kind=Chat.Kind.TALK, first=first, second=second, topic=topic)


def begin(message_id: int, *, by: Resident, at: datetime) -> Chat:
    """Open a private talk with the writer of a message in the chat of a house: nobody is found by name or flat.

    Raises:
        Refusal: ``message_unknown`` (404); ``own_message``, ``neighbour_gone`` (409).
    """
    sight = access.of(by, at=at)
    message = (
        Message.objects.select_related("chat", "writer")
        .filter(pk=message_id, chat__house__in=list(sight.houses), hidden_at__isnull=True)
        .first()
        if 0 < message_id < 2**63
        else None
    )
    if message is None:
        raise refusals.message_unknown()
    if message.writer_id == by.pk:
        raise Refusal("own_message", _("That is your own message."), remedy=_("Choose a neighbour's."), status=409)
    if not access.neighbours([message.writer_id], sight, at=at):
        raise Refusal(
            "neighbour_gone",
            _("This neighbour does not live in your house any more."),
            remedy=_("Write in the house chat."),
            status=409,
        )
    return open_talk(by.pk, message.writer_id, at=at)
