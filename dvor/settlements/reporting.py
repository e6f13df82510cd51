"""The report of a business day: what was paid, what came, what differs. One answer for page, file and command line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from dvor.base.files import Heading
from dvor.settlements.models import Account, Day, Difference, Entry, Match
from dvor.settlements.reasons import REASONS

LINES_MAX = 2_000  # on a page; files hold all
SUSPECTS_MAX = 5


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts and sums of what the acquirer owes for the day, in kopecks."""

    payments: int
    payments_kopecks: int
    refunds: int
    refunds_kopecks: int


@dataclass(frozen=True, slots=True)
class Report:
    """A business day of an account with its corrections (``turns``, oldest first)."""

    account: Account
    day: date
    turns: tuple[Day, ...]
    totals: Totals
    transfers: tuple[Match, ...]
    directs: tuple[Match, ...]
    differences: tuple[Difference, ...]
    outgoing: tuple[Entry, ...]

    @property
    def is_closed(self) -> bool:
        return all(turn.closed_at is not None for turn in self.turns)

    @property
    def open_turn(self) -> Day | None:
        return next((turn for turn in self.turns if turn.closed_at is None), None)

    def total(self, name: str) -> int:
        """The sum of a column over the day and its corrections."""
        return sum(getattr(turn, f"{name}_kopecks") for turn in self.turns)

    def figures(self) -> dict[str, Any]:
        """The report for a machine: kopecks, ids and codes, nothing personal."""
        names = ("expected", "received", "commission", "explained", "gap", "direct")
        return {
            "account": self.account.number, "day": self.day.isoformat(), "closed": self.is_closed,
            "payments": self.totals.payments, "payments_kopecks": self.totals.payments_kopecks,
            "refunds": self.totals.refunds, "refunds_kopecks": self.totals.refunds_kopecks,
            **{f"{name}_kopecks": self.total(name) for name in names},
            "transfers": len(self.transfers), "direct": len(self.directs),
            "differences": [
                {"id": one.pk, "kind": one.kind, "code": one.code, "kopecks": one.kopecks, "open": one.is_open}
                for one in self.differences
            ],
        }  # fmt: skip


def of(account: Account, day: date) -> Report:
    """The report of a day, also of one of which nothing is known. Five queries."""
    turns = tuple(Day.objects.filter(account=account, day=day).select_related("closed_by").order_by("turn"))
    matches = Match.objects.filter(day__in=turns).select_related("entry").order_by("entry__booked_on", "entry_id")
    found = list(matches)
    told = Difference.objects.filter(day__in=turns).select_related("entry", "resolved_by").order_by("pk")
    return Report(
        account, day, turns, _totals(account, day), tuple(one for one in found if one.bill_id is None),
        tuple(one for one in found if one.bill_id is not None), tuple(told),
        tuple(Entry.objects.filter(account=account, booked_on=day, kind=Entry.Kind.OUTGOING).order_by("pk")),
    )  # fmt: skip


def suspects(difference: Difference) -> Sequence[tuple[str, int]]:
    """Payments and refunds of the day whose sum is the gap: one of them may be what is missing. One query."""
    if difference.entry_id is not None or not difference.is_open:
        return []
    items = difference.day.items.filter(Q(kopecks=difference.kopecks) | Q(kopecks=-difference.kopecks)).order_by("pk")
    return [
        ("payment", one.payment_id) if one.payment_id else ("refund", one.refund_id or 0)
        for one in items[:SUSPECTS_MAX]
    ]  # fmt: skip


def headings() -> list[Heading]:
    """Columns of the report as a file."""
    return [
        Heading(_("What"), 34), Heading(_("Number"), 14), Heading(_("Day"), 12), Heading(_("Sum, roubles"), 16),
        Heading(_("Commission, roubles"), 16), Heading(_("State"), 24), Heading(_("Reason"), 60),
    ]  # fmt: skip


def rows(report: Report) -> Iterator[tuple[Any, ...]]:
    """The report line by line: what was paid, what came, what differs, and the difference that is left."""
    totals, day = report.totals, report.day
    yield _("Payments"), totals.payments, day, roubles(totals.payments_kopecks), "", "", ""
    yield _("Refunds"), totals.refunds, day, roubles(totals.refunds_kopecks), "", "", ""
    yield from _matched(_("Transfer of the acquirer"), report.transfers)
    yield from _matched(_("Transfer of a resident"), report.directs)
    for entry in report.outgoing:
        yield _("Outgoing"), entry.number, entry.booked_on, roubles(-entry.kopecks), "", "", ""
    for one in report.differences:
        why = one.reason or str(REASONS[one.code])
        yield f"{_('Difference')}: {one.get_kind_display()}", one.pk, day, roubles(one.kopecks), "", state(one), why
    closed = _("closed") if report.is_closed else _("open")
    yield _("Difference that is left"), "", day, roubles(report.total("gap")), "", closed, ""


def state(difference: Difference) -> str:
    """Whether it is open, in words."""
    if difference.resolved_at is not None:
        return _("resolved")
    return _("open") if difference.gone_at is None else _("gone by itself")


def roubles(kopecks: int) -> str:
    """Exact for a spreadsheet and for a person: 1234,56."""
    sign = "-" if kopecks < 0 else ""
    return f"{sign}{abs(kopecks) // 100},{abs(kopecks) % 100:02d}"


def _matched(what: str, matches: Iterable[Match]) -> Iterator[tuple[Any, ...]]:
    for one in matches:
        held_back = roubles(one.commission_kopecks) if one.bill_id is None else ""
        yield what, one.entry.number, one.entry.booked_on, roubles(one.kopecks), held_back, _("matched"), one.reason


def _totals(account: Account, day: date) -> Totals:
    done = Day.objects.filter(account=account, day=day).aggregate(
        payments=Count("items__payment"), refunds=Count("items__refund"),
        came=Sum("items__kopecks", filter=Q(items__payment__isnull=False)),
        left=Sum("items__kopecks", filter=Q(items__refund__isnull=False)),
    )  # fmt: skip
    return Totals(done["payments"], done["came"] or 0, done["refunds"], -(done["left"] or 0))
