"""What moderation has to say while an ad is written: how fast one may post, and which words wait for a moderator."""

from __future__ import annotations

from datetime import datetime

from dvor.ads.models import Ad, Reply
from dvor.people.models import Resident

POST, EDIT, REPLY = "ads.post", "ads.edit", "ads.reply"


def refuse_hasty(act: str, *, by: Resident, at: datetime) -> None:
    """Refuse an act that this account has done too often in this hour or on this day."""
    del act, by, at


def look(ad: Ad, *, at: datetime) -> bool:
    """Hold an ad back whose words a moderator should see first; whether it is held."""
    del ad, at
    return False


def look_at_reply(reply: Reply, *, at: datetime) -> bool:
    """The same for an answer."""
    del reply, at
    return False
