"""refunds: money goes back whole or in part, once, and takes its points along."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dvor.base.models import AuditEntry
from dvor.base.refusals import Refusal
from dvor.bills.models import Bill
from dvor.ledger import queries as ledger
from dvor.notices.models import Notice
from dvor.payments import pauses, polling, proof, refunds
from dvor.payments.acquirers import Unknown
from dvor.payments.models import Event, Payment, Refund, Source, Status
from dvor.payments.refunds import Back
from dvor.points import proof as points_proof
from dvor.points.models import Activity, Award
from tests.cast import Cast
from tests.payments.bank import FAULTS, Bank
from tests.payments.paper import AUGUST, billed
from tests.payments.steps import named, paid, points_of, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment(cast: Cast, bank: Bank, bill: Bill, at: datetime) -> Payment:
    """Anna paid 1000.00 + 50.00 + 100.00."""
    return paid(bank, bill, cast.anna, at=at)


def ordered(payment: Payment, cast: Cast, at: datetime, key: str = "r", **how: object) -> Refund:
    return refunds.order(payment.pk, reason="ошибка в ЕПД", by=cast.olga, at=at, key=key, **how)  # type: ignore[arg-type]


def refused(code: str, payment: Payment, cast: Cast, at: datetime, **how: object) -> None:
    with pytest.raises(Refusal) as caught:
        ordered(payment, cast, at, **how)  # type: ignore[arg-type]
    assert caught.value.code == code


def test_a_whole_refund_takes_the_award_back(cast: Cast, bank: Bank, payment: Payment, at: datetime) -> None:
    assert points_of(cast.anna) == 50
    refund = refunds.send(ordered(payment, cast, at).pk, at=at)
    payment.refresh_from_db()
    assert (refund.status, refund.sum_kopecks, payment.refunded_kopecks) == (Status.SUCCEEDED, 115_000, 115_000)
    assert points_of(cast.anna) == 0
    assert ledger.balance(cast.anna.pk).pending == 0
    assert Notice.objects.filter(kind="payments.refunded", resident_id=cast.anna.pk).count() == 1
    assert AuditEntry.objects.filter(act="payments.refund.ordered", actor_id=cast.olga.pk).count() == 1
    assert proof.prove() + points_proof.prove() == []


def test_of_a_partial_refund_the_rest_keeps_its_points_and_its_day(
    cast: Cast, bank: Bank, payment: Payment, at: datetime
) -> None:
    later = at + timedelta(days=3)
    refund = refunds.send(ordered(payment, cast, later, kopecks=35_000).pk, at=later)
    assert refund.parts == [[payment.parts.get().pk, 20_000, 5_000, 10_000]]  # the opposite order of paying
    rest = Activity.objects.get(subject=f"part:{payment.parts.get().pk}:r{refund.pk}")
    assert (rest.sum_kopecks, rest.occurred_at) == (80_000, payment.paid_at)
    assert Award.objects.get(subject=rest.subject).spendable_at == at + timedelta(days=7)
    assert points_of(cast.anna) == 40
    assert proof.prove() + points_proof.prove() == []
    refunds.send(ordered(payment, cast, later, key="all", kopecks=None).pk, at=later)
    assert points_of(cast.anna) == 0
    assert proof.prove() + points_proof.prove() == []


def test_insurance_goes_back_without_touching_points(cast: Cast, bank: Bank, payment: Payment, at: datetime) -> None:
    part = payment.parts.get()
    refunds.send(ordered(payment, cast, at, parts=[Back(part.pk, insurance=10_000)]).pk, at=at)
    part.refresh_from_db()
    assert (part.refunded_insurance_kopecks, part.refunded_kopecks) == (10_000, 10_000)
    assert points_of(cast.anna) == 50
    assert Activity.objects.filter(kind_id=40).count() == 1


def test_more_than_there_is_never_goes_back(cast: Cast, bank: Bank, payment: Payment, at: datetime) -> None:
    part = payment.parts.get()
    refused("refund_too_large", payment, cast, at, kopecks=115_001)
    refused("refund_too_large", payment, cast, at, parts=[Back(part.pk, services=100_001)])
    refused("refund_too_large", payment, cast, at, parts=[Back(part.pk, services=-1, penalty=2)])
    refused("refund_too_large", payment, cast, at, parts=[Back(part.pk, 60_000), Back(part.pk, 60_000)])
    refused("refund_too_large", payment, cast, at, parts=[Back(part.pk + 99, 1)])
    refused("sum_too_small", payment, cast, at, kopecks=0)
    refused("sum_too_small", payment, cast, at, parts=[])
    ordered(payment, cast, at, kopecks=100_000)  # on its way counts as gone
    refused("refund_too_large", payment, cast, at, key="2", kopecks=15_001)
    ordered(payment, cast, at, key="3")
    refused("sum_too_small", payment, cast, at, key="4")


def test_a_refund_needs_a_reason_and_a_payment_that_brought_money(
    cast: Cast, bank: Bank, payment: Payment, at: datetime
) -> None:
    with pytest.raises(Refusal) as caught:
        refunds.order(payment.pk, reason=" ", by=cast.olga, at=at, key="r")
    assert caught.value.code == "reason_missing"
    waiting = sent(billed(cast.flat, period=AUGUST), cast.anna, at=at, key="2")
    refused("payment_not_done", waiting, cast, at)
    with pytest.raises(Refusal) as caught:
        refunds.order(10**9, reason="x", by=cast.olga, at=at, key="r")
    assert caught.value.status == 404


def test_the_same_key_is_the_same_refund(cast: Cast, bank: Bank, payment: Payment, at: datetime) -> None:
    first = ordered(payment, cast, at, kopecks=1_000)
    assert ordered(payment, cast, at, kopecks=1_000).pk == first.pk
    refused("idempotency_key_reused", payment, cast, at, kopecks=1_001)
    refunds.send(first.pk, at=at)
    assert ordered(payment, cast, at, kopecks=1_000).status == Status.SUCCEEDED
    assert len(bank.refunds) == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_a_refund_of_unknown_outcome_is_repeated_with_the_same_key(
    cast: Cast, bank: Bank, payment: Payment, at: datetime, fault: str
) -> None:
    bank.faults = [fault]
    refund = refunds.send(ordered(payment, cast, at).pk, at=at)
    assert refund.status == Status.CREATED
    polling.run(at=at + timedelta(minutes=2))
    refund.refresh_from_db()
    assert refund.status == Status.SUCCEEDED
    assert len(bank.refunds) == 1
    assert proof.prove() == []


def test_after_a_day_a_refund_is_looked_up_and_never_repeated(
    cast: Cast, bank: Bank, payment: Payment, at: datetime
) -> None:
    bank.faults = ["cut_after"]
    made = refunds.send(ordered(payment, cast, at, kopecks=1_000).pk, at=at)
    bank.faults = ["cut_before"]
    lost = refunds.send(ordered(payment, cast, at, key="2", kopecks=2_000).pk, at=at)
    bank.forget_keys()
    polling.run(at=at + pauses.REPEAT)
    made.refresh_from_db()
    lost.refresh_from_db()
    assert (made.status, lost.status, lost.cancel_reason) == (Status.SUCCEEDED, Status.CANCELED, "never_reached")
    assert len(bank.refunds) == 1
    assert ordered(payment, cast, at, key="3").sum_kopecks == 114_000


def test_a_refund_that_takes_days_ends_when_the_acquirer_says_so(
    cast: Cast, bank: Bank, payment: Payment, at: datetime
) -> None:
    bank.slow_refunds = True
    refund = refunds.send(ordered(payment, cast, at).pk, at=at)
    assert refund.status == Status.PENDING
    assert points_of(cast.anna) == 50
    bank.finish_refund(refund.acquirer_id or "")
    polling.run(at=at + timedelta(days=2))
    refund.refresh_from_db()
    assert refund.status == Status.SUCCEEDED
    assert points_of(cast.anna) == 0
    assert proof.prove() == []


def test_a_refund_that_the_acquirer_declines_leaves_all_as_it_was(
    cast: Cast, bank: Bank, payment: Payment, at: datetime
) -> None:
    bank.declines_refunds = True
    refund = refunds.send(ordered(payment, cast, at).pk, at=at)
    assert refund.status == Status.CANCELED
    assert points_of(cast.anna) == 50
    bank.declines_refunds = False
    assert refunds.send(ordered(payment, cast, at, key="2").pk, at=at).status == Status.SUCCEEDED
    assert proof.prove() == []


def test_a_refund_made_by_hand_at_the_acquirer_takes_its_points_too(
    cast: Cast, bank: Bank, payment: Payment, at: datetime
) -> None:
    number = bank.refund_by_hand(named(payment), 115_000)
    for _twice in range(2):
        refund = refunds.adopt(number, source=Source.WEBHOOK, at=at)
        assert refund is not None
        assert refund.status == Status.SUCCEEDED
    assert points_of(cast.anna) == 0
    assert Refund.objects.count() == 1
    assert Event.objects.filter(code="made_at_the_acquirer").count() == 1
    assert proof.prove() == []


def test_our_own_refund_is_not_taken_for_one_made_by_hand(
    cast: Cast, bank: Bank, payment: Payment, at: datetime
) -> None:
    bank.faults = ["cut_after"]
    refund = refunds.send(ordered(payment, cast, at).pk, at=at)
    [number] = bank.refunds
    found = refunds.adopt(number, source=Source.WEBHOOK, at=at)
    assert found is not None
    assert (found.pk, found.status) == (refund.pk, Status.SUCCEEDED)
    polling.run(at=at + timedelta(hours=1))
    assert Refund.objects.count() == 1


def test_points_that_were_spent_already_become_a_debt(cast: Cast, bank: Bank, payment: Payment, at: datetime) -> None:
    from dvor.ledger import accounts, holds, lots

    later = at + timedelta(days=8)
    lots.mature(at=later)
    hold = holds.place(
        resident_id=cast.anna.pk, amount=50, purpose="order:1", deadline=later + timedelta(hours=1), by=cast.anna,
        at=later,
    )  # fmt: skip
    holds.capture(hold.id, to=accounts.ensure("spent:test", {}), at=later)
    refunds.send(ordered(payment, cast, later).pk, at=later)
    assert ledger.balance(cast.anna.pk).available == 0
    assert proof.prove() + points_proof.prove() == []


def test_a_refund_by_hand_of_a_payment_that_we_have_not_heard_of_brings_both(
    cast: Cast, bank: Bank, bill: Bill, at: datetime
) -> None:
    """The answer to our call was lost, the payer paid, somebody gave it back in the cabinet: all before we knew."""
    bank.faults = ["error_after"]
    unknown = sent(bill, cast.anna, at=at)
    [number] = bank.payments
    bank.press(number)
    found = refunds.adopt(bank.refund_by_hand(number, 1_000), source=Source.WEBHOOK, at=at)
    assert found is not None
    assert (found.payment_id, found.status) == (unknown.pk, Status.SUCCEEDED)
    unknown.refresh_from_db()
    assert (unknown.status, unknown.refunded_kopecks) == (Status.SUCCEEDED, 1_000)
    assert proof.prove() == []


def test_a_refund_by_hand_waits_until_our_own_has_ended(cast: Cast, bank: Bank, payment: Payment, at: datetime) -> None:
    own = ordered(payment, cast, at)  # all of it, while a part is gone already
    number = bank.refund_by_hand(named(payment), 1_000)
    with pytest.raises(Unknown):
        refunds.adopt(number, source=Source.WEBHOOK, at=at)
    assert refunds.send(own.pk, at=at).status == Status.CANCELED  # there is no longer so much
    assert refunds.adopt(number, source=Source.WEBHOOK, at=at) is not None
    payment.refresh_from_db()
    assert payment.refunded_kopecks == bank.returned_kopecks() == 1_000
    assert proof.prove() == []
