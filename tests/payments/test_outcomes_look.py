"""outcomes.look: only what was read at the acquirer changes a payment, once, and with all that follows from it."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from structlog.testing import capture_logs

from dvor.bills.models import Bill
from dvor.homes.models import Residency
from dvor.notices.models import Notice
from dvor.payments import outcomes, polling, proof
from dvor.payments.models import Event, Method, Payment, Source, Status
from dvor.points.models import Activity, Award
from tests.cast import Cast
from tests.payments.bank import Bank
from tests.payments.steps import named, paid, points_of, sent

pytestmark = pytest.mark.django_db


def look(payment: Payment, at: datetime) -> Payment:
    return outcomes.look(payment.pk, source=Source.WEBHOOK, at=at)


def test_money_brings_points_of_the_services_and_a_receipt(cast: Cast, bank: Bank, bill: Bill, at: datetime) -> None:
    payment = paid(bank, bill, cast.anna, at=at)
    [part] = payment.parts.all()
    activity = Activity.objects.get(kind_id=40)
    award = Award.objects.get(kind_id=40)
    assert (payment.status, payment.paid_at, payment.check_at) == (Status.SUCCEEDED, at, None)
    assert (activity.subject, activity.month, activity.sum_kopecks) == (f"part:{part.pk}", bill.period, 100_000)
    assert award.points == 50  # 5 % of 1000 roubles: the penalty of 50 and the insurance of 100 do not count
    assert award.spendable_at == at + timedelta(days=7)
    assert Notice.objects.get(kind="payments.paid").resident_id == cast.anna.pk
    assert proof.prove() == []


def test_looking_again_and_out_of_order_changes_nothing(cast: Cast, bank: Bank, bill: Bill, at: datetime) -> None:
    payment = paid(bank, bill, cast.anna, at=at)
    events = Event.objects.count()
    bank.payments[named(payment)].update(status="pending")  # an older answer arrives late
    assert look(payment, at).status == Status.SUCCEEDED
    assert Event.objects.count() == events
    assert (Award.objects.filter(kind_id=40).count(), Notice.objects.count()) == (1, 1)


def test_a_declined_payment_brings_nothing_and_can_be_tried_again(
    cast: Cast, bank: Bank, bill: Bill, at: datetime
) -> None:
    payment = sent(bill, cast.anna, at=at)
    bank.press(named(payment), "decline")
    payment = look(payment, at)
    assert (payment.status, payment.cancel_reason) == (Status.CANCELED, "insufficient_funds")
    assert Notice.objects.get().kind == "payments.declined"
    assert not Activity.objects.exists()
    assert paid(bank, bill, cast.anna, at=at, key="2").status == Status.SUCCEEDED
    assert proof.prove() == []


@pytest.mark.parametrize("change", [{"value": "1149.99", "currency": "RUB"}, {"value": "1150.00", "currency": "USD"}])
def test_another_sum_is_an_alarm_and_no_payment(
    cast: Cast, bank: Bank, bill: Bill, at: datetime, change: dict[str, str]
) -> None:
    payment = sent(bill, cast.anna, at=at)
    bank.press(named(payment))
    bank.payments[named(payment)]["amount"] = change
    with capture_logs() as logs:
        assert look(payment, at).status == Status.PENDING
        look(payment, at)
    assert {
        "log_level": "error",
        "event": "payments.contradiction",
        "payment": payment.pk,
        "code": "sum_differs",
    } in logs
    assert Event.objects.filter(payment_id=payment.pk, code="sum_differs").count() == 1
    assert not Activity.objects.exists()


def test_an_object_that_bears_another_mark_is_not_ours(cast: Cast, bank: Bank, bill: Bill, at: datetime) -> None:
    payment = sent(bill, cast.anna, at=at)
    bank.press(named(payment))
    bank.payments[named(payment)]["metadata"] = {}
    assert look(payment, at).status == Status.PENDING


def test_money_after_the_end_is_an_alarm(cast: Cast, bank: Bank, bill: Bill, at: datetime) -> None:
    payment = sent(bill, cast.anna, at=at)
    bank.press(named(payment), "expire")
    look(payment, at)
    bank.payments[named(payment)].update(status="succeeded")
    assert look(payment, at).status == Status.CANCELED
    assert Event.objects.filter(payment_id=payment.pk, code="paid_after_cancel").count() == 1


@pytest.mark.parametrize("fault", ["error_before", "cut_before", "slow_after", "garbage_after", "busy"])
def test_no_answer_changes_nothing(cast: Cast, bank: Bank, bill: Bill, at: datetime, fault: str) -> None:
    payment = sent(bill, cast.anna, at=at)
    bank.press(named(payment))
    bank.faults = [fault]
    assert look(payment, at).status == Status.PENDING
    assert look(payment, at).status == Status.SUCCEEDED


def test_the_job_asks_when_no_notification_comes_and_ever_more_seldom(
    cast: Cast, bank: Bank, bill: Bill, at: datetime
) -> None:
    payment = sent(bill, cast.anna, at=at)
    looks = []
    moment = at
    while moment < at + timedelta(days=2):
        moment += timedelta(minutes=1)
        if polling.run(at=moment):
            looks.append(moment)
    gaps = [after - before for before, after in pairwise(looks)]
    assert looks[0] == at + timedelta(minutes=1)
    assert gaps == sorted(gaps)
    assert gaps[-1] == timedelta(hours=6)
    assert len(looks) < 130
    bank.press(named(payment))
    polling.run(at=moment + timedelta(hours=6))
    payment.refresh_from_db()
    assert payment.status == Status.SUCCEEDED
    assert proof.prove() == []


def test_whoever_has_left_the_flat_pays_without_points(cast: Cast, bank: Bank, bill: Bill, at: datetime) -> None:
    payment = sent(bill, cast.anna, at=at)
    Residency.objects.filter(resident=cast.anna).update(until=at + timedelta(minutes=1))
    bank.press(named(payment))
    bank.payments[named(payment)]["captured_at"] = (at + timedelta(minutes=5)).isoformat()
    assert look(payment, at + timedelta(minutes=9)).status == Status.SUCCEEDED
    assert not Activity.objects.exists()
    assert proof.prove() == []


def test_the_acquirers_clock_is_kept_between_ours(cast: Cast, bank: Bank, bill: Bill, at: datetime) -> None:
    payment = sent(bill, cast.anna, at=at)
    bank.press(named(payment))
    bank.payments[named(payment)]["captured_at"] = "2031-01-01T00:00:00.000Z"
    assert look(payment, at + timedelta(minutes=1)).paid_at == at + timedelta(minutes=1)


def test_a_means_is_kept_only_when_the_resident_agreed(cast: Cast, bank: Bank, bill: Bill, at: datetime) -> None:
    from dvor.payments import intents

    paid(bank, bill, cast.anna, at=at, kopecks=100)
    assert not Method.objects.exists()
    payment = intents.start([intents.Share(bill.pk, 200)], by=cast.anna, at=at, key="keep", keep_method=True)
    payment = intents.send(payment.pk, at=at)
    bank.press(named(payment))
    method = look(payment, at).method
    assert method is not None
    assert (method.resident, method.type) == (cast.anna, "bank_card")
    assert named(payment).encode() not in bytes(method.sealed_token)
    again = intents.start([intents.Share(bill.pk, 300)], by=cast.anna, at=at, key="kept", method_id=method.pk)
    assert intents.send(again.pk, at=at).status == Status.SUCCEEDED  # without the payer
    assert bank.bodies[-1]["payment_method_id"] == named(payment)
    assert "confirmation" not in bank.bodies[-1]
    assert points_of(cast.anna) == 0  # 1, 2 and 3 roubles are too little for a point


def test_an_answer_that_was_lost_is_found_by_its_notification(cast: Cast, bank: Bank, bill: Bill, at: datetime) -> None:
    bank.faults = ["cut_after"]
    payment = sent(bill, cast.anna, at=at)
    [acquirer_id] = bank.payments
    bank.press(acquirer_id)
    found = outcomes.adopt(acquirer_id, source=Source.WEBHOOK, at=at)
    assert found is not None
    assert (found.pk, found.status) == (payment.pk, Status.SUCCEEDED)
    assert proof.prove() == []
