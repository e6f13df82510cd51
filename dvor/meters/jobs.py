"""Jobs of meters: reminders every morning, the partitions of the next months every night."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from dvor.base import clock
from dvor.meters import reminders, seed

log = structlog.get_logger()


@app.periodic(cron="15 6 * * *")  # 9:15 in Moscow
@app.task(queueing_lock="meters.remind")
def remind(timestamp: int, **_later: object) -> None:
    """Every morning: windows that open or close soon, verifications that are due."""
    at = clock.now()
    log.info(
        "meters.reminded",
        opening=reminders.tell_opening(at=at),
        closing=reminders.tell_closing(at=at),
        verification=reminders.tell_verification(at=at),
    )


@app.periodic(cron="50 1 * * *")
@app.task(queueing_lock="meters.months")
def months(timestamp: int, **_later: object) -> None:
    """Every night: the partitions of the next months."""
    seed.load(at=clock.now())
