"""Bills in a table: rows that follow one another with the same payer code, month and kind are one bill.

Rows of a bill that stand apart are documents of their own, whose lines do not make the stated total: they are refused,
and never stored in part. That is why both totals are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from django.utils.translation import gettext_lazy as _

from dvor.base.files import CellError, Row, Rows
from dvor.bills.charges import VolumeBy
from dvor.bills.drafts import NewBill, NewLine, NewPayee
from dvor.bills.exchange import columns, words
from dvor.bills.exchange.found import Found
from dvor.bills.models import Bill

_SUMS = ("debt_before_kopecks", "advance_before_kopecks", "taken_kopecks")
_SAID = ("due_on", "taken_until", "last_payment_on", "charged_kopecks", "penalty_kopecks", "insurance_kopecks",
         "payable_kopecks")  # fmt: skip


def read(rows: Rows) -> Iterator[Found]:
    """The documents of the table, in order; memory holds one of them."""
    present = [column.name for column in columns.BILL if column.name in rows.headings]
    head_of = itemgetter(*present)
    key_of = itemgetter("payer_code", "period", *(["kind"] if "kind" in rows.headings else []))
    gathered: list[Row] = []
    aside: list[Row] = []  # rows that do not say whose they are
    key: Any = None
    for row in rows:
        found = key_of(row.values) if row.values else None
        if found is None or None in found[:2]:
            aside.append(row)
            continue
        if found != key and gathered:
            yield _document(gathered, head_of, present, rows)
            gathered = []
        if aside and gathered:  # between rows of one bill: its own
            gathered += aside
        elif aside:
            yield _document(aside, head_of, present, rows)
        aside, key = [], found
        gathered.append(row)
    for rest in (gathered, aside):
        if rest:
            yield _document(rest, head_of, present, rows)


def _document(gathered: list[Row], head_of: Any, present: list[str], rows: Rows) -> Found:
    """One bill of its rows; every error of each of them."""
    found = Found([row.number for row in gathered], read=len(gathered), headings=rows.headings)
    errors = [error for row in gathered for error in row.errors]
    if not errors:
        errors = _contradictions(gathered, head_of, present, rows)
    if errors:
        found.errors = errors
        return found
    values = gathered[0].values
    said: dict[str, Any] = {name: values.get(name) for name in _SAID}
    sums: dict[str, Any] = {name: values.get(name) or 0 for name in _SUMS}
    found.bill = NewBill(
        payer_code=values["payer_code"],
        period=values["period"],
        kind=values.get("kind") or Bill.Kind.REGULAR,
        number=values.get("number") or "",
        payee=_payee(values),
        lines=[_line(row.values) for row in gathered],
        debts=values.get("debts") or (),
        **sums,
        **said,
    )
    return found


def _contradictions(gathered: list[Row], head_of: Any, present: list[str], rows: Rows) -> list[CellError]:
    """Columns of the bill that its rows fill differently; an empty cell says what the first row says."""
    head = head_of(gathered[0].values)
    errors = []
    for row in gathered[1:]:
        other = head_of(row.values)
        if other == head:
            continue
        for name, first, second in zip(present, head, other, strict=True):
            if second is not None and second != first:
                reason = _("Row %(row)s says something else about this bill.") % {"row": gathered[0].number}
                remedy = _("Make all rows of a bill say the same.")
                errors.append(CellError(row.number, rows.headings[name], str(second)[:120], reason, remedy))
    return errors


def _payee(values: dict[str, Any]) -> NewPayee:
    return NewPayee(
        name=values["payee_name"], inn=values["payee_inn"], kpp=values.get("payee_kpp") or "",
        account=values["payee_account"], bank=values["payee_bank"], bic=values["payee_bic"],
        correspondent_account=values["payee_correspondent_account"],
    )  # fmt: skip


def _line(values: dict[str, Any]) -> NewLine:
    value = values.get
    title = values["title"]
    service = value("service_code") or words.service_of(title)
    return NewLine(
        title,
        value("group") or words.group_of(service),
        values["accrued_kopecks"],
        service,
        value("volume_by") or VolumeBy.FIXED,
        value("factor_excess_kopecks") or 0,
        value("recalculation_kopecks") or 0,
        value("benefit_kopecks") or 0,
        value("line_payable_kopecks"),
        value("tariff"),
        value("volume"),
        value("meter_before"),
        value("meter_after"),
        value("unit") or "",
        value("recalculation_reason") or "",
    )
