"""Voting: one resident, one vote, by the primary key of ``polls_voter``; the window is checked inside the poll's lock.

The poll's row is locked first, so that votes of one poll stand in a queue with its closing: what has the lock before
closing is counted, what comes after is refused. Nothing here writes a choice of an anonymous poll anywhere but the box.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from dvor.base import periods, sql
from dvor.people.models import Resident
from dvor.points import activities
from dvor.points.activities import Activity
from dvor.points.awards import Award
from dvor.polls import access, boxes, kinds, refusals, tally
from dvor.polls.access import Seat
from dvor.polls.models import Ballot, Poll
from dvor.polls.tally import Choice


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a vote. It does not say what was chosen: nobody can prove it to another."""

    poll: Poll
    is_new: bool
    award: Award | None = None


@transaction.atomic
def cast(poll_id: int, choice: Choice, *, by: Resident, at: datetime) -> Receipt:
    """Vote: numbers of options from 1, the best one first in a ranking. In a named poll again: the answer is changed.

    The first vote earns by the rule, except in one's own poll; the fifth voter from another flat earns its author the
    rule of polls. Neither knows the choice. There is no idempotency key: a stored fingerprint of so short a body would
    tell the choice, and the same vote twice is one vote anyway.

    Raises:
        Refusal: ``poll_unknown`` (404); ``poll_closed``, ``voted_already`` (409); ``owners_only`` (403);
            ``choice_empty``, ``choice_unknown``, ``choice_repeated``, ``choice_too_few``, ``choice_too_many`` (422).
    """
    poll, seat = access.seen(by, poll_id, at=at, lock=True)
    if poll.closed_at is not None or not poll.opened_at <= at < poll.closes_at:
        raise refusals.poll_closed()
    if not seat.may_vote:
        raise refusals.owners_only()
    chosen = tally.checked(poll.kind, len(poll.options), poll.choices_min, poll.choices_max, choice)
    is_new = bool(sql.rows("polls/mark.sql", poll_id=poll.pk, resident_id=by.pk, flat_id=seat.flat.pk))
    if poll.anonymous:
        if not is_new:
            raise refusals.voted_already()
        boxes.drop(poll, chosen)
    else:
        _keep(poll, chosen, is_new=is_new, by=by, at=at)
    return Receipt(poll, is_new, _pay(poll, seat, by=by, at=at) if is_new else None)


def _keep(poll: Poll, chosen: list[int], *, is_new: bool, by: Resident, at: datetime) -> None:
    if is_new:
        Ballot.objects.create(poll=poll, resident=by, choice=chosen, cast_at=at)
    else:
        changed = Ballot.objects.filter(poll=poll, resident=by).exclude(choice=chosen)
        changed.update(choice=chosen, changed_at=at)


def _pay(poll: Poll, seat: Seat, *, by: Resident, at: datetime) -> Award | None:
    """Count the voter and record what that was worth to both sides."""
    is_other = by.pk != poll.author_id and seat.flat.pk != poll.author_flat_id
    poll.votes, poll.others = poll.votes + 1, poll.others + is_other
    Poll.objects.filter(pk=poll.pk).update(votes=F("votes") + 1, others=F("others") + int(is_other))
    month = periods.month_of(poll.opened_at)
    acts = []
    if by.pk != poll.author_id:
        acts.append(Activity(kinds.POLL_VOTE, by.pk, by.level, f"poll:{poll.pk}:{by.pk}", month, at))
    if is_other and poll.others == kinds.OTHERS_MIN:
        acts.append(Activity(kinds.POLL_CREATED, poll.author_id, poll.author.level, f"poll:{poll.pk}", month, at))
    awards = activities.record(acts, by=by, at=at) if acts else []
    return awards[0] if by.pk != poll.author_id and awards else None
