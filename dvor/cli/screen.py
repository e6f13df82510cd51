"""What a command shows: progress for people on stderr, the result on stdout, as text or as one JSON object."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

people = Console(stderr=True, highlight=False)


class Bar:
    """A progress bar that speaks ``dvor.base.files.Progress``."""

    def __init__(self, progress: Progress, title: str) -> None:
        self._progress = progress
        self._task = progress.add_task(title, total=None)
        self.done = 0

    @property
    def total(self) -> int | None:
        total = self._progress.tasks[self._task].total
        return None if total is None else int(total)

    @total.setter
    def total(self, rows: int | None) -> None:
        self._progress.update(self._task, total=rows)

    def advance(self, n: int) -> None:
        self.done += n
        self._progress.advance(self._task, n)


class _Speed(ProgressColumn):
    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f} rows/s".replace(",", " ") if speed else "", style="progress.data.speed")


@contextmanager
def bar(title: str) -> Iterator[Bar]:
    """Show how long work goes on: rows, rows/s, remaining time. Silent lines where stderr is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Speed(), TimeRemainingColumn())
    with Progress(*columns, console=people) as progress:
        yield Bar(progress, title)


def tell(text: str) -> None:
    """A line for people."""
    people.print(text, soft_wrap=True, markup=False)


def answer(result: Mapping[str, Any], text: str, *, as_json: bool) -> None:
    """The result: one JSON object, or lines for people."""
    sys.stdout.write((json.dumps(result, ensure_ascii=False, default=str) if as_json else text) + "\n")
    sys.stdout.flush()


def show(headings: Sequence[str], lines: Iterable[Sequence[str]]) -> None:
    """A table on stdout."""
    table = Table(*headings)
    for line in lines:
        table.add_row(*line)
    Console(highlight=False).print(table)


def complain(text: str) -> None:
    """One clear line that says why a command cannot go on."""
    people.print(f"dvor: {text}", soft_wrap=True, markup=False)
