"""What neighbours say of a poll, under their names; also when it is closed. Anonymous are answers, not words."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dvor.base import requests
from dvor.base.refusals import Refusal
from dvor.moderation import checks, limits, reports
from dvor.people.models import Resident
from dvor.polls import access, kinds, texts
from dvor.polls.models import COMMENT_LENGTH_MAX, Comment


@transaction.atomic
def write(poll_id: int, text: str, *, key: str, by: Resident, at: datetime) -> Comment:
    """Write a comment; the same ``key`` again is the same comment. What moderation's checks stop waits for a moderator.

    Raises:
        Refusal: ``poll_unknown`` (404); ``text_missing``, ``text_too_long`` (422); ``too_hasty`` (429);
            ``idempotency_key_reused`` (409); ``idempotency_key_unusable`` (400).
    """
    requests.refuse_key(key)
    poll, _seat = access.seen(by, poll_id, at=at)
    text = texts.paragraphs(text, "text", COMMENT_LENGTH_MAX)
    comment, is_new = Comment.objects.get_or_create(
        author=by, key=key, defaults={"poll": poll, "text": text, "written_at": at}
    )
    if not is_new:
        if (comment.poll_id, comment.text) != (poll.pk, text):
            raise requests.key_reused()
        return comment
    limits.refuse_hasty("polls.comment", by=by, at=at)
    findings = checks.look(text)
    if findings.must_hold:
        reports.hold(kinds.COMMENT, comment.pk, findings, at=at)
        comment.hidden_at = at
    return comment


@transaction.atomic
def withdraw(comment_id: int, *, by: Resident, at: datetime) -> Comment:
    """Take one's own comment back; taken back already, it stays as it is.

    Raises:
        Refusal: ``comment_unknown`` (404), also for other people's.
    """
    found = Comment.objects.select_for_update().filter(pk=comment_id, author=by).first() if comment_id < 2**63 else None
    if found is None:
        raise Refusal("comment_unknown", _("You have written no such comment."), status=404)
    if found.withdrawn_at is None:
        found.withdrawn_at = at
        found.save(update_fields=["withdrawn_at"])
    return found
