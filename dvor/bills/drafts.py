"""What an issuer says: a bill before it is a row. Sums in kopecks, months by their first day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from dvor.bills.charges import Group, Service, VolumeBy
from dvor.bills.models import Bill


class NewPayee(NamedTuple):
    """Bank details of the receiver, as the bill prints them."""

    name: str
    inn: str
    account: str
    bank: str
    bic: str
    correspondent_account: str
    kpp: str = ""


class NewLine(NamedTuple):
    """One service. ``payable_kopecks`` is what the document states; empty means that it states none."""

    title: str
    group: Group
    accrued_kopecks: int
    service: Service = Service.OTHER
    volume_by: VolumeBy = VolumeBy.FIXED
    factor_excess_kopecks: int = 0
    recalculation_kopecks: int = 0
    benefit_kopecks: int = 0
    payable_kopecks: int | None = None
    tariff: Decimal | None = None  # roubles a unit
    volume: Decimal | None = None
    meter_before: Decimal | None = None
    meter_after: Decimal | None = None
    unit: str = ""
    recalculation_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBill:
    """The document of a flat, month and kind; the flat by its id or its payer code.

    ``charged_kopecks``, ``penalty_kopecks``, ``insurance_kopecks``, ``payable_kopecks`` are the totals as the document
    states them; those that it does not state are empty. ``due_on`` is the 10th of the next month when empty.
    """

    period: date
    payee: NewPayee
    lines: Sequence[NewLine]
    flat_id: int | None = None
    payer_code: str = ""
    kind: Bill.Kind = Bill.Kind.REGULAR
    due_on: date | None = None
    number: str = ""
    debt_before_kopecks: int = 0
    advance_before_kopecks: int = 0
    taken_kopecks: int = 0
    taken_until: date | None = None
    last_payment_on: date | None = None
    debts: Sequence[tuple[date, int]] = ()  # unpaid sums by month
    charged_kopecks: int | None = None
    penalty_kopecks: int | None = None
    insurance_kopecks: int | None = None
    payable_kopecks: int | None = None


class Fate(StrEnum):
    """What became of an accepted document."""

    ISSUED = "issued"  # the first of its flat, month and kind
    CORRECTED = "corrected"  # a newer version
    UNCHANGED = "unchanged"  # it says what the current version says


@dataclass(frozen=True, slots=True)
class Issued:
    """The version that stands now for an accepted document."""

    bill_id: int
    version: int
    fate: Fate
