"""Many reversals in one call: each wallet gives what it has before it owes, whatever order the rows are sorted in."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from dvor.ledger import holds, proof, queries, transfers, wallets
from dvor.ledger.models import Transfer
from dvor.ledger.transfers import Reversal
from dvor.people.models import Resident
from tests.cast import Cast
from tests.ledger import world

SOON, LATE = date(2026, 10, 31), date(2027, 3, 31)


@pytest.mark.parametrize("count", [2, 5, 23, 60])
def test_what_is_left_is_taken_before_the_rest_is_owed(cast: Cast, at: datetime, count: int) -> None:
    crowd = [Resident.objects.create(city_id=f"crowd-{number}", level=3) for number in range(count)]
    reversals = []
    for one in crowd:
        given = [
            (20, *world.issue(one, 20, at=at, expires_on=LATE)),
            (10, *world.issue(one, 10, at=at, expires_on=SOON)),
            (40, *world.issue(one, 40, at=at, matures_at=at + timedelta(days=1))),
        ]
        reversals += [Reversal(wallets.number(one.pk), world.source(), amount, cause) for amount, cause in given]
        hold = holds.place(resident_id=one.pk, amount=17, purpose="order:1", deadline=at + timedelta(1), by=None, at=at)
        holds.capture(hold.id, to=world.shop(), at=at)
    transfers.reverse(reversals, at=at)
    assert {queries.balance(one.pk) for one in crowd} == {queries.Balance(debt=17)}
    assert queries.account_balances("issued:test") == {"issued:test": 0}, "all that was given is back, owed or not"
    assert proof.prove() == []


def test_a_wallet_that_does_not_exist_owes_nothing(cast: Cast, at: datetime) -> None:
    unknown = Reversal(wallets.number(999_999), world.source(), 10, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        transfers.reverse([unknown], at=at)
    assert not Transfer.objects.exists()


def test_a_promise_taken_back_beside_other_points_asks_nothing_of_the_lots(cast: Cast, at: datetime) -> None:
    [_kept] = world.issue(cast.anna, 50, at=at)
    [given] = world.issue(cast.anna, 20, at=at)
    [promised] = world.issue(cast.anna, 30, at=at, matures_at=at + timedelta(days=1))
    wallet = wallets.number(cast.anna.pk)
    taken = [Reversal(wallet, world.source(), 20, given), Reversal(wallet, world.source(), 30, promised)]
    transfers.reverse(taken, at=at)
    assert queries.balance(cast.anna.pk) == queries.Balance(available=50)
    assert proof.prove() == []
