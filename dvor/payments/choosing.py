"""What a resident can pay now, and what exactly a choice of it would pay and earn: nothing is written here."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dvor.base import periods
from dvor.bills import queries as bills
from dvor.bills.models import Bill
from dvor.homes import rights
from dvor.homes.rights import Act
from dvor.payments import queries
from dvor.payments.intents import SHARES_MAX, Share
from dvor.payments.kinds import BILL_PAID
from dvor.payments.models import Method
from dvor.payments.queries import Left
from dvor.people.models import Resident
from dvor.points import activities
from dvor.points.activities import Activity, Expected
from dvor.points.reasons import Reason

YEARS_BACK = 3  # of unpaid bills, in months below: the general limitation of actions (Civil Code, art. 196)


@dataclass(frozen=True, slots=True)
class Choice:
    """One bill that can be paid, and what is left of it."""

    bill: Bill
    left: Left
    preferred: bool = False

    @property
    def free(self) -> int:
        """What can be paid now without insurance: what other payments are paying already is not."""
        return max(self.left.payable - self.left.waiting, 0)

    @property
    def insurance(self) -> int:
        """Insurance that can be added; not while another payment is on its way, because it is paid last."""
        return 0 if self.left.waiting else self.left.insurance


@dataclass(frozen=True, slots=True)
class Row:
    """What is paid of one bill, in kopecks, and what it earns."""

    choice: Choice
    share: Share
    services: int
    penalty: int
    insurance: int
    expected: Expected

    @property
    def total(self) -> int:
        return self.services + self.penalty + self.insurance


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole payment before it is made."""

    rows: list[Row]
    on: date

    @property
    def total(self) -> int:
        return sum(row.total for row in self.rows)

    @property
    def services(self) -> int:
        return sum(row.services for row in self.rows)

    @property
    def beside(self) -> int:
        """What brings no points: penalties and insurance."""
        return self.total - self.services

    @property
    def points(self) -> int:
        return sum(row.expected.points for row in self.rows)

    @property
    def spendable_on(self) -> date | None:
        """The day on which the last of the points can be spent, when they do not come at once."""
        delays = [row.expected.delay_days for row in self.rows if row.expected.points]
        return self.on + timedelta(days=max(delays)) if any(delays) else None

    @property
    def reasons(self) -> list[Reason]:
        """Why some services earn nothing, or not all."""
        return sorted({row.expected.reason for row in self.rows if row.services} - {Reason.PAID})


def choices(resident: Resident, *, at: datetime, asked: Collection[int] = ()) -> list[Choice]:
    """The bills that this resident can pay, newest first; those asked for first, also when only insurance is left.

    ``preferred`` are the bills asked for, or else the newest ordinary one of each flat. Four queries.
    """
    flats = rights.flats_allowing(resident, Act.PAY, at=at)
    since = periods.month_plus(periods.month_of(at), -12 * YEARS_BACK)
    standing = [bill for bill in bills.of_flats(flats, since=since) if bill.withdrawn_at is None]
    left = queries.left(standing)
    found = [Choice(bill, left[bill.pk]) for bill in standing if _is_open(left[bill.pk], asked=bill.pk in asked)]
    found.sort(key=lambda choice: choice.bill.pk not in asked)
    preferred = set(asked) & {choice.bill.pk for choice in found} or _newest(found)
    return [Choice(one.bill, one.left, one.bill.pk in preferred) for one in found[:SHARES_MAX]]


def _is_open(left: Left, *, asked: bool) -> bool:
    if left.carried_to is not None:
        return False
    return bool(left.payable or (asked and left.insurance))


def _newest(found: Sequence[Choice]) -> set[int]:
    by_flat: dict[int, int] = {}
    for choice in found:
        if choice.bill.kind == Bill.Kind.REGULAR:
            by_flat.setdefault(choice.bill.flat_id, choice.bill.pk)
    return set(by_flat.values()) or {choice.bill.pk for choice in found[:1]}


def plan(wanted: Sequence[tuple[Choice, Share]], *, by: Resident, at: datetime) -> Plan:
    """What these shares would pay, in the order of art. 319, and earn by points' own deciding function. One query."""
    split = [choice.left.split(share.kopecks or 0, with_insurance=share.with_insurance) for choice, share in wanted]
    acts = [
        Activity(BILL_PAID, by.pk, by.level, f"plan:{place}", choice.bill.period, at, services)
        for place, ((choice, _share), (services, _penalty, _insurance)) in enumerate(zip(wanted, split, strict=True))
    ]
    rows = [
        Row(choice, share, *kopecks, expected)
        for (choice, share), kopecks, expected in zip(wanted, split, activities.forecast(acts), strict=True)
    ]
    return Plan(rows, periods.day_of(at))


def methods(resident: Resident) -> list[Method]:
    """Means of payment that the acquirer keeps for the resident, newest first. One query."""
    return list(Method.objects.filter(resident=resident, removed_at__isnull=True).order_by("-kept_at"))
