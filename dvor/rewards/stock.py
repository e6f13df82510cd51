"""Units of a counted reward, kept in several counters so that a rush does not queue at one row."""

from __future__ import annotations

from django.db import connection, transaction

from dvor.base import sql
from dvor.rewards.models import Stock

SHARDS = 8  # as many as orders that one reward sees at the same moment, about


class _NoneOfThem(Exception):
    """No free counter has enough."""


def open_units(*, reward_id: int, units: int) -> None:
    """Put up the first ``units`` of a reward, spread evenly; called once, when the reward is drafted."""
    assert connection.in_atomic_block and units > 0, "units share the transaction of their reward"
    share, rest = divmod(units, SHARDS)
    Stock.objects.bulk_create(
        Stock(reward_id=reward_id, shard=shard, remaining=share + (shard < rest)) for shard in range(SHARDS)
    )


def take(*, reward_id: int, quantity: int) -> bool:
    """Take ``quantity`` units for an order, all or none; whether there were enough.

    The first statement never waits. Only when no free counter has enough, all of them are locked in order, and what
    is left is gathered.
    """
    asked = {"reward_id": reward_id, "quantity": quantity}
    if _take_from_one(asked):
        return True
    sql.rows("rewards/lock_units.sql", reward_id=reward_id)
    return bool(sql.rows("rewards/gather_units.sql", **asked))


def _take_from_one(asked: dict[str, int]) -> bool:
    """Take all of it from one counter.

    In vain means in a savepoint that is rolled back: a counter that somebody else emptied since this statement began is
    locked before it is found wanting, and who then waits for the others in order with it in his hands may wait in a
    circle.
    """
    try:
        with transaction.atomic():
            if sql.rows("rewards/take_units.sql", **asked):
                return True
            raise _NoneOfThem
    except _NoneOfThem:
        return False


def give_back(*, reward_id: int, quantity: int, order_id: int) -> None:
    """Return the units of a cancelled order."""
    sql.rows("rewards/return_units.sql", reward_id=reward_id, quantity=quantity, order_id=order_id)
