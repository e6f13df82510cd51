"""Sixteen residents at the same moment: each act in its own thread, on its own connection, behind one barrier."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

from dvor.base.refusals import Refusal

CROWD = 16


def rush(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run all acts at once; in their order what each returned, or the refusal it met. Anything else fails the test."""
    pool = connection.pool
    assert pool is not None
    pool.resize(min_size=1, max_size=len(acts) + 4)
    barrier = Barrier(len(acts))

    def one(act: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=20)
            return act()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return [future.result(timeout=60) for future in [threads.submit(one, act) for act in acts]]


def codes_of(outcomes: Sequence[Any]) -> list[str]:
    """The codes of the refusals among the outcomes."""
    return [outcome.code for outcome in outcomes if isinstance(outcome, Refusal)]


def accepted(outcomes: Sequence[Any]) -> list[Any]:
    return [outcome for outcome in outcomes if not isinstance(outcome, Refusal)]
