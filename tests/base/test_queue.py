"""The queue forgets what ended long ago, and nothing that is still to do."""

from __future__ import annotations

import pytest
from django.db import connection

from dvor.base import queue

pytestmark = pytest.mark.django_db


def job(status: str, *, days_ago: int) -> int:
    """A job whose last event is so many days old."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_jobs (queue_name, task_name, args) values ('default', 'x', '{}') returning id"
        )
        (number,) = cursor.fetchone()
        cursor.execute(
            "update procrastinate_jobs set status = %s::procrastinate_job_status where id = %s", [status, number]
        )
        cursor.execute(
            "update procrastinate_events set at = now() - make_interval(days => %s) where job_id = %s",
            [days_ago, number],
        )
    return int(number)


def kept(numbers: list[int]) -> list[bool]:
    with connection.cursor() as cursor:
        cursor.execute("select id from procrastinate_jobs where id = any(%s)", [numbers])
        found = {number for (number,) in cursor.fetchall()}
    return [number in found for number in numbers]


def test_what_ended_long_ago_is_forgotten_with_its_events() -> None:
    old = [job(status, days_ago=31) for status in ("succeeded", "failed", "cancelled", "aborted")]
    young = [job(status, days_ago=29) for status in ("succeeded", "failed")]
    assert queue.forget(days=30) == 4
    assert kept(old) == [False] * 4
    assert kept(young) == [True] * 2
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from procrastinate_events where job_id = any(%s)", [old])
        assert cursor.fetchone() == (0,)


def test_what_is_still_to_do_waits_however_long() -> None:
    waiting = [job("todo", days_ago=400), job("doing", days_ago=400)]
    queue.forget(days=30)
    assert kept(waiting) == [True, True]


def test_many_are_forgotten_part_by_part() -> None:
    for _ in range(5):
        job("succeeded", days_ago=31)
    assert queue.forget(days=30, part=2) == 5
    assert queue.forget(days=30, part=2) == 0


def test_the_worker_knows_the_job() -> None:
    from procrastinate.contrib.django import app

    assert "dvor.base.jobs.forget_jobs" in app.tasks
