"""Throws away what nobody can use any more: expired sessions with their addresses, long expired tokens."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from dvor.base import clock
from dvor.people.models import Token

TOKENS_KEPT = timedelta(days=90)


@transaction.atomic
def sweep(*, at: datetime) -> None:
    """Drop expired sessions, the lines of sessions that are gone, and tokens that ended 90 days ago."""
    Session.objects.filter(expire_date__lte=clock.outside(at)).delete()
    living = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.filter(~Exists(living)).delete()
    ended_before = at - TOKENS_KEPT
    Token.objects.filter(Q(expires_at__lte=ended_before) | Q(revoked_at__lte=ended_before)).delete()
