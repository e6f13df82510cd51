"""The card of a poll in the feed of its house: the question, never a result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from dvor.feed import entries
from dvor.feed.entries import NewEntry
from dvor.feed.kinds import Face
from dvor.polls import kinds, results
from dvor.polls.models import Poll


def address(poll_id: int) -> str:
    """The poll's page."""
    return reverse("poll", args=[poll_id])


def publish(poll: Poll, *, at: datetime) -> None:
    """Bring the card up to date; last in an act, because it locks the feed of the house."""
    card = NewEntry(
        kind=kinds.ENTRY,
        subject=f"poll:{poll.pk}",
        house_id=poll.house_id,
        title=poll.question,
        excerpt=poll.details or " · ".join(poll.options),
        url=address(poll.pk),
        author_id=poll.author_id,
        entrance=poll.entrance,
        published_at=poll.opened_at,
        until=poll.closes_at if poll.closed_at is None else max(poll.opened_at, min(poll.closed_at, poll.closes_at)),
    )
    entries.publish([card], at=at)
    if poll.hidden_at is not None:
        entries.hide([card.subject], at=at)


def faces(subjects: Sequence[str], at: datetime) -> Mapping[str, Face]:
    """How cards stand today: open with the number of votes, or closed. One query."""
    ids = {int(one.removeprefix("poll:")): one for one in subjects if one.removeprefix("poll:").isdigit()}
    found = Poll.objects.filter(pk__in=ids).only("pk", "votes", "closed_at", "closes_at")
    return {ids[poll.pk]: _face(poll, at) for poll in found}


def _face(poll: Poll, at: datetime) -> Face:
    if results.is_over(poll, at=at):
        return Face(state=_("result is there"), tone="quiet")
    return Face(state=ngettext("%(count)s vote", "%(count)s votes", poll.votes) % {"count": poll.votes}, tone="good")
