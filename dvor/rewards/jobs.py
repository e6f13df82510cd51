"""Jobs of rewards: the nightly proof of the shop."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from dvor.rewards import proof

log = structlog.get_logger()


@app.periodic(cron="20 2 * * *")
@app.task(queueing_lock="rewards.prove")
def prove(timestamp: int, **_later: object) -> None:
    """Every night: each order has its codes and its points, each counter adds up; a difference is an alarm."""
    for difference in proof.prove():
        log.error("rewards.proof.difference", **difference.facts())
