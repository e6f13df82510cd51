"""The database itself refuses what must not be, whoever writes it."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import IntegrityError, connection, transaction

from dvor.rewards import orders
from dvor.rewards.models import Order, PromoCode, Reward, Stock
from tests.cast import Cast
from tests.rewards.shop import Shop, give_points


@pytest.fixture
def shop(cast: Cast, at: datetime) -> Shop:
    return Shop.assemble(olga=cast.olga, at=at)


@pytest.fixture
def order(shop: Shop, cast: Cast, at: datetime) -> Order:
    give_points(cast.anna, 1_000, at=at)
    reward = shop.voucher("A-1", "A-2", "A-3", order_max=2)
    return orders.place(reward_id=reward.pk, quantity=2, by=cast.anna, at=at, key="a")


def refused(statement: str, *values: object) -> str:
    """The name of the constraint that stopped the statement."""
    with pytest.raises(IntegrityError) as caught:
        _execute(statement, values)
    return str(caught.value)


@transaction.atomic
def _execute(statement: str, values: tuple[object, ...]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        cursor.execute("set constraints all immediate")


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("quantity = 0", "rewards_order_quantity"),
        ("quantity = 101", "rewards_order_quantity"),
        ("points = 0", "rewards_order_points"),
        ("points = -100", "rewards_order_points"),
        ("cancelled_at = now()", "rewards_order_cancelled_at_by"),
        ("cancelled_by_id = resident_id", "rewards_order_cancelled_at_by"),
        ("cancelled_reason = 'x'", "rewards_order_cancelled_at_by"),
        ("cancelled_at = placed_at, cancelled_by_id = resident_id", "rewards_order_"),
        ("revealed_at = null, cancelled_at = placed_at, cancelled_by_id = resident_id", "rewards_order_cancelled_when"),
        ("fulfilled_at = null", "rewards_order_revealed_is_final"),
        (
            "cancellable_until = placed_at + interval '1 day', cancelled_at = placed_at, cancelled_by_id = resident_id",
            "rewards_order_revealed_is_final",
        ),
        (
            "revealed_at = null, cancellable_until = placed_at, cancelled_at = placed_at, "
            "cancelled_by_id = resident_id",
            "rewards_order_cancelled_when",
        ),
        ("reward_id = 999999", "rewards_order_reward_id"),
        ("resident_id = 999999", "rewards_order_resident_id"),
    ],
)
def test_an_order_cannot_lie(order: Order, change: str, constraint: str) -> None:
    assert constraint in refused(f"update rewards_order set {change} where id = %s", order.pk)  # noqa: S608 ours


def test_two_orders_share_neither_key_nor_hold(order: Order, shop: Shop, cast: Cast, at: datetime) -> None:
    other = orders.place(reward_id=order.reward_id, by=cast.anna, at=at, key="b")
    assert "rewards_order_once" in refused("update rewards_order set key = 'a' where id = %s", other.pk)
    assert "hold_id" in refused("update rewards_order set hold_id = %s where id = %s", order.hold_id, other.pk)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("order_id = null", "rewards_code_given"),
        ("given_at = null", "rewards_code_given"),
        ("place = null", "rewards_code_given"),
        ("place = 0", "rewards_code_given"),
        ("place = 3 - place", ""),
        ("order_id = 999999", "rewards_promocode_order_id"),
    ],
)
def test_a_code_is_given_whole_or_not_at_all(order: Order, change: str, constraint: str) -> None:
    first = PromoCode.objects.filter(order=order).earliest("place")
    statement = f"update rewards_promocode set {change} where id = %s"  # noqa: S608 ours
    if not constraint:
        assert "rewards_code_one_a_place" in refused(statement, first.pk)
    else:
        assert constraint in refused(statement, first.pk)


def test_an_order_gets_no_more_codes_than_places(order: Order) -> None:
    statement = "update rewards_promocode set order_id = %s, given_at = now(), place = 2 where order_id is null"
    assert "rewards_code_one_a_place" in refused(statement, order.pk)


def test_a_code_is_loaded_once(order: Order) -> None:
    statement = (
        "insert into rewards_promocode (reward_id, loaded_at, sealed, fingerprint) "
        "select reward_id, now(), sealed, fingerprint from rewards_promocode limit 1"
    )
    assert "fingerprint" in refused(statement)


def test_stock_is_never_negative(shop: Shop) -> None:
    shop.donation(units=3)
    assert Stock.objects.count() == 8
    assert "rewards_stock_never_negative" in refused("update rewards_stock set remaining = remaining - 4")
    assert "rewards_stock_shard" in refused("update rewards_stock set shard = 0")


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("price = 0", "rewards_reward_price"),
        ("price = 1000001", "rewards_reward_price"),
        ("kind = 'gift'", "rewards_reward_kind"),
        ("units_total = 5", "rewards_reward_codes_are_the_stock"),
        ("order_max = 0", "rewards_reward_order_max"),
        ("month_max = 0", "rewards_reward_month_max"),
        ("lifetime_max = -1", "rewards_reward_lifetime_max"),
        ("cancel_hours = 0", "rewards_reward_cancel_hours"),
        ("level_min = 9", "rewards_reward_level"),
        ("published_at = null", "rewards_reward_published_at_by"),
        ("published_by_id = null", "rewards_reward_published_at_by"),
        ("account = null", "rewards_reward_published_at_by"),
        ("withdrawn_at = now()", "rewards_reward_withdrawn_at_by"),
        ('titles = \'{"ru": "x"}\'', "rewards_reward_titles"),
    ],
)
def test_a_reward_cannot_lie(shop: Shop, change: str, constraint: str) -> None:
    reward = shop.voucher("A-1")
    assert constraint in refused(f"update rewards_reward set {change} where id = %s", reward.pk)  # noqa: S608 ours


def test_what_was_ordered_is_not_deleted(order: Order, shop: Shop) -> None:
    for table in ("rewards_order", "rewards_reward", "rewards_category", "people_resident", "people_organisation"):
        assert "foreign key" in refused(f"delete from {table}")  # noqa: S608 ours
    assert Reward.objects.filter(pk=order.reward_id).exists()
