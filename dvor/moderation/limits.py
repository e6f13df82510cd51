"""How often one may act: from data, by the age and the level of an account, counted in rows that cannot overflow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dvor.base import periods, sql
from dvor.base.refusals import Refusal, Text
from dvor.people.models import Resident

_HOURS = (1, 24)


@dataclass(frozen=True, slots=True)
class Allowed:
    """How often this account may do an act: times an hour and a day."""

    per_hour: int
    per_day: int


@transaction.atomic
def refuse_hasty(act: str, *, by: Resident, at: datetime, count: int = 1) -> None:
    """Count ``count`` times of an act (``ads.post``), or refuse: too many in this hour or on this day of the city.

    Call it inside the act's transaction: what is refused afterwards was not done, and is not counted. Hours and days
    are those of the clock, so that a limit of ten never lets more than ten through in one of them. Two statements.

    Raises:
        Refusal: ``too_hasty`` (429), with the time when it goes on.
    """
    assert count > 0
    allowed = of(act, by=by, at=at)
    started = [at.replace(minute=0, second=0, microsecond=0), periods.day_start(periods.day_of(at))]
    most = [allowed.per_hour, allowed.per_day]
    rows = sql.rows(
        "moderation/spend.sql",
        resident=by.pk, act=act, count=count, hours=list(_HOURS), started=started, most=most,
    )  # fmt: skip
    counted = {row.hours for row in rows}
    if counted != set(_HOURS):
        hours = 24 if 24 not in counted else 1
        raise _too_hasty(hours, most[_HOURS.index(hours)], started[_HOURS.index(hours)], at)


def of(act: str, *, by: Resident, at: datetime) -> Allowed:
    """What this account may do today; an act without lines of its own has those of «*». One statement."""
    row = sql.row(
        "moderation/pace.sql",
        act=act, day=periods.day_of(at), age_days=max((at - by.joined_at).days, 0), level=by.level,
    )  # fmt: skip
    return Allowed(row.per_hour, row.per_day)


def _too_hasty(hours: int, most: int, started_at: datetime, at: datetime) -> Refusal:
    text: Text
    remedy: Text
    if hours == 24:
        text = _("That was often today: your account may do this %(most)s times a day.") % {"most": most}
        remedy = _("Go on tomorrow. Older accounts and those of a higher level may do more.")
    else:
        minutes = -(-int((started_at + timedelta(hours=1) - at).total_seconds()) // 60)
        text = _("That was quick: your account may do this %(most)s times an hour.") % {"most": most}
        remedy = _("Go on in %(minutes)s min.") % {"minutes": minutes}
    return Refusal("too_hasty", text, remedy=remedy, status=429)
