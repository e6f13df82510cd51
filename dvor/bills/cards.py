"""The page of a bill, ready for the template: lines in words, what changed and why, the chart, the QR code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.utils import formats
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from dvor.base import periods
from dvor.base.refusals import Refusal
from dvor.bills import comparison, explanation, pdf, qr, queries, reasons, slots, totals
from dvor.bills.charges import Group
from dvor.bills.comparison import Change, Comparison
from dvor.bills.models import Bill, Line
from dvor.bills.queries import Sheet
from dvor.bills.slots import PaymentState
from dvor.people.models import Resident


@dataclass(frozen=True, slots=True)
class Beside:
    """A line's change against another month, with its causes."""

    change: Change
    month: date
    causes: list[str]


@dataclass(frozen=True, slots=True)
class LineCard:
    """One line: its explanation, and how it stands beside last month and the same month last year."""

    line: Line
    explained: explanation.Explained
    beside: list[Beside]

    @property
    def jumped(self) -> int:
        """The jump against last month in kopecks; zero when it did not jump."""
        first = self.beside[0] if self.beside else None
        return first.change.difference_kopecks if first and first.change.jumped else 0


@dataclass(frozen=True, slots=True)
class GroupCard:
    title: str
    cards: list[LineCard]
    kopecks: int


@dataclass(frozen=True, slots=True)
class Against:
    """The whole bill beside another month."""

    comparison: Comparison
    jumps: list[Beside]


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    title: str
    value: int
    accent: bool


@dataclass(frozen=True)
class Page:
    """Everything that the page of a bill shows."""

    sheet: Sheet
    groups: list[GroupCard]
    against: list[Against]
    bars: list[Bar]
    sums: list[tuple[str, int]]
    debts: list[tuple[date, int]]
    advance: int
    state: PaymentState | None
    qr: SafeString | str
    asked: int

    @property
    def bill(self) -> Bill:
        return self.sheet.bill

    @property
    def with_insurance(self) -> int:
        whole: int = self.bill.payable_kopecks + self.bill.insurance_kopecks
        return whole


def page(sheet: Sheet, *, reader: Resident, at: datetime) -> Page:
    """The page of a bill. No query but those of the packages above that tell of payments."""
    bill = sheet.bill
    comparisons = compare(sheet)
    state = slots.states([bill], reader=reader, at=at).get(bill.pk)
    left = bill.payable_kopecks if state is None else max(state.left_kopecks, 0)
    return Page(
        sheet=sheet,
        groups=_groups(sheet.lines[bill.period], comparisons),
        against=[_against(one) for one in comparisons],
        bars=_bars(sheet) if len(sheet.year) > 1 else [],
        sums=totals.sums(bill),
        debts=totals.debts(bill),
        advance=totals.advance_after_kopecks(bill),
        state=state,
        qr=_code(bill, left),
        asked=left,
    )


def compare(sheet: Sheet) -> list[Comparison]:
    """The bill beside last month and the same month last year, where they are known; bills of debts beside nothing."""
    period, months = sheet.bill.period, sheet.lines
    if sheet.bill.kind != Bill.Kind.REGULAR:
        return []
    others = (periods.month_plus(period, -1), periods.month_plus(period, -12))
    return [
        comparison.with_tariff_days(comparison.compare(period, months[period], other, months[other]), months)
        for other in others
        if other in months
    ]


def asked(bill: Bill, *, reader: Resident, at: datetime) -> int:
    """What is still to be paid, without insurance: by payments where they tell of it, else by the document."""
    state = slots.states([bill], reader=reader, at=at).get(bill.pk)
    return bill.payable_kopecks if state is None else max(state.left_kopecks, 0)


def payload(bill: Bill, kopecks: int) -> qr.Payload:
    """The QR code for those who live here.

    Raises:
        Refusal: ``bill_not_payable`` (409) for a version that was replaced or withdrawn; ``not_allowed`` (403) for
            operators, because it holds the whole payer code; and those of ``qr.payload``.
    """
    if not queries.is_to_be_paid(bill):
        raise Refusal("bill_not_payable", _("This version of the bill is not to be paid."), status=409)
    if bill.flat.residency is None:
        raise Refusal("not_allowed", _("The code holds the payer code, so only residents see it."), status=403)
    return qr.payload(bill, kopecks)


def document(bill: Bill, *, reader: Resident, at: datetime) -> bytes:
    """The PDF as this reader may have it. One query for the lines, and those that tell of payments."""
    left = asked(bill, reader=reader, at=at)
    return pdf.render(bill, queries.lines(bill), kopecks=left, is_masked=bill.flat.residency is None)


def charges(sheet: Sheet) -> list[tuple[date, int | None]]:
    """Charges of 13 months, debts and insurance aside; nothing where no bill is known."""
    months = periods.months_back(sheet.bill.period, queries.MONTHS_SHOWN)
    bills = [(month, sheet.year.get(month)) for month in months]
    return [(month, None if bill is None else bill.charged_kopecks + bill.penalty_kopecks) for month, bill in bills]


def _code(bill: Bill, kopecks: int) -> SafeString | str:
    """The picture; none where there is nothing to show, and details that do not fit into a code are shown as text."""
    try:
        return qr.svg(payload(bill, kopecks).data)
    except Refusal:
        return ""


def _groups(lines: Sequence[Line], comparisons: list[Comparison]) -> list[GroupCard]:
    found = []
    for group, members in groupby(sorted(lines, key=lambda line: (line.group, line.place)), lambda line: line.group):
        cards = [LineCard(line, explanation.of(line), _beside(line, comparisons)) for line in members]
        title = capfirst(str(Group(group).label))
        found.append(GroupCard(title, cards, sum(card.line.payable_kopecks for card in cards)))
    return found


def _beside(line: Line, comparisons: list[Comparison]) -> list[Beside]:
    pairs = [(one, one.of(line)) for one in comparisons]
    return [Beside(change, one.then, reasons.why(change, one)) for one, change in pairs if change is not None]


def _against(one: Comparison) -> Against:
    return Against(one, [Beside(change, one.then, reasons.why(change, one)) for change in one.jumps])


def _bars(sheet: Sheet) -> list[Bar]:
    """In whole roubles; months without a bill are empty."""
    return [
        Bar(
            formats.date_format(month, "b"),
            formats.date_format(month, "F Y").lower(),
            ((kopecks or 0) + 50) // 100,
            accent=month == sheet.bill.period,
        )
        for month, kopecks in charges(sheet)
    ]
