"""Reads of bills: a flat's bills, one bill with its year, its lines; a bill is reached through its flat's rights."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import DecimalField, F, OuterRef, Q, Subquery, TextField
from django.db.models.functions import Cast, JSONObject
from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Refusal
from dvor.bills.models import Bill, Line
from dvor.homes import rights
from dvor.homes.models import Flat
from dvor.homes.rights import Act
from dvor.people.models import Resident

MONTHS_SHOWN = 13  # a year and the month to compare with
BILLS_READ_MAX = 80  # of one flat at once: 13 months of both kinds, with room for corrected versions
LIST_READ_MAX = 400
YEAR = timedelta(days=366)  # from the first of a month it reaches the same month of the year before, and no further
_DECIMALS = {field.name for field in Line._meta.fields if isinstance(field, DecimalField)}
_PLAIN = [field.name for field in Line._meta.concrete_fields if field.name not in {"period", *_DECIMALS}]
_LINES = Line.objects.filter(house_id=OuterRef("house_id"), bill_id=OuterRef("pk"), period=OuterRef("period")).values(
    drawn=JSONObject(**{name: name for name in _PLAIN}, **{name: Cast(name, TextField()) for name in _DECIMALS})
)


@dataclass(frozen=True)
class Sheet:
    """One bill with what its page compares it to.

    ``year`` holds the ordinary bills of 13 months that end with the bill's own, by month, as they stand now; the bill
    itself in its month. ``versions`` are the other versions of the same document, newest first; ``lines`` those of
    the year's bills by month, in the documents' order.
    """

    bill: Bill
    year: dict[date, Bill]
    versions: list[Bill]
    lines: dict[date, list[Line]]

    @property
    def current(self) -> Bill | None:
        """The version that took the bill's place, if one did."""
        return next((one for one in self.versions if one.superseded_at is None), None)


def of_flat(flat: Flat, *, since: date | None = None) -> list[Bill]:
    """The bills of a flat as they stand now, newest month first; withdrawn ones too, superseded ones not. One query."""
    return of_flats([flat], since=since)


def of_flats(flats: Sequence[Flat], *, since: date | None = None) -> list[Bill]:
    """The same for several flats in one query; each bill has its flat with everything that the caller fetched."""
    if not flats:
        return []
    wanted = Q(flat__in=flats, superseded_at__isnull=True)
    if since is not None:
        wanted &= Q(period__gte=since)
    known = {flat.pk: flat for flat in flats}
    found = list(Bill.objects.filter(wanted).order_by("-period", "kind", "-pk")[:LIST_READ_MAX])
    for bill in found:
        bill.flat = known[bill.flat_id]
    return found


def page_of(flats: Sequence[Flat], *, before: tuple[date, int] | None, limit: int) -> list[Bill]:
    """A page of the bills of flats as they stand now, newest month first; withdrawn ones too. One query.

    ``before`` is (period, id) of the last line of the page before.
    """
    known = {flat.pk: flat for flat in flats}
    wanted = Q(flat__in=flats, superseded_at__isnull=True)
    if before is not None:
        period, last = before
        wanted &= Q(period__lt=period) | Q(period=period, pk__lt=last)
    found = list(Bill.objects.filter(wanted).order_by("-period", "-pk")[:limit]) if flats else []
    for bill in found:
        bill.flat = known[bill.flat_id]
    return found


def versions_of(flat: Flat, *, skip: int, limit: int) -> list[Bill]:
    """All versions of all bills of a flat, newest month first. One query."""
    found = list(Bill.objects.filter(flat=flat).order_by("-period", "kind", "-version")[skip : skip + limit])
    for bill in found:
        bill.flat = flat
    return found


def bill_for(resident: Resident, bill_id: int, act: Act, *, at: datetime) -> Bill:
    """The bill, if this resident (or operator) may do ``act`` at its flat; with payee, flat, residency, house.

    Two queries for residents.

    Raises:
        Refusal: ``bill_unknown`` (404) for whoever has nothing to do with the flat, also when there is no such bill;
            ``not_allowed`` (403) with the remedy when it is the resident's own flat, but not for this act.
    """
    bill = Bill.objects.select_related("payee").filter(pk=bill_id).first() if 0 < bill_id < 2**63 else None
    if bill is None:
        raise unknown()
    return _reached(bill, resident, act, at=at)


def sheet_for(resident: Resident, bill_id: int, act: Act, *, at: datetime) -> Sheet:
    """The bill with its year and all their lines. Two queries for residents; refuses as ``bill_for`` does."""
    if not 0 < bill_id < 2**63:
        raise unknown()
    asked = Bill.objects.filter(pk=bill_id)
    near: list[Bill] = list(
        Bill.objects.select_related("payee")
        .filter(
            flat_id=Subquery(asked.values("flat_id")),
            period__lte=Subquery(asked.values("period")),
            period__gte=Subquery(asked.values(first=F("period") - YEAR)),
        )
        .annotate(drawn=ArraySubquery(_LINES))  # in the same round trip: a page of a bill has eight in all
        .order_by("-period", "-version", "kind")[:BILLS_READ_MAX]
    )
    bill = next((one for one in near if one.pk == bill_id), None)
    if bill is None:
        raise unknown()
    _reached(bill, resident, act, at=at)
    year = {one.period: one for one in near if one.kind == Bill.Kind.REGULAR and is_to_be_paid(one)}
    year[bill.period] = bill
    same = [one for one in near if (one.period, one.kind) == (bill.period, bill.kind) and one.pk != bill.pk]
    return Sheet(bill, year, same, {month: _drawn(one) for month, one in year.items()})


def is_to_be_paid(bill: Bill) -> bool:
    """Whether this version is the one that is asked for."""
    return bill.superseded_at is None and bill.withdrawn_at is None


def lines(bill: Bill) -> list[Line]:
    """The lines of a bill in the document's order. One query."""
    return lines_of([bill]).get(bill.pk, [])


def lines_of(bills: Iterable[Bill]) -> dict[int, list[Line]]:
    """The lines of bills of one house, by bill, in the documents' order. One query over their months' partitions."""
    wanted = list(bills)
    found: dict[int, list[Line]] = {bill.pk: [] for bill in wanted}
    if wanted:
        lines = Line.objects.filter(
            house_id__in={bill.house_id for bill in wanted},
            bill_id__in=list(found),
            period__in={bill.period for bill in wanted},
        )
        for line in lines.order_by("place"):
            found[line.bill_id].append(line)
    return found


def of_period(flat: Flat, period: date) -> Bill | None:
    """What stands for a flat's month: the ordinary bill before the one of debts. One query."""
    return Bill.objects.filter(flat=flat, period=period, superseded_at__isnull=True).order_by("kind").first()


def unknown() -> Refusal:
    """What a stranger hears of a bill, whether it exists or not."""
    return Refusal("bill_unknown", _("There is no such bill."), remedy=_("Choose one of your bills."), status=404)


def _drawn(bill: Bill) -> list[Line]:
    """The lines that came with a bill; decimal numbers came as text, so that no float ever touches them."""
    rows = sorted(bill.drawn, key=lambda row: row["place"])  # type: ignore[attr-defined]
    return [Line(**{name: _decimal(name, value) for name, value in row.items()}, period=bill.period) for row in rows]


def _decimal(name: str, value: Any) -> Any:
    return Decimal(value) if name in _DECIMALS and value is not None else value


def _reached(bill: Bill, resident: Resident, act: Act, *, at: datetime) -> Bill:
    try:
        bill.flat = rights.flat_for(resident, bill.flat_id, act, at=at)
    except Refusal as refusal:
        raise unknown() if refusal.status == 404 else refusal  # noqa: B904 the flat is not to be told of
    return bill
