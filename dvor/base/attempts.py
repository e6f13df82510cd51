"""Limits on guessing: counts tries of one actor at one act in a window of time, in the database, so that a second
web process does not double the allowance."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from dvor.base import sql
from dvor.base.models import Attempt
from dvor.base.refusals import Refusal


def spend(*, act: str, actor: str, limit: int, window: timedelta, at: datetime) -> None:
    """Count one try. Call it outside the act's transaction: it counts even when the act is then refused.

    Raises:
        Refusal: ``too_many_attempts`` (429) when the actor has already tried ``limit`` times in this window.
    """
    start = _start(window, at)
    if sql.row("base/attempt.sql", act=act, actor=actor, window_start=start).count > limit:
        minutes = -(-int((start + window - at).total_seconds()) // 60)
        raise Refusal(
            "too_many_attempts",
            _("Too many attempts."),
            remedy=_("Try again in %(minutes)s min.") % {"minutes": minutes},
            status=429,
        )


def give_back(*, act: str, actor: str, window: timedelta, at: datetime) -> None:
    """Forget one try that succeeded: whoever knows the answer does not guess. Call it inside the act's transaction."""
    spent = Attempt.objects.filter(act=act, actor=actor, window_start=_start(window, at), count__gt=0)
    spent.update(count=F("count") - 1)


def _start(window: timedelta, at: datetime) -> datetime:
    seconds = int(window.total_seconds())
    return datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, tz=at.tzinfo)
