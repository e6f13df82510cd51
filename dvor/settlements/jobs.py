"""Jobs of settlements: every night the days are counted, what differs is told, and the books prove themselves."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from dvor.base import clock
from dvor.settlements import days, proof

log = structlog.get_logger()


@app.periodic(cron="40 2 * * *")
@app.task(queueing_lock="settlements.reconcile")
def reconcile(timestamp: int, **_later: object) -> None:
    """Count the payments and refunds that were done; a payment whose money never came is told after some days."""
    done = days.reconcile(at=clock.now())
    log.info("settlements.reconciled", items=done.items, found=done.found, gone=done.gone)
    for difference in proof.prove():
        log.error("settlements.proof.difference", **difference.facts())
