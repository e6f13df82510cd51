"""Jobs of notices: the mails of one batch, and what is left of earlier ones."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from dvor.base import clock
from dvor.notices import upkeep
from dvor.notices.channels import mail as channel


@app.task(retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def mail(*, batch: str, **_later: object) -> None:
    """Send what is still due of one batch; while the mail server is busy, again after growing pauses, for six hours."""
    channel.send(batch=batch, at=clock.now())


@app.periodic(cron="*/15 * * * *")
@app.task(queueing_lock="notices.resume")
def resume(timestamp: int, **_later: object) -> None:
    """Every quarter of an hour: mails whose own job was killed."""
    upkeep.resume(at=clock.now())


@app.periodic(cron="20 3 * * *")
@app.task(queueing_lock="notices.forget")
def forget(timestamp: int, **_later: object) -> None:
    """Every night: notices too old to keep."""
    upkeep.forget(at=clock.now())
