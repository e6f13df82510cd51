"""Takes bills from a file: streamed, checked a document at a time, stored in parts, each its own transaction.

A crash loses nothing and the same file again changes nothing that is there. Memory holds one part, whatever the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

import structlog
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dvor.base import audit
from dvor.base.files import CellError, ErrorReport, Progress, Silent, as_path, read_rows
from dvor.base.refusals import Refusal, Text
from dvor.bills import batch, documents, papers, scope, seed
from dvor.bills.drafts import Fate
from dvor.bills.exchange import accounts, columns, gis, table
from dvor.bills.exchange.found import Found
from dvor.bills.models import Bill
from dvor.bills.papers import Paper
from dvor.bills.scope import Companies
from dvor.people.models import Resident

PART_BILLS = 1_000

log = structlog.get_logger()


@dataclass(slots=True)
class Imported:
    """What an import did, in documents; ``lines`` of those that were stored. Refused ones are in the report."""

    issued: int = 0
    corrected: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    refused: int = 0
    accounts: int = 0
    lines: int = 0
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
    """Take bills from a CSV, XLSX or ODS table (:mod:`exchange.columns`) or from GIS ЖКХ's XML (:mod:`exchange.gis`).

    A city operator may bring bills of all houses, a management company of its own; ``by`` is empty when the command
    line calls. A bad row refuses its document alone, and the report names it. Audited.

    Raises:
        Refusal: ``not_allowed`` (403); what ``base.files.read_rows`` or ``exchange.gis.read`` refuses.
    """
    companies = scope.companies_of(by)
    done = Imported()
    bar = progress or Silent()
    taker = _Taker(done, report, companies, by=by, at=at)
    with _opened(source, filename) as (found, total, warnings):
        done.warnings = tuple(warnings)
        bar.total = total
        part: list[Found] = []
        for one in found:
            part.append(one)
            if len(part) == PART_BILLS:
                bar.advance(taker.take(part))
                part = []
        bar.advance(taker.take(part))
    facts = {field.name: getattr(done, field.name) for field in fields(done) if field.name != "warnings"}
    audit.record(act="bills.imported", subject="bills", by=by.pk if by else None, at=at, facts=facts)
    log.info("bills.imported", **facts)
    return done


@contextmanager
def _opened(source: Path | str | BinaryIO, filename: str) -> Iterator[tuple[Iterable[Found], int, list[Text]]]:
    """The documents of the file, how many rows they have at most, and what was odd about its columns."""
    with as_path(source) as path:
        if gis.is_xml(path):
            reading = gis.read(path)
            yield reading, reading.total, []
        else:
            with read_rows(path, columns.COLUMNS, filename=filename) as rows:
                yield table.read(rows), rows.total, rows.warnings


class _Taker:
    """Stores parts and counts what became of their documents."""

    def __init__(
        self, done: Imported, report: ErrorReport, companies: Companies, *, by: Resident | None, at: datetime
    ) -> None:
        self._done, self._report, self._companies = done, report, companies
        self._by, self._at = by, at
        self._months: set[date] = set()

    def take(self, part: list[Found]) -> int:
        """Store what is good, report the rest; how many rows of the file that were."""
        errors: list[CellError] = []
        good: list[tuple[Found, Paper]] = []
        self._done.accounts += accounts.learn([one.account for one in part if one.account])
        accounts.name_flats(part)
        for one in part:
            try:
                if one.bill is not None:
                    good.append((one, papers.paper(one.bill, at=self._at)))
                elif one.errors:
                    errors += one.errors
                    self._done.refused += 1
            except Refusal as refusal:
                errors.append(one.refused(refusal))
                self._done.refused += 1
        if good:
            self._store(good, errors)
        for one in part:
            if one.withdrawn:
                self._withdraw(one, errors)
        self._tell(errors)
        return sum(one.read for one in part)

    def _store(self, good: list[tuple[Found, Paper]], errors: list[CellError]) -> None:
        months = {paper.period for _one, paper in good} - self._months
        if months:  # before the transaction: see seed.open_months
            seed.open_months(months)
            self._months |= months
        answers = batch.take([paper for _one, paper in good], companies=self._companies, at=self._at)
        done = self._done
        for (one, paper), answer in zip(good, answers, strict=True):
            if isinstance(answer, Refusal):
                errors.append(one.refused(answer))
                done.refused += 1
            elif answer.fate is Fate.UNCHANGED:
                done.unchanged += 1
            else:
                done.issued += answer.fate is Fate.ISSUED
                done.corrected += answer.fate is Fate.CORRECTED
                done.lines += len(paper.lines)

    def _withdraw(self, one: Found, errors: list[CellError]) -> None:
        """Take back the document of that number, if it is one that may be taken back."""
        ids = list(
            Bill.objects.filter(number=one.withdrawn, superseded_at__isnull=True).values_list("pk", flat=True)[:2]
        )
        try:
            with transaction.atomic():
                if len(ids) != 1:
                    raise _number_unknown()
                documents.withdraw(ids, reason=str(_("Withdrawn by the issuer.")), by=self._by, at=self._at)
        except Refusal as refusal:
            errors.append(one.refused(refusal))
            self._done.refused += 1
        else:
            self._done.withdrawn += 1

    def _tell(self, errors: list[CellError]) -> None:
        errors.sort(key=lambda error: error.row)
        self._report.add(errors)


def _number_unknown() -> Refusal:
    return Refusal(
        "number_unknown",
        _("There is no single bill with this number."),
        remedy=_("Check the number; withdraw the bill in the console."),
        status=404,
        field="number",
    )
