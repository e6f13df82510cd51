"""intents.send and the job: one charge for one intent, whatever the line does."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from dvor.bills.models import Bill
from dvor.payments import intents, pauses, polling
from dvor.payments.models import Event, Payment, Source, Status
from tests.cast import Cast
from tests.payments.bank import FAULTS, Bank
from tests.payments.steps import sent, started

pytestmark = pytest.mark.django_db


def test_the_acquirer_is_asked_for_exactly_what_was_agreed(cast: Cast, bank: Bank, bill: Bill, at: datetime) -> None:
    payment = sent(bill, cast.anna, at=at)
    [body] = bank.bodies
    assert payment.status == Status.PENDING
    assert payment.confirmation_url.startswith(f"{bank.url}/checkout/")
    assert body["amount"] == {"value": "1150.00", "currency": "RUB"}
    assert body["capture"] is True
    assert body["confirmation"] == {"type": "redirect", "return_url": f"http://127.0.0.1:8000/payments/{payment.pk}/"}
    assert body["metadata"] == {"payment": str(payment.pk), "mark": str(payment.request_key)}
    assert "payment_method_data" not in body
    assert "save_payment_method" not in body


@pytest.mark.parametrize("kopecks", [100, 101, 110, 99_999, 100_000_00, 8_765_432_101])
def test_sums_reach_the_acquirer_to_the_kopeck(cast: Cast, bank: Bank, at: datetime, kopecks: int) -> None:
    from tests.payments.paper import billed

    sent(billed(cast.flat, kopecks), cast.anna, at=at)
    assert bank.bodies[0]["amount"]["value"] == f"{kopecks / 100:.2f}"


def test_a_way_and_the_wish_to_keep_it_are_passed_on(cast: Cast, bank: Bank, bill: Bill, at: datetime) -> None:
    payment = intents.start(
        [intents.Share(bill.pk)], by=cast.anna, at=at, key="1", way="sbp", keep_method=True
    )  # fmt: skip
    intents.send(payment.pk, at=at)
    assert bank.bodies[0]["payment_method_data"] == {"type": "sbp"}
    assert bank.bodies[0]["save_payment_method"] is True


def test_nothing_personal_is_told_to_the_acquirer(cast: Cast, bank: Bank, bill: Bill, at: datetime) -> None:
    sent(bill, cast.anna, at=at)
    told = str(bank.bodies)
    for word in ("Анна", "Сергеева", "Садовая", "1234567890", "people.example", "EPD-17"):
        assert word not in told


def test_sending_twice_asks_once(cast: Cast, bank: Bank, bill: Bill, at: datetime) -> None:
    payment = sent(bill, cast.anna, at=at)
    assert intents.send(payment.pk, at=at).acquirer_id == payment.acquirer_id
    assert len(bank.bodies) == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_a_call_of_unknown_outcome_is_repeated_with_the_same_key(
    cast: Cast, bank: Bank, bill: Bill, at: datetime, fault: str
) -> None:
    bank.faults = [fault]
    payment = sent(bill, cast.anna, at=at)
    assert payment.status == Status.CREATED
    assert polling.run(at=at) == 0  # not at once
    polling.run(at=at + timedelta(minutes=2))
    payment.refresh_from_db()
    assert payment.status == Status.PENDING
    assert len(bank.payments) == 1


def test_what_the_acquirer_refuses_did_not_happen(cast: Cast, bank: Bank, bill: Bill, at: datetime) -> None:
    bank.refuse_next = "invalid_request"
    payment = sent(bill, cast.anna, at=at)
    assert (payment.status, payment.cancel_reason) == (Status.CANCELED, "invalid_request")
    assert started(bill, cast.anna, at=at, key="2").status == Status.CREATED


def test_a_refusal_after_an_unknown_outcome_proves_nothing(cast: Cast, bank: Bank, bill: Bill, at: datetime) -> None:
    """The first call may have happened: YooKassa refuses a key whose request has changed since, such as its address."""
    bank.faults = ["cut_after"]
    payment = sent(bill, cast.anna, at=at)
    [key] = bank.keys
    bank.keys[key] = ("another request", bank.keys[key][1])
    polling.run(at=at + timedelta(minutes=2))
    payment.refresh_from_db()
    assert payment.status == Status.CREATED
    bank.forget_keys()
    polling.run(at=at + timedelta(hours=23))
    payment.refresh_from_db()
    assert payment.status == Status.PENDING
    assert len(bank.payments) == 1


def test_a_key_is_never_repeated_once_the_acquirer_may_have_forgotten_it(
    cast: Cast, bank: Bank, bill: Bill, at: datetime
) -> None:
    bank.faults = ["cut_after"]
    payment = sent(bill, cast.anna, at=at)
    bank.forget_keys()
    calls = len(bank.bodies)
    polling.run(at=at + pauses.REPEAT)
    payment.refresh_from_db()
    assert payment.status == Status.PENDING
    assert len(bank.bodies) == calls
    assert len(bank.payments) == 1


def test_what_is_not_in_the_acquirers_list_was_never_made(cast: Cast, bank: Bank, bill: Bill, at: datetime) -> None:
    other = [sent(bill, cast.anna, at=at, key=str(number), kopecks=1_000) for number in range(5)]
    bank.faults = ["cut_before"]
    lost = sent(bill, cast.anna, at=at, key="lost", kopecks=1_001)
    bank.faults = ["error_before", "error_before"]  # the list cannot be read: nothing is decided
    Payment.objects.filter(pk__in=[one.pk for one in other]).update(check_at=at + timedelta(days=9))
    polling.run(at=at + pauses.REPEAT)
    lost.refresh_from_db()
    assert lost.status == Status.CREATED
    bank.faults = []
    polling.run(at=at + pauses.REPEAT * 2)
    lost.refresh_from_db()
    assert (lost.status, lost.cancel_reason) == (Status.CANCELED, "never_reached")
    assert Event.objects.filter(payment_id=lost.pk, source=Source.POLL, after=Status.CANCELED).exists()


def test_an_intent_that_was_never_sent_is_sent_by_the_job(cast: Cast, bank: Bank, bill: Bill, at: datetime) -> None:
    payment = started(bill, cast.anna, at=at)
    assert polling.run(at=at + timedelta(seconds=30)) == 0
    polling.run(at=at + timedelta(minutes=1))
    payment.refresh_from_db()
    assert payment.status == Status.PENDING


@pytest.mark.django_db(transaction=True)
def test_the_call_is_never_made_inside_a_transaction(bank: Bank, at: datetime) -> None:
    cast = Cast.assemble(at=at)
    from tests.payments.paper import billed

    payment = started(billed(cast.flat), cast.anna, at=at)
    assert not connection.in_atomic_block
    with pytest.raises(RuntimeError), transaction.atomic():
        intents.send(payment.pk, at=at)
    with pytest.raises(RuntimeError), transaction.atomic():
        started(billed(cast.second_flat), cast.anna, at=at, key="2")
    assert bank.bodies == []
