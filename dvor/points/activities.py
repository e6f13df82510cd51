"""Activities: what residents did, recorded so that each counts once and each gets an answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction

from dvor.base import sql
from dvor.ledger import transfers, wallets
from dvor.ledger.currencies import Currency
from dvor.people.models import Resident
from dvor.points.awards import Award
from dvor.points.kinds import Kind

BATCH_MAX = 20_000


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


Key = tuple[int, str, date]


def record(activities: Sequence[Activity], *, by: Resident | None, at: datetime) -> list[Award]:
    """Record activities, decide them by the rules in force when they occurred, and pay; answers in input order.

    Three statements in the caller's transaction, for one activity or for ten thousand: wallets are locked, activities
    decided, transfers posted. An activity whose natural key is known already changes nothing and gets the first answer,
    marked as a duplicate, whoever asks. Of one resident's acts the earlier is decided first. ``by`` is empty for the
    system. Nothing is refused: an award of zero says why.
    """
    if not activities:
        return []
    assert len(activities) <= BATCH_MAX, f"record at most {BATCH_MAX} activities in one call"
    first: dict[Key, int] = {}
    for place, activity in enumerate(activities):
        first.setdefault((activity.kind.id, activity.subject, activity.month), place)
    with transaction.atomic(savepoint=False):
        purses = _lock(activities, at)
        blocked = [row.resident_id for rows in purses.values() for row in rows.values() if row.blocked_at is not None]
        fresh = _write([activities[place] for place in first.values()], blocked, by, at)
        _pay(fresh, purses, activities, at)
        known = [key for key in first if key not in fresh]
        answers = {key: _award(row) for key, row in fresh.items()}
        if known:
            answers |= _first_answers(known)
    return [
        answers[key] if first[key] == place and key in fresh else answers[key]._replace(duplicate=True)
        for place, key in enumerate((one.kind.id, one.subject, one.month) for one in activities)
    ]


def _lock(activities: Sequence[Activity], at: datetime) -> dict[Currency, dict[int, Any]]:
    """Lock the wallets that may be paid; one statement a currency, and nearly always there is one currency."""
    residents: dict[Currency, set[int]] = {}
    for activity in activities:
        residents.setdefault(activity.kind.currency, set()).add(activity.resident_id)
    return {
        currency: {row.resident_id: row for row in wallets.lock(resident_ids=ids, currency=currency, at=at)}
        for currency, ids in sorted(residents.items())
    }


def _write(activities: list[Activity], blocked: list[int], by: Resident | None, at: datetime) -> dict[Key, Any]:
    kinds, residents, levels, subjects, months, occurred, sums = zip(*activities, strict=True)
    found = sql.rows(
        "points/record.sql",
        kinds=[kind.id for kind in kinds],
        residents=list(residents),
        levels=list(levels),
        subjects=list(subjects),
        months=list(months),
        occurred=list(occurred),
        sums=list(sums),
        blocked=blocked,
        by=by.pk if by else None,
        at=at,
        zone=settings.TIME_ZONE,
    )
    return {(row.kind_id, row.subject, row.month): row for row in found}


def _pay(
    fresh: dict[Key, Any], purses: dict[Currency, dict[int, Any]], activities: Sequence[Activity], at: datetime
) -> None:
    currencies = {activity.kind.id: activity.kind.currency for activity in activities}
    transfers.post(
        [
            transfers.Issue(
                wallet_id=purses[currencies[row.kind_id]][row.resident_id].id,
                account=row.account_id,
                amount=row.points,
                cause_id=row.activity_id,
                matures_at=row.spendable_at,
            )
            for row in fresh.values()
            if row.points
        ],
        at=at,
    )


def _first_answers(keys: list[Key]) -> dict[Key, Award]:
    """What activities that were recorded before were answered then."""
    kinds, subjects, months = map(list, zip(*keys, strict=True))
    found = sql.rows("points/first_answers.sql", kinds=kinds, subjects=subjects, months=months)
    assert len(found) == len(keys), "every activity has its award"
    return {(row.kind_id, row.subject, row.month): _award(row) for row in found}


def _award(row: Any) -> Award:
    return Award(row.activity_id, row.resident_id, row.points, row.reason, row.spendable_at, row.rule_version_id)
