"""Takes readings from a file: streamed, matched and checked in parts by the same rules as a resident's own.

Each part is one transaction: a crash loses nothing, and the same file again changes nothing that is already there.
Nobody of the residents acted, so nothing is paid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import dropwhile, islice
from pathlib import Path
from typing import BinaryIO

import structlog
from django.db import transaction

from dvor.base import audit
from dvor.base.files import CellError, ErrorReport, Progress, Row, Rows, Silent, as_path, read_rows
from dvor.base.refusals import Refusal, Text
from dvor.meters import seed
from dvor.meters.exchange import columns
from dvor.meters.exchange.part import Part
from dvor.meters.exchange.scope import scope_of
from dvor.people.models import Resident

PART_ROWS = 5_000
_HEADING_ROWS_MAX = 10

log = structlog.get_logger()


@dataclass(slots=True)
class Imported:
    """What an import did, in rows of the file. ``refused`` rows are in the report, cell by cell."""

    layout: str = ""
    taken: int = 0
    corrected: int = 0
    unchanged: int = 0
    refused: int = 0
    warnings: tuple[Text, ...] = ()


def import_(
    source: Path | str | BinaryIO,
    *,
    report: ErrorReport,
    by: Resident | None,
    at: datetime,
    progress: Progress | None = None,
    filename: str = "",
) -> Imported:  # fmt: skip
    """Take readings from a CSV, XLSX or ODS file in one of three layouts (:mod:`exchange.columns`).

    A city operator may bring any month that has begun, a management company the last months of its own houses; by the
    command line ``by`` is empty and may do everything. A column «Подтверждено» vouches for
    implausible consumption. Bad rows go to
    the report, all others in. Audited.

    Raises:
        Refusal: ``not_allowed`` (403), ``columns_missing``, or what ``base.files.read_rows`` refuses.
    """
    scope = scope_of(by, at=at)
    with _opened(source, filename) as (rows, lines):
        layout = columns.layout_of(rows)
        done = Imported(layout=layout.value, warnings=tuple(rows.warnings))
        bar = progress or Silent()
        bar.total = rows.total
        months = _Months()
        for part in _parts(lines):
            good = [row for row in part if not row.errors]
            refused = {row.number: row.errors for row in part if row.errors}
            with transaction.atomic():
                answer = Part(scope, layout, at=at).take(good, prepare=months.prepare)
            refused |= {number: [_error(rows, number, *why)] for number, why in answer.refused.items()}
            for number in sorted(refused):
                report.add(refused[number])
            done.taken += answer.taken
            done.corrected += answer.corrected
            done.unchanged += answer.unchanged
            done.refused += len(refused)
            bar.advance(len(part))
    facts = {name: getattr(done, name) for name in ("layout", "taken", "corrected", "unchanged", "refused")}
    audit.record(act="meters.readings.imported", subject="readings", by=by.pk if by else None, at=at, facts=facts)
    log.info("meters.readings.imported", **facts)
    return done


@contextmanager
def _opened(source: Path | str | BinaryIO, filename: str) -> Iterator[tuple[Rows, Iterator[Row]]]:
    """The file and its rows: by headings; where those say nothing, by the places that mosgis gives its columns."""
    with as_path(source) as path:
        try:
            rows = read_rows(path, columns.COLUMNS, filename=filename)
        except Refusal as refusal:
            if refusal.code != "columns_missing" or not _begins_with_a_key(path):
                raise
            with read_rows(path, columns.MOSGIS, filename=filename, header=False) as rows:
                yield rows, dropwhile(_has_no_key, rows)
        else:
            with rows:
                yield rows, iter(rows)


def _begins_with_a_key(path: Path) -> bool:
    """Whether one of the first rows has a meter's key in column B."""
    with read_rows(path, columns.MOSGIS, header=False) as rows:
        return not all(map(_has_no_key, islice(rows, _HEADING_ROWS_MAX)))


def _has_no_key(row: Row) -> bool:
    return row.values.get("guid") is None


def _parts(lines: Iterator[Row]) -> Iterator[list[Row]]:
    while part := list(islice(lines, PART_ROWS)):
        yield part


def _error(rows: Rows, number: int, refusal: Refusal, value: str) -> CellError:
    column = "serial" if refusal.code.startswith("meter_") else "t1"
    return CellError(number, rows.headings.get(column, ""), value, refusal.text, refusal.remedy)


class _Months:
    """Makes the partitions of months before rows go there."""

    def __init__(self) -> None:
        self._ready: set[date] = set()

    def prepare(self, months: Iterable[date]) -> None:
        missing = set(months) - self._ready
        if missing:
            seed.open_months(min(missing), max(missing))
            self._ready |= missing
