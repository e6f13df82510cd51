"""intents.start: what may be paid, by whom, how much, and never twice by mistake."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from dvor.base.refusals import Refusal
from dvor.bills.models import Bill
from dvor.payments import intents, outcomes, queries, refunds
from dvor.payments.intents import Share
from dvor.payments.models import Event, Payment, Source, Status
from dvor.payments.refusals import PaymentInProgress
from tests.cast import Cast
from tests.payments.bank import Bank
from tests.payments.paper import AUGUST, billed, corrected

pytestmark = pytest.mark.django_db


def paid(bank: Bank, payment: Payment, *, at: datetime) -> Payment:
    """Sent, pressed and heard of."""
    sent = intents.send(payment.pk, at=at)
    assert sent.acquirer_id
    bank.press(sent.acquirer_id)
    return outcomes.look(payment.pk, source=Source.WEBHOOK, at=at)


def refused(code: str, *shares: Share, by: object, at: datetime, key: str = "new", **more: object) -> Refusal:
    with pytest.raises(Refusal) as caught:
        intents.start(list(shares), by=by, at=at, key=key, **more)  # type: ignore[arg-type]
    assert caught.value.code == code
    assert str(caught.value.text)
    assert str(caught.value.remedy)
    return caught.value


def test_all_that_is_left_is_paid_without_insurance_unless_it_is_chosen(
    cast: Cast, bank: Bank, bill: Bill, at: datetime
) -> None:
    payment = intents.start([Share(bill.pk)], by=cast.anna, at=at, key="1")
    [part] = payment.parts.all()
    assert (payment.total_kopecks, payment.status) == (105_000, Status.CREATED)
    assert (part.services_kopecks, part.penalty_kopecks, part.insurance_kopecks) == (100_000, 5_000, 0)
    assert part.copy["address"] == "Садовая улица, дом 1"
    second = billed(cast.flat, 1_000, 0, 500, period=AUGUST)
    with_it = intents.start([Share(second.pk, with_insurance=True)], by=cast.anna, at=at, key="2")
    assert with_it.total_kopecks == 1_500


@pytest.mark.parametrize(
    ("kopecks", "split"),
    [
        (100, (100, 0, 0)),
        (100_000, (100_000, 0, 0)),
        (102_000, (100_000, 2_000, 0)),
        (115_000, (100_000, 5_000, 10_000)),
    ],
)
def test_a_sum_goes_to_services_then_penalty_then_insurance(
    cast: Cast, bank: Bank, bill: Bill, at: datetime, kopecks: int, split: tuple[int, int, int]
) -> None:
    payment = intents.start([Share(bill.pk, kopecks, with_insurance=True)], by=cast.anna, at=at, key="1")
    [part] = payment.parts.all()
    assert (part.services_kopecks, part.penalty_kopecks, part.insurance_kopecks) == split


def test_several_flats_are_paid_at_once(cast: Cast, bank: Bank, bill: Bill, at: datetime) -> None:
    cast.anna.residencies.create(flat=cast.second_flat, status=3, proof="registry", proved_at=at, since=at)
    other = billed(cast.second_flat, 20_000)
    payment = intents.start([Share(other.pk), Share(bill.pk, 30_000)], by=cast.anna, at=at, key="1")
    assert payment.total_kopecks == 50_000
    assert {part.flat_id for part in payment.parts.all()} == {cast.flat.pk, cast.second_flat.pk}


def test_strangers_learn_nothing(cast: Cast, bank: Bank, bill: Bill, at: datetime) -> None:
    for stranger in (cast.gleb, cast.vera):
        assert refused("bill_unknown", Share(bill.pk), by=stranger, at=at).status == 404
    assert refused("bill_unknown", Share(10**17), by=cast.anna, at=at).status == 404
    assert refused("bill_unknown", Share(-1), by=cast.anna, at=at).status == 404
    assert refused("bill_unknown", Share(bill.pk), Share(10**17), by=cast.anna, at=at).status == 404


def test_an_unproven_occupant_and_an_operator_may_not_pay(cast: Cast, bank: Bank, at: datetime) -> None:
    bill = billed(cast.second_flat)
    assert refused("not_allowed", Share(bill.pk), by=cast.vera, at=at).status == 403
    assert refused("not_allowed", Share(bill.pk), by=cast.olga, at=at).status == 403


def test_withdrawn_and_corrected_bills_are_not_paid(cast: Cast, bank: Bank, bill: Bill, at: datetime) -> None:
    newer = corrected(bill, 90_000)
    assert refused("bill_superseded", Share(bill.pk), by=cast.anna, at=at).status == 409
    Bill.objects.filter(pk=newer.pk).update(withdrawn_at=at, withdrawn_reason="ошибка")
    assert refused("bill_withdrawn", Share(newer.pk), by=cast.anna, at=at).status == 409


def test_sums_have_their_limits(cast: Cast, bank: Bank, bill: Bill, at: datetime) -> None:
    refused("sum_too_small", Share(bill.pk, 99), by=cast.anna, at=at)
    refused("sum_too_small", Share(bill.pk, 0), by=cast.anna, at=at)
    refused("sum_too_small", Share(bill.pk, -5_000), by=cast.anna, at=at)
    assert "1\u00a0050,00" in str(refused("sum_too_large", Share(bill.pk, 105_001), by=cast.anna, at=at))
    refused("bills_wrong", by=cast.anna, at=at)
    refused("bills_wrong", Share(bill.pk), Share(bill.pk, 100), by=cast.anna, at=at)
    refused("bills_wrong", *(Share(number) for number in range(1, 22)), by=cast.anna, at=at)
    refused("sum_over_limit", Share(billed(cast.flat, 10**11, period=AUGUST).pk), by=cast.anna, at=at)
    assert not Payment.objects.exists()


@pytest.mark.parametrize("key", ["", "x" * 101, "a\nb"])
def test_a_key_is_what_an_idempotency_key_is(cast: Cast, bank: Bank, bill: Bill, at: datetime, key: str) -> None:
    assert refused("idempotency_key_unusable", Share(bill.pk), by=cast.anna, at=at, key=key).status == 400


def test_the_same_key_is_the_same_payment_whatever_became_of_it(
    cast: Cast, bank: Bank, bill: Bill, at: datetime
) -> None:
    first = intents.start([Share(bill.pk)], by=cast.anna, at=at, key="1")
    assert intents.start([Share(bill.pk)], by=cast.anna, at=at, key="1").pk == first.pk
    paid(bank, first, at=at)
    again = intents.start([Share(bill.pk)], by=cast.anna, at=at, key="1")
    assert (again.pk, again.status) == (first.pk, Status.SUCCEEDED)
    assert refused("idempotency_key_reused", Share(bill.pk, 100), by=cast.anna, at=at, key="1").status == 409
    assert Event.objects.filter(payment_id=first.pk).count() == 3


def test_another_key_for_the_same_sums_is_the_open_payment(cast: Cast, bank: Bank, bill: Bill, at: datetime) -> None:
    first = intents.start([Share(bill.pk)], by=cast.anna, at=at, key="tab one")
    assert intents.start([Share(bill.pk)], by=cast.anna, at=at, key="tab two").pk == first.pk
    intents.send(first.pk, at=at)
    assert intents.start([Share(bill.pk)], by=cast.anna, at=at, key="tab three").pk == first.pk


def test_an_open_payment_is_counted_before_another_sum_is_taken(
    cast: Cast, bank: Bank, bill: Bill, at: datetime
) -> None:
    first = intents.start([Share(bill.pk, 60_000)], by=cast.anna, at=at, key="1")
    refusal = refused("payment_in_progress", Share(bill.pk, 60_001), by=cast.anna, at=at)
    assert isinstance(refusal, PaymentInProgress)
    assert refusal.payment_id == first.pk
    assert intents.start([Share(bill.pk, 45_000)], by=cast.anna, at=at, key="2").pk != first.pk


def test_somebody_else_is_paying(cast: Cast, bank: Bank, bill: Bill, at: datetime) -> None:
    payment = intents.start([Share(bill.pk)], by=cast.anna, at=at, key="1")
    refusal = refused("payment_in_progress", Share(bill.pk, 100), by=cast.boris, at=at)
    assert isinstance(refusal, PaymentInProgress)
    assert refusal.payment_id is None
    sent = intents.send(payment.pk, at=at)
    assert sent.acquirer_id
    bank.press(sent.acquirer_id, "expire")
    outcomes.look(payment.pk, source=Source.POLL, at=at)
    assert intents.start([Share(bill.pk, 100)], by=cast.boris, at=at, key="1").total_kopecks == 100


def test_what_is_paid_is_paid_in_every_version(cast: Cast, bank: Bank, bill: Bill, at: datetime) -> None:
    paid(bank, intents.start([Share(bill.pk)], by=cast.anna, at=at, key="1"), at=at)
    assert refused("bill_paid", Share(bill.pk), by=cast.boris, at=at).status == 409
    newer = corrected(bill, 130_000, penalty=5_000, issued_at=at + timedelta(days=1))
    left = queries.left([newer])[newer.pk]
    assert (left.services, left.penalty, left.paid) == (30_000, 0, 105_000)
    assert intents.start([Share(newer.pk)], by=cast.anna, at=at, key="2").total_kopecks == 30_000


def test_money_that_the_issuer_counted_is_not_taken_off_twice(cast: Cast, bank: Bank, bill: Bill, at: datetime) -> None:
    paid(bank, intents.start([Share(bill.pk, 60_000)], by=cast.anna, at=at, key="1"), at=at)
    newer = corrected(
        bill, 100_000, issued_at=at + timedelta(days=5), taken_kopecks=60_000, taken_until=date(2026, 10, 22)
    )
    assert queries.left([newer])[newer.pk].payable == 40_000


def test_a_debt_is_paid_in_the_newest_bill_only(cast: Cast, bank: Bank, bill: Bill, at: datetime) -> None:
    august = billed(cast.flat, 70_000, period=AUGUST)
    assert queries.left([august])[august.pk].payable == 70_000
    Bill.objects.filter(pk=bill.pk).update(debt_before_kopecks=70_000, debts=[["2026-08-01", 70_000]])
    assert queries.left([august])[august.pk].carried_to == bill.period
    assert refused("bill_carried_on", Share(august.pk), by=cast.anna, at=at).status == 409
    assert intents.start([Share(bill.pk)], by=cast.anna, at=at, key="1").total_kopecks == 175_000


def test_a_debt_that_was_paid_after_the_issuers_count_is_taken_off(cast: Cast, bank: Bank, at: datetime) -> None:
    august = billed(cast.flat, 70_000, period=AUGUST)
    paid(bank, intents.start([Share(august.pk)], by=cast.anna, at=at, key="1"), at=at)
    september = billed(
        cast.flat, 100_000, issued_at=at + timedelta(days=2), debt_before_kopecks=70_000,
        debts=[["2026-08-01", 70_000]], taken_until=date(2026, 10, 1),
    )  # fmt: skip
    assert queries.left([september])[september.pk].payable == 100_000


def test_what_was_given_back_is_to_be_paid_again(cast: Cast, bank: Bank, bill: Bill, at: datetime) -> None:
    payment = paid(bank, intents.start([Share(bill.pk)], by=cast.anna, at=at, key="1"), at=at)
    refund = refunds.order(payment.pk, kopecks=25_000, reason="ошибка", by=cast.olga, at=at, key="r")
    refunds.send(refund.pk, at=at)
    left = queries.left([bill])[bill.pk]
    assert (left.services, left.penalty) == (20_000, 5_000)


def test_without_a_shop_nothing_can_be_paid(cast: Cast, settings: object, bill: Bill, at: datetime) -> None:
    settings.ACQUIRER = {**settings.ACQUIRER, "shop_id": ""}  # type: ignore[attr-defined]
    assert refused("payments_off", Share(bill.pk), by=cast.anna, at=at).status == 409


def test_other_peoples_means_of_payment_do_not_exist(cast: Cast, bank: Bank, bill: Bill, at: datetime) -> None:
    mine = cast.boris.payment_methods.create(kept_at=at, type="bank_card", sealed_token=b"x", fingerprint=b"y" * 32)
    assert refused("method_unknown", Share(bill.pk), by=cast.anna, at=at, method_id=mine.pk).status == 404


def test_reads_are_few(cast: Cast, bank: Bank, bill: Bill, at: datetime, django_assert_num_queries: object) -> None:
    bills = [bill, *(billed(cast.flat, 1_000, period=date(2026, month, 1)) for month in range(1, 9))]
    with django_assert_num_queries(2):  # type: ignore[operator]
        queries.left(bills)
    with django_assert_num_queries(12):  # type: ignore[operator]
        intents.start([Share(one.pk) for one in bills], by=cast.anna, at=at, key="1")
