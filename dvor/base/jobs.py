"""Jobs of the ground floor: the queue forgets what is done."""

from __future__ import annotations

import structlog
from django.conf import settings
from procrastinate.contrib.django import app

from dvor.base import queue

log = structlog.get_logger()


@app.periodic(cron="30 3 * * *")
@app.task(queueing_lock="base.forget_jobs")
def forget_jobs(timestamp: int, **_later: object) -> None:
    """Every night: jobs that ended DVOR_JOBS_KEPT_DAYS ago."""
    log.info("base.jobs.forgotten", jobs=queue.forget(days=settings.JOBS_KEPT_DAYS))
