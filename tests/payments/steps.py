"""What tests of payments do again and again."""

from __future__ import annotations

from datetime import datetime

from dvor.bills.models import Bill
from dvor.payments import intents, outcomes
from dvor.payments.intents import Share
from dvor.payments.models import Payment, Source
from dvor.people.models import Resident
from dvor.points.models import Award, Reversal
from tests.payments.bank import Bank


def started(bill: Bill, by: Resident, *, at: datetime, key: str = "1", kopecks: int | None = None) -> Payment:
    return intents.start([Share(bill.pk, kopecks, with_insurance=kopecks is None)], by=by, at=at, key=key)


def sent(bill: Bill, by: Resident, *, at: datetime, key: str = "1", kopecks: int | None = None) -> Payment:
    return intents.send(started(bill, by, at=at, key=key, kopecks=kopecks).pk, at=at)


def named(payment: Payment) -> str:
    """What the acquirer calls it."""
    assert payment.acquirer_id is not None
    return payment.acquirer_id


def paid(bank: Bank, bill: Bill, by: Resident, *, at: datetime, key: str = "1", kopecks: int | None = None) -> Payment:
    """Started, sent, pressed and heard of; empty ``kopecks`` are all, with insurance."""
    payment = sent(bill, by, at=at, key=key, kopecks=kopecks)
    bank.press(named(payment))
    return outcomes.look(payment.pk, source=Source.WEBHOOK, at=at)


def points_of(resident: Resident) -> int:
    """Points that payments brought, without what was taken back."""
    awarded = Award.objects.filter(resident_id=resident.pk, kind_id=40)
    taken = Reversal.objects.filter(resident_id=resident.pk)
    return sum(awarded.values_list("points", flat=True)) - sum(taken.values_list("points", flat=True))
