"""A process that is killed with -9 between two chosen steps: statements, commits, and calls over the network."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

import requests
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from dvor.base import sql


def die_at(step: int) -> Callable[[], int]:
    """From now on this process dies before its step of this number; returns how to ask for the steps so far."""
    taken = 0

    def count() -> None:
        nonlocal taken
        taken += 1
        if taken == step:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(act: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **named: Any) -> Any:
            count()
            result = act(*arguments, **named)
            count()
            return result

        return counted

    def statement(execute: Callable[..., Any], *arguments: Any) -> Any:
        count()
        return execute(*arguments)

    connection.execute_wrappers.append(statement)
    sql._run = around(sql._run)
    BaseDatabaseWrapper.commit = around(BaseDatabaseWrapper.commit)  # type: ignore[method-assign]
    BaseDatabaseWrapper._commit = around(BaseDatabaseWrapper._commit)  # type: ignore[attr-defined]
    requests.Session.request = around(requests.Session.request)  # type: ignore[method-assign]
    return lambda: taken
