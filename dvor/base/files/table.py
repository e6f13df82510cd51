"""Reads a table file row by row: columns found by title or position, cells typed, every bad cell explained.

A bad cell never stops the file; a file that cannot be a table at all is one :class:`Refusal`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy as _

from dvor.base.files import cells, faults
from dvor.base.files.source import Source, open_source
from dvor.base.refusals import Refusal, Text

_HEADER_ROWS_MAX = 10  # a title and a few notes may stand above the header
_VALUE_SHOWN_MAX = 120
_TEXTS_KNOWN_MAX = 500  # of a column: services, tariffs and units are the same in a million rows


@dataclass(frozen=True, slots=True)
class Column:
    """A column to read.

    ``titles`` are the headings it is known by, in any language and case; ``position`` (0-based) finds it when no
    heading does. ``required``: the column must exist; its cells must be filled too unless ``empty_ok``.
    """

    name: str
    read: cells.Read
    required: bool = False
    titles: Sequence[str] = ()
    position: int | None = None
    empty_ok: bool = False


@dataclass(frozen=True, slots=True)
class CellError:
    """One line of an error report. ``column`` is the heading as it stands in the file."""

    row: int
    column: str
    value: str
    reason: Text
    remedy: Text = ""


@dataclass(slots=True)
class Row:
    """A row with its number in the file (the first line is 1). Values by column name; ``None`` where empty or bad."""

    number: int
    values: dict[str, Any]
    errors: list[CellError] = field(default_factory=list)


class Rows:
    """The rows of an opened file; iterate once. ``total`` is an upper bound for a CSV, exact for a workbook."""

    def __init__(self, source: Source, columns: Sequence[Column], *, header: bool) -> None:
        self._source = source
        self.total = source.total
        self.filename = ""
        self.warnings: list[Text] = []
        self._lines: Iterator[tuple[int, list[Any] | faults.Unusable]] = iter(())
        self._places = self._by_header(columns) if header else self._by_position(columns)
        self.headings = {column.name: heading for column, _place, heading in self._places}

    def __iter__(self) -> Iterator[Row]:
        places = [
            _Place(column.name, column.read, place, heading, needed, {} if needed else {"": None})
            for column, place, heading in self._places
            for needed in [column.required and not column.empty_ok]
        ]
        for number, line in self._lines:
            if isinstance(line, faults.Unusable):
                yield Row(number, {}, [CellError(number, "", "", line.reason, line.remedy)])
            elif (row := _row(number, line, places)) is not None:
                yield row

    def close(self) -> None:
        self._source.close()

    def __enter__(self) -> Rows:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def _by_position(self, columns: Sequence[Column]) -> list[tuple[Column, int, str]]:
        self._lines = next(self._source.attempts())
        return [
            (column, index if column.position is None else column.position, column.name)
            for index, column in enumerate(columns)
        ]

    def _by_header(self, columns: Sequence[Column]) -> list[tuple[Column, int, str]]:
        """Find the header among the first rows: the first one that has every required column."""
        known = {cells.folded(title): column for column in columns for title in (column.name, *column.titles)}
        first: list[Any] | None = None
        for lines in self._source.attempts():
            for _number, line in islice(lines, _HEADER_ROWS_MAX):
                if isinstance(line, faults.Unusable) or all(_is_empty(cell) for cell in line):
                    continue
                first = first or line
                if not self._missing(columns, known, line):
                    self._lines = lines
                    return self._placed(columns, known, line)
        if first is None:
            raise faults.empty()
        missing = ", ".join(f"«{self._title(column)}»" for column in self._missing(columns, known, first))
        raise Refusal(
            "columns_missing",
            _("The file lacks the columns: %(columns)s.") % {"columns": missing},
            remedy=_("The first row must hold the titles of the columns; add the missing ones."),
            field="file",
        )

    @staticmethod
    def _title(column: Column) -> str:
        return column.titles[0] if column.titles else column.name

    @staticmethod
    def _missing(columns: Sequence[Column], known: dict[str, Column], line: list[Any]) -> list[Column]:
        found = {known[title].name for cell in line if (title := cells.folded(cells.shown(cell))) in known}
        return [
            column
            for column in columns
            if column.required and column.name not in found and (column.position is None or not found)
        ]

    def _placed(
        self, columns: Sequence[Column], known: dict[str, Column], line: list[Any]
    ) -> list[tuple[Column, int, str]]:
        places: dict[str, tuple[Column, int, str]] = {}
        for place, cell in enumerate(line):
            heading = cells.shown(cell)
            column = known.get(cells.folded(heading))
            if column is None or column.name in places:
                if heading:
                    repeated = _("The column «%(title)s» is repeated: the first one is read.")
                    unknown = _("The column «%(title)s» is not known and is not read.")
                    self.warnings.append((repeated if column else unknown) % {"title": heading[:_VALUE_SHOWN_MAX]})
                continue
            places[column.name] = (column, place, heading)
        for column in columns:
            if column.name not in places and column.position is not None:
                places[column.name] = (column, column.position, self._title(column))
        return list(places.values())


def read_rows(
    source: Path | str | BinaryIO, columns: Sequence[Column], *, filename: str = "", header: bool = True
) -> Rows:
    """Open a CSV (comma, semicolon or tab; UTF-8, UTF-16 or Windows-1251), XLSX or ODS file.

    Iterate the result for :class:`Row`; memory does not grow with a CSV. Close it, or use ``with``. Without a
    ``header`` columns stand at their ``position``, or in the given order.

    Raises:
        Refusal: ``file_empty``, ``file_too_large``, ``file_kind``, ``file_broken`` or ``columns_missing``.
    """
    opened = open_source(source)
    try:
        rows = Rows(opened, columns, header=header)
        rows.filename = filename or (Path(source).name if isinstance(source, Path | str) else "")
        return rows
    except BaseException:
        opened.close()
        raise


@dataclass(slots=True)
class _Place:
    """A column in this file; remembers its last text and some others, because rows often say the same."""

    name: str
    read: cells.Read
    place: int
    heading: str
    needed: bool
    known: dict[str, Any]
    text: str = ""
    value: Any = None


def _row(number: int, line: list[Any], places: list[_Place]) -> Row | None:
    row = Row(number, {})
    values, width = row.values, len(line)
    for column in places:
        raw = line[column.place] if column.place < width else None
        if raw == column.text and raw:
            values[column.name] = column.value
        elif type(raw) is str and raw in column.known:
            values[column.name] = column.known[raw]
        else:
            values[column.name] = _cell(raw, column, row)
    if all(value is None for value in values.values()) and all(_is_empty(cell) for cell in line):
        return None  # an empty row is no row
    return row


def _cell(raw: Any, column: _Place, row: Row) -> Any:
    if _is_empty(raw):
        if column.needed:
            row.errors.append(CellError(row.number, column.heading, "", _("The cell is empty."), _("Fill it in.")))
        return None
    try:
        value = column.read(raw)
    except cells.Unreadable as wrong:
        shown = cells.shown(raw)[:_VALUE_SHOWN_MAX]
        row.errors.append(CellError(row.number, column.heading, shown, wrong.reason, wrong.remedy))
        return None
    if type(raw) is str:
        column.text, column.value = raw, value
        if len(column.known) < _TEXTS_KNOWN_MAX:
            column.known[raw] = value
    return value


def _is_empty(raw: Any) -> bool:
    return raw is None or (type(raw) is str and not raw.strip())
