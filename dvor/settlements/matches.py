"""What an entry of a statement settles: days of the acquirer, or a bill; recognised by itself or told by somebody.

A transfer of the acquirer counts with the commission that its purpose names: money + commission = payments − refunds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from dvor.base import money, periods, sql
from dvor.bills.models import Bill
from dvor.payments import queries as payments
from dvor.settlements import days
from dvor.settlements.models import Account, Day, Difference, Entry
from dvor.settlements.recognition import Recognised

REGISTRY_DAYS_MAX = 31
Kind = Difference.Kind


@dataclass(slots=True)
class Book:
    """Matches and differences of a batch, kept with one statement each."""

    matches: list[tuple[int, int, int | None, int, int]] = field(default_factory=list)
    differences: list[tuple[int, int, int, str, int]] = field(default_factory=list)

    def match(self, entry: int, day: int, kopecks: int, *, bill: int | None = None, commission: int = 0) -> None:
        self.matches.append((entry, day, bill, kopecks, commission))

    def differ(self, entry: int, day: int, kind: Kind, code: str, kopecks: int) -> None:
        self.differences.append((day, entry, int(kind), code, kopecks))

    def keep(self, *, by: int | None, at: datetime, reason: str = "") -> None:
        if self.matches:
            entries, on, bills, kopecks, commissions = map(list, zip(*self.matches, strict=True))
            sql.rows(
                "settlements/match.sql", entries=entries, days=on, bills=bills, kopecks=kopecks,
                commissions=commissions, by=by, at=at, reason=reason,
            )  # fmt: skip
        if self.differences:
            on, entries, kinds, codes, kopecks = map(list, zip(*self.differences, strict=True))
            sql.rows(
                "settlements/differ.sql", days=on, entries=entries, kinds=kinds, codes=codes, kopecks=kopecks, at=at
            )


def settle(account: Account, entries: Sequence[Recognised], *, at: datetime) -> Book:
    """Match fresh entries of an account, all at once; what cannot be matched becomes a difference with its reason.

    The caller holds the account and has counted its days.
    """
    book = Book()
    coming = [one for one in entries if one.kind != Entry.Kind.OUTGOING and one.movement.booked_on >= account.since]
    registries = [one for one in coming if one.kind == Entry.Kind.REGISTRY]
    for one in registries:
        if one.registry and not _possible(one, account, at):
            one.code = "registry_day"
    settled = {day for one in registries if one.registry and not one.code for day in days_of(one)}
    booked = {one.movement.booked_on for one in coming if one.code or one.kind == Entry.Kind.DIRECT}
    ids = days.opened(account, settled | booked, again=True, at=at)
    _settle_registries([one for one in registries if not one.code], ids, book)
    _settle_direct([one for one in coming if one.kind == Entry.Kind.DIRECT and not one.code], ids, book)
    for one in coming:
        if one.code and one.code not in {"paid_already", "paid_more"}:
            book.differ(one.id, ids[one.movement.booked_on], Kind.NO_PAYMENT, one.code, one.movement.kopecks)
    book.keep(by=None, at=at)
    return book


def days_of(one: Recognised) -> list[date]:
    """The days that a transfer of the acquirer is for."""
    assert one.registry is not None
    count = (one.registry.until - one.registry.since).days + 1
    return [one.registry.since + timedelta(days=place) for place in range(count)]


def _possible(one: Recognised, account: Account, at: datetime) -> bool:
    assert one.registry is not None
    since, until = one.registry.since, one.registry.until
    return account.since <= since and until <= periods.day_of(at) and (until - since).days < REGISTRY_DAYS_MAX


def _settle_registries(entries: Sequence[Recognised], ids: dict[date, int], book: Book) -> None:
    """One day takes the whole transfer; of several each takes what it misses, and the last one the rest."""
    gaps = dict(Day.objects.filter(pk__in=ids.values()).values_list("pk", "gap_kopecks"))
    for one in sorted(entries, key=lambda one: (one.movement.booked_on, one.id)):
        total = one.movement.kopecks + one.commission_kopecks
        on = [ids[day] for day in days_of(one)]
        rest, shares = total, []
        for day in on[:-1]:
            shares.append(min(max(gaps[day], 0), rest))
            rest -= shares[-1]
        shares.append(rest)
        for day, kopecks, commission in _with_commission(on, shares, one.commission_kopecks):
            book.match(one.id, day, kopecks, commission=commission)
            gaps[day] -= kopecks + commission


def _with_commission(on: Sequence[int], shares: Sequence[int], commission: int) -> Iterable[tuple[int, int, int]]:
    """Days with money and commission in proportion; a day always gets some money, so the largest bears what is over."""
    parts = [
        min(part, max(share - 1, 0)) for share, part in zip(shares, money.share(commission, list(shares)), strict=True)
    ]
    parts[max(range(len(shares)), key=shares.__getitem__)] += commission - sum(parts)
    for day, share, part in zip(on, shares, parts, strict=True):
        if share:
            yield day, share - part, part


def _settle_direct(entries: Sequence[Recognised], ids: dict[date, int], book: Book) -> None:
    """A transfer belongs to the bill of its flat and month, also when it is more than is left: then it differs, too."""
    rows = sql.rows(
        "settlements/bills.sql",
        places=list(range(len(entries))),
        codes=[one.payer_code for one in entries],
        periods=[one.period for one in entries],
    ) if entries else []  # fmt: skip
    bills: dict[int, int] = {}
    for row in rows:
        if row.bill_id is None:
            entries[row.place].code = "bill_missing"
        elif row.place not in bills:
            if row.withdrawn:
                entries[row.place].code = "bill_withdrawn"
            else:
                bills[row.place] = row.bill_id
    rest = left(bills.values())
    for place, bill in bills.items():
        one = entries[place]
        kopecks, day = one.movement.kopecks, ids[one.movement.booked_on]
        book.match(one.id, day, kopecks, bill=bill)
        if kopecks > rest[bill]:
            one.code = "paid_more" if rest[bill] > 0 else "paid_already"
            kind = Kind.OTHER_SUM if rest[bill] > 0 else Kind.DOUBLE
            book.differ(one.id, day, kind, one.code, kopecks - max(rest[bill], 0))
        rest[bill] -= kopecks


def left(bill_ids: Iterable[int]) -> dict[int, int]:
    """What is left to pay of bills with insurance, after payments through us and transfers that were matched before."""
    bills = list(Bill.objects.filter(pk__in=set(bill_ids)))
    if not bills:
        return {}
    direct = {row.bill_id: row.kopecks for row in sql.rows("settlements/direct.sql", bills=[bill.pk for bill in bills])}
    through_us = payments.left(bills)
    rest = {}
    for bill in bills:
        one = through_us[bill.pk]
        asked = one.services + one.penalty + one.insurance
        if one.carried_to is not None:  # a newer bill asks for it again: paying here is as good
            asked = bill.payable_kopecks + bill.insurance_kopecks - one.paid
        rest[bill.pk] = asked - direct.get(bill.pk, 0)
    return rest
