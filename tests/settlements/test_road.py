"""From the press on «pay» to a closed business day: by the acts of payments, against an acquirer over HTTP."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dvor.bills.models import Bill
from dvor.demo import bank as banks
from dvor.ledger import proof as ledger_proof
from dvor.payments import proof as payments_proof
from dvor.people.models import Resident
from dvor.points import proof as points_proof
from dvor.settlements import days, proof
from tests.cast import Cast
from tests.payments.bank import Bank
from tests.payments.conftest import bank, bill
from tests.payments.steps import paid, points_of
from tests.settlements import books
from tests.settlements.books import load

__all__ = ["bank", "bill"]
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_payment_becomes_money_and_points_and_a_closed_day(
    bank: Bank, bill: Bill, cast: Cast, raisa: Resident, at: datetime
) -> None:
    books.account(at=at)
    payment = paid(bank, bill, cast.anna, at=at)
    assert points_of(cast.anna) > 0 and payment.paid_at is not None
    later = at + timedelta(days=1)
    days.reconcile(at=later)
    day = books.day(at.date())
    assert (day.expected_kopecks, day.gap_kopecks) == (payment.total_kopecks, payment.total_kopecks)
    data = banks.morning_after(day.account, later.date())
    covers = banks.encoded(banks.statement(day.account.number, [], since=at.date()))
    load(covers, at=later)
    load(data, at=later)
    days.close(day.pk, by=raisa, at=later)
    assert books.day(at.date()).closed_at == later
    for one in (ledger_proof, points_proof, payments_proof, proof):
        assert one.prove() == []
