"""A document that passed its checks: sums computed, lines in the form in which COPY takes them, and its fingerprint.

The fingerprint is of those very texts, so what is compared is what is stored. To change the order or the form of a
column here makes every document another one: the next file then writes a new version of each.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from dvor.base import periods
from dvor.base.refusals import Text
from dvor.bills import refusals
from dvor.bills.charges import Group
from dvor.bills.drafts import NewBill, NewLine, NewPayee
from dvor.bills.models import KOPECKS_MAX, Bill

LINES_MAX = 200
DEBTS_MAX = 120  # ten years
PAY_UNTIL_DAY = 10  # of the next month, when the document does not say
OLDEST = date(2010, 1, 1)
NULL = r"\N"

_SUMS = ("accrued_kopecks", "recalculation_kopecks", "benefit_kopecks", "factor_excess_kopecks")
_SENSIBLE = _("Check the number and its unit.")


class Totals(NamedTuple):
    """What the lines make, in kopecks."""

    charged: int
    penalty: int
    insurance: int


@dataclass(slots=True)
class Paper:
    """One checked document. ``lines`` are rows for COPY without house and bill, which are not known yet."""

    flat_id: int | None
    payer_code: str
    period: date
    kind: Bill.Kind
    payee: NewPayee
    row: tuple[Any, ...]  # of bills_bill, in the order of ``ROW``
    lines: list[str]
    content: bytes


ROW = (
    "charged_kopecks", "penalty_kopecks", "insurance_kopecks", "debt_before_kopecks", "advance_before_kopecks",
    "taken_kopecks", "due_on", "taken_until", "last_payment_on", "number", "debts",
)  # fmt: skip


def paper(doc: NewBill, *, at: datetime) -> Paper:
    """Check a document and write it down.

    Raises:
        Refusal: ``line_mismatch``, ``total_mismatch`` (Housing Code, art. 155: a bill names its sums), or
            ``bill_unreadable`` for what no bill can say; of a line it is a :class:`refusals.LineRefusal`.
    """
    _refuse_head(doc, at=at)
    lines, totals = _lines(doc)
    _refuse_totals(doc, totals)
    due_on = doc.due_on or periods.month_plus(doc.period, 1).replace(day=PAY_UNTIL_DAY)
    debts = ",".join([f'["{month.isoformat()}",{kopecks}]' for month, kopecks in doc.debts])
    row = (
        *totals, doc.debt_before_kopecks, doc.advance_before_kopecks, doc.taken_kopecks, due_on, doc.taken_until,
        doc.last_payment_on, doc.number, f"[{debts}]",
    )  # fmt: skip
    head = "\t".join(map(str, (*doc.payee, *row)))
    content = sha256("\n".join([head, *lines]).encode()).digest()
    return Paper(doc.flat_id, doc.payer_code, doc.period, doc.kind, doc.payee, row, lines, content)


# ── The head ─────────────────────────────────────────────────────────────────────────────────────────────────────
def _refuse_head(doc: NewBill, *, at: datetime) -> None:
    last = periods.month_plus(periods.month_of(at), 1)
    if doc.period.day != 1 or not OLDEST <= doc.period <= last:
        raise refusals.wrong("period", _("A bill is of a month from 2010 to the next one."), _("Check the month."))
    if doc.due_on is not None and not doc.period <= doc.due_on <= doc.period + timedelta(days=366):
        raise refusals.wrong("due_on", _("The bill is to be paid before its month, or a year after it."))
    if len(doc.number) > 40 or not doc.number.isprintable():
        raise refusals.wrong("number", _("The number of a document has at most 40 characters."))
    for name in ("debt_before_kopecks", "advance_before_kopecks", "taken_kopecks"):
        least = -KOPECKS_MAX if name == "taken_kopecks" else 0
        if not least <= getattr(doc, name) <= KOPECKS_MAX:
            raise refusals.wrong(name, _("The sum is outside of what a bill can have."), _SENSIBLE)
    _refuse_debts(doc)
    _refuse_count(doc)
    payee_wrong = refuse_payee(doc.payee)
    if payee_wrong:
        raise refusals.wrong(f"payee_{payee_wrong[0]}", payee_wrong[1], _("Copy the bank details from the contract."))


def _refuse_debts(doc: NewBill) -> None:
    months = [month for month, _kopecks in doc.debts]
    if len(months) > DEBTS_MAX or len(set(months)) < len(months):
        raise refusals.wrong("debts", _("Debts are of different months, at most 120."))
    for month, kopecks in doc.debts:
        if month.day != 1 or not OLDEST <= month <= doc.period or not 0 < kopecks <= KOPECKS_MAX:
            raise refusals.wrong("debts", _("A debt is of a month before the bill's, and more than zero."))


def _refuse_count(doc: NewBill) -> None:
    least = 0 if doc.kind == Bill.Kind.DEBT else 1  # a debt document may name months only
    if not least <= len(doc.lines) <= LINES_MAX:
        raise refusals.wrong("lines", _("A bill has from 1 to 200 lines."))


@lru_cache(maxsize=1_024)
def refuse_payee(payee: NewPayee) -> tuple[str, Text] | None:
    """The detail that no bank would take, and why."""
    faults: tuple[tuple[str, bool, Text], ...] = (
        ("name", _is_name(payee.name, 160), _("A receiver has a name, at most 160 characters.")),
        ("bank", _is_name(payee.bank, 45), _("A bank has a name, at most 45 characters.")),
        ("inn", _digits(payee.inn, 10, 12), _("A taxpayer number has 10 or 12 digits.")),
        ("kpp", _digits(payee.kpp, 0, 9), _("A registration reason code has 9 digits.")),
        ("bic", _digits(payee.bic, 9), _("A BIC has 9 digits.")),
        ("account", _is_account(payee.account), _("A settlement account has 20 digits.")),
        ("correspondent_account", payee.correspondent_account == "0" or _digits(payee.correspondent_account, 20),
         _("A correspondent account has 20 digits.")),
    )  # fmt: skip
    return next(((name, text) for name, fine, text in faults if not fine), None)


def _is_name(text: str, length_max: int) -> bool:
    return 0 < len(text) <= length_max and text.isprintable()


def _digits(text: str, *lengths: int) -> bool:
    return len(text) in lengths and (not text or (text.isascii() and text.isdigit()))


def _is_account(text: str) -> bool:
    """ГОСТ Р 56042-2014, PersonalAcc: the sixth place may be a letter of a currency."""
    return (
        len(text) == 20
        and text.isascii()
        and (text[:5] + text[6:]).isdigit()
        and text[0] != "0"
        and text[5] in "0123456789ABCEHKMPTX"
    )


# ── The lines ────────────────────────────────────────────────────────────────────────────────────────────────────
def _lines(doc: NewBill) -> tuple[list[str], Totals]:
    """The rows for COPY, and what they sum up to."""
    period = doc.period.isoformat()
    rows: list[str] = []
    charged = penalty = insurance = 0
    for place, line in enumerate(doc.lines, start=1):
        payable = line.accrued_kopecks + line.factor_excess_kopecks + line.recalculation_kopecks - line.benefit_kopecks
        texts = _texts(line.title, line.unit, line.recalculation_reason)
        _refuse_line(line, place, payable, texts)
        if line.group == Group.PENALTY:
            penalty += payable
        elif line.group == Group.INSURANCE:
            insurance += payable
        else:
            charged += payable
        rows.append(
            f"{period}\t{place}\t{line.group:d}\t{line.service:d}\t{line.volume_by:d}\t{line.accrued_kopecks}\t"
            f"{line.recalculation_kopecks}\t{line.benefit_kopecks}\t{line.factor_excess_kopecks}\t{payable}\t"
            f"{_numbers(line, place)}\t{texts}\n"
        )
    return rows, Totals(charged, penalty, insurance)


def _refuse_line(line: NewLine, place: int, payable: int, texts: str) -> None:
    for name in _SUMS:
        if not -KOPECKS_MAX <= getattr(line, name) <= KOPECKS_MAX:
            raise _wrong_line(place, name, _("The sum is outside of what a bill can have."))
    if line.benefit_kopecks < 0:
        raise _wrong_line(place, "benefit_kopecks", _("A benefit is taken off: it is zero or more."))
    if line.payable_kopecks is not None and line.payable_kopecks != payable:
        raise refusals.line_mismatch(place, title=line.title, stated=line.payable_kopecks, computed=payable)
    if not texts:
        text = _("A line has a title (120 characters), a unit (20) and a reason (300), all of them readable.")
        raise _wrong_line(place, "title", text)


def _numbers(line: NewLine, place: int) -> str:
    """Tariff, volume and meter values for COPY."""
    texts = []
    for name, number, whole, places in (
        ("tariff", line.tariff, 8, 6),
        ("volume", line.volume, 8, 6),
        ("meter_before", line.meter_before, 9, 3),
        ("meter_after", line.meter_after, 9, 3),
    ):
        text = NULL if number is None else _plain(number, whole, places)
        if not text:
            raise _wrong_line(place, name, _("The number is too large or has too many digits after the point."))
        texts.append(text)
    return "\t".join(texts)


@lru_cache(maxsize=1 << 16)
def _plain(number: Decimal, whole: int, places: int) -> str:
    """Plain digits without idle zeros (43.570000 and 43.57 are one tariff); empty when they are too many."""
    if not number.is_finite() or number.adjusted() >= whole:
        return ""
    units, _point, fraction = format(number, "f").partition(".")
    fraction = fraction.rstrip("0")
    if len(fraction) > places:
        return ""
    return f"{units}.{fraction}" if fraction else units


def _wrong_line(place: int, field: str, text: Text) -> refusals.LineRefusal:
    return refusals.LineRefusal("bill_unreadable", text, place=place, field=field, remedy=_SENSIBLE)


def _refuse_totals(doc: NewBill, totals: Totals) -> None:
    asked = (
        totals.charged + totals.penalty + doc.debt_before_kopecks - doc.advance_before_kopecks - doc.taken_kopecks
    )  # fmt: skip
    for field, computed in (
        ("charged_kopecks", totals.charged),
        ("penalty_kopecks", totals.penalty),
        ("insurance_kopecks", totals.insurance),
        ("payable_kopecks", max(asked, 0)),
    ):
        stated = getattr(doc, field)
        if stated is not None and stated != computed:
            raise refusals.total_mismatch(field, stated=stated, computed=computed)
    if totals.penalty < 0 or totals.insurance < 0:
        raise refusals.wrong("lines", _("Penalty and insurance of a bill are zero or more."))
    if abs(totals.charged) > KOPECKS_MAX or totals.penalty > KOPECKS_MAX or totals.insurance > KOPECKS_MAX:
        raise refusals.wrong("lines", _("The sum is outside of what a bill can have."), _SENSIBLE)


@lru_cache(maxsize=1 << 14)
def _texts(title: str, unit: str, reason: str) -> str:
    """The texts of a line for COPY; empty when they are too long or cannot be shown.

    Spaces of all sorts are one space, a backslash is written twice.
    """
    texts = [text if text.isprintable() else " ".join(text.split()) for text in (title, unit, reason)]
    if not texts[0] or any(len(text) > most for text, most in zip(texts, (120, 20, 300), strict=True)):
        return ""
    joined = "".join(texts)
    if not joined.isprintable():
        return ""
    return "\t".join(texts).replace("\\", "\\\\") if "\\" in joined else "\t".join(texts)
