"""Points are issued in one statement; wallet, lot and system account follow."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from dvor.ledger import accounts, proof, queries, transfers
from dvor.ledger.currencies import Currency
from dvor.ledger.models import Cause, Transfer, Wallet
from dvor.ledger.transfers import Issue
from dvor.people.models import Resident
from tests.cast import Cast
from tests.ledger import world


def test_the_first_points_open_the_wallet_and_expire_at_the_end_of_a_month_a_year_on(cast: Cast, at: datetime) -> None:
    world.issue(cast.anna, 20, at=at)
    assert queries.balance(cast.anna.pk) == queries.Balance(available=20)
    assert world.lots(cast.anna) == {date(2027, 10, 31): 20}
    assert queries.account_balances("issued:test") == {"issued:test": -20}
    assert proof.prove() == []


def test_months_are_the_citys(cast: Cast) -> None:
    world.issue(cast.anna, 5, at=datetime(2026, 10, 31, 21, 30, tzinfo=UTC))
    assert world.lots(cast.anna) == {date(2027, 11, 30): 5}, "half past midnight on 1 November in Moscow"


def test_several_moves_of_one_wallet_in_one_call_make_a_chain(cast: Cast, at: datetime) -> None:
    world.issue(cast.anna, 1, 2, 3, at=at)
    world.issue(cast.anna, 4, at=at + timedelta(seconds=1))
    chain = Transfer.objects.filter(wallet_id=Wallet.objects.get().pk).order_by("seq")
    assert [(row.seq, row.amount, row.available_after) for row in chain] == [
        (1, 1, 1),
        (2, 2, 3),
        (3, 3, 6),
        (4, 4, 10),
    ]
    assert proof.prove() == []


def test_one_call_takes_one_statement(cast: Cast, at: datetime, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    source = world.source()
    issues = [Issue(who.pk, source, 7, number) for number, who in enumerate([cast.anna, cast.boris, cast.anna])]
    with django_assert_num_queries(1):
        transfers.post(issues, cause=Cause.AWARD, at=at)
    assert proof.prove() == []


def test_currencies_never_mix(cast: Cast, at: datetime) -> None:
    world.issue(cast.anna, 20, at=at)
    world.issue(cast.anna, 1000, at=at, currency=Currency.PRIZE, expires_on=date(2026, 12, 15))
    assert queries.balance(cast.anna.pk).available == 20
    assert queries.balance(cast.anna.pk, Currency.PRIZE).available == 1000
    assert world.lots(cast.anna, Currency.PRIZE) == {date(2026, 12, 15): 1000}
    assert queries.account_balances("issued:test", Currency.PRIZE) == {"issued:test": -1000}
    assert proof.prove() == []


def test_pending_points_are_not_spendable(cast: Cast, at: datetime) -> None:
    world.issue(cast.anna, 242, at=at, matures_at=at + timedelta(days=7))
    assert queries.balance(cast.anna.pk) == queries.Balance(pending=242)
    assert world.lots(cast.anna) == {}
    assert proof.prove() == []


def test_nobody_who_does_not_exist_gets_points(cast: Cast, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
    with pytest.raises(IntegrityError), transaction.atomic():
        world.issue(Resident(pk=10**9), 20, at=at)
    assert proof.prove() == []


@pytest.mark.parametrize("amount", [0, -5])
def test_an_amount_is_positive(cast: Cast, at: datetime, amount: int) -> None:
    world.issue(cast.anna, 20, at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        world.issue(cast.anna, amount, at=at)


def test_the_statement_shows_lines_newest_first_page_by_page(cast: Cast, at: datetime) -> None:
    for day in range(5):
        world.issue(cast.anna, 10 + day, at=at + timedelta(days=day))
    page = queries.statement(cast.anna.pk, limit=3)
    rest = queries.statement(cast.anna.pk, limit=3, before=(page[-1].posted_at, page[-1].seq))
    assert [entry.change for entry in page + rest] == [14, 13, 12, 11, 10]
    assert [entry.available_after for entry in page] == [60, 46, 33]
    assert {entry.operation for entry in page} == {queries.Operation.ISSUED}


def test_an_account_keeps_its_number(db: None) -> None:
    first = accounts.ensure("spent:17", {"ru": "Кафе"})
    assert accounts.ensure("spent:17", {"ru": "Кафе"}) == first
    assert accounts.ensure("donated:3", {"ru": "Фонд"}) != first
    with pytest.raises(AssertionError):
        accounts.ensure("available", {})
