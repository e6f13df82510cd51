"""Jobs of polls: closing in time, reminders every hour."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from dvor.base import clock
from dvor.polls import questions, reminders

log = structlog.get_logger()


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="polls.close")
def close(timestamp: int, **_later: object) -> None:
    """Every five minutes: polls whose time is over are counted and told."""
    log.info("polls.closed", polls=questions.close_due(at=clock.now()))


@app.periodic(cron="25 * * * *")
@app.task(queueing_lock="polls.remind")
def remind(timestamp: int, **_later: object) -> None:
    """Every hour: polls that close within a day."""
    log.info("polls.reminded", residents=reminders.tell(at=clock.now()))
