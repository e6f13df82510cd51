"""Reminds those who have not voted, a day before a poll closes: one statement a poll, however large its house is."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from dvor.notices import facts
from dvor.polls import access, cards, kinds
from dvor.polls.models import Poll, Voter

AHEAD = timedelta(hours=24)
_SHORT = timedelta(hours=36)  # a shorter poll has just been seen in the feed


def tell(*, at: datetime, limit: int = 500) -> int:
    """Tell who has not answered yet that a poll closes within a day; how many were told. Each poll once."""
    due = Poll.objects.filter(
        closed_at__isnull=True, hidden_at__isnull=True, reminded_at__isnull=True, closes_at__gt=at,
        closes_at__lte=at + AHEAD,
    ).order_by("closes_at", "pk")  # fmt: skip
    told = 0
    for poll_id in due.values_list("pk", flat=True)[:limit]:
        with transaction.atomic():
            poll = Poll.objects.select_for_update(no_key=True).get(pk=poll_id)
            if poll.reminded_at is None and poll.closed_at is None:
                told += _remind(poll, at=at)
    return told


def _remind(poll: Poll, *, at: datetime) -> int:
    poll.reminded_at = at
    poll.save(update_fields=["reminded_at"])
    if poll.closes_at - poll.opened_at < _SHORT:
        return 0
    voted = Voter.objects.filter(poll=poll, resident=OuterRef("resident_id"))
    silent = access.electorate(poll).exclude(resident=poll.author_id).filter(~Exists(voted))
    context = {"question": poll.question, "closes_at": poll.closes_at, "anonymous": poll.anonymous}
    return facts.tell_all(
        kinds.CLOSES_SOON, silent, key=f"poll:{poll.pk}", context=context, url=cards.address(poll.pk), at=at
    )
