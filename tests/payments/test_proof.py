"""proof.prove: whatever somebody changes behind the acts' back is found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import pytest
from django.db import connection

from dvor.bills.models import Bill
from dvor.homes.models import Residency
from dvor.payments import proof, refunds
from dvor.payments.models import Payment, Refund
from dvor.points import activities
from dvor.points.activities import Activity
from tests.cast import Cast
from tests.payments.bank import Bank
from tests.payments.steps import paid

pytestmark = pytest.mark.django_db
BACK_TO_PENDING = "update payments_payment set status = 2, paid_at = null, settled_at = null, refunded_kopecks = 0"


def behind_the_back(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("set session_replication_role = origin")


@pytest.fixture
def payment(cast: Cast, bank: Bank, bill: Bill, at: datetime) -> Payment:
    """Paid, and a part of it given back."""
    done = paid(bank, bill, cast.anna, at=at)
    refund = refunds.order(done.pk, kopecks=30_000, reason="x", by=cast.olga, at=at, key="r")
    refunds.send(refund.pk, at=at)
    assert proof.prove() == []
    done.refresh_from_db()
    return done


@pytest.mark.parametrize(
    ("what", "statement"),
    [
        ("payment.total", "update payments_payment set total_kopecks = total_kopecks + 1"),
        ("payment.refunded", "update payments_payment set refunded_kopecks = refunded_kopecks - 1"),
        ("refund.parts", "update payments_refund set sum_kopecks = sum_kopecks + 1"),
        ("part.refunded", "update payments_part set refunded_services_kopecks = refunded_services_kopecks + 1"),
        ("part.refunded", "update payments_part set refunded_penalty_kopecks = refunded_penalty_kopecks - 1"),
        ("payment.status", "update payments_payment set status = 4, paid_at = null, refunded_kopecks = 0"),
        ("payment.status", "delete from payments_event where refund_id is null"),
        ("points.without_money", BACK_TO_PENDING),
        ("points.without_money", "update payments_payment set resident_id = resident_id + 1"),
        ("points.without_money", "delete from payments_part"),
        ("points.of_the_rest", "update points_activity set sum_kopecks = sum_kopecks + 100"),
        ("points.without_money", "delete from points_reversal"),
        ("money.without_points", "delete from points_activity"),
    ],
)  # fmt: skip
def test_a_change_is_found(payment: Payment, what: str, statement: str) -> None:
    behind_the_back(statement)
    found = proof.prove()
    assert what in {difference.what for difference in found}
    assert all(str(difference) and difference.facts() for difference in found)


def test_points_that_no_payment_brought_are_found(cast: Cast, bank: Bank, at: datetime) -> None:
    from dvor.payments.kinds import BILL_PAID

    activities.record(
        [Activity(BILL_PAID, cast.anna.pk, 3, "part:999999", at.date().replace(day=1), at, 100_000)], by=None, at=at
    )
    assert [(one.what, one.subject) for one in proof.prove()] == [("points.without_money", 999_999)]


def test_activities_of_other_subjects_are_not_its_business(cast: Cast, bank: Bank, at: datetime) -> None:
    from dvor.payments.kinds import BILL_PAID

    activities.record(
        [Activity(BILL_PAID, cast.anna.pk, 3, "replay:1", at.date().replace(day=1), at, 100_000)], by=None, at=at
    )
    assert proof.prove() == []


def test_who_had_no_right_to_pay_earned_nothing_rightly(cast: Cast, payment: Payment) -> None:
    behind_the_back("delete from points_activity")
    assert proof.prove()
    Residency.objects.filter(resident=cast.anna).delete()
    assert [one.what for one in proof.prove() if one.what == "money.without_points"] == []


def change(act: Callable[[], object]) -> str:
    """The constraint that refuses it."""
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        act()
    return str(caught.value.__cause__.diag.constraint_name)  # type: ignore[union-attr]


def test_the_database_itself_refuses_what_cannot_be(cast: Cast, payment: Payment) -> None:
    mine = Payment.objects.filter(pk=payment.pk)
    assert change(lambda: mine.update(status=2, paid_at=None, settled_at=None, refunded_kopecks=0)) == "payments_payment_only_forward"  # noqa: E501  # fmt: skip
    assert change(lambda: mine.update(request_key=uuid4())) == "payments_payment_same"
    assert change(lambda: mine.update(acquirer_id="other")) == "payments_payment_same"
    assert change(lambda: mine.update(refunded_kopecks=10**9)) == "payments_payment_refunded"
    assert change(lambda: payment.parts.update(services_kopecks=1)) == "payments_part_same"
    assert change(lambda: payment.parts.all().delete()) == "payments_part_same"
    assert change(lambda: payment.parts.update(refunded_services_kopecks=10**9)) == "payments_part_refunded"
    assert change(lambda: Refund.objects.update(status=2, settled_at=None)) == "payments_refund_only_forward"
