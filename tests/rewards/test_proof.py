"""The proof finds what somebody has spoiled behind the acts' back."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection

from dvor.rewards import jobs, orders, proof
from tests.cast import Cast
from tests.rewards.shop import Shop, give_points


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        ("update rewards_promocode set order_id = null, given_at = null, place = null", "order.codes"),
        ("update rewards_stock set remaining = remaining + 1 where shard = 0", "reward.units"),
        ("update rewards_order set points = points + 1 where quantity = 3", "order.points"),
        ("update rewards_order set hold_id = hold_id + 1000", "order.points"),
        ("update rewards_promocode set reward_id = (select max(id) from rewards_reward)", "code.reward"),
    ],
)
def test_a_spoiled_row_is_found(shop: Shop, cast: Cast, at: datetime, spoil: str, what: str) -> None:
    give_points(cast.anna, 1_000, at=at)
    orders.place(reward_id=shop.voucher("A-1").pk, by=cast.anna, at=at, key="a")
    orders.place(reward_id=shop.donation(units=9).pk, quantity=3, by=cast.anna, at=at, key="b")
    assert proof.prove() == []
    with connection.cursor() as cursor:
        cursor.execute(spoil)
    found = proof.prove()
    assert {difference.what for difference in found} == {what}
    assert all(str(difference) and difference.facts() for difference in found)
    jobs.prove(0)
