"""Processes of their own: forked from the test, with their own connection to a database, killed without a word."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper

Tell = Callable[[int], None]
_fork = multiprocessing.get_context("fork")


class Apart:
    """A process that runs ``work(tell, *arguments)`` on a database and is heard through a pipe."""

    def __init__(self, url: str, work: Callable[..., None], *arguments: Any) -> None:
        connections["default"].close_pool()  # its threads would not live through the fork
        self._ears, mouth = os.pipe()
        self._process = _fork.Process(target=_run, args=(url, mouth, work, arguments), daemon=True)
        self._process.start()
        os.close(mouth)

    def hear(self) -> int:
        """Wait for the next number that it tells."""
        return int.from_bytes(os.read(self._ears, 8), "big")

    def kill(self) -> list[int]:
        """kill -9; what it had told by then."""
        self._process.kill()
        return self.end()

    def end(self) -> list[int]:
        """Wait for its end; what it told."""
        with os.fdopen(self._ears, "rb") as ears:
            told = ears.read()
        self._process.join()
        return [int.from_bytes(told[place : place + 8], "big") for place in range(0, len(told) - 7, 8)]

    @property
    def failed(self) -> bool:
        return self._process.exitcode != 0


def _run(url: str, mouth: int, work: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    """In the child: forget the parent's connection, connect to ``url``, work."""
    from dvor.settings import _database

    DatabaseWrapper._connection_pools.clear()
    connections.settings["default"].update(_database(url))
    for name in list(connections):
        del connections[name]
    settings.DATABASES["default"] = connections.settings["default"]
    work(lambda number: os.write(mouth, number.to_bytes(8, "big")), *arguments)
