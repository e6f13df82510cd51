"""How the sum to pay of a bill comes about."""

from __future__ import annotations

from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _

from dvor.bills.models import Bill


def sums(bill: Bill) -> list[tuple[str, int]]:
    """The parts of the sum to pay, in the order of the document; those that are zero are left out."""
    until = "" if bill.taken_until is None else formats.date_format(bill.taken_until, "d.m.Y")
    taken = _("Payments counted until %(day)s") % {"day": until} if until else _("Payments counted")
    parts = [
        (_("Accrued for the month"), bill.charged_kopecks),
        (_("Penalty"), bill.penalty_kopecks),
        (_("Debt of the months before"), bill.debt_before_kopecks),
        (_("Paid in advance"), -bill.advance_before_kopecks),
        (taken, -bill.taken_kopecks),
    ]
    return [parts[0], *((name, kopecks) for name, kopecks in parts[1:] if kopecks)]


def debts(bill: Bill) -> list[tuple[date, int]]:
    """Unpaid sums by month, as the document lists them."""
    return [(date.fromisoformat(period), int(kopecks)) for period, kopecks in bill.debts]


def advance_after_kopecks(bill: Bill) -> int:
    """What is over when more was paid than is asked for: it goes on to the next month."""
    whole = bill.charged_kopecks + bill.penalty_kopecks + bill.debt_before_kopecks
    return max(bill.advance_before_kopecks + bill.taken_kopecks - whole, 0)
