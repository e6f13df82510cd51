"""Jobs of moderation: what need not be kept goes every night."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from dvor.base import clock
from dvor.moderation import upkeep

log = structlog.get_logger()


@app.periodic(cron="40 2 * * *")
@app.task(queueing_lock="moderation.clear")
def clear(timestamp: int, **_later: object) -> None:
    """Every night: copies of decided cases, old counters and fingerprints."""
    log.info("moderation.cleared", cases=upkeep.clear(at=clock.now()))
