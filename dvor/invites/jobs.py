"""Jobs of invites: who has done all counts; traces are forgotten."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from dvor.base import clock
from dvor.invites import checking, traces

log = structlog.get_logger()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="invites.check")
def check(timestamp: int, **_later: object) -> None:
    """Every minute: invited newcomers whose look is due."""
    checking.check(at=clock.now())


@app.periodic(cron="50 2 * * *")
@app.task(queueing_lock="invites.forget")
def forget(timestamp: int, **_later: object) -> None:
    """Every night: traces of thirty days ago."""
    log.info("invites.forgotten", count=traces.forget(at=clock.now()))
