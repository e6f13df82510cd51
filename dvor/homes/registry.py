"""The city's registry: houses and flats from one file, judged as a whole and merged in parts.

The file is streamed into temporary tables, where conflicts between its rows and with what is known are found by sets;
then it is merged batch by batch, each its own transaction. A crash loses nothing, the same file again completes it,
and rows that change nothing write nothing. Memory grows with the number of houses, not of flats.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import structlog
from django.db import Error, connection, transaction
from django.utils.translation import gettext_lazy as _

from dvor.base import audit, sql
from dvor.base.files import CellError, ErrorReport, Progress, Rows, Silent, read_rows
from dvor.base.refusals import Refusal, Text
from dvor.homes.registry_columns import COLUMNS
from dvor.homes.registry_stage import stage
from dvor.people.models import Resident

MERGE_ROWS = 20_000
_REPORT_ROWS = 5_000
_FAULTS: dict[str, tuple[str, Text, Text]] = {  # fault → column, what is wrong, what to do
    "fias_taken": (
        "fias",
        _("The FIAS GUID belongs to the house with UNOM %(other)s."),
        _("Find out which of the two it is."),
    ),
    "house_refused": (
        "unom",
        _("The house of this flat was refused."),
        _("Correct the first row of this house in the file."),
    ),
    "flat_repeated": (
        "flat",
        _("Row %(other)s says something else about this flat."),
        _("Leave the row that is right."),
    ),
    "code_repeated": (
        "payer_code",
        _("Row %(other)s gives the same code to another flat."),
        _("Find out whose code it is and correct the other row."),
    ),
    "code_taken": (
        "payer_code",
        _("The code belongs to flat %(flat)s of the house with UNOM %(other)s."),
        _("Find out whose code it is; if the flats changed codes, the file needs both of them."),
    ),
}

log = structlog.get_logger()


@dataclass(slots=True)
class Imported:
    """What an import did. ``refused``: rows of the file that were not taken; each is in the report."""

    houses_added: int = 0
    houses_changed: int = 0
    flats_added: int = 0
    flats_changed: int = 0
    flats_same: int = 0
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
) -> Imported:
    """Take houses and flats from a CSV, XLSX or ODS file: a row is a flat with its house, or a house alone.

    Keys are the house's UNOM, and house and number of a flat. Empty cells leave what is known. Bad rows go to the
    report, all others in. ``by`` is empty when the command line calls. Audited.

    Raises:
        Refusal: ``import_running`` (409) while another one runs; ``too_many_houses``; what
            ``base.files.read_rows`` refuses.
    """
    with _alone(), read_rows(source, COLUMNS, filename=filename) as rows:
        bar = _Halves(progress or Silent(), rows.total)
        done = Imported(warnings=tuple(rows.warnings))
        with _staging():
            with transaction.atomic():
                stage(rows, report, bar.read)
                sql.rows("homes/registry_index.sql")
                _refuse_conflicts(rows, report)
            _merge(done, bar, rows.total + 1)
        done.refused = report.rows
        bar.finish()
    facts = {field.name: getattr(done, field.name) for field in fields(done) if field.name != "warnings"}
    audit.record(
        act="homes.registry.imported",
        subject=f"registry:{rows.filename}"[:120],
        by=by.pk if by else None,
        at=at,
        facts=facts,
    )
    log.info("homes.registry.imported", **facts)
    return done


def _refuse_conflicts(rows: Rows, report: ErrorReport) -> None:
    """Take out of the staged rows what cannot stand together or with what is known, and report it."""
    for statement in ("houses", "orphans", "repeats", "codes"):
        sql.rows(f"homes/registry_{statement}_refuse.sql")
    while sql.row("homes/registry_taken_refuse.sql").count:
        pass
    after = 0
    while refused := sql.rows("homes/registry_refused.sql", after=after, limit=_REPORT_ROWS):
        for row in refused:
            column, reason, remedy = _FAULTS[row.fault]
            heading = rows.headings.get(column, column)
            names = {"other": row.other, "flat": row.other_flat}
            report.add([CellError(row.row, heading, row.value, reason % names, remedy)])
        after = refused[-1].row


def _merge(done: Imported, bar: _Halves, end: int) -> None:
    with transaction.atomic():
        houses = sql.row("homes/registry_houses_merge.sql")
        done.houses_added, done.houses_changed = houses.added, houses.changed
    with transaction.atomic():
        sql.rows("homes/registry_recoded_mark.sql")
        _merge_rows(done, since=0, until=end, first=True)
    for since in range(0, end, MERGE_ROWS):
        with transaction.atomic():
            _merge_rows(done, since=since, until=since + MERGE_ROWS, first=False)
        bar.merged(MERGE_ROWS)


def _merge_rows(done: Imported, *, since: int, until: int, first: bool) -> None:
    flats = sql.row("homes/registry_flats_merge.sql", since=since, until=until, first=first)
    done.flats_added += flats.added
    done.flats_changed += flats.changed
    done.flats_same += flats.staged - flats.added - flats.changed


@contextmanager
def _alone() -> Iterator[None]:
    if not sql.row("homes/registry_lock.sql").taken:
        raise Refusal(
            "import_running", _("Another import is running."), remedy=_("Wait until it has finished."), status=409
        )
    try:
        yield
    finally:
        try:
            sql.rows("homes/registry_unlock.sql")
        except Error:  # the connection is broken or its transaction aborted: closing it gives up the lock
            connection.connection.close()


@contextmanager
def _staging() -> Iterator[None]:
    sql.rows("homes/registry_stage.sql")
    try:
        yield
    finally:
        with suppress(Error):
            sql.rows("homes/registry_unstage.sql")


class _Halves:
    """One bar for two passes over the rows: reading is the first half of the work, merging the second."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0
        progress.total = total
        self._read = self._merged = 0

    def read(self, rows: int) -> None:
        self._read = min(self._read + rows, self._total)
        self._show()

    def merged(self, rows: int) -> None:
        self._read, self._merged = self._total, min(self._merged + rows, self._total)
        self._show()

    def finish(self) -> None:
        self._read = self._merged = self._total
        self._show()

    def _show(self) -> None:
        done = (self._read + self._merged) // 2
        self._progress.advance(done - self._done)
        self._done = done
