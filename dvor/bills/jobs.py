"""Jobs of bills: the partitions of the next months every night."""

from __future__ import annotations

from procrastinate.contrib.django import app

from dvor.base import clock
from dvor.bills import seed


@app.periodic(cron="55 1 * * *")
@app.task(queueing_lock="bills.months")
def months(timestamp: int, **_later: object) -> None:
    """Every night: the partitions of the next months."""
    seed.load(at=clock.now())
