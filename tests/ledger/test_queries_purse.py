"""A purse is balance and lots in one query, and says what both say apart."""

from __future__ import annotations

from datetime import datetime

from pytest_django import DjangoAssertNumQueries

from dvor.base import periods
from dvor.ledger import queries
from tests.cast import Cast
from tests.rewards.shop import give_points


def test_a_purse_is_balance_and_lots(
    cast: Cast, at: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    day = periods.day_of(at)
    assert queries.purse(cast.anna.pk, day) == (queries.Balance(), [])
    give_points(cast.anna, 60, at=at)
    with django_assert_num_queries(1):
        balance, lots = queries.purse(cast.anna.pk, day)
    assert (balance, lots) == (queries.balance(cast.anna.pk), queries.expiring(cast.anna.pk, day))
    assert balance.available == 60 and sum(amount for _day, amount in lots) == 60
