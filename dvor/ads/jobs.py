"""Jobs of ads: warnings every morning, old pictures every night. Ads expire by themselves, by their own column."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from dvor.ads import upkeep
from dvor.base import clock

log = structlog.get_logger()


@app.periodic(cron="25 6 * * *")  # 9:25 in Moscow
@app.task(queueing_lock="ads.warn")
def warn(timestamp: int, **_later: object) -> None:
    """Every morning: authors hear that their ads leave the board in two days."""
    log.info("ads.warned", count=upkeep.warn(at=clock.now()))


@app.periodic(cron="40 2 * * *")
@app.task(queueing_lock="ads.clear")
def clear(timestamp: int, **_later: object) -> None:
    """Every night: pictures of ads that ended more than 30 days ago are deleted."""
    log.info("ads.pictures.cleared", count=upkeep.clear(at=clock.now()))
