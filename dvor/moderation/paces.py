"""A city operator says from a day on how often one may act: a newer line for accounts of an age and a level.

Nothing is edited and nothing taken back: the newest line for the same act, age and level goes before the older ones.
``limits.of`` reads them.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from dvor.base import audit, periods
from dvor.moderation import refusals, wording
from dvor.moderation.models import Pace
from dvor.people import roles
from dvor.people.levels import Level
from dvor.people.models import Resident, Role

AGE_MAX = 3_650  # days
TIMES_MAX = 100_000
NEWEST = 0  # days: an account of today


def acts() -> list[str]:
    """Acts that have a pace: those we know by name and those that have lines. One query."""
    return sorted({*wording.ACTS, *Pace.objects.values_list("act", flat=True).distinct()})


@transaction.atomic
def add(  # noqa: PLR0913 a line of the table, and whose it is
    act: str, *, age_days: int, level: Level, per_hour: int, per_day: int, since: date, note: str, by: Resident,
    at: datetime,
) -> Pace:  # fmt: skip
    """From ``since`` on, accounts that are ``age_days`` old and have at least this level may act so often.

    Times an hour and a day; 0 and 0 takes a line out of play. An account goes by the most generous line that fits it,
    so a smaller number for old accounts needs its own line. The first line of an act must be for every account: from
    then on those of «*» count no more for it.

    Raises:
        Refusal: ``not_allowed`` (403); ``act_unknown``, ``pace_unusable``, ``day_past``, ``note_missing`` (422);
            ``pace_not_for_all`` (409), ``pace_exists`` (409) when such a line begins on that day already.
    """
    if not roles.allows(by, Role.Name.CITY_OPERATOR):
        raise refusals.not_allowed()
    if not note.strip():
        raise refusals.note_missing()
    if act not in acts():
        raise refusals.act_unknown()
    if not (0 <= age_days <= AGE_MAX and 0 <= per_hour <= per_day <= TIMES_MAX):
        raise refusals.pace_unusable()
    if since < periods.day_of(at):
        raise refusals.day_past()
    is_for_all = age_days == NEWEST and level == min(Level)
    if (
        not is_for_all
        and not Pace.objects.filter(act=act, age_days=NEWEST, level=min(Level), since__lte=since).exists()
    ):
        raise refusals.pace_not_for_all()
    try:
        with transaction.atomic():
            made = Pace.objects.create(
                act=act, age_days=age_days, level=level, per_hour=per_hour, per_day=per_day, since=since
            )
    except IntegrityError:
        raise refusals.pace_exists() from None
    audit.record(
        act="moderation.pace.added", subject=f"pace:{made.pk}", by=by.pk, at=at, reason=note.strip(),
        facts={"act": act, "age_days": age_days, "level": int(level), "per_hour": per_hour, "per_day": per_day,
               "since": since.isoformat()},
    )  # fmt: skip
    return made
