"""The PDF of a bill, set by typst from data: nothing that a document says is read as markup."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from datetime import date
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dvor.base import money, periods
from dvor.base.refusals import Refusal
from dvor.bills import qr, totals
from dvor.bills.charges import Group, VolumeBy
from dvor.bills.explanation import price, quantity
from dvor.bills.models import Bill, Line

TEMPLATE = Path(__file__).resolve().parent / "typst" / "bill.typ"
LINES_MAX = 200  # some five pages; a document with more is no bill of a flat
AT_ONCE = 2  # typst computes on one core each; more at once would only take them from pages
_turns = threading.BoundedSemaphore(AT_ONCE)


def render(bill: Bill, lines: Sequence[Line], *, kopecks: int | None = None, is_masked: bool = False) -> bytes:
    """The document as PDF, one A4 page where the lines allow, in the language of the moment.

    The bill comes with payee and flat with house. ``kopecks`` is what its QR code asks for; without it the sum to pay.

    Raises:
        Refusal: ``bill_too_long`` when it has more than 200 lines.
    """
    told = contents(bill, lines, kopecks=bill.payable_kopecks if kopecks is None else kopecks)
    if is_masked:
        told |= {"payer_code": bill.flat.payer_code_masked, "qr": ""}
    return _set(told)


def file_name(bill: Bill) -> str:
    """Under which name it is kept."""
    return f"bill-{bill.period:%Y-%m}.pdf"


def contents(bill: Bill, lines: Sequence[Line], *, kopecks: int) -> dict[str, Any]:
    """Everything that the page shows, in words."""
    if len(lines) > LINES_MAX:
        raise Refusal("bill_too_long", _("The bill has too many lines for a page."))
    flat = bill.flat
    month = formats.date_format(bill.period, "F Y").lower()
    title = _("Debt bill for %(month)s") if bill.kind == Bill.Kind.DEBT else _("Bill for %(month)s")
    number = _("№ %(number)s, version %(version)s of %(day)s") % {
        "number": bill.number or bill.pk, "version": bill.version,
        "day": formats.date_format(periods.day_of(bill.issued_at, flat.house.time_zone), "d.m.Y"),
    }  # fmt: skip
    return {
        "language": (get_language() or "ru")[:2],
        "title": title % {"month": month},
        "number": number,
        "mark": _mark(bill),
        "payer_code": flat.payer_code or "—",
        "place": _place(bill),
        "payee": {"name": bill.payee.name, "facts": _payee(bill)},
        "heads": [
            _("Service"), _("Volume"), _("Tariff"), _("Accrued"), _("Recalculation"), _("Benefit"), _("Sum to pay"),
        ],
        "groups": _groups(lines),
        "sums": [[name, money.show(sum_)] for name, sum_ in totals.sums(bill)],
        "total": [_("To pay without insurance"), money.show(bill.payable_kopecks)],
        "insured": _insured(bill),
        "due": _("Pay by %(day)s") % {"day": formats.date_format(bill.due_on, "j E Y")},
        "debts": [[_month(period), money.show(debt)] for period, debt in totals.debts(bill)],
        "qr": _qr(bill, kopecks),
        "notes": [str(note) for note in _notes(bill)],
        "help": _("%(city)s, hotline %(phone)s") % {
            "city": _("Dvor"), "phone": settings.CITY["hotline_phone"],
        },
        "words": {
            "payer_code": _("Payer code"), "debts": _("Debt by month"),
            "qr": _("%(sum)s without insurance, in your bank's app") % {"sum": money.show(kopecks)},
        },
    }  # fmt: skip


def _place(bill: Bill) -> list[list[str]]:
    flat = bill.flat
    area = flat.area_m2
    return [
        [_("Address"), f"{flat.house.address}, {_('flat %(number)s') % {'number': flat.number}}"],
        *([[_("Area"), quantity(area, "м²")]] if area else []),
        *([[_("Last payment"), formats.date_format(bill.last_payment_on, "d.m.Y")]] if bill.last_payment_on else []),
    ]


def _payee(bill: Bill) -> list[list[str]]:
    payee = bill.payee
    tax = f"{payee.inn} / {payee.kpp}" if payee.kpp else payee.inn
    return [
        [_("Payee"), payee.name], [_("INN / KPP"), tax], [_("Account"), payee.account],
        [_("Bank"), f"{payee.bank}, {_('BIC')} {payee.bic}"], [_("Correspondent account"), payee.correspondent_account],
    ]  # fmt: skip


def _groups(lines: Sequence[Line]) -> list[dict[str, Any]]:
    ordered = sorted(lines, key=lambda line: (line.group, line.place))
    return [
        {"title": capfirst(str(Group(group).label)), "lines": [_line(line) for line in members]}
        for group, members in groupby(ordered, key=lambda line: line.group)
    ]


def _line(line: Line) -> dict[str, Any]:
    ways = [] if line.volume_by == VolumeBy.FIXED or line.volume is None else [str(VolumeBy(line.volume_by).label)]
    if line.meter_before is not None and line.meter_after is not None:
        ways = [f"{quantity(line.meter_before)} → {quantity(line.meter_after)}"]
    if line.recalculation_reason:
        ways.append(_("recalculation: %(reason)s") % {"reason": line.recalculation_reason})
    accrued = line.accrued_kopecks + line.factor_excess_kopecks
    return {
        "title": line.title,
        "note": "; ".join(ways),
        "cells": [
            quantity(line.volume, line.unit), "" if line.tariff is None else price(line.tariff), money.show(accrued),
            money.show(line.recalculation_kopecks) if line.recalculation_kopecks else "",
            money.show(-line.benefit_kopecks) if line.benefit_kopecks else "", money.show(line.payable_kopecks),
        ],
    }  # fmt: skip


def _insured(bill: Bill) -> list[list[str]]:
    if not bill.insurance_kopecks:
        return []
    whole = bill.payable_kopecks + bill.insurance_kopecks
    return [[_("With voluntary insurance (%(sum)s)") % {"sum": money.show(bill.insurance_kopecks)}, money.show(whole)]]


def _mark(bill: Bill) -> str:
    if bill.withdrawn_at is not None:
        return _("Withdrawn, not to be paid: %(reason)s") % {"reason": bill.withdrawn_reason}
    return _("Replaced by a newer version: do not pay by this one") if bill.superseded_at is not None else ""


def _notes(bill: Bill) -> list[str]:
    notes = [_("Each line is explained on the bill's page in Dvor.")]
    if bill.insurance_kopecks:
        notes.append(_("Insurance is voluntary: you may leave it out, and it is no debt."))
    return notes


def _qr(bill: Bill, kopecks: int) -> str:
    """The code of a document that is to be paid; without one where nothing is, or where its details do not fit."""
    if bill.superseded_at is not None or bill.withdrawn_at is not None:
        return ""
    try:
        return qr.svg_file(qr.payload(bill, kopecks).data).decode()
    except Refusal:
        return ""


def _month(period: date) -> str:
    return formats.date_format(period, "F Y").lower()


def _set(told: dict[str, Any]) -> bytes:
    with _turns:
        document = _compiler_of_thread().compile(
            format="pdf", sys_inputs={"told": json.dumps(told, ensure_ascii=False)}, timestamp=0
        )
    assert isinstance(document, bytes), "a PDF is one file"
    return document


@cache
def _fonts() -> typst.Fonts:
    """Those inside typst, which have Cyrillic: the same page on every machine."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


_local = threading.local()


def _compiler_of_thread() -> typst.Compiler:
    """A compiler is no thing to share: one a thread, so that the template is read and fonts are found once."""
    compiler: typst.Compiler | None = getattr(_local, "compiler", None)
    if compiler is None:
        compiler = _local.compiler = typst.Compiler(TEMPLATE, root=TEMPLATE.parent, font_paths=_fonts())
    return compiler
