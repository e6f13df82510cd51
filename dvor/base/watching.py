"""What a machine's keeper watches: is everything in order, one log line a request, counters for Prometheus.

Nothing personal is written: a line names the route's template, never the address with its ids, and the resident by id.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from prometheus_client import Counter, Histogram

from dvor.base import sql

HEARTBEAT_MAX = timedelta(seconds=45)  # a worker beats every ten seconds
QUEUE_AGE_MAX = timedelta(minutes=10)
DISK_FREE_MIN = 0.05
_QUIET = frozenset({"healthz", "metrics"})  # asked every few seconds; their lines would bury the others

log = structlog.get_logger()
_seconds = Histogram(
    "dvor_request_seconds", "Time of a request by route", ["method", "route"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)  # fmt: skip
_answers = Counter("dvor_answers_total", "Answers by route and status", ["route", "status"])


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must work, and what is the matter if it does not."""

    name: str
    matter: str = ""

    @property
    def fine(self) -> bool:
        return not self.matter


def checks() -> list[Check]:
    """Database, migrations, worker, queue, disk. Where the database is away, the rest cannot be told."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
        found = [Check("database"), Check("migrations", _missing_migrations()), *_jobs()]
    except DatabaseError as wrong:
        found = [Check("database", f"cannot be reached: {type(wrong.__cause__ or wrong).__name__}")]
    return [*found, Check("disk", _disk())]


@cache
def _all_migrated() -> list[bool]:
    """A list that is filled once all migrations are applied: they do not come undone under a running process."""
    return []


def _missing_migrations() -> str:
    if _all_migrated():
        return ""
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        return f"{len(missing)} not applied: run dvor manage migrate"
    _all_migrated().append(True)
    return ""


def _jobs() -> Iterator[Check]:
    found = sql.row("base/queue.sql")
    alive = found.since_heartbeat is not None and found.since_heartbeat < HEARTBEAT_MAX
    yield Check("worker", "" if alive else "no sign of life: start dvor worker")
    late = found.oldest_waiting is not None and found.oldest_waiting > QUEUE_AGE_MAX
    yield Check("queue", f"the oldest due job waits for {found.oldest_waiting}" if late else "")


def _disk() -> str:
    usage = shutil.disk_usage(settings.DATA if settings.DATA.exists() else settings.ROOT)
    return f"{usage.free // 2**20} MiB left" if usage.free / usage.total < DISK_FREE_MIN else ""


class AccessLog:
    """Middleware, the outermost: one line and one count a request."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer
        self._log = log.bind()  # bound once: a lazy logger assembles itself at each line

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self._answer(request)
        seconds = time.perf_counter() - started
        match = request.resolver_match
        route = match.route if match else "-"
        _count(request.method or "-", route, str(response.status_code), seconds)
        if match is None or match.url_name not in _QUIET:
            self._log.info(
                "request", method=request.method, route=route, status=response.status_code,
                ms=round(seconds * 1000, 1), resident=_resident(request),
            )  # fmt: skip
        return response


@cache
def _timer(method: str, route: str) -> Any:
    return _seconds.labels(method, route)


@cache
def _counter(route: str, status: str) -> Any:
    return _answers.labels(route, status)


def _count(method: str, route: str, status: str, seconds: float) -> None:
    """Labels are routes of our own, so their number is bounded; looking them up once saves half of the cost."""
    _timer(method, route).observe(seconds)
    _counter(route, status).inc()


def _resident(request: HttpRequest) -> int | None:
    """Who asked, if the request found out; asking for it here would cost a query."""
    known = getattr(request, "auth", None) or getattr(request, "_cached_user", None)
    return getattr(known, "pk", None)
