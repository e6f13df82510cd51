"""Jobs of notices: the mails, digests and pushes of one part, and what is left of earlier ones."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from dvor.base import clock
from dvor.notices import departures, upkeep
from dvor.notices.channels import digest as digests
from dvor.notices.channels import mail as channel
from dvor.notices.channels import push as pushes

_UNTIL_SIX_HOURS = RetryStrategy(max_attempts=8, exponential_wait=4)


@app.task(retry=_UNTIL_SIX_HOURS)
def mail(*, batch: str, first: int = 0, last: int = channel.NUMBER_MAX, **_later: object) -> None:
    """Send what is still due of one part; while the mail server is busy, again after growing pauses, for six hours."""
    channel.send(batch=batch, first=first, last=last, at=clock.now())


@app.task(retry=_UNTIL_SIX_HOURS)
def digest(*, first: int, last: int, **_later: object) -> None:
    """Send the digests of the residents with these numbers."""
    digests.send(first=first, last=last, at=clock.now())


@app.task
def push(*, first: int, last: int, **_later: object) -> None:
    """Send what is still due of one part; what a push service postpones waits for its own moment."""
    pushes.send(first=first, last=last, at=clock.now())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="notices.release")
def release(timestamp: int, **_later: object) -> None:
    """Every minute: what waited for the end of quiet hours, for the hour of a digest, for a busy push service."""
    departures.release(at=clock.now())


@app.periodic(cron="*/15 * * * *")
@app.task(queueing_lock="notices.resume")
def resume(timestamp: int, **_later: object) -> None:
    """Every quarter of an hour: mails and pushes whose own job was killed."""
    upkeep.resume(at=clock.now())


@app.periodic(cron="20 3 * * *")
@app.task(queueing_lock="notices.forget")
def forget(timestamp: int, **_later: object) -> None:
    """Every night: notices too old to keep."""
    upkeep.forget(at=clock.now())
