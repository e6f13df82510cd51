"""What moderation has to say while somebody writes: how fast one may write, and which words wait for a moderator."""

from __future__ import annotations

from datetime import datetime

from dvor.chats import moderated
from dvor.chats.models import Chat, Message
from dvor.moderation import checks, limits, repeats, reports
from dvor.people.models import Resident

BEGIN, SEND, POST = "chats.begin", "chats.send", "chats.post"
# What holds a message back. A plumber's telephone is what a house chat is for; a card's number is not.
GRAVE = frozenset({"card_number", "asks_for_codes", "repeated_often"})


def refuse_hasty(chat: Chat, *, begins: bool = False, by: Resident, at: datetime) -> None:
    """Refuse what this account has done too often in this hour or on this day; ``begins``: the first word of a talk.

    Raises:
        Refusal: ``too_hasty`` (429).
    """
    if begins:
        limits.refuse_hasty(BEGIN, by=by, at=at)
    limits.refuse_hasty(SEND if chat.is_talk else POST, by=by, at=at)


def look(message: Message, *, by: Resident, at: datetime) -> bool:
    """Hold a message back that a moderator should see first; whether it is held."""
    repeated = repeats.count(message.text, by=by, at=at)
    repeats.remember(moderated.MESSAGE, message.pk, message.text, by=by, at=at)
    findings = checks.look(message.text, repeated=repeated)
    held = bool(GRAVE & set(findings.codes))
    if held:
        reports.hold(moderated.MESSAGE, message.pk, findings, at=at)
    return held
