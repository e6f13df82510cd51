"""Jobs of the ledger: what time does to points, and the nightly proof."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from dvor.base import clock, sql
from dvor.ledger import holds, lots, proof, seed

log = structlog.get_logger()


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="ledger.mature")
def mature(timestamp: int, **_later: object) -> None:
    """Every five minutes: pending points become available, holds past their deadline are released."""
    lots.mature(at=clock.now())
    holds.lapse(at=clock.now())


@app.periodic(cron="2 * * * *")
@app.task(queueing_lock="ledger.expire")
def expire(timestamp: int, **_later: object) -> None:
    """Every hour, because the city's midnight is not the server's: lots whose last day is over."""
    lots.expire(at=clock.now())


@app.periodic(cron="30 7 * * *")
@app.task(queueing_lock="ledger.warn")
def warn(timestamp: int, **_later: object) -> None:
    """Every morning: points that expire in 30 and in 7 days."""
    lots.warn(at=clock.now())


@app.periodic(cron="10 * * * *")
@app.task(queueing_lock="ledger.fold")
def fold(timestamp: int, **_later: object) -> None:
    """Every hour: fold the tally of system accounts."""
    sql.rows("ledger/fold.sql")


@app.periodic(cron="40 1 * * *")
@app.task(queueing_lock="ledger.months")
def months(timestamp: int, **_later: object) -> None:
    """Every night: the partitions of the next months."""
    seed.load(at=clock.now())


@app.periodic(cron="0 2 * * *")
@app.task(queueing_lock="ledger.prove")
def prove(timestamp: int, **_later: object) -> None:
    """Every night: recompute everything from transfers; a difference is an alarm in the log."""
    for difference in proof.prove():
        log.error("ledger.proof.difference", **difference.facts())
