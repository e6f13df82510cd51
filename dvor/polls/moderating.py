"""What moderation asks of polls and comments: load, hide, restore, and who sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from dvor.feed import entries
from dvor.homes import rights
from dvor.homes.rights import Act
from dvor.moderation.kinds import Content
from dvor.people.models import Resident
from dvor.polls import access, cards, texts
from dvor.polls.models import Comment, Poll


def polls(ids: Sequence[int]) -> Mapping[int, Content]:
    """Polls by number, hidden ones too. One query."""
    return {
        poll.pk: Content(poll.author_id, poll.house_id, texts.of_poll(poll), cards.address(poll.pk))
        for poll in Poll.objects.filter(pk__in=list(ids))
    }


def comments(ids: Sequence[int]) -> Mapping[int, Content]:
    """Comments by number, hidden ones too; those that their authors took back are gone. One query."""
    found = Comment.objects.filter(pk__in=list(ids), withdrawn_at__isnull=True).select_related("poll")
    return {
        one.pk: Content(one.author_id, one.poll.house_id, one.text, f"{cards.address(one.poll_id)}#comment-{one.pk}")
        for one in found
    }


def hide_poll(poll_id: int, at: datetime) -> None:
    """Take a poll away from everybody but its author; its votes stay and no more come in."""
    Poll.objects.filter(pk=poll_id, hidden_at__isnull=True).update(hidden_at=at)
    entries.hide([f"poll:{poll_id}"], at=at)


def restore_poll(poll_id: int, at: datetime) -> None:
    """Put a poll back; its time went on meanwhile."""
    Poll.objects.filter(pk=poll_id).update(hidden_at=None)
    entries.restore([f"poll:{poll_id}"], at=at)


def hide_comment(comment_id: int, at: datetime) -> None:
    """Take a comment away from everybody but its author."""
    Comment.objects.filter(pk=comment_id, hidden_at__isnull=True).update(hidden_at=at)


def restore_comment(comment_id: int, at: datetime) -> None:
    """Put a comment back."""
    del at
    Comment.objects.filter(pk=comment_id).update(hidden_at=None)


def sees_poll(by: Resident, poll_id: int) -> bool:
    """Whether this resident sees the poll now."""
    poll = Poll.objects.filter(pk=poll_id).first()
    return poll is not None and _near(by, poll)


def sees_comment(by: Resident, comment_id: int) -> bool:
    """Whether this resident sees the comment now."""
    found = Comment.objects.filter(pk=comment_id, withdrawn_at__isnull=True).select_related("poll").first()
    return found is not None and _near(by, found.poll)


def _near(by: Resident, poll: Poll) -> bool:
    place = access.seat(poll, rights.flats_allowing(by, Act.POLLS))
    return place is not None and (poll.hidden_at is None or poll.author_id == by.pk)


def erase(*, resident_ids: Sequence[int], at: datetime) -> None:
    """Of people who leave: their comments go. Polls and named answers stay, under nobody's name."""
    mine = Comment.objects.filter(author__in=list(resident_ids))
    mine.filter(withdrawn_at__isnull=True).update(withdrawn_at=at)
    mine.update(text="—")
