"""Joining: somebody opened a link, and signed in for the first time. What he does afterwards is looked at later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import structlog
from django.core import signing
from django.db import transaction

from dvor.base.refusals import Refusal
from dvor.invites import fingerprints, links, traces
from dvor.invites.models import Departed, Join, Link
from dvor.people.models import Resident

KEPT = timedelta(days=30)  # how long an opened link is remembered until the first sign-in
_SALT = "dvor.invites.opened"

log = structlog.get_logger()


class Outcome(StrEnum):
    """What an opened link came to when its visitor signed in."""

    JOINED = "joined"
    OWN = "own"
    NOT_NEW = "not_new"
    ALREADY = "already"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that a visitor opened, and when."""

    code: str
    at: datetime

    def sealed(self) -> str:
        """For the visitor's cookie: it can be read there and not be changed."""
        return signing.dumps([self.code, int(self.at.timestamp())], salt=_SALT)

    @classmethod
    def of(cls, cookie: str) -> Opened | None:
        """What the cookie says; nothing when somebody else has written it."""
        try:
            code, seconds = signing.loads(cookie[:400], salt=_SALT)
            return cls(str(code), datetime.fromtimestamp(int(seconds), tz=UTC))
        except (signing.BadSignature, ValueError, TypeError):
            return None


@transaction.atomic
def join(opened: Opened, *, seen: traces.Seen, by: Resident, at: datetime) -> Outcome:
    """Note that a resident has come by a link, if he is new since it was opened; again changes nothing.

    ``seen`` is what the sign-in shows of device and network. Nothing is refused: who is not new is as welcome.
    """
    if Join.objects.filter(pk=by.pk).exists():
        return Outcome.ALREADY
    try:
        link = links.opened(opened.code, at=at)
    except Refusal:
        return Outcome.OVER
    if link.resident_id == by.pk:
        return Outcome.OWN
    if not _is_new(opened, by):
        return Outcome.NOT_NEW
    if at - opened.at > KEPT:
        return Outcome.OVER
    traces.note(seen, by=by, at=at)
    return Outcome.JOINED if _enter(link, opened, by=by, at=at) else Outcome.ALREADY


def _enter(link: Link, opened: Opened, *, by: Resident, at: datetime) -> bool:
    """Whether this call was the first."""
    _joined, is_first = Join.objects.get_or_create(
        joiner=by,
        defaults={
            "inviter_id": link.resident_id, "link": link, "house_id": link.house_id, "look_at": at,
            "opened_at": opened.at, "signed_in_at": max(at, opened.at),
        },
    )  # fmt: skip
    log.info("invites.joined", link=link.pk)
    return is_first


def _is_new(opened: Opened, by: Resident) -> bool:
    """Nobody who was here before the link was opened; also not under a new number after an erasure."""
    if by.joined_at < opened.at:
        return False
    return not Departed.objects.filter(fingerprint=fingerprints.of_person(by.city_id)).exists()
