"""A reversal takes points back; what was spent becomes a debt that the next points repay."""

from datetime import date, datetime, timedelta

from django.db import transaction

from dvor.ledger import holds, lots, proof, queries, transfers, wallets
from dvor.ledger.currencies import Currency
from dvor.ledger.transfers import Reversal
from tests.cast import Cast
from tests.ledger import world

SOON, LATER = date(2026, 12, 31), date(2027, 3, 31)


def reverse(cast: Cast, *taken: tuple[int, int], at: datetime) -> None:
    with transaction.atomic():
        wallets.lock(resident_ids=[cast.anna.pk], currency=Currency.CITY, at=at)
        wallet = wallets.number(cast.anna.pk)
        transfers.reverse([Reversal(wallet, world.source(), amount, cause) for cause, amount in taken], at=at)


def spend(cast: Cast, amount: int, at: datetime) -> None:
    hold = holds.place(
        resident_id=cast.anna.pk, amount=amount, purpose="order:1", deadline=at + timedelta(1), by=None, at=at
    )
    holds.capture(hold.id, to=world.shop(), at=at)


def test_unspent_points_are_taken_from_the_oldest_lots(cast: Cast, at: datetime) -> None:
    world.issue(cast.anna, 30, at=at, expires_on=SOON)
    [cause] = world.issue(cast.anna, 50, at=at, expires_on=LATER)
    reverse(cast, (cause, 50), at=at)
    assert world.lots(cast.anna) == {LATER: 30}
    assert queries.balance(cast.anna.pk) == queries.Balance(available=30)
    assert proof.prove() == []


def test_pending_points_are_taken_back_before_they_mature(cast: Cast, at: datetime) -> None:
    [cause] = world.issue(cast.anna, 242, at=at, matures_at=at + timedelta(days=7))
    reverse(cast, (cause, 242), at=at)
    assert queries.balance(cast.anna.pk) == queries.Balance()
    assert lots.mature(at=at + timedelta(days=8)) == 0
    assert proof.prove() == []


def test_spent_points_become_a_debt_that_the_next_points_repay(cast: Cast, at: datetime) -> None:
    [cause] = world.issue(cast.anna, 50, at=at)
    spend(cast, 40, at)
    reverse(cast, (cause, 50), at=at)
    assert queries.balance(cast.anna.pk) == queries.Balance(debt=40)
    world.issue(cast.anna, 15, at=at + timedelta(days=1))
    assert queries.balance(cast.anna.pk) == queries.Balance(debt=25)
    world.issue(cast.anna, 20, 20, at=at + timedelta(days=2))
    assert queries.balance(cast.anna.pk) == queries.Balance(available=15)
    assert [name for name, _change in world.amounts(queries.statement(cast.anna.pk))][:3] == [
        "repaid",
        "issued",
        "issued",
    ]
    assert proof.prove() == []


def test_several_reversals_of_one_wallet_in_one_call_share_what_there_is(cast: Cast, at: datetime) -> None:
    first, second = world.issue(cast.anna, 50, 50, at=at)
    spend(cast, 70, at)
    reverse(cast, (first, 50), (second, 50), at=at)
    assert queries.balance(cast.anna.pk) == queries.Balance(debt=70)
    assert queries.account_balances("issued:test") == {"issued:test": 0}
    assert proof.prove() == []


def test_released_points_repay_a_debt_first(cast: Cast, at: datetime) -> None:
    [cause] = world.issue(cast.anna, 50, at=at)
    hold = holds.place(
        resident_id=cast.anna.pk, amount=50, purpose="order:1", deadline=at + timedelta(1), by=None, at=at
    )
    reverse(cast, (cause, 50), at=at)
    assert queries.balance(cast.anna.pk) == queries.Balance(held=50, debt=50)
    holds.release(hold.id, at=at)
    assert queries.balance(cast.anna.pk) == queries.Balance()
    assert proof.prove() == []
