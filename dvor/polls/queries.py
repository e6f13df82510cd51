"""Reads of polls: the list of a resident's houses, one poll with all its page needs, comments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from dvor.homes.models import Flat
from dvor.people.models import Resident
from dvor.polls import access, results
from dvor.polls.access import Seat
from dvor.polls.models import Ballot, Comment, Poll, Voter
from dvor.polls.tally import Tally

PAGE_LENGTH = 20
COMMENTS_SHOWN = 50
NAMES_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Sheet:
    """A poll as one resident sees it now. ``tally`` is empty while it is hidden, and for ever when too few answered."""

    poll: Poll
    seat: Seat
    has_voted: bool
    ballot: Ballot | None
    is_over: bool
    are_shown: bool
    tally: Tally | None

    @property
    def can_vote(self) -> bool:
        return (
            self.seat.may_vote
            and not self.is_over
            and self.poll.hidden_at is None
            and not (self.has_voted and self.poll.anonymous)
        )


def polls(
    own: list[Flat], *, by: Resident, at: datetime, is_open: bool | None = None, before: int | None = None, limit: int
) -> list[Poll]:
    """Polls that residents of these flats see, newest first, each with ``has_voted``; hidden ones only their author's.

    One query.
    """
    if not own:
        return []
    found = Poll.objects.filter(access.of_flats(own), Q(hidden_at__isnull=True) | Q(author=by)).select_related("house")
    if is_open is not None:
        now = Q(closed_at__isnull=True, closes_at__gt=at)
        found = found.filter(now if is_open else ~now)
    if before is not None:
        found = found.filter(pk__lt=before)
    voted = Voter.objects.filter(poll=OuterRef("pk"), resident=by)
    return list(found.annotate(has_voted=Exists(voted)).order_by("-pk")[:limit])


def sheet(poll_id: int, *, by: Resident, at: datetime) -> Sheet:
    """One poll with the resident's place, vote and what may be shown. Four queries at most.

    Raises:
        Refusal: ``poll_unknown`` (404).
    """
    poll, seat = access.seen(by, poll_id, at=at)
    has_voted = results.voted(poll, by.pk)
    shown = results.are_shown(poll, voted=has_voted, at=at)
    return Sheet(
        poll=poll,
        seat=seat,
        has_voted=has_voted,
        ballot=results.ballot(poll, by.pk) if has_voted and not poll.anonymous else None,
        is_over=results.is_over(poll, at=at),
        are_shown=shown,
        tally=results.of(poll, at=at) if shown else None,
    )


def comments(poll: Poll, *, by: Resident, before: int | None = None, limit: int = COMMENTS_SHOWN) -> QuerySet[Comment]:
    """Comments of a poll, newest first; hidden ones only their author's. One query when it is read."""
    found = Comment.objects.filter(poll=poll, withdrawn_at__isnull=True).filter(
        Q(hidden_at__isnull=True) | Q(author=by)
    )
    if before is not None:
        found = found.filter(pk__lt=before)
    return found.select_related("author").order_by("-pk")[:limit]
