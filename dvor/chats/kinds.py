"""What chats declare: facts for residents, and messages as content for moderation."""

from __future__ import annotations

from dvor.notices import kinds as facts
from dvor.notices.kinds import FactKind

MESSAGE_CAME = FactKind(
    code="chats.message_came",
    titles={"ru": "Личное сообщение соседа", "en": "Private message of a neighbour"},
    icon="mail",
)
ANSWER_CAME = FactKind(
    code="chats.answer_came",
    titles={"ru": "Ответ вам в чате дома", "en": "Answer to you in the house chat"},
    icon="mail",
)


def register() -> None:
    """Make the kinds known."""
    from dvor.chats import moderated

    moderated.register()
    for kind in (MESSAGE_CAME, ANSWER_CAME):
        facts.register(kind)
