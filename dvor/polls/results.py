"""When results are seen, and what they are: one gate for pages, API, table, feed and notices."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count

from dvor.polls import boxes, tally
from dvor.polls.models import Ballot, Poll, Voter
from dvor.polls.tally import Tally

FEW = 5  # answers; below that an anonymous result would point at people


def is_over(poll: Poll, *, at: datetime) -> bool:
    """Whether votes are not taken any more: closed, or its time is over and the job has not come by yet."""
    return poll.closed_at is not None or poll.closes_at <= at


def are_shown(poll: Poll, *, voted: bool, at: datetime) -> bool:
    """Whether results may be seen now, by anybody: its author has no other eyes.

    Sums of an anonymous poll never show while votes come in: whoever looks before and after a neighbour has voted
    subtracts.
    """
    if is_over(poll, at=at):
        return True
    return not poll.anonymous and (poll.results == Poll.Results.LIVE or (poll.results == Poll.Results.VOTED and voted))


def of(poll: Poll, *, at: datetime) -> Tally | None:
    """The tally; nothing for an anonymous poll with fewer than five answers. The caller has asked ``are_shown``.

    No query when the poll is closed; one before that.
    """
    if poll.closed_at is not None:
        counted = poll.counts
    elif poll.anonymous:
        assert is_over(poll, at=at), "an open box tells who voted how"
        counted = final(poll)
    else:
        counted = _named(poll)
    return None if counted is None else tally.read(poll.kind, poll.options, poll.votes, counted)


def final(poll: Poll) -> list[int] | None:
    """The sums at the end. Those of an anonymous poll with too few answers are nobody's to see, ever."""
    if not poll.anonymous:
        return _named(poll)
    return boxes.opened(poll) if poll.votes >= FEW else None


def _named(poll: Poll) -> list[int]:
    """Sums over ballots, which the database has gathered by answer."""
    gathered = Ballot.objects.filter(poll=poll).order_by().values_list("choice").annotate(times=Count("*"))
    return tally.sums(poll.kind, len(poll.options), gathered)


def voted(poll: Poll, resident_id: int) -> bool:
    """Whether this resident has voted. One query."""
    return Voter.objects.filter(poll=poll, resident=resident_id).exists()


def ballot(poll: Poll, resident_id: int) -> Ballot | None:
    """The resident's own answer in a named poll. One query."""
    return Ballot.objects.filter(poll=poll, resident=resident_id).first()


def names(poll: Poll, *, limit: int) -> Iterable[Ballot]:
    """Who answered what in a named poll, by name; the caller has asked ``are_shown``. One query."""
    assert not poll.anonymous
    return (
        Ballot.objects.filter(poll=poll)
        .select_related("resident")
        .order_by("resident__last_name", "resident__first_name", "resident_id")[:limit]
    )
