"""Activities: what residents did, recorded so that each counts once and each gets an answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from operator import attrgetter
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dvor.base import periods, sql
from dvor.base.refusals import Refusal
from dvor.ledger.currencies import Currency
from dvor.people.models import Resident
from dvor.points.awards import Award
from dvor.points.kinds import Kind
from dvor.points.reasons import Reason

BATCH_MAX = 20_000
PLACES = 32_768  # the number of an activity is block × PLACES + place in the caller's list


class Activity(NamedTuple):
    """One useful act of one resident.

    ``subject`` is the natural key inside the kind, up to 64 characters of ASCII (``meter:17``); ``month`` is the month
    in which the subject arose and belongs to its name: another month is another subject. ``level`` is the account
    level at the time of the act; ``sum_kopecks`` is what a rule of per mille is counted from.
    """

    kind: Kind
    resident_id: int
    level: int
    subject: str
    month: date
    occurred_at: datetime
    sum_kopecks: int | None = None


_OCCURRED = attrgetter("occurred_at")


class Expected(NamedTuple):
    """What one act would earn: points, or zero with the reason; spendable so many days after they are awarded."""

    points: int
    reason: Reason
    delay_days: int


Key = tuple[str, int, date]  # subject, number of the kind, month


def record(activities: Sequence[Activity], *, by: Resident | None, at: datetime) -> list[Award]:
    """Record activities, decide them by the rules in force when they occurred, and pay; answers in input order.

    One statement in the caller's transaction (one a currency, and nearly always there is one), for one activity or for
    ten thousand; a second one finds first answers. An activity whose natural key is known already changes nothing and
    gets the first answer, marked as a duplicate, whoever asks. Of one resident's acts the earlier is decided first, in
    input order those of one day. ``by`` is empty for the system. No act is refused: an award of zero says why.

    Raises:
        Refusal: ``activity_in_future`` when one has not occurred yet; nothing of the call is recorded then.
    """
    assert len(activities) <= BATCH_MAX, f"record at most {BATCH_MAX} activities in one call"
    if activities and max(map(_OCCURRED, activities)) > at:
        raise Refusal("activity_in_future", _("What has not happened yet earns nothing."), remedy=_("Check the clock."))
    keys = [(subject, kind.id, month) for kind, _who, _level, subject, month, _when, _sum in activities]
    first = dict(zip(reversed(keys), range(len(keys) - 1, -1, -1), strict=True))
    places = _by_key(keys, list(first.values()))
    currencies = {activity.kind.currency for activity in activities}
    fresh: dict[int, Award] = {}
    with transaction.atomic(savepoint=False):
        for currency in sorted(currencies):
            own = [place for place in places if activities[place].kind.currency == currency]
            fresh |= _enter(activities, places if len(currencies) == 1 else own, currency, by, at)
        if len(fresh) == len(keys):
            return list(map(fresh.__getitem__, range(len(keys))))
        known = _first_answers([key for key, place in first.items() if place not in fresh])
    return [
        fresh[place] if place in fresh else (known.get(key) or fresh[first[key]])._replace(duplicate=True)
        for place, key in enumerate(keys)
    ]


def forecast(activities: Sequence[Activity]) -> list[Expected]:
    """What these acts of one currency would earn if they were recorded now; answers in input order, nothing is written.

    The deciding function itself answers, with the caps as they are filled at this moment. One query.
    """
    if not activities:
        return []
    kinds, residents, levels, _subjects, _months, occurred, sums = map(list, zip(*activities, strict=True))
    found = sql.rows(
        "points/forecast.sql", ids=list(range(len(activities))), kinds=[kind.id for kind in kinds],
        residents=residents, levels=levels, sums=sums, days=_days(occurred), currency=kinds[0].currency,
        zone=settings.TIME_ZONE,
    )  # fmt: skip
    return [Expected(row.points, Reason(row.reason), row.delay_days or 0) for row in found]


def _by_key(keys: list[Key], places: list[int]) -> list[int]:
    """Places in the order of their natural keys. Texts alone are compared five times faster than whole keys."""
    if len({key[1:] for key in keys}) > 1:
        places.sort(key=lambda place: keys[place][1:])
    subjects = [key[0] for key in keys]
    places.sort(key=subjects.__getitem__)
    return places


def _enter(
    activities: Sequence[Activity], places: list[int], currency: Currency, by: Resident | None, at: datetime
) -> dict[int, Award]:
    """Record what is new of these places, decide it and have it paid; awards by place."""
    acts = [activities[place] for place in places]
    occurred = [act.occurred_at for act in acts]
    found = sql.row(
        "points/record.sql",
        places=places,
        kinds=sql.column([act.kind.id for act in acts]),
        residents=[act.resident_id for act in acts],
        levels=sql.column([act.level for act in acts]),
        subjects=[act.subject for act in acts],
        months=sql.column([act.month for act in acts]),
        occurred=sql.column(occurred),
        sums=sql.column([act.sum_kopecks for act in acts]),
        days=sql.column(_days(occurred)),
        currency=currency,
        by=by.pk if by else None,
        at=at,
        zone=settings.TIME_ZONE,
    )
    if found.activity_ids is None:
        return {}
    ids, fresh = found.activity_ids, [False] * len(found.activity_ids)
    columns = zip(ids, found.points, found.reasons, found.spendable, found.versions, fresh, strict=True)
    awards = map(partial(tuple.__new__, Award), columns)  # ten thousand of them: Award(…) takes four times as long
    return dict(zip([number % PLACES for number in ids], awards, strict=True))


def _days(occurred: list[datetime]) -> list[date]:
    """The city's days of many moments, most of which are the same."""
    days = {moment: periods.day_of(moment) for moment in set(occurred)}
    return [days[moment] for moment in occurred]


def _first_answers(keys: list[Key]) -> dict[Key, Award]:
    """What activities that were recorded before were answered then."""
    if not keys:
        return {}
    subjects, kinds, months = map(list, zip(*keys, strict=True))
    found = sql.rows("points/first_answers.sql", kinds=kinds, subjects=subjects, months=months)
    assert len(found) == len(keys), "every activity has its award"
    return {
        (row.subject, row.kind_id, row.month): Award(
            row.activity_id, row.points, row.reason, row.spendable_at, row.rule_version_id
        )
        for row in found
    }
