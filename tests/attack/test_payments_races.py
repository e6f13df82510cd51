"""Sixteen connections at one payment: started, sent, heard of, polled and refunded at the same moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from dvor.bills.models import Bill
from dvor.ledger import proof as ledger_proof
from dvor.notices.models import Notice
from dvor.payments import intents, notifications, outcomes, polling, proof, refunds
from dvor.payments.acquirers import yookassa
from dvor.payments.intents import Share
from dvor.payments.models import Event, Payment, Refund, Source, Status
from dvor.points import proof as points_proof
from dvor.points.models import Activity
from tests.attack.crowd import CONNECTIONS, storm
from tests.cast import Cast
from tests.payments import bank as banks
from tests.payments.bank import Bank
from tests.payments.paper import AUGUST, billed
from tests.payments.steps import named, points_of

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 3


@pytest.fixture
def bank(settings: Any, monkeypatch: pytest.MonkeyPatch, transactional_db: None, at: datetime) -> Iterator[Bank]:
    monkeypatch.setattr(yookassa, "READ_SECONDS", 5)
    with banks.opened() as opened:
        opened.at = at
        settings.ACQUIRER = banks.settings_of(opened)
        yield opened
    assert proof.prove() == []
    assert points_proof.prove() + ledger_proof.prove() == []


@pytest.fixture
def cast(bank: Bank, at: datetime) -> Cast:
    return Cast.assemble(at=at)


@pytest.fixture
def bill(cast: Cast) -> Bill:
    return billed(cast.flat, 100_000, 5_000, 10_000)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_sixteen_tabs_begin_one_payment(cast: Cast, bank: Bank, bill: Bill, at: datetime, round_: int) -> None:
    def begin(number: int) -> None:
        intents.send(intents.start([Share(bill.pk)], by=cast.anna, at=at, key=str(number)).pk, at=at)

    assert storm(begin) == {"done": CONNECTIONS}
    assert Payment.objects.count() == 1
    assert len(bank.payments) == 1
    assert len(bank.bodies) == 1


def test_one_key_pressed_sixteen_times_is_one_payment(cast: Cast, bank: Bank, bill: Bill, at: datetime) -> None:
    other = billed(cast.second_flat)
    cast.anna.residencies.create(flat=cast.second_flat, status=3, proof="registry", proved_at=at, since=at)

    def begin(number: int) -> None:
        intents.start([Share(bill.pk if number % 2 else other.pk)], by=cast.anna, at=at, key="same")

    assert storm(begin) == {"done": CONNECTIONS // 2, "idempotency_key_reused": CONNECTIONS // 2}
    assert Payment.objects.count() == 1


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_two_residents_do_not_pay_the_same_bill(cast: Cast, bank: Bank, bill: Bill, at: datetime, round_: int) -> None:
    def begin(number: int) -> None:
        intents.start([Share(bill.pk)], by=cast.boris if number % 2 else cast.anna, at=at, key=str(number))

    assert storm(begin) == {"done": CONNECTIONS // 2, "payment_in_progress": CONNECTIONS // 2}
    assert Payment.objects.count() == 1


def test_parts_never_add_up_to_more_than_the_bill(cast: Cast, bank: Bank, bill: Bill, at: datetime) -> None:
    """Ten thousand and a few kopecks each: ten of them fit into 1050 roubles."""

    def begin(number: int) -> None:
        intents.start([Share(bill.pk, 10_000 + number)], by=cast.anna, at=at, key=str(number))

    outcome = storm(begin)
    assert outcome == {"done": 10, "payment_in_progress": 6}
    assert sum(Payment.objects.values_list("total_kopecks", flat=True)) <= 105_000


def test_bills_in_any_order_wait_for_nobody_in_a_circle(cast: Cast, bank: Bank, bill: Bill, at: datetime) -> None:
    cast.anna.residencies.create(flat=cast.second_flat, status=3, proof="registry", proved_at=at, since=at)
    shares = [Share(bill.pk), Share(billed(cast.second_flat).pk), Share(billed(cast.flat, period=AUGUST).pk)]

    def begin(number: int) -> None:
        intents.start(shares[:: 1 if number % 2 else -1], by=cast.anna, at=at, key=str(number))

    assert storm(begin) == {"done": CONNECTIONS}
    assert Payment.objects.count() == 1


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_whoever_hears_of_the_money_first_it_counts_once(
    cast: Cast, bank: Bank, bill: Bill, at: datetime, round_: int
) -> None:
    payment = intents.send(intents.start([Share(bill.pk)], by=cast.anna, at=at, key="1").pk, at=at)
    bank.press(named(payment))
    heard = [
        notifications.take("payment.succeeded", named(payment), address="127.0.0.1", at=at).pk for _one in range(4)
    ]
    later = at + timedelta(minutes=5)

    def learn(number: int) -> None:
        match number % 4:
            case 0:
                notifications.hear(heard[number // 4], at=later)
            case 1:
                polling.run(at=later)
            case 2:
                outcomes.look(payment.pk, source=Source.RESIDENT, at=later)
            case _:
                intents.start([Share(bill.pk)], by=cast.anna, at=later, key=f"again {number}")

    outcome = storm(learn)
    assert outcome["done"] + outcome["bill_paid"] == CONNECTIONS
    assert Payment.objects.filter(status=Status.SUCCEEDED).count() == 1
    assert Payment.objects.count() == 1
    assert Activity.objects.filter(kind_id=40).count() == 1
    assert Notice.objects.filter(kind="payments.paid").count() == 1
    assert Event.objects.filter(after=Status.SUCCEEDED).count() == 1
    assert points_of(cast.anna) == 50


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_refunds_at_once_never_give_back_more_than_was_paid(
    cast: Cast, bank: Bank, bill: Bill, at: datetime, round_: int
) -> None:
    payment = intents.send(intents.start([Share(bill.pk)], by=cast.anna, at=at, key="1").pk, at=at)
    bank.press(named(payment))
    outcomes.look(payment.pk, source=Source.RESIDENT, at=at)

    def give_back(number: int) -> None:
        refund = refunds.order(payment.pk, kopecks=20_000, reason="x", by=cast.olga, at=at, key=str(number))
        refunds.send(refund.pk, at=at)
        polling.run(at=at + timedelta(minutes=2))

    assert storm(give_back) == {"done": 5, "refund_too_large": CONNECTIONS - 5}
    payment.refresh_from_db()
    assert payment.refunded_kopecks == bank.returned_kopecks() == 100_000
    assert Refund.objects.filter(status=Status.SUCCEEDED).count() == 5
    assert points_of(cast.anna) == 2  # 50 roubles are left of the services


def test_everything_at_once(cast: Cast, bank: Bank, at: datetime) -> None:
    """Payments of many bills settle, are refunded and asked about by sixteen; nobody waits in a circle."""
    bills = [billed(cast.flat, 50_000, period=datetime(2025, month, 1, tzinfo=at.tzinfo).date()) for month in range(1, 9)]  # noqa: E501  # fmt: skip
    payments = [
        intents.send(intents.start([Share(one.pk)], by=cast.anna, at=at, key=str(one.pk)).pk, at=at) for one in bills
    ]
    for payment in payments:
        bank.press(named(payment))

    def act(number: int) -> None:
        payment = payments[number % len(payments)]
        outcomes.look(payment.pk, source=Source.WEBHOOK, at=at)
        refund = refunds.order(payment.pk, kopecks=10_000, reason="x", by=cast.olga, at=at, key=f"r{number}")
        refunds.send(refund.pk, at=at)
        polling.run(at=at + timedelta(minutes=number))

    assert storm(act) == Counter(done=CONNECTIONS)
    assert bank.returned_kopecks() == 160_000
    assert points_of(cast.anna) == 8 * 15
