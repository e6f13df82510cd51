"""Defers jobs in the caller's transaction, from a web process and from inside a job alike.

``task.defer()`` writes through the app's connector of the moment. In a worker that is a connection of its own, outside
the job's transaction: the deferred job could start before what it is about is committed, or outlive its roll-back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.jobs import JobDeferrer
from procrastinate.manager import JobManager
from procrastinate.tasks import Task

from dvor.base import sql

_JOBS = JobManager(DjangoConnector())


def defer(task: Task[Any, Any, Any], *, not_before: datetime | None = None, **arguments: Any) -> int:
    """Enqueue ``task`` with JSON-able arguments; the job's id. One statement, kept or lost with the transaction."""
    job = task.configure(schedule_at=not_before).job
    return JobDeferrer(job=job, job_manager=_JOBS).defer(**arguments)


def defer_all(task: Task[Any, Any, Any], jobs: Sequence[dict[str, Any]], *, priority: int = 0) -> None:
    """Enqueue ``task`` once for each set of arguments, in one statement; a higher ``priority`` is done earlier."""
    if jobs:
        like = task.configure(priority=priority).job
        _JOBS.batch_defer_jobs([like.evolve(task_kwargs={**like.task_kwargs, **arguments}) for arguments in jobs])


def forget(*, days: int, part: int = 10_000) -> int:
    """Delete jobs that ended ``days`` days ago, done or failed; return how many. Each part is a transaction."""
    gone = count = sql.row("base/forget_jobs.sql", days=days, part=part).count
    while count == part:
        count = sql.row("base/forget_jobs.sql", days=days, part=part).count
        gone += count
    return int(gone)
