"""The error report of a file: one line a bad cell, written to disk as it is found."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import TextIO

from django.utils.translation import gettext as _

from dvor.base.files.table import CellError
from dvor.base.files.writing import safe


class ErrorReport:
    """A CSV that opens in a spreadsheet: row, column, value, reason, remedy. Use it as a context manager.

    Without a path it only counts, and keeps the first lines in ``first`` for a screen.
    """

    FIRST_MAX = 50

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.count = 0
        self.rows = 0
        self.first: list[CellError] = []
        self._last_row = 0
        self._out: TextIO = io.StringIO() if path is None else path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._out, delimiter=";")
        self._writer.writerow([_("Row"), _("Column"), _("Value"), _("What is wrong"), _("What to do")])

    def add(self, errors: Iterable[CellError]) -> None:
        """Write the errors of a row."""
        for error in errors:
            self.count += 1
            self.rows += error.row != self._last_row
            self._last_row = error.row
            if len(self.first) < self.FIRST_MAX:
                self.first.append(error)
            if self.path is not None:
                self._writer.writerow(
                    [error.row, safe(error.column), safe(error.value), str(error.reason), str(error.remedy)]
                )

    def close(self) -> None:
        self._out.close()

    def __enter__(self) -> ErrorReport:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
