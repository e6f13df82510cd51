"""Reads about residents: their open sessions, apps and roles."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils.translation import gettext as _

from dvor.base import clock
from dvor.people.models import Resident, Role, Token

# The first word found in the browser's own description wins: most name others, whom they imitate.
_BROWSERS = (
    ("YaBrowser", "Яндекс Браузер"), ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BrowserSession:
    """One signed-in browser, in words a person recognises it by."""

    id: int
    title: str
    ip: str
    since: datetime
    seen_at: datetime
    current: bool


def browser_sessions(resident: Resident, *, current_key: str | None, at: datetime) -> list[BrowserSession]:
    """Living sessions, this browser's first, then the last seen. One query."""
    living = Session.objects.filter(expire_date__gt=clock.outside(at)).values("session_key")
    rows = UserSession.objects.filter(user=resident, session_key__in=living).order_by("-last_seen_at")[:50]
    found = [
        BrowserSession(
            row.id,
            browser_title(row.user_agent),
            row.ip,
            clock.inside(row.created_at),
            clock.inside(row.last_seen_at),
            row.session_key == current_key,
        )
        for row in rows
    ]
    return sorted(found, key=lambda session: not session.current)


def browser_title(user_agent: str) -> str:
    """«Firefox, Windows» of what a browser says about itself."""
    browser = next((title for word, title in _BROWSERS if word in user_agent), _("Browser"))
    system = next((title for word, title in _SYSTEMS if word in user_agent), "")
    return ", ".join(part for part in (browser, system) if part)


def tokens_of(resident: Resident, *, at: datetime) -> list[Token]:
    """Apps that are signed in, the newest first. One query."""
    living = Token.objects.filter(resident=resident, revoked_at__isnull=True, expires_at__gt=at)
    return list(living.order_by("-issued_at", "-pk"))


def roles_of(resident: Resident) -> list[Role]:
    """Roles held today, with their organisations fetched. One query."""
    return list(
        Role.objects.filter(resident=resident, revoked_at__isnull=True).select_related("organisation").order_by("pk")
    )


def who_is(told: str, *, by_number_only: bool = False) -> Q:
    """Residents whom these words name: a phone, a mail, our number, or a surname and a name (their beginnings).

    Each way is served by an index; what names nobody in particular finds nobody.
    """
    told = told.strip()[:100]
    digits = re.sub(r"\D", "", told)
    if told.isdecimal() and len(told) < 10:
        return Q(pk=int(told))
    if by_number_only:
        return Q(pk__in=[])
    if "@" in told:
        return Q(email__in={told, told.lower()})
    if len(digits) >= 10:
        return Q(mobile__in={start + digits[-10:] for start in ("+7", "7", "8", "")})
    found = Q(pk__in=[])
    for place, word in zip(("last_name", "first_name", "middle_name"), told.split(), strict=False):
        beginning = Q(**{f"{place}__startswith": word[:1].upper() + word[1:]})
        found = beginning if place == "last_name" else found & beginning
    return found
