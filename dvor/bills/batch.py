"""Checked documents on their way into the tables: one as a thousand, in a fixed number of statements.

flats locked in the order of ids → what stands now → superseded → payees → versions → lines by COPY → residents told

The lock makes importers of the same flats follow one another; the unique keys of ``bills_bill`` hold without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection, transaction

from dvor.base import sql
from dvor.base.refusals import Refusal
from dvor.bills import refusals, scope, telling
from dvor.bills.drafts import Fate, Issued, NewPayee
from dvor.bills.papers import ROW, Paper
from dvor.bills.scope import Companies

_LINES = (
    'copy bills_line (house_id, bill_id, period, place, "group", service, volume_by, accrued_kopecks, '
    "recalculation_kopecks, benefit_kopecks, factor_excess_kopecks, payable_kopecks, tariff, volume, meter_before, "
    "meter_after, title, unit, recalculation_reason) from stdin"
)
_BLOCK = 1 << 20
Key = tuple[int, date, int]  # flat, month, kind


class Where(NamedTuple):
    """The flat of a document."""

    flat_id: int
    house_id: int


class Fresh(NamedTuple):
    """A document that becomes a version."""

    paper: Paper
    where: Where
    version: int


@transaction.atomic
def take(papers: Sequence[Paper], *, companies: Companies, at: datetime, tell: bool = True) -> list[Issued | Refusal]:
    """Store documents, each as a version of its own or not at all; what became of each, in order.

    Refused: ``flat_unknown``; ``bill_repeated`` when the batch says two things of one flat, month and kind.
    """
    answers: list[Issued | Refusal | None] = [None] * len(papers)
    keys: dict[Key, int] = {}  # the first document of each
    wheres = _find(papers, companies)
    for place, (paper, where) in enumerate(zip(papers, wheres, strict=True)):
        if where is None:
            answers[place] = refusals.flat_unknown()
        else:
            first = keys.setdefault((where.flat_id, paper.period, int(paper.kind)), place)
            if paper.content != papers[first].content:
                answers[place] = refusals.repeated()
    fresh = _compare(papers, wheres, keys, answers, at=at)
    stored = _store(fresh, at=at)
    for key, place in keys.items():
        if key in stored:
            version = fresh[key].version
            answers[place] = Issued(stored[key], version, Fate.ISSUED if version == 1 else Fate.CORRECTED)
    if tell:
        telling.issued([(stored[key], one.paper, key[0]) for key, one in fresh.items() if one.version == 1], at=at)
    return [
        answer or _same(answers[keys[wheres[place].flat_id, papers[place].period, int(papers[place].kind)]])  # type: ignore[union-attr]
        for place, answer in enumerate(answers)
    ]


def _same(first: Issued | Refusal | None) -> Issued:
    """The answer of a document that the batch has twice."""
    assert isinstance(first, Issued)
    return Issued(first.bill_id, first.version, Fate.UNCHANGED)


def _find(papers: Sequence[Paper], companies: Companies) -> list[Where | None]:
    """The flats of the documents, locked."""
    found = sql.rows(
        "bills/lock_flats.sql",
        codes=[paper.payer_code for paper in papers if paper.flat_id is None],
        ids=[paper.flat_id for paper in papers if paper.flat_id is not None],
    )
    by_id, by_code = {}, {}
    for row in found:
        if scope.holds(companies, row.management_company_id):
            by_id[row.id] = by_code[row.payer_code] = Where(row.id, row.house_id)
    by_code.pop(None, None)
    return [by_code.get(paper.payer_code) if paper.flat_id is None else by_id.get(paper.flat_id) for paper in papers]


def _compare(
    papers: Sequence[Paper],
    wheres: Sequence[Where | None],
    keys: dict[Key, int],
    answers: list[Issued | Refusal | None],
    *,
    at: datetime,
) -> dict[Key, Fresh]:
    """Which documents are versions; the others say what stands now, and are answered. Old versions are superseded."""
    places = list(keys.values())
    current = {
        row.place: row
        for row in sql.rows(
            "bills/current.sql",
            places=places,
            flats=[key[0] for key in keys],
            periods=[key[1] for key in keys],
            kinds=[key[2] for key in keys],
        )
    }
    fresh: dict[Key, Fresh] = {}
    superseded: list[int] = []
    for key, place in keys.items():
        row, where = current.get(place), wheres[place]
        assert where is not None
        if row is not None and bytes(row.content) == papers[place].content:
            answers[place] = Issued(row.id, row.version, Fate.UNCHANGED)
            continue
        fresh[key] = Fresh(papers[place], where, 1 if row is None else row.version + 1)
        if row is not None:
            superseded.append(row.id)
    if superseded:
        sql.rows("bills/supersede.sql", ids=superseded, at=at)
    return fresh


def _store(fresh: dict[Key, Fresh], *, at: datetime) -> dict[Key, int]:
    """Write the versions and their lines; the ids of the bills."""
    if not fresh:
        return {}
    ones = list(fresh.values())
    payees = _payees({one.paper.payee for one in ones})
    columns: dict[str, list[Any]] = {
        name: list(column) for name, column in zip(ROW, zip(*(one.paper.row for one in ones), strict=True), strict=True)
    }
    rows = sql.rows(
        "bills/store.sql",
        flats=[one.where.flat_id for one in ones],
        houses=[one.where.house_id for one in ones],
        payees=[payees[one.paper.payee] for one in ones],
        periods=[one.paper.period for one in ones],
        kinds=[int(one.paper.kind) for one in ones],
        versions=[one.version for one in ones],
        contents=[one.paper.content.hex() for one in ones],
        at=at,
        **columns,
    )
    stored = {(row.flat_id, row.period, row.kind): int(row.id) for row in rows}
    _copy_lines(fresh, stored)
    return stored


def _copy_lines(fresh: dict[Key, Fresh], stored: dict[Key, int]) -> None:
    with connection.cursor() as cursor, cursor.copy(_LINES) as copy:
        block: list[str] = []
        size = 0
        for key, one in fresh.items():
            prefix = f"{one.where.house_id}\t{stored[key]}\t"
            for line in one.paper.lines:
                block += (prefix, line)
                size += len(line)
            if size > _BLOCK:
                copy.write("".join(block))
                block, size = [], 0
        copy.write("".join(block))


def _payees(wanted: set[NewPayee]) -> dict[NewPayee, int]:
    """The ids of payees; new ones are added."""
    known = _known_payees(list(wanted))
    missing = [payee for payee in wanted if payee not in known]
    if missing:
        sql.rows("bills/add_payees.sql", **_details(missing))
        known |= _known_payees(missing)
    return known


def _known_payees(wanted: list[NewPayee]) -> dict[NewPayee, int]:
    found = sql.rows("bills/payees.sql", places=list(range(len(wanted))), **_details(wanted))
    return {wanted[row.place]: row.id for row in found}


def _details(payees: Sequence[NewPayee]) -> dict[str, list[Any]]:
    return {
        "names": [payee.name for payee in payees],
        "inns": [payee.inn for payee in payees],
        "kpps": [payee.kpp for payee in payees],
        "accounts": [payee.account for payee in payees],
        "banks": [payee.bank for payee in payees],
        "bics": [payee.bic for payee in payees],
        "correspondents": [payee.correspondent_account for payee in payees],
    }
