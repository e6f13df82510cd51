"""How long work shows itself: the command line draws a bar, the console a page, tests nothing."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """``total`` is set once the number of rows is known (in a CSV it is an upper bound); then rows are counted off."""

    total: int | None

    def advance(self, n: int) -> None:
        """Say that ``n`` more rows are done."""


class Silent:
    """Shows nothing."""

    def __init__(self) -> None:
        self.total: int | None = None
        self.done = 0

    def advance(self, n: int) -> None:
        self.done += n
