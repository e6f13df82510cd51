"""Where a resident stands in a chat: how far it is read, whether it is open before him, and whether it may ring."""

from __future__ import annotations

from datetime import datetime, timedelta

from dvor.base import sql
from dvor.chats import access
from dvor.chats.models import Chat, Seat
from dvor.people.models import Resident

STAYS = timedelta(seconds=40)  # twice as long as an open page waits for news


def see(chat: Chat, up_to: int, *, by: Resident) -> None:
    """Note that a resident has read a chat up to this message; what was read stays read. One statement."""
    sql.rows("chats/see.sql", chat=chat.pk, reader=by.pk, seen=up_to)


def mute(chat_id: int, *, is_muted: bool, by: Resident, at: datetime) -> None:
    """A muted chat counts what is new and rings for nothing; twice is once.

    Raises:
        Refusal: ``chat_unknown`` (404).
    """
    chat, _sight = access.reach(chat_id, by=by, at=at)
    Seat.objects.bulk_create(
        [Seat(chat=chat, resident=by, is_muted=is_muted)],
        update_conflicts=True, unique_fields=["chat", "resident"], update_fields=["is_muted"],
    )  # fmt: skip


def stay(chat: Chat, *, by: Resident, at: datetime) -> None:
    """Note that a resident has the chat open before him: for as long as his page needs to ask again. One statement."""
    Seat.objects.bulk_create(
        [Seat(chat=chat, resident=by, here_until=at + STAYS)],
        update_conflicts=True, unique_fields=["chat", "resident"], update_fields=["here_until"],
    )  # fmt: skip


def of(chat: Chat, resident_id: int) -> Seat:
    """A resident's seat, or one that nobody has taken yet. One query."""
    found = Seat.objects.filter(chat=chat, resident=resident_id).first()
    return found or Seat(chat=chat, resident_id=resident_id)
