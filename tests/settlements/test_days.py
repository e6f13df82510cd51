"""A business day is closed when every kopeck has its place, and never changed afterwards."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from dvor.base.models import AuditEntry
from dvor.base.refusals import Refusal
from dvor.people.models import Resident
from dvor.settlements import days, differences, proof
from dvor.settlements.models import Account, Day, Difference
from tests.cast import Cast
from tests.settlements import books
from tests.settlements.books import DAY, NEXT, direct, file, load, transfer


def refusal_of(day: Day, *, by: Resident, at: datetime) -> str:
    with pytest.raises(Refusal) as caught:
        days.close(day.pk, by=by, at=at)
    assert Day.objects.get(pk=day.pk).closed_at is None
    return caught.value.code


def test_a_day_that_balances_is_closed(account: Account, cast: Cast, raisa: Resident, at: datetime) -> None:
    books.payment(cast.anna, cast.flat, 100_000)
    load(file(transfer(100_000, 1_234)), at=at)
    days.close(books.day().pk, by=raisa, at=at)
    closed = books.day()
    assert (closed.closed_at, closed.closed_by) == (at, raisa)
    assert AuditEntry.objects.get(act="settlements.day.closed").facts["received"] == 98_766
    assert proof.prove() == []


@pytest.mark.parametrize("received", [99_999, 100_001])
def test_a_kopeck_keeps_the_day_open(
    account: Account, cast: Cast, raisa: Resident, at: datetime, received: int
) -> None:
    books.payment(cast.anna, cast.flat, 100_000)
    load(file(transfer(received)), at=at)
    assert refusal_of(books.day(), by=raisa, at=at) == "day_differs"


def test_a_payment_that_came_after_the_statement_keeps_the_day_open(
    account: Account, cast: Cast, raisa: Resident, at: datetime
) -> None:
    books.payment(cast.anna, cast.flat, 100_000)
    load(file(transfer(100_000)), at=at)
    books.payment(cast.anna, cast.flat, 1)
    assert refusal_of(books.day(), by=raisa, at=at) == "day_differs"


def test_a_transfer_that_belongs_nowhere_keeps_its_day_open(
    account: Account, cast: Cast, raisa: Resident, at: datetime
) -> None:
    load(file(direct(cast.flat, 500)), at=at)
    assert refusal_of(books.day(NEXT), by=raisa, at=at) == "day_differs"
    differences.resolve(Difference.objects.get().pk, reason="вернули плательщику", by=raisa, at=at)
    days.close(books.day(NEXT).pk, by=raisa, at=at)


def test_what_cannot_be_closed(account: Account, cast: Cast, raisa: Resident, at: datetime) -> None:
    today = date(2026, 10, 20)
    load(file(since=DAY, until=DAY), at=at)
    books.payment(cast.anna, cast.flat, 100, day=today)
    days.reconcile(at=at)
    assert refusal_of(books.day(), by=cast.olga, at=at) == "not_allowed"
    assert refusal_of(books.day(today), by=raisa, at=at) == "day_not_over"
    assert refusal_of(books.day(today), by=raisa, at=at + timedelta(days=1)) == "statement_missing"
    days.close(books.day().pk, by=raisa, at=at)
    for day_id, code in (
        (books.day().pk, "day_closed"),
        (10**9, "day_unknown"),
        (-1, "day_unknown"),
        (2**70, "day_unknown"),
    ):
        with pytest.raises(Refusal) as caught:
            days.close(day_id, by=raisa, at=at)
        assert caught.value.code == code


# ── After the close ──────────────────────────────────────────────────────────────────────────────────────────────
def test_money_that_comes_after_the_close_opens_a_correction(
    account: Account, cast: Cast, raisa: Resident, at: datetime
) -> None:
    books.payment(cast.anna, cast.flat, 100_000)
    load(file(transfer(100_000)), at=at)
    days.close(books.day().pk, by=raisa, at=at)
    later = date(2026, 10, 18)
    load(file(transfer(700, on=later), since=later, until=later), at=at)
    assert (books.day().received_kopecks, books.day().open_count) == (100_000, 0)
    correction = books.day(turn=2)
    assert (correction.expected_kopecks, correction.received_kopecks, correction.gap_kopecks) == (0, 700, -700)
    differences.resolve(Difference.objects.get(day=correction).pk, reason="эквайер ошибся, вернёт", by=raisa, at=at)
    days.close(correction.pk, by=raisa, at=at)
    assert proof.prove() == []


def test_a_payment_that_is_learnt_of_after_the_close_opens_a_correction(
    account: Account, cast: Cast, raisa: Resident, at: datetime
) -> None:
    load(file(), at=at)
    days.close(books.day().pk, by=raisa, at=at)
    books.payment(cast.anna, cast.flat, 300)
    counted = days.reconcile(at=at)
    assert (counted.items, counted.found) == (1, 1)
    assert books.day().expected_kopecks == 0 and books.day(turn=2).expected_kopecks == 300


def test_an_empty_statement_opens_no_correction(account: Account, raisa: Resident, at: datetime) -> None:
    load(file(since=DAY, until=DAY), at=at)
    days.close(books.day().pk, by=raisa, at=at)
    load(file(since=DAY, until=NEXT), at=at)
    assert Day.objects.filter(day=DAY).count() == 1


# ── Counting ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_each_payment_and_refund_is_counted_once(account: Account, cast: Cast, at: datetime) -> None:
    books.refund(books.payment(cast.anna, cast.flat, 900), 200, day=NEXT)
    books.payment(cast.anna, cast.flat, 50, day=date(2026, 9, 30))  # before the account is reconciled
    assert [days.reconcile(at=at).items for _again in range(3)] == [2, 0, 0]
    assert (books.day().expected_kopecks, books.day(NEXT).expected_kopecks) == (900, -200)


def test_payments_of_another_acquirer_are_not_ours(account: Account, cast: Cast, at: datetime) -> None:
    made = books.payment(cast.anna, cast.flat, 900)
    type(made).objects.filter(pk=made.pk).update(acquirer="other")
    assert days.reconcile(at=at).items == 0


def test_a_gap_without_any_statement_is_told_after_some_days(account: Account, cast: Cast, at: datetime) -> None:
    books.payment(cast.anna, cast.flat, 900, day=DAY)
    assert days.reconcile(at=at).found == 0, "five days: the money may be on its way"
    assert days.reconcile(at=at + timedelta(days=1)).found == 1
    assert days.reconcile(at=at + timedelta(days=2)).found == 0, "told once"
    books.payment(cast.anna, cast.flat, 100, day=DAY)
    assert days.reconcile(at=at + timedelta(days=2)).changed == 1
    assert Difference.objects.get().kopecks == 1_000
