"""XLSX and ODS through calamine: the first sheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from python_calamine import CalamineError, CalamineWorkbook

from dvor.base.files import bombs, faults


class Workbook:
    """The first sheet, whole in memory (see ``bombs`` for how much that can be). Formulas give their last values."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        bombs.refuse(stream)
        stream.seek(0)
        try:
            self._book = CalamineWorkbook.from_filelike(stream)
            self._sheet = self._book.get_sheet_by_index(0)
        except BaseException as wrong:
            # a panic of the Rust side arrives as a BaseException of its own
            if isinstance(wrong, CalamineError | OSError | ValueError) or type(wrong).__name__ == "PanicException":
                raise faults.broken() from wrong
            raise
        self.total = self._sheet.end[0] + 1 if self._sheet.end else 0

    def attempts(self) -> Iterator[Iterator[tuple[int, list[Any] | faults.Unusable]]]:
        """The rows; a workbook is read in one way only."""
        yield ((number, list(line)) for number, line in enumerate(self._sheet.iter_rows(), start=1))

    def close(self) -> None:
        self._book.close()
        self._stream.close()
