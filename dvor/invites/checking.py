"""Checking: what invited newcomers have done since, in sets; who has done all counts, once, or is looked at first.

No act of a resident knows of invites: a job asks what is there. A newcomer is looked at often on his first day, and
less often as days go by.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import connection, transaction

from dvor.base import periods, sql
from dvor.homes.models import Residency
from dvor.invites import counting, kinds, limits, telling
from dvor.invites.limits import Limits
from dvor.invites.models import Join
from dvor.invites.reasons import Doubt, Reason
from dvor.points import queries as points

BATCH = 500
_SOONEST, _LATEST = timedelta(minutes=2), timedelta(hours=6)
State = Join.State

log = structlog.get_logger()


def check(*, at: datetime) -> Counter[State]:
    """Look at everybody whose look is due; how many are in which state now. Each part is a transaction."""
    counts: Counter[State] = Counter()
    while looked := _check_some(at):
        counts.update(join.stage for join in looked)
        if len(looked) < BATCH:
            break
    if counts:
        log.info("invites.checked", **{state.name.lower(): count for state, count in counts.items()})
    return counts


@transaction.atomic
def _check_some(at: datetime) -> list[Join]:
    """One part: a fixed number of queries, whatever its size."""
    take_turn()
    due = Join.objects.filter(look_at__lte=at).select_related("joiner", "inviter", "house")
    joins = list(due.select_for_update(of=("self",)).order_by("look_at", "signed_in_at", "pk")[:BATCH])
    if not joins:
        return []
    before = {join.pk: join.state for join in joins}
    known, today = _Known(joins, at=at), limits.of(periods.day_of(at))
    for join in joins:
        _move(join, known, today, at=at)
    complete = [join for join in joins if join.completed_at and join.settled_at is None]
    _judge(complete, today, at=at)
    Join.objects.bulk_update(
        joins, ["flat", "acted_at", "completed_at", "settled_at", "look_at", "state", "reason", "doubts"]
    )
    counting.award([join for join in joins if join.stage == State.COUNTED], by=None, at=at)
    telling.held([join for join in joins if join.stage == State.HELD and before[join.pk] != State.HELD], at=at)
    return joins


def take_turn() -> None:
    """Whoever counts waits for the one who counts: two newcomers of one flat never meet."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('invites.count'))")


class _Known:
    """What other packages know of these newcomers: two queries."""

    def __init__(self, joins: Sequence[Join], *, at: datetime) -> None:
        people = {join.joiner_id for join in joins} | {join.inviter_id for join in joins}
        self.residencies: dict[int, list[Residency]] = {}
        for residency in Residency.objects.filter(resident__in=people).select_related("flat").order_by("since", "pk"):
            self.residencies.setdefault(residency.resident_id, []).append(residency)
        self.acted = points.first_earned([join.joiner_id for join in joins], kinds.useful(), at=at)

    def shares_flat(self, join: Join) -> bool:
        """Whether the two have ever had one flat: then it is a household, not a neighbour."""
        mine, theirs = (
            {residency.flat_id for residency in self.residencies.get(person, [])}
            for person in (join.joiner_id, join.inviter_id)
        )
        return not mine.isdisjoint(theirs)

    def home(self, join: Join) -> Residency | None:
        """The newcomer's proven flat in the house of the link; a guest has none."""
        return next(
            (
                one
                for one in self.residencies.get(join.joiner_id, [])
                if one.flat.house_id == join.house_id and one.until is None and one.proven
                and one.status != Residency.Status.GUEST
            ),
            None,
        )  # fmt: skip


def _move(join: Join, known: _Known, today: Limits, *, at: datetime) -> None:
    """As far as the newcomer has come by himself."""
    home, acted = known.home(join), known.acted.get(join.joiner_id)
    join.flat_id, join.acted_at = home.flat_id if home else None, acted
    join.state = State.FLAT_ADDED if home else State.SIGNED_IN
    join.look_at = at + min(max((at - join.signed_in_at) / 10, _SOONEST), _LATEST)
    proved = (home.proved_at or home.since) if home else None
    if known.shares_flat(join):
        _close(join, Reason.HOUSEHOLD, at=at)
    elif proved and acted:
        join.completed_at = min(max(proved, acted, join.signed_in_at), at)
    elif at - join.signed_in_at > timedelta(days=today.days_to_count):
        _close(join, Reason.TOO_LATE, at=at)


def _judge(complete: Sequence[Join], today: Limits, *, at: datetime) -> None:
    """Of those who have done all: each flat once, and doubts before points."""
    if not complete:
        return
    taken = set(Join.objects.filter(flat__in=[join.flat_id for join in complete], state=State.COUNTED)
                .values_list("flat_id", flat=True))  # fmt: skip
    doubts = _doubts(complete, today)
    for join in sorted(complete, key=lambda one: (one.completed_at, one.signed_in_at, one.pk)):
        home = join.flat_id
        assert home is not None, "who has done all has a flat"
        if home in taken:
            _close(join, Reason.FLAT_COUNTED, at=at)
        elif doubts[join.pk]:
            join.state, join.doubts, join.look_at = State.HELD, doubts[join.pk], None
        else:
            join.state, join.settled_at, join.look_at = State.COUNTED, at, None
            taken.add(home)


def _doubts(complete: Sequence[Join], today: Limits) -> dict[int, list[int]]:
    found = sql.rows("invites/doubts.sql", joiners=[join.pk for join in complete], zone=settings.TIME_ZONE)
    rows = {row.joiner_id: row for row in found}
    return {
        join.pk: [
            int(doubt)
            for doubt, is_so in (
                (Doubt.SAME_DEVICE, rows[join.pk].same_device),
                (Doubt.SHARED_DEVICE, rows[join.pk].on_device > today.device),
                (Doubt.SAME_CONTACTS, _same_contacts(join)),
                (Doubt.NETWORK_PACE, rows[join.pk].in_network > today.network_day),
                (Doubt.INVITER_PACE, rows[join.pk].of_inviter > today.inviter_day),
                (Doubt.HOUSE_PACE, rows[join.pk].of_house > today.house_day),
            )
            if is_so
        ]
        for join in complete
    }


def _same_contacts(join: Join) -> bool:
    one, other = join.joiner, join.inviter
    same_mail = bool(one.email) and one.email.casefold() == other.email.casefold()
    return same_mail or (bool(one.mobile) and one.mobile == other.mobile)


def _close(join: Join, reason: Reason, *, at: datetime) -> None:
    join.state, join.reason, join.settled_at, join.look_at = State.NOT_COUNTED, reason, at, None
    join.completed_at = None
