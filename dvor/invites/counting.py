"""Counting: an invite becomes two activities, one of the inviter and one of the newcomer; rules say what they earn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dvor.base import periods
from dvor.invites import kinds, telling
from dvor.invites.models import Join
from dvor.people.models import Resident
from dvor.points import activities
from dvor.points.activities import Activity
from dvor.points.kinds import Kind


def award(joins: Sequence[Join], *, by: Resident | None, at: datetime) -> None:
    """Record both activities of each invite and tell both sides; an invite that counts already changes nothing.

    They occurred when flat and act were there, whenever somebody looked. The natural key is the newcomer. An account
    that is gone earns nothing.
    """
    sides = [
        (join, side, person, kind)
        for join in joins
        for side, person, kind in (
            ("inviter", join.inviter, kinds.INVITE),
            ("joiner", join.joiner, kinds.INVITED),
        )
        if person.deleted_at is None
    ]
    if not sides:
        return
    awards = activities.record([_activity(join, person, kind) for join, _side, person, kind in sides], by=by, at=at)
    telling.counted(
        [
            (join, side, person.pk, award.points)
            for (join, side, person, _kind), award in zip(sides, awards, strict=True)
            if not award.duplicate
        ],
        at=at,
    )


def _activity(join: Join, person: Resident, kind: Kind) -> Activity:
    assert join.completed_at is not None, "held by a constraint"
    return Activity(
        kind=kind,
        resident_id=person.pk,
        level=person.level,
        subject=join.subject,
        month=periods.month_of(join.signed_in_at),
        occurred_at=join.completed_at,
    )
