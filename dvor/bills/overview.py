"""My flats at a glance: the newest bill of each, the months before, what is unpaid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from dvor.base import periods
from dvor.bills import queries, slots, totals
from dvor.bills.models import Bill
from dvor.bills.slots import PaymentState
from dvor.homes import rights
from dvor.homes.models import Flat
from dvor.homes.rights import Act
from dvor.people.models import Resident

UNPAID_MONTHS = 2  # an older bill that nobody paid is a debt inside a newer one


@dataclass(frozen=True, slots=True)
class Entry:
    """One bill of a list with what is told of its money."""

    bill: Bill
    state: PaymentState | None

    @property
    def asked(self) -> int:
        """What is still to be paid, as far as that is known."""
        if self.bill.withdrawn_at is not None or self.bill.superseded_at is not None:
            return 0
        return self.bill.payable_kopecks if self.state is None else max(self.state.left_kopecks, 0)


@dataclass(slots=True)
class Place:
    """One of my flats. ``is_open``: I may see its bills."""

    flat: Flat
    is_open: bool
    entries: list[Entry] = field(default_factory=list)

    @property
    def newest(self) -> Entry | None:
        """The bill on top: the newest one that is not withdrawn."""
        return next((entry for entry in self.entries if entry.bill.withdrawn_at is None), None)

    @property
    def before(self) -> list[Entry]:
        return [entry for entry in self.entries if entry is not self.newest]

    @property
    def debts(self) -> list[tuple[date, int]]:
        return totals.debts(self.newest.bill) if self.newest else []


def flats(resident: Resident, *, at: datetime) -> list[Place]:
    """The resident's flats with the bills of 13 months. Two queries, and those that tell of payments."""
    own = rights.flats_of(resident, at=at)
    allowed = [flat for flat in own if _may_see(resident, flat)]
    since = periods.month_plus(periods.month_of(at), -queries.MONTHS_SHOWN)
    places = {flat.pk: Place(flat, flat in allowed) for flat in own}
    bills = queries.of_flats(allowed, since=since)
    states = slots.states(bills, reader=resident, at=at)
    for bill in bills:
        places[bill.flat_id].entries.append(Entry(bill, states.get(bill.pk)))
    return list(places.values())


def unpaid(own: Sequence[Flat], *, reader: Resident, at: datetime) -> list[Entry]:
    """The newest bill of each of the reader's flats that he can pay and has not. A query, and those about payments."""
    since = periods.month_plus(periods.month_of(at), -UNPAID_MONTHS)
    newest: dict[int, Bill] = {}
    for bill in queries.of_flats([flat for flat in own if _may_see(reader, flat)], since=since):
        if bill.withdrawn_at is None:
            newest.setdefault(bill.flat_id, bill)
    states = slots.states(list(newest.values()), reader=reader, at=at)
    entries = [Entry(bill, states.get(bill.pk)) for bill in newest.values()]
    return [entry for entry in entries if entry.asked and entry.state is not None and entry.state.pay_url]


def _may_see(resident: Resident, flat: Flat) -> bool:
    own = flat.residency
    assert own is not None, "a resident's own flats come with their residency"
    return rights.allows(
        level=resident.account_level, status=rights.Status(own.status), proven=own.proven, act=Act.SEE_BILL
    )
