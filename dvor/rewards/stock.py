"""Units of a counted reward, kept in several counters so that a rush does not queue at one row."""

from __future__ import annotations

from django.db import connection

from dvor.base import sql
from dvor.rewards import taking
from dvor.rewards.models import Stock

SHARDS = 8  # as many as orders that one reward sees at the same moment, about


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
    if taking.attempt("rewards/take_units.sql", **asked):
        return True
    sql.rows("rewards/lock_units.sql", reward_id=reward_id)
    return bool(sql.rows("rewards/gather_units.sql", **asked))


def give_back(*, reward_id: int, quantity: int, order_id: int) -> None:
    """Return the units of a cancelled order."""
    sql.rows("rewards/return_units.sql", reward_id=reward_id, quantity=quantity, order_id=order_id)
