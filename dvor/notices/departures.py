"""Lets mails and pushes leave: a job a part, deferred in the transaction of what they tell of; and the release of
those that had to wait for the end of quiet hours, for the hour of a digest, for a busy push service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from procrastinate.tasks import Task

from dvor.base import queue, sql

MAILS_IN_PART = 500  # a mail server takes some twenty a second: half a minute a job
PUSHES_IN_PART = 500

Part = Sequence[int]  # first and last number
_URGENT, _USUAL, _MANY = 10, 0, -10  # an outage of a whole city must not keep one promo code waiting, nor a burst pipe


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one call: how many notices were new, and what may leave now."""

    notices: int
    mail_parts: Sequence[Part] | None
    push_parts: Sequence[Part] | None


def defer(told: Told, *, batch: UUID, urgent: bool = False) -> None:
    """One job a part of what was told; one statement a channel, none when nothing leaves now."""
    from dvor.notices import jobs  # jobs call acts, and acts defer jobs

    _defer(jobs.mail, told.mail_parts, urgent=urgent, batch=str(batch))
    _defer(jobs.push, told.push_parts, urgent=urgent)


@transaction.atomic
def release(*, at: datetime) -> int:
    """Let go what waited until now; return how many mails, digests and pushes that are."""
    from dvor.notices import jobs

    batch = uuid4()
    freed = sql.row(
        "notices/release.sql", at=at, batch=batch, mails_in_part=MAILS_IN_PART, pushes_in_part=PUSHES_IN_PART
    )
    _defer(jobs.mail, freed.mail_parts, batch=str(batch))
    _defer(jobs.digest, freed.digest_parts)
    _defer(jobs.push, freed.push_parts)
    return int(freed.count)


def _defer(task: Task[Any, Any, Any], parts: Sequence[Part] | None, *, urgent: bool = False, **more: str) -> None:
    parts = parts or ()
    priority = _URGENT if urgent else _MANY if len(parts) > 1 else _USUAL
    queue.defer_all(task, [{**more, "first": first, "last": last} for first, last in parts], priority=priority)
