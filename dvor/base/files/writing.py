"""Writes tables in constant memory. A text that a spreadsheet would run as a formula is made harmless."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

import xlsxwriter

_SHEET_ROWS_MAX = 1_048_576
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # full-width forms run too


@dataclass(frozen=True, slots=True)
class Heading:
    """A column to write: its title and its width in characters (workbooks only)."""

    title: str
    width: int = 16


def safe(value: Any) -> Any:
    """The value for a CSV cell: a text that begins like a formula gets an apostrophe in front."""
    if isinstance(value, str) and value.startswith(_DANGEROUS):
        return "'" + value
    return value


def csv_lines(rows: Iterable[Sequence[Any]], columns: Sequence[Heading]) -> Iterator[bytes]:
    """The lines of a CSV (semicolons, UTF-8 with its mark: opens by a double click in a Russian spreadsheet)."""
    line = io.StringIO()
    writer = csv.writer(line, delimiter=";")
    line.write("\ufeff")
    writer.writerow([safe(str(column.title)) for column in columns])
    for row in rows:
        writer.writerow([safe(_csv_value(value)) for value in row])
        if line.tell() > 1 << 15:
            yield line.getvalue().encode()
            line.seek(0)
            line.truncate()
    yield line.getvalue().encode()


def write_csv(rows: Iterable[Sequence[Any]], columns: Sequence[Heading], out: BinaryIO) -> None:
    """Write the rows, values in the order of ``columns``. Days are ISO, decimals have a point."""
    for lines in csv_lines(rows, columns):
        out.write(lines)


def write_xlsx(rows: Iterable[Sequence[Any]], columns: Sequence[Heading], out: BinaryIO, *, sheet: str = "") -> None:
    """Write a workbook row by row; a sheet that is full is continued on the next one."""
    with xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                                   "strings_to_numbers": False, "nan_inf_to_errors": True}) as book:  # fmt: skip
        writer = _Sheets(book, columns, sheet)
        for row in rows:
            writer.write(row)


class _Sheets:
    def __init__(self, book: Any, columns: Sequence[Heading], title: str) -> None:
        self._book, self._columns, self._title = book, columns, title
        self._bold = book.add_format({"bold": True, "text_wrap": True})
        self._day = book.add_format({"num_format": "dd.mm.yyyy"})
        self._moment = book.add_format({"num_format": "dd.mm.yyyy hh:mm"})
        self._quoted = book.add_format({"quote_prefix": True})
        self._sheets = 0
        self._begin()

    def _begin(self) -> None:
        self._sheets += 1
        title = self._title if self._sheets == 1 else f"{self._title or 'Sheet'} {self._sheets}"
        self._sheet = self._book.add_worksheet(title[:31] or None)
        self._sheet.freeze_panes(1, 0)
        for place, column in enumerate(self._columns):
            self._sheet.set_column(place, place, column.width)
            self._sheet.write_string(0, place, str(column.title), self._bold)
        self._next = 1

    def write(self, row: Sequence[Any]) -> None:
        if self._next >= _SHEET_ROWS_MAX:
            self._begin()
        for place, value in enumerate(row):
            self._cell(place, value)
        self._next += 1

    def _cell(self, place: int, value: Any) -> None:
        match value:
            case None | "":
                return
            case bool():
                self._sheet.write_boolean(self._next, place, value)
            case int() if abs(value) >= 10**15:  # a spreadsheet keeps 15 digits of a number
                self._sheet.write_string(self._next, place, str(value))
            case int() | float() | Decimal():
                self._sheet.write_number(self._next, place, value)
            case datetime():
                self._sheet.write_datetime(self._next, place, value.replace(tzinfo=None), self._moment)
            case date():
                self._sheet.write_datetime(self._next, place, value, self._day)
            case _:
                text = str(value)[:32_767]
                self._sheet.write_string(self._next, place, text, self._quoted if text.startswith(_DANGEROUS) else None)


def _csv_value(value: Any) -> Any:
    match value:
        case None:
            return ""
        case bool():
            return int(value)
        case datetime():
            return value.isoformat(timespec="minutes", sep=" ")
        case date():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
        case _:
            return value
