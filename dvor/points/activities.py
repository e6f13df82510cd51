"""Activities: what residents did, recorded so that each counts once and each gets an answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.conf import settings
from django.db import transaction

from dvor.base import sql
from dvor.ledger import transfers, wallets
from dvor.ledger.currencies import Currency
from dvor.people.models import Resident
from dvor.points.awards import Award
from dvor.points.kinds import Kind

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
    keys = [(activity.kind.id, activity.subject, activity.month) for activity in activities]
    first = dict(zip(reversed(keys), range(len(keys) - 1, -1, -1), strict=True))
    with transaction.atomic(savepoint=False):
        purses = _lock(activities, at)
        fresh = _write(activities, sorted(first.items()), purses, by, at)
        if len(fresh) == len(keys):
            return [fresh[place] for place in range(len(keys))]
        known = _first_answers([key for key, place in first.items() if place not in fresh])
    return [
        fresh[place] if place in fresh else (known.get(key) or fresh[first[key]])._replace(duplicate=True)
        for place, key in enumerate(keys)
    ]


Purses = dict[tuple[Currency, int], wallets.Locked]


def _lock(activities: Sequence[Activity], at: datetime) -> Purses:
    """Lock the wallets that may be paid; one statement a currency, and nearly always there is one currency."""
    residents: dict[Currency, set[int]] = {}
    for activity in activities:
        residents.setdefault(activity.kind.currency, set()).add(activity.resident_id)
    return {
        (currency, wallet.resident_id): wallet
        for currency, ids in sorted(residents.items())
        for wallet in wallets.lock(resident_ids=ids, currency=currency, at=at)
    }


def _write(
    activities: Sequence[Activity], ordered: list[tuple[Key, int]], purses: Purses, by: Resident | None, at: datetime
) -> dict[int, Award]:
    """Record what is new, decide it and pay it; awards by place in the list."""
    places = [place for _key, place in ordered]
    rows = [activities[place] for place in places]
    kinds, residents, levels, subjects, months, occurred, sums = map(list, zip(*rows, strict=True))
    found = sql.row(
        "points/record.sql",
        places=places,
        kinds=[kind.id for kind in kinds],
        residents=residents,
        levels=levels,
        subjects=subjects,
        months=months,
        occurred=occurred,
        sums=sums,
        blocked=[wallet.resident_id for wallet in purses.values() if wallet.blocked_at is not None],
        by=by.pk if by else None,
        at=at,
        zone=settings.TIME_ZONE,
    )
    if found.ids is None:
        return {}
    awards = list(map(Award, found.ids, found.points, found.reasons, found.spendable_at, found.rule_version_ids))
    accounts = {int(kind_id): account for kind_id, account in found.accounts.items()}
    fresh = {award.activity_id % PLACES: award for award in awards}
    issues = [
        transfers.Issue(
            purses[activity.kind.currency, activity.resident_id],
            accounts[activity.kind.id],
            award.points,
            award.activity_id,
            award.spendable_at,
        )
        for place, award in sorted(fresh.items())
        if award.points
        for activity in [activities[place]]
    ]
    transfers.post(issues, at=at)
    return fresh


def _first_answers(keys: list[Key]) -> dict[Key, Award]:
    """What activities that were recorded before were answered then."""
    if not keys:
        return {}
    kinds, subjects, months = map(list, zip(*keys, strict=True))
    found = sql.rows("points/first_answers.sql", kinds=kinds, subjects=subjects, months=months)
    assert len(found) == len(keys), "every activity has its award"
    return {
        (row.kind_id, row.subject, row.month): Award(
            row.activity_id, row.points, row.reason, row.spendable_at, row.rule_version_id
        )
        for row in found
    }
