"""Sixteen connections on a real PostgreSQL fight for rewards: nothing is sold twice, nobody pays for nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from functools import partial

import pytest

from dvor.ledger import proof as ledger_proof
from dvor.ledger import queries as ledger
from dvor.ledger.currencies import Currency
from dvor.people.models import Resident
from dvor.rewards import catalogue, codes, orders, proof
from dvor.rewards.models import Order, PromoCode
from tests.cast import Cast
from tests.rewards.crowd import CROWD, accepted, codes_of, rush
from tests.rewards.shop import Shop, give_points

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 2


@pytest.fixture
def shop(transactional_db: None, at: datetime) -> Iterator[Shop]:
    cast = Cast.assemble(at=at)
    shop = Shop.assemble(olga=cast.olga, at=at)
    yield shop
    assert ledger_proof.prove() == []
    assert proof.prove() == []
    assert_no_code_was_given_twice()


@pytest.fixture
def crowd(shop: Shop, at: datetime) -> list[Resident]:
    residents = [Resident.objects.create(city_id=f"crowd-{number}", level=3) for number in range(CROWD)]
    for resident in residents:
        give_points(resident, 1_000, at=at)
    return residents


def assert_no_code_was_given_twice() -> None:
    seen = Counter(code.text for order in Order.objects.all() for code in codes.shown(order))
    assert not [text for text, times in seen.items() if times > 1]


def balances(crowd: list[Resident]) -> list[int]:
    return [ledger.balance(resident.pk).available for resident in crowd]


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_the_last_code_goes_to_exactly_one(shop: Shop, crowd: list[Resident], at: datetime, round_: int) -> None:
    reward = shop.voucher("THE-LAST")
    shop.voucher("ELSE-1", "ELSE-2", titles={"ru": "Чай", "en": "Tea"}, price=30)

    outcomes = rush([partial(orders.place, reward_id=reward.pk, by=one, at=at, key="1") for one in crowd])

    assert len(accepted(outcomes)) == 1
    assert codes_of(outcomes) == ["out_of_stock"] * (CROWD - 1)
    assert sorted(balances(crowd)) == [900] + [1_000] * (CROWD - 1)
    assert all(outcome.alternatives for outcome in outcomes if not isinstance(outcome, Order))


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_pool_is_emptied_to_the_last_code(shop: Shop, crowd: list[Resident], at: datetime, round_: int) -> None:
    reward = shop.voucher(*(f"POOL-{number}" for number in range(10)))
    outcomes = rush([partial(orders.place, reward_id=reward.pk, by=one, at=at, key="1") for one in crowd])
    assert len(accepted(outcomes)) == 10
    assert set(codes_of(outcomes)) == {"out_of_stock"}


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_several_codes_at_once_never_deadlock_and_leave_no_rest(
    shop: Shop, crowd: list[Resident], at: datetime, round_: int
) -> None:
    reward = shop.voucher(*(f"POOL-{number}" for number in range(21)), order_max=2)
    outcomes = rush([partial(orders.place, reward_id=reward.pk, quantity=2, by=one, at=at, key="1") for one in crowd])
    assert len(accepted(outcomes)) == 10
    assert PromoCode.objects.filter(order__isnull=True).count() == 1


@pytest.mark.parametrize("units", [1, 7, 40])
def test_a_goal_is_reached_exactly(shop: Shop, crowd: list[Resident], at: datetime, units: int) -> None:
    reward = shop.donation(units=units)
    outcomes = rush([partial(orders.place, reward_id=reward.pk, quantity=3, by=one, at=at, key="1") for one in crowd])
    assert len(accepted(outcomes)) == min(CROWD, units // 3)
    assert set(codes_of(outcomes)) <= {"out_of_stock"}


def test_sixteen_clicks_of_one_person_are_one_order(shop: Shop, crowd: list[Resident], at: datetime) -> None:
    reward = shop.voucher(*(f"POOL-{number}" for number in range(CROWD)))
    outcomes = rush([partial(orders.place, reward_id=reward.pk, by=crowd[0], at=at, key="click")] * CROWD)
    assert len({order.pk for order in accepted(outcomes)}) == 1 and not codes_of(outcomes)
    assert balances(crowd)[0] == 900
    assert PromoCode.objects.filter(order__isnull=False).count() == 1


def test_one_key_for_sixteen_wishes_stands_for_the_first(shop: Shop, crowd: list[Resident], at: datetime) -> None:
    rewards = [shop.voucher(f"KEY-{number}") for number in range(CROWD)]
    outcomes = rush([partial(orders.place, reward_id=one.pk, by=crowd[0], at=at, key="click") for one in rewards])
    assert len(accepted(outcomes)) == 1
    assert codes_of(outcomes) == ["idempotency_key_reused"] * (CROWD - 1)


def test_points_for_one_buy_one_of_sixteen_rewards(shop: Shop, crowd: list[Resident], at: datetime) -> None:
    rewards = [shop.voucher(f"BAL-{number}", price=600) for number in range(CROWD)]
    outcomes = rush([partial(orders.place, reward_id=one.pk, by=crowd[0], at=at, key=str(one.pk)) for one in rewards])
    assert len(accepted(outcomes)) == 1
    assert codes_of(outcomes) == ["points_not_enough"] * (CROWD - 1)
    assert balances(crowd)[0] == 400


def test_two_currencies_of_one_key_are_one_order(shop: Shop, crowd: list[Resident], at: datetime) -> None:
    """The same key on rewards of two currencies locks two wallets; the unique key still lets one through."""
    give_points(crowd[0], 1_000, at=at, currency=Currency.PRIZE)
    city = shop.voucher("CITY-1")
    prize = shop.voucher("PRIZE-1", currency=Currency.PRIZE)
    acts = [partial(orders.place, reward_id=one.pk, by=crowd[0], at=at, key="same") for one in (city, prize)] * 8
    outcomes = rush(acts)
    assert len({order.pk for order in accepted(outcomes)}) == 1
    assert set(codes_of(outcomes)) == {"idempotency_key_reused"}


def test_a_limit_holds_under_sixteen_tries(shop: Shop, crowd: list[Resident], at: datetime) -> None:
    reward = shop.voucher(*(f"LIM-{number}" for number in range(CROWD)), month_max=3, price=10)
    outcomes = rush([partial(orders.place, reward_id=reward.pk, by=crowd[0], at=at, key=str(n)) for n in range(CROWD)])
    assert len(accepted(outcomes)) == 3
    assert codes_of(outcomes) == ["limit_month"] * (CROWD - 3)


def test_a_cancellation_gives_the_points_back_once(shop: Shop, crowd: list[Resident], at: datetime) -> None:
    reward = shop.voucher("BACK-1", cancel_hours=24)
    order = orders.place(reward_id=reward.pk, by=crowd[0], at=at, key="1")
    outcomes = rush([partial(orders.cancel, order_id=order.pk, by=crowd[0], at=at)] * CROWD)
    assert len(accepted(outcomes)) == CROWD
    assert balances(crowd)[0] == 1_000
    assert PromoCode.objects.filter(order__isnull=True).count() == 1


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_code_is_either_shown_or_given_back(shop: Shop, crowd: list[Resident], at: datetime, round_: int) -> None:
    reward = shop.voucher(*(f"EITHER-{number}" for number in range(CROWD // 2)), cancel_hours=24)
    placed = [orders.place(reward_id=reward.pk, by=one, at=at, key="1") for one in crowd[: CROWD // 2]]
    acts = [
        partial(act, order_id=order.pk, by=order.resident, at=at)
        for order in placed
        for act in (orders.cancel, orders.reveal)
    ]

    outcomes = rush(acts)

    for order in placed:
        order.refresh_from_db()
        assert (order.cancelled_at is None) != (order.revealed_at is None)
        assert bool(codes.shown(order)) == (order.revealed_at is not None)
    assert set(codes_of(outcomes)) <= {"code_revealed", "order_cancelled"}
    assert len(codes_of(outcomes)) == len(placed)


def test_a_returned_code_finds_its_next_owner(shop: Shop, crowd: list[Resident], at: datetime) -> None:
    """Half of the crowd gives codes back while the other half asks for them."""
    half = CROWD // 2
    reward = shop.voucher(*(f"TURN-{number}" for number in range(half)), cancel_hours=24)
    placed = [orders.place(reward_id=reward.pk, by=one, at=at, key="1") for one in crowd[:half]]
    outcomes = rush(
        [partial(orders.cancel, order_id=order.pk, by=order.resident, at=at) for order in placed]
        + [partial(orders.place, reward_id=reward.pk, by=one, at=at, key="1") for one in crowd[half:]]
    )
    assert set(codes_of(outcomes)) <= {"out_of_stock"}
    held = Order.objects.filter(cancelled_at__isnull=True).count()
    assert PromoCode.objects.filter(order__isnull=False).count() == held


def test_parts_of_a_goal_come_and_go(shop: Shop, crowd: list[Resident], at: datetime) -> None:
    half = CROWD // 2
    reward = shop.donation(units=20, cancel_hours=24)
    placed = [orders.place(reward_id=reward.pk, quantity=2, by=one, at=at, key="1") for one in crowd[:half]]
    outcomes = rush(
        [partial(orders.cancel, order_id=order.pk, by=order.resident, at=at) for order in placed]
        + [partial(orders.place, reward_id=reward.pk, quantity=4, by=one, at=at, key="1") for one in crowd[half:]]
    )
    assert set(codes_of(outcomes)) <= {"out_of_stock"}


def test_a_rush_during_reprice_and_withdrawal_pays_one_of_the_prices(
    shop: Shop, crowd: list[Resident], at: datetime
) -> None:
    reward = shop.voucher(*(f"RUSH-{number}" for number in range(CROWD)))
    acts = [partial(orders.place, reward_id=reward.pk, by=one, at=at, key="1", price_seen=100) for one in crowd[:14]]
    acts += [
        partial(catalogue.reprice, reward_id=reward.pk, price=150, reason="Цена", by=shop.olga, at=at),
        partial(catalogue.withdraw, reward_id=reward.pk, reason="Конец", by=shop.olga, at=at),
    ]
    outcomes = rush(acts)
    assert set(codes_of(outcomes)) <= {"price_changed", "reward_withdrawn"}
    assert set(Order.objects.values_list("points", flat=True)) <= {100}


def test_two_files_with_the_same_codes_in_another_order_load_each_once(
    shop: Shop, crowd: list[Resident], at: datetime
) -> None:
    reward, other = shop.voucher(), shop.voucher()
    pool = [f"FILE-{number:04}" for number in range(300)]
    outcomes = rush([partial(shop.load, reward, *pool), partial(shop.load, other, *reversed(pool))] * 4)
    assert sum(loaded.loaded for loaded in outcomes) == 300 == PromoCode.objects.count()
    assert sum(loaded.repeated for loaded in outcomes) == 300 * 7
