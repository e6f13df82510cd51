"""An order takes points and gives a reward, both or neither."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dvor.base.refusals import Refusal
from dvor.ledger import proof as ledger_proof
from dvor.ledger import queries as ledger
from dvor.ledger import wallets
from dvor.notices.models import Notice
from dvor.rewards import catalogue, codes, orders, proof, queries, refusals
from dvor.rewards.models import Order, PromoCode
from tests.cast import Cast
from tests.rewards.shop import Shop, give_points


def refusal_of(**wishes: object) -> Refusal:
    with pytest.raises(Refusal) as caught:
        orders.place(**wishes)  # type: ignore[arg-type]
    return caught.value


def test_points_become_a_code(shop: Shop, cast: Cast, at: datetime) -> None:
    reward = shop.voucher("ZERNO-1", "ZERNO-2")
    give_points(cast.anna, 250, at=at)

    order = orders.place(reward_id=reward.pk, by=cast.anna, at=at, key="a")

    assert order.points == 100
    assert order.fulfilled_at == order.revealed_at == at
    assert [code.text for code in codes.shown(order)] == ["ZERNO-1"]
    balance = ledger.balance(cast.anna.pk)
    assert (balance.available, balance.held) == (150, 0)
    assert ledger.account_balances("spent:") == {f"spent:{shop.partner.pk}": 100}
    assert ledger_proof.prove() == [] and proof.prove() == []


def test_an_order_runs_few_statements_whatever_the_quantity(shop: Shop, cast: Cast, at: datetime) -> None:
    reward = shop.voucher(*(f"ZERNO-{number}" for number in range(20)), order_max=10)
    give_points(cast.anna, 2_000, at=at)
    orders.place(reward_id=reward.pk, by=cast.anna, at=at, key="warm")

    with CaptureQueriesContext(connection) as one:
        orders.place(reward_id=reward.pk, by=cast.anna, at=at, key="one")
    with CaptureQueriesContext(connection) as ten:
        orders.place(reward_id=reward.pk, quantity=10, by=cast.anna, at=at, key="ten")

    def real(context: CaptureQueriesContext) -> int:
        return sum("SAVEPOINT" not in query["sql"] for query in context.captured_queries)

    assert real(one) <= 11 and real(ten) <= 12


def test_the_same_key_again_is_the_same_order(shop: Shop, cast: Cast, at: datetime) -> None:
    reward = shop.voucher("ZERNO-1", "ZERNO-2")
    give_points(cast.anna, 250, at=at)

    first = orders.place(reward_id=reward.pk, by=cast.anna, at=at, key="click")
    second = orders.place(reward_id=reward.pk, by=cast.anna, at=at + timedelta(seconds=1), key="click")

    assert first.pk == second.pk
    assert ledger.balance(cast.anna.pk).available == 150
    assert PromoCode.objects.filter(order__isnull=False).count() == 1


def test_a_key_does_not_stand_for_two_wishes(shop: Shop, cast: Cast, at: datetime) -> None:
    reward, other = shop.voucher("ZERNO-1"), shop.voucher("ZERNO-2")
    give_points(cast.anna, 250, at=at)
    orders.place(reward_id=reward.pk, by=cast.anna, at=at, key="click")

    refusal = refusal_of(reward_id=other.pk, by=cast.anna, at=at, key="click")

    assert (refusal.code, refusal.status) == ("idempotency_key_reused", 409)


def test_two_residents_may_choose_the_same_key(shop: Shop, cast: Cast, at: datetime) -> None:
    reward = shop.voucher("ZERNO-1", "ZERNO-2")
    for resident in (cast.anna, cast.boris):
        give_points(resident, 100, at=at)
        orders.place(reward_id=reward.pk, by=resident, at=at, key="1")
    assert Order.objects.count() == 2


@pytest.mark.parametrize("key", ["", "x" * 101, "a\x00b", "line\nbreak"])
def test_a_key_is_readable_and_short(shop: Shop, cast: Cast, at: datetime, key: str) -> None:
    refusal = refusal_of(reward_id=shop.voucher("ZERNO-1").pk, by=cast.anna, at=at, key=key)
    assert (refusal.code, refusal.status) == ("idempotency_key_unusable", 400)


def test_too_few_points_are_counted_and_nothing_moves(shop: Shop, cast: Cast, at: datetime) -> None:
    reward = shop.voucher("ZERNO-1")
    give_points(cast.anna, 70, at=at)

    refusal = refusal_of(reward_id=reward.pk, by=cast.anna, at=at, key="a")

    assert refusal.code == "points_not_enough"
    assert "30" in str(refusal.text) and str(refusal.remedy)
    assert ledger.balance(cast.anna.pk).available == 70
    assert not Order.objects.exists()
    assert not PromoCode.objects.filter(order__isnull=False).exists()


def test_an_empty_pool_leaves_the_points_and_offers_something_else(shop: Shop, cast: Cast, at: datetime) -> None:
    reward = shop.voucher()
    shop.voucher("OTHER-1", titles={"ru": "Чай", "en": "Tea"}, price=40)
    shop.voucher("OTHER-2", titles={"ru": "Дворец", "en": "Palace"}, price=4_000)
    shop.voucher(titles={"ru": "Пусто", "en": "Empty"}, price=50)
    give_points(cast.anna, 150, at=at)

    refusal = refusal_of(reward_id=reward.pk, by=cast.anna, at=at, key="a")

    assert isinstance(refusal, refusals.OutOfStock)
    assert [alternative.title for alternative in refusal.alternatives] == ["Чай"]
    assert "Чай" in str(refusal.remedy)
    assert ledger.balance(cast.anna.pk) == ledger.Balance(available=150)
    assert ledger_proof.prove() == []


def test_a_pool_with_fewer_codes_than_asked_gives_none(shop: Shop, cast: Cast, at: datetime) -> None:
    reward = shop.voucher("ZERNO-1", "ZERNO-2", order_max=5)
    give_points(cast.anna, 1_000, at=at)
    assert refusal_of(reward_id=reward.pk, quantity=3, by=cast.anna, at=at, key="a").code == "out_of_stock"
    assert not PromoCode.objects.filter(order__isnull=False).exists()
    assert ledger.balance(cast.anna.pk).held == 0


def test_an_expired_code_is_not_given(shop: Shop, cast: Cast, at: datetime) -> None:
    reward = shop.voucher("ZERNO-1")
    PromoCode.objects.update(valid_until=date(2026, 10, 19))
    give_points(cast.anna, 100, at=at)
    assert refusal_of(reward_id=reward.pk, by=cast.anna, at=at, key="a").code == "out_of_stock"


def test_a_draft_does_not_exist_for_residents(shop: Shop, cast: Cast, at: datetime) -> None:
    reward = shop.voucher("ZERNO-1", publish=False)
    give_points(cast.anna, 100, at=at)
    for unknown in (reward.pk, 10**12):
        refusal = refusal_of(reward_id=unknown, by=cast.anna, at=at, key="a")
        assert (refusal.code, refusal.status) == ("reward_unknown", 404)


def test_a_withdrawn_reward_is_not_sold(shop: Shop, cast: Cast, at: datetime) -> None:
    reward = shop.voucher("ZERNO-1")
    catalogue.withdraw(reward_id=reward.pk, reason="Партнёр закрылся", by=cast.olga, at=at)
    give_points(cast.anna, 100, at=at)
    assert refusal_of(reward_id=reward.pk, by=cast.anna, at=at, key="a").code == "reward_withdrawn"


def test_an_offer_ends_with_its_last_day(shop: Shop, cast: Cast, at: datetime) -> None:
    reward = shop.voucher("ZERNO-1", "ZERNO-2", valid_until=date(2026, 10, 20))
    give_points(cast.anna, 200, at=at)
    orders.place(reward_id=reward.pk, by=cast.anna, at=at, key="today")
    later = at + timedelta(days=1)
    assert refusal_of(reward_id=reward.pk, by=cast.anna, at=later, key="b").code == "reward_over"


def test_a_price_that_changed_is_asked_about_again(shop: Shop, cast: Cast, at: datetime) -> None:
    reward = shop.voucher("ZERNO-1")
    give_points(cast.anna, 500, at=at)
    catalogue.reprice(reward_id=reward.pk, price=120, reason="Подорожало", by=cast.olga, at=at)

    refusal = refusal_of(reward_id=reward.pk, by=cast.anna, at=at, key="a", price_seen=100)

    assert (refusal.code, refusal.status) == ("price_changed", 409) and "120" in str(refusal.text)
    assert orders.place(reward_id=reward.pk, by=cast.anna, at=at, key="a", price_seen=120).points == 120


def test_a_low_account_level_is_told_what_to_do(shop: Shop, cast: Cast, at: datetime) -> None:
    reward = shop.voucher("ZERNO-1", level_min=2)
    give_points(cast.vera, 100, at=at)
    refusal = refusal_of(reward_id=reward.pk, by=cast.vera, at=at, key="a")
    assert (refusal.code, refusal.status) == ("level_too_low", 403) and str(refusal.remedy)


def test_a_monthly_limit_begins_anew_with_the_month(shop: Shop, cast: Cast, at: datetime) -> None:
    reward = shop.voucher(*(f"ZERNO-{number}" for number in range(5)), month_max=2)
    give_points(cast.anna, 500, at=at)
    for key in ("a", "b"):
        orders.place(reward_id=reward.pk, by=cast.anna, at=at, key=key)

    refusal = refusal_of(reward_id=reward.pk, by=cast.anna, at=at, key="c")

    assert refusal.code == "limit_month" and "01.11.2026" in str(refusal.remedy)
    first_of_november = datetime.fromisoformat("2026-11-01T00:00:00+03:00")
    orders.place(reward_id=reward.pk, by=cast.anna, at=first_of_november, key="c")
    last_of_october = first_of_november - timedelta(seconds=1)
    assert refusal_of(reward_id=reward.pk, by=cast.anna, at=last_of_october, key="d").code == "limit_month"


def test_a_lifetime_limit_counts_units_and_forgets_what_was_cancelled(shop: Shop, cast: Cast, at: datetime) -> None:
    reward = shop.voucher("ZERNO-1", "ZERNO-2", "ZERNO-3", lifetime_max=2, order_max=2, cancel_hours=24)
    give_points(cast.anna, 500, at=at)
    order = orders.place(reward_id=reward.pk, quantity=2, by=cast.anna, at=at, key="a")
    assert refusal_of(reward_id=reward.pk, by=cast.anna, at=at, key="b").code == "limit_lifetime"

    orders.cancel(order_id=order.pk, by=cast.anna, at=at)

    assert orders.place(reward_id=reward.pk, by=cast.anna, at=at, key="b").quantity == 1
    assert queries.taken(reward_id=reward.pk, resident_id=cast.anna.pk, at=at) == queries.Taken(1, 1)


@pytest.mark.parametrize("quantity", [0, -1, 4, 10**9])
def test_a_quantity_stays_inside_the_order_limit(shop: Shop, cast: Cast, at: datetime, quantity: int) -> None:
    reward = shop.voucher("ZERNO-1", order_max=3)
    give_points(cast.anna, 500, at=at)
    refusal = refusal_of(reward_id=reward.pk, quantity=quantity, by=cast.anna, at=at, key="a")
    assert (refusal.code, refusal.status, refusal.field) == ("quantity_wrong", 422, "quantity")


def test_a_blocked_wallet_buys_nothing(shop: Shop, cast: Cast, at: datetime) -> None:
    reward = shop.voucher("ZERNO-1")
    give_points(cast.anna, 100, at=at)
    wallets.block(resident_id=cast.anna.pk, reason="Проверка", by=cast.olga, at=at)
    assert refusal_of(reward_id=reward.pk, by=cast.anna, at=at, key="a").code == "wallet_blocked"


def test_a_donation_reaches_its_fund_whole(shop: Shop, cast: Cast, at: datetime) -> None:
    reward = shop.donation()
    give_points(cast.anna, 500, at=at)
    order = orders.place(reward_id=reward.pk, quantity=7, by=cast.anna, at=at, key="a")
    assert order.points == 350
    assert codes.shown(order) == []
    assert ledger.account_balances("donated:") == {f"donated:{shop.fund.pk}": 350}
    assert ledger_proof.prove() == [] and proof.prove() == []


def test_a_goal_takes_parts_until_it_is_reached(shop: Shop, cast: Cast, at: datetime) -> None:
    reward = shop.donation(units=10)
    give_points(cast.anna, 1_000, at=at)
    orders.place(reward_id=reward.pk, quantity=8, by=cast.anna, at=at, key="a")
    assert refusal_of(reward_id=reward.pk, quantity=3, by=cast.anna, at=at, key="b").code == "out_of_stock"
    orders.place(reward_id=reward.pk, quantity=2, by=cast.anna, at=at, key="c")
    card = queries.card(reward.pk, resident_id=None, at=at)
    assert (card.remaining, card.collected, card.goal) == (0, 500, 500)
    assert proof.prove() == []


def test_the_resident_is_told_and_no_notice_holds_the_code(shop: Shop, cast: Cast, at: datetime) -> None:
    final, open_ = shop.voucher("SECRET-1"), shop.voucher("SECRET-2", cancel_hours=24)
    give_points(cast.anna, 1_000, at=at)
    orders.place(reward_id=final.pk, by=cast.anna, at=at, key="a")
    orders.place(reward_id=open_.pk, by=cast.anna, at=at, key="b")
    orders.place(reward_id=shop.donation().pk, by=cast.anna, at=at, key="c")

    told = list(Notice.objects.filter(kind__startswith="rewards.").order_by("pk").values_list("kind", flat=True))

    assert told == ["rewards.code_issued", "rewards.order_placed", "rewards.donation_made"]
    assert not any("SECRET" in str(notice.context) for notice in Notice.objects.all())
