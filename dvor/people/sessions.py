"""Open sessions of a resident's browsers: noting that they live, closing one, closing all others."""

from __future__ import annotations

from datetime import datetime

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dvor.base import audit, clock
from dvor.base.refusals import Refusal
from dvor.people.models import Resident, Token

SEEN = "seen_at"
_HOUR_SECONDS = 3600


def begin(request: HttpRequest, *, at: datetime) -> None:
    """Mark a session that has just signed in, so that :func:`touch` knows it."""
    request.session[SEEN] = int(at.timestamp())


def touch(request: HttpRequest, *, at: datetime) -> None:
    """Once an hour: when and from where the session was last seen; two small updates, otherwise none."""
    seen = request.session.get(SEEN)
    if not isinstance(seen, int) or at.timestamp() - seen < _HOUR_SECONDS:
        return
    begin(request, at=at)
    UserSession.objects.filter(session_key=request.session.session_key).update(
        last_seen_at=clock.outside(at), ip=get_adapter().get_client_ip(request)
    )


@transaction.atomic
def close(*, session_id: int, by: Resident, at: datetime) -> None:
    """Sign out one browser of one's own.

    Raises:
        Refusal: ``session_unknown`` (404) when it is not the resident's or already closed.
    """
    keys = list(UserSession.objects.filter(id=session_id, user=by).values_list("session_key", flat=True))
    if not keys:
        raise Refusal("session_unknown", _("This session is already closed."), status=404)
    _end(keys)
    audit.record(act="people.session.closed", subject=f"resident:{by.pk}", by=by.pk, at=at)


@transaction.atomic
def close_others(*, kept_key: str | None, by: Resident, at: datetime) -> int:
    """Sign out everywhere but here: other browsers and all apps; how many were signed out."""
    others = UserSession.objects.filter(user=by).exclude(session_key=kept_key or "")
    keys = list(others.values_list("session_key", flat=True))
    _end(keys)
    apps = Token.objects.filter(resident=by, revoked_at=None, expires_at__gt=at).update(revoked_at=at)
    facts = {"browsers": len(keys), "apps": apps}
    audit.record(act="people.session.closed_others", subject=f"resident:{by.pk}", by=by.pk, at=at, facts=facts)
    return len(keys) + apps


def forget(key: str) -> None:
    """Drop the line of a session that has signed out itself."""
    UserSession.objects.filter(session_key=key).delete()


def erase(resident_ids: list[int]) -> None:
    """End every session of these residents, and with it the addresses and browsers it remembered."""
    _end(list(UserSession.objects.filter(user__in=resident_ids).values_list("session_key", flat=True)))


def _end(keys: list[str]) -> None:
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
