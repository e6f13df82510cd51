"""What the page of a bill says of its money, and what it costs to say so."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from dvor.bills.models import Bill
from dvor.payments import queries, standing
from tests.cast import Cast
from tests.payments.bank import Bank
from tests.payments.paper import AUGUST, billed
from tests.payments.steps import paid

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    monkeypatch.setattr("dvor.base.clock.now", lambda: at)


def test_the_page_of_a_paid_bill_names_the_payment_in_eight_queries(
    client: Client, cast: Cast, bank: Bank, bill: Bill, at: datetime,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    payment = paid(bank, bill, cast.anna, at=at)
    client.force_login(cast.anna)
    client.get(f"/bills/{bill.pk}/")
    with django_assert_max_num_queries(8):
        page = client.get(f"/bills/{bill.pk}/").content.decode()
    assert f"/payments/{payment.pk}/" in page and "оплачен" in page


def test_a_neighbour_of_the_flat_sees_that_it_is_paid_but_not_whose_payment_it_was(
    cast: Cast, bank: Bank, bill: Bill, at: datetime
) -> None:
    payment = paid(bank, bill, cast.anna, at=at)
    own, other = (standing.tell([bill], reader, at)[bill.pk] for reader in (cast.anna, cast.boris))
    assert own.context["payments"] == [payment] and other.context["payments"] == []
    assert own.left_kopecks == other.left_kopecks == 0


def test_an_older_bill_that_the_issuer_counted_as_paid_is_paid(cast: Cast, bill: Bill, at: datetime) -> None:
    august = billed(cast.flat, 70_000, period=AUGUST)
    Bill.objects.filter(pk=bill.pk).update(debt_before_kopecks=70_000, taken_kopecks=70_000)
    left = queries.left([august])[august.pk]
    assert left.settled and left.payable == 0
    assert str(standing.tell([august], cast.anna, at)[august.pk].badge) in ("оплачен", "paid")


def test_one_that_the_issuer_asks_for_again_is_not(cast: Cast, bill: Bill, at: datetime) -> None:
    august = billed(cast.flat, 70_000, period=AUGUST)
    Bill.objects.filter(pk=bill.pk).update(debt_before_kopecks=70_000, debts=[["2026-08-01", 70_000]])
    assert not queries.left([august])[august.pk].settled
