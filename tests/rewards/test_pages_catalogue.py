"""The catalogue and a reward's page: public, honest about stock, in few queries."""

from __future__ import annotations

from datetime import date, datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dvor.ledger import wallets
from dvor.rewards import catalogue, orders, wishes
from tests.cast import Cast
from tests.rewards.shop import Shop, give_points

QUERIES_MAX = 8


@pytest.fixture
def anna(client: Client, cast: Cast, at: datetime) -> Client:
    client.force_login(cast.anna)
    with time_machine.travel(at, tick=False):
        yield client


def test_a_stranger_sees_what_readings_are_worth(client: Client, shop: Shop, at: datetime) -> None:
    reward = shop.voucher("ZERNO-1")
    with time_machine.travel(at):
        page = client.get(reverse("rewards"))
        one = client.get(reverse("reward", args=[reward.pk]))
    assert "Кофе в кофейне" in page.content.decode() and "не хватает" not in page.content.decode()
    assert one.status_code == 200 and "reward_order" not in one.content.decode()
    assert f"next=/rewards/{reward.pk}/" in one.content.decode()


def test_a_drafts_page_does_not_exist(anna: Client, shop: Shop) -> None:
    reward = shop.voucher("ZERNO-1", publish=False)
    for number in (reward.pk, 10**25, 2**63, 0):
        assert anna.get(f"/rewards/{number}/").status_code == 404


def test_the_shelf_says_what_is_enough_and_what_is_missing(anna: Client, shop: Shop, cast: Cast, at: datetime) -> None:
    shop.voucher("A-1234", price=100)
    shop.voucher("B-1234", price=180)
    give_points(cast.anna, 150, at=at)
    text = anna.get(reverse("rewards")).content.decode()
    assert "хватает баллов" in text and "не хватает 30" in text


def test_the_catalogue_is_read_in_few_queries(anna: Client, shop: Shop, cast: Cast, at: datetime) -> None:
    for number in range(30):
        shop.voucher(f"CODE-{number}", price=number + 1)
    shop.donation(units=20)
    give_points(cast.anna, 50, at=at)
    with CaptureQueriesContext(connection) as queries:
        page = anna.get(reverse("rewards"), {"affordable": "on", "sort": "cheap", "category": "promo"})
    assert page.status_code == 200 and len(queries) <= QUERIES_MAX, [query["sql"] for query in queries]


def test_a_rewards_page_is_read_in_few_queries(anna: Client, shop: Shop, cast: Cast, at: datetime) -> None:
    reward = shop.voucher("CODE-1", month_max=3)
    give_points(cast.anna, 500, at=at)
    for url in (reverse("reward", args=[reward.pk]), reverse("reward_order", args=[reward.pk])):
        with CaptureQueriesContext(connection) as queries:
            assert anna.get(url).status_code == 200
        assert len(queries) <= QUERIES_MAX, [query["sql"] for query in queries]


def test_filters_find_by_category_words_price_and_wish(anna: Client, shop: Shop, cast: Cast, at: datetime) -> None:
    tea = shop.voucher("T-1234", titles={"ru": "Чай из самовара", "en": "Tea"}, price=300)
    shop.voucher("C-1234", price=100)
    gift = shop.donation()
    give_points(cast.anna, 120, at=at)
    wishes.place(reward_id=tea.pk, by=cast.anna, at=at)

    def found(**query: str) -> list[int]:
        return [offer.card.id for offer in anna.get(reverse("rewards"), query).context["offers"]]

    assert found(category="charity") == [gift.pk]
    assert found(q="САМОВАР") == found(q="tea") == [tea.pk]
    assert tea.pk not in found(affordable="on") and len(found(affordable="on")) == 2
    assert found(wished="on") == [tea.pk]
    assert found(sort="dear")[0] == tea.pk and found(sort="cheap")[0] == gift.pk
    assert found(q="100%_") == [] and found(category="nothing") == []


def test_rubbish_in_filters_is_left_out(anna: Client, shop: Shop) -> None:
    shop.voucher("C-1234")
    for query in ({"page": "-1"}, {"page": "9999"}, {"page": "²"}, {"sort": "'; drop"}, {"q": "\x00" * 500}):
        assert anna.get(reverse("rewards"), query).status_code == 200


def test_an_empty_shop_and_an_empty_search_say_what_to_do(anna: Client, shop: Shop) -> None:
    assert "Полки пока пусты" in anna.get(reverse("rewards")).content.decode()
    shop.voucher("C-1234")
    assert "Ничего не нашлось" in anna.get(reverse("rewards"), {"q": "слон"}).content.decode()


def test_sold_out_is_said_honestly_and_cannot_be_ordered(anna: Client, shop: Shop, cast: Cast, at: datetime) -> None:
    reward = shop.voucher()
    give_points(cast.anna, 500, at=at)
    assert "закончилось" in anna.get(reverse("rewards")).content.decode()
    page = anna.get(reverse("reward", args=[reward.pk])).content.decode()
    assert reverse("reward_order", args=[reward.pk]) not in page


def test_the_last_ones_are_counted(anna: Client, shop: Shop) -> None:
    shop.voucher("A-1", "A-2", "A-3")
    assert "осталось 3" in anna.get(reverse("rewards")).content.decode()


def test_a_goal_shows_how_far_it_is(anna: Client, shop: Shop, cast: Cast, at: datetime) -> None:
    reward = shop.donation(units=100)
    give_points(cast.anna, 500, at=at)
    orders.place(reward_id=reward.pk, quantity=10, by=cast.anna, at=at, key="a")
    page = anna.get(reverse("reward", args=[reward.pk])).content.decode()
    assert 'value="500"' in page and 'max="5000"' in page


def test_a_withdrawn_reward_leaves_the_shelf_but_keeps_its_page(
    anna: Client, shop: Shop, cast: Cast, at: datetime
) -> None:
    reward = shop.voucher("A-1234")
    catalogue.withdraw(reward_id=reward.pk, reason="Закрыто", by=cast.olga, at=at)
    assert anna.get(reverse("rewards")).context["found"] == 0
    assert "больше не выдаётся" in anna.get(reverse("reward", args=[reward.pk])).content.decode()


def test_an_offer_whose_last_day_is_over_leaves_the_shelf(anna: Client, shop: Shop) -> None:
    shop.voucher("A-1234", valid_until=date(2026, 10, 19))
    shop.voucher("B-1234", valid_until=date(2026, 10, 20))
    assert anna.get(reverse("rewards")).context["found"] == 1


def test_pending_debt_and_block_are_shown(anna: Client, shop: Shop, cast: Cast, at: datetime) -> None:
    reward = shop.voucher("A-1234")
    give_points(cast.anna, 500, at=at)
    wallets.block(resident_id=cast.anna.pk, reason="Проверка", by=cast.olga, at=at)
    page = anna.get(reverse("reward_order", args=[reward.pk])).content.decode()
    assert "заблокирован" in page and 'name="key"' not in page


def test_a_wish_is_kept_and_forgotten(anna: Client, shop: Shop) -> None:
    reward = shop.voucher("A-1234")
    url = reverse("reward_wish", args=[reward.pk])
    for _twice in range(2):
        assert anna.post(url, {"wished": "on"}).status_code == 303
    assert anna.get(reverse("rewards"), {"wished": "on"}).context["found"] == 1
    anna.post(url, {"wished": "off"})
    assert anna.get(reverse("rewards"), {"wished": "on"}).context["found"] == 0
    assert anna.post("/rewards/999999/wish/", {"wished": "on"}).status_code == 404


def test_a_stranger_cannot_wish_or_order(client: Client, shop: Shop) -> None:
    reward = shop.voucher("A-1234")
    for name in ("reward_wish", "reward_order"):
        answer = client.post(reverse(name, args=[reward.pk]))
        assert answer.status_code in (302, 303) and answer["Location"].startswith("/sign-in/")
