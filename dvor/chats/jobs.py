"""Jobs of chats: whoever left a chat before its last word came is rung after all."""

from __future__ import annotations

from procrastinate.contrib.django import app

from dvor.base import clock
from dvor.chats import telling


@app.task()
def ring(*, message_id: int, **_later: object) -> None:
    """A minute after a message came to an open page: tell of it, unless it was read."""
    telling.ring(message_id, at=clock.now())
