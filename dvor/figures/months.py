"""Counts the city's months for the public page."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import connection, transaction

from dvor.base import periods, sql
from dvor.figures.models import Month

SHOWN = 24
FRESH_FOR = timedelta(minutes=1)
FINAL_AFTER = timedelta(weeks=5)
_LOCK = 0x0D_F160  # one process counts; the others show what was counted a minute ago


def count(*, at: datetime) -> list[date]:
    """Count the months that are not known, not final or no longer fresh; return them. One statement while all are.

    Who finds another process counting leaves it to that one.
    """
    shown = periods.months_back(periods.month_of(at), SHOWN)
    known = dict(Month.objects.filter(month__gte=shown[0]).values_list("month", "counted_at"))
    due = [month for month in shown if _is_due(month, known.get(month), at)]
    if due:
        _count(due, at=at)
    return due


@transaction.atomic
def _count(due: list[date], *, at: datetime) -> None:
    if not _is_ours():
        return
    sql.rows(
        "figures/count.sql",
        months=due,
        starts=[periods.day_start(month) for month in due],
        ends=[periods.day_end(periods.month_end(month)) for month in due],
        at=at,
    )


def _is_due(month: date, counted_at: datetime | None, at: datetime) -> bool:
    if counted_at is None:
        return True
    is_final = counted_at >= periods.day_end(periods.month_end(month)) + FINAL_AFTER
    return not is_final and at - counted_at >= FRESH_FOR


def _is_ours() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [_LOCK])
        found = cursor.fetchone()
    return found is not None and bool(found[0])
