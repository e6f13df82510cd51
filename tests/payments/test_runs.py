"""Automatic payment: a new bill is told of, paid once two days later, or not, and then the resident is told why."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from dvor.bills.models import Bill
from dvor.homes.models import Residency
from dvor.notices.models import Notice
from dvor.payments import autopay, intents, methods, runs
from dvor.payments.autopay import Stop
from dvor.payments.intents import Share
from dvor.payments.models import Autopay, AutopayRun, Method, Payment, Status
from dvor.payments.runs import NOTICE
from tests.cast import Cast
from tests.payments.bank import Bank
from tests.payments.consent import agreed, told
from tests.payments.paper import SEPTEMBER, billed, corrected
from tests.payments.steps import paid

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def new_bill(cast: Cast, at: datetime) -> Callable[..., Bill]:
    """A bill that comes after the consent."""
    return lambda **more: billed(cast.flat, 100_000, 5_000, 10_000, issued_at=at + timedelta(hours=1), **more)


def test_a_new_bill_is_told_of_and_paid_two_days_later(
    cast: Cast, at: datetime, bank: Bank, new_bill: Callable[..., Bill]
) -> None:
    agreed(cast, at)
    bill = new_bill()
    assert runs.announce(at=at + timedelta(hours=2)) == 1
    assert runs.announce(at=at + timedelta(hours=3)) == 0, "told once"
    assert told(cast.anna) == ["payments.autopay_soon"]
    assert "1 050,00" in Notice.objects.get().context["sum"].replace("\xa0", " ")
    assert runs.pay(at=at + NOTICE) == 0, "not a minute before"
    later = bank.at = at + timedelta(hours=2) + NOTICE
    assert runs.pay(at=later) == 1
    assert runs.pay(at=later + timedelta(days=1)) == 0
    payment = Payment.objects.get()
    assert (payment.status, payment.total_kopecks, payment.autopay_id is not None) == (Status.SUCCEEDED, 105_000, True)
    assert payment.parts.get().bill_id == bill.pk and payment.parts.get().insurance_kopecks == 0
    assert len(bank.payments) == 1 and "payments.paid" in told(cast.anna)


def test_insurance_is_paid_only_if_the_resident_said_so(
    cast: Cast, at: datetime, bank: Bank, new_bill: Callable[..., Bill]
) -> None:
    agreed(cast, at, with_insurance=True)
    new_bill()
    runs.announce(at=at + timedelta(hours=1))
    bank.at = at + timedelta(days=3)
    assert runs.pay(at=bank.at) == 1
    assert Payment.objects.get().total_kopecks == 115_000


def test_a_bill_that_was_there_before_the_consent_is_left_alone(cast: Cast, at: datetime, bill: Bill) -> None:
    agreed(cast, at)
    assert runs.announce(at=at + timedelta(days=1)) == 0


def against_ceiling(cast: Cast, bill: Bill, at: datetime) -> None:
    Autopay.objects.update(ceiling_kopecks=1_000)


def against_ended(cast: Cast, bill: Bill, at: datetime) -> None:
    autopay.end(Autopay.objects.get().pk, by=cast.anna, at=at)


def against_method(cast: Cast, bill: Bill, at: datetime) -> None:
    methods.remove(Method.objects.get().pk, by=cast.anna, at=at)


def against_right(cast: Cast, bill: Bill, at: datetime) -> None:
    Residency.objects.filter(resident=cast.anna).update(until=at)


def against_withdrawn(cast: Cast, bill: Bill, at: datetime) -> None:
    Bill.objects.filter(pk=bill.pk).update(withdrawn_at=at, withdrawn_reason="ошибка")


def against_stop(cast: Cast, bill: Bill, at: datetime) -> None:
    autopay.stop(AutopayRun.objects.get().pk, by=cast.anna, at=at)


@pytest.mark.parametrize(
    ("happens", "reason", "is_told"),
    [(against_ceiling, Stop.OVER_CEILING, True), (against_ended, Stop.CONSENT_ENDED, False),
     (against_method, Stop.METHOD_REMOVED, False), (against_right, Stop.NO_RIGHT, True),
     (against_withdrawn, Stop.WITHDRAWN, True), (against_stop, Stop.RESIDENT, False)],
)  # fmt: skip
def test_what_speaks_against_it_until_then_stops_it(
    cast: Cast, at: datetime, bank: Bank, new_bill: Callable[..., Bill], happens: Callable[..., None], reason: Stop,
    is_told: bool,
) -> None:  # fmt: skip
    agreed(cast, at)
    bill = new_bill()
    runs.announce(at=at + timedelta(hours=1))
    happens(cast, bill, at + timedelta(hours=5))
    assert runs.pay(at=at + timedelta(days=3)) == 0
    run = AutopayRun.objects.get()
    assert (run.stopped_reason, run.payment) == (reason, None) and not bank.payments
    assert ("payments.autopay_stopped" in told(cast.anna)) is is_told


def test_a_bill_above_the_ceiling_is_never_announced_as_paid(
    cast: Cast, at: datetime, new_bill: Callable[..., Bill]
) -> None:
    agreed(cast, at, ceiling=50_000)
    new_bill()
    runs.announce(at=at + timedelta(hours=1))
    assert told(cast.anna) == ["payments.autopay_stopped"]
    assert AutopayRun.objects.get().stopped_reason == Stop.OVER_CEILING


def test_a_corrected_bill_begins_its_two_days_anew(
    cast: Cast, at: datetime, bank: Bank, new_bill: Callable[..., Bill]
) -> None:
    agreed(cast, at)
    bill = new_bill()
    runs.announce(at=at + timedelta(hours=1))
    corrected(bill, 70_000, issued_at=at + timedelta(days=1))
    assert runs.announce(at=at + timedelta(days=1)) == 1
    assert told(cast.anna) == ["payments.autopay_soon", "payments.autopay_stopped", "payments.autopay_soon"]
    assert runs.pay(at=at + timedelta(days=2, hours=2)) == 0
    bank.at = at + timedelta(days=4)
    assert runs.pay(at=bank.at) == 1
    assert Payment.objects.get().total_kopecks == 70_000


def test_what_was_paid_by_hand_is_not_paid_again(
    cast: Cast, at: datetime, bank: Bank, new_bill: Callable[..., Bill]
) -> None:
    agreed(cast, at)
    bill = new_bill()
    runs.announce(at=at + timedelta(hours=1))
    bank.at = at + timedelta(hours=2)
    paid(bank, bill, cast.anna, at=at + timedelta(hours=2), kopecks=40_000)
    bank.at = at + timedelta(days=3)
    assert runs.pay(at=bank.at) == 1
    assert Payment.objects.latest("id").total_kopecks == 65_000, "only the rest"
    assert sum(Payment.objects.values_list("total_kopecks", flat=True)) == 105_000


def test_a_bill_that_is_being_paid_otherwise_waits(
    cast: Cast, at: datetime, bank: Bank, new_bill: Callable[..., Bill]
) -> None:
    agreed(cast, at)
    bill = new_bill()
    runs.announce(at=at + timedelta(hours=1))
    later = at + timedelta(days=3)
    open_one = intents.start([Share(bill.pk)], by=cast.boris, at=later, key="boris")
    assert runs.pay(at=later) == 0
    run = AutopayRun.objects.get()
    assert run.stopped_at is None and run.started_at is None and run.due_at > later
    Payment.objects.filter(pk=open_one.pk).update(status=Status.CANCELED, settled_at=later)
    bank.at = later + timedelta(hours=2)
    assert runs.pay(at=bank.at) == 1


def test_a_worker_killed_after_the_claim_or_after_the_intent_loses_and_doubles_nothing(
    cast: Cast, at: datetime, bank: Bank, new_bill: Callable[..., Bill]
) -> None:
    agreed(cast, at)
    new_bill()
    runs.announce(at=at + timedelta(hours=1))
    due = bank.at = at + timedelta(days=3)
    run = AutopayRun.objects.get()
    assert runs._claim(run, at=due) is not None, "…and here the worker dies"
    assert runs.pay(at=due) == 0, "the claim holds for a while"
    claimed = runs._claim(AutopayRun.objects.get(), at=due + timedelta(minutes=2))
    assert claimed is not None
    runs._intent(claimed, at=due + timedelta(minutes=2))  # …and here the next one
    assert runs.pay(at=due + timedelta(minutes=5)) == 1
    assert Payment.objects.count() == 1 and AutopayRun.objects.get().payment == Payment.objects.get()


def test_eight_workers_pay_once(cast: Cast, at: datetime, bank: Bank, new_bill: Callable[..., Bill]) -> None:
    agreed(cast, at)
    new_bill()
    begun: list[int] = []
    due = bank.at = at + timedelta(days=3)

    def work() -> None:
        try:
            runs.announce(at=at + timedelta(hours=1))
            barrier.wait(20)
            begun.append(runs.pay(at=due))
        finally:
            connection.close()

    barrier = threading.Barrier(8)
    crowd = [threading.Thread(target=work) for _number in range(8)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join(60)
    assert sum(begun) == 1 and len(bank.payments) == 1
    assert AutopayRun.objects.count() == 1 and told(cast.anna).count("payments.autopay_soon") == 1


def test_the_table_itself_holds_one_consent_a_flat_and_one_run_a_bill(
    cast: Cast, at: datetime, bank: Bank, new_bill: Callable[..., Bill]
) -> None:
    consent = agreed(cast, at)
    bill = new_bill()
    runs.announce(at=at + timedelta(hours=1))
    payment = intents.start([Share(bill.pk)], by=cast.anna, at=at, key="x")
    for broken in (
        lambda: Autopay.objects.create(
            resident=cast.boris, flat=cast.flat, method=consent.method, consented_at=at, ceiling_kopecks=1
        ),
        lambda: AutopayRun.objects.create(autopay=consent, bill_id=bill.pk, told_kopecks=1, told_at=at, due_at=at),
        lambda: AutopayRun.objects.update(payment=payment),  # nobody has claimed it
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            broken()


def test_months_of_other_years_are_known_by_their_bill(cast: Cast, at: datetime, new_bill: Callable[..., Bill]) -> None:
    agreed(cast, at)
    new_bill()
    billed(cast.flat, 1_000, period=SEPTEMBER.replace(month=10), issued_at=at + timedelta(hours=1))
    assert runs.announce(at=at + timedelta(hours=2)) == 2, "a run a bill"
