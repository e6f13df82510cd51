"""Jobs of payments: what the acquirer says is heard, what it does not say is asked for."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from dvor.base import clock
from dvor.payments import methods, notifications, polling, proof, refunds, runs

log = structlog.get_logger()


@app.task()
def hear(*, notification_id: int, **_later: object) -> None:
    """Look at what one notification names."""
    notifications.hear(notification_id, at=clock.now())


@app.task()
def send_refund(*, refund_id: int, **_later: object) -> None:
    """Ask the acquirer to give money back; when this job is killed, the next look does it."""
    refunds.send(refund_id, at=clock.now())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="payments.poll")
def poll(timestamp: int, **_later: object) -> None:
    """Every minute: open payments and refunds whose next look is due."""
    polling.run(at=clock.now())


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="payments.autopay")
def autopay(timestamp: int, **_later: object) -> None:
    """Every ten minutes: new bills of flats with automatic payment are announced, those announced before are paid."""
    at = clock.now()
    log.info("payments.autopay", announced=runs.announce(at=at), begun=runs.pay(at=at))


@app.periodic(cron="40 2 * * *")
@app.task(queueing_lock="payments.prove")
def prove(timestamp: int, **_later: object) -> None:
    """Every night: no money without points, no points without money, every sum adds up; a difference is an alarm."""
    for difference in proof.prove():
        log.error("payments.proof.difference", **difference.facts())
    notifications.forget(at=clock.now())
    methods.forget(at=clock.now())
