"""From the confirmation to the code: what a resident sees, and what nobody else does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dvor.ledger import queries as ledger
from dvor.rewards import catalogue, orders
from dvor.rewards.models import Order
from tests.cast import Cast
from tests.rewards.shop import Shop, give_points


@pytest.fixture
def anna(client: Client, cast: Cast, at: datetime) -> Iterator[Client]:
    client.force_login(cast.anna)
    give_points(cast.anna, 500, at=at)
    with time_machine.travel(at, tick=False):
        yield client


def confirmed(client: Client, reward_id: int, quantity: int = 1) -> dict[str, object]:
    page = client.get(reverse("reward_order", args=[reward_id]), {"quantity": quantity})
    return dict(page.context["known"])


def test_confirming_shows_the_balance_before_and_after(anna: Client, shop: Shop) -> None:
    reward = shop.voucher("A-1", "A-2", order_max=3)
    page = anna.get(reverse("reward_order", args=[reward.pk]), {"quantity": "2"})
    bill = page.context["bill"]
    assert (bill.total, bill.before, bill.left) == (200, 500, 300)
    assert "Confirm" not in page.content.decode()


def test_an_exchange_ends_on_the_page_with_the_code(anna: Client, shop: Shop) -> None:
    reward = shop.voucher("ZERNO-77")
    answer = anna.post(reverse("reward_order", args=[reward.pk]), confirmed(anna, reward.pk))
    assert answer.status_code == 303
    page = anna.get(answer["Location"]).content.decode()
    assert "ZERNO-77" in page and '<svg width="224"' in page and "data-copy" in page
    assert "style=" not in page


def test_a_double_click_is_one_order(anna: Client, shop: Shop) -> None:
    reward = shop.voucher("A-1", "A-2")
    sent = confirmed(anna, reward.pk)
    first, second = (anna.post(reverse("reward_order", args=[reward.pk]), sent) for _click in range(2))
    assert first["Location"] == second["Location"]
    assert Order.objects.count() == 1


def test_a_price_that_changed_meanwhile_is_confirmed_anew(anna: Client, shop: Shop, cast: Cast, at: datetime) -> None:
    reward = shop.voucher("A-1234")
    sent = confirmed(anna, reward.pk)
    catalogue.reprice(reward_id=reward.pk, price=150, reason="Новая цена", by=cast.olga, at=at)
    answer = anna.post(reverse("reward_order", args=[reward.pk]), sent)
    assert answer.status_code == 409 and 'value="150"' in answer.content.decode()
    assert not Order.objects.exists()


def test_who_came_too_late_keeps_the_points_and_sees_something_else(
    anna: Client, shop: Shop, cast: Cast, at: datetime
) -> None:
    reward = shop.voucher("LAST")
    shop.voucher("TEA-1", titles={"ru": "Чай", "en": "Tea"})
    sent = confirmed(anna, reward.pk)
    give_points(cast.boris, 100, at=at)
    orders.place(reward_id=reward.pk, by=cast.boris, at=at, key="first")

    answer = anna.post(reverse("reward_order", args=[reward.pk]), sent)

    assert answer.status_code == 409
    assert "только что закончилось" in answer.content.decode() and "Чай" in answer.content.decode()
    assert ledger.balance(cast.anna.pk).available == 500


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"quantity": "many", "price_seen": "1", "key": "k"},
        {"quantity": "0", "price_seen": "100", "key": "k"},
        {"quantity": "99999999999999999999", "price_seen": "100", "key": "k"},
        {"quantity": "1", "price_seen": "100", "key": ""},
        {"quantity": "1", "price_seen": "100", "key": "x" * 500},
        {"quantity": "1", "price_seen": "100", "key": "a\x00b"},
        {"quantity": "1", "price_seen": "-100", "key": "k"},
        {"quantity": "2", "price_seen": "100", "key": "k"},
    ],
)
def test_a_crooked_form_comes_back_and_changes_nothing(anna: Client, shop: Shop, sent: dict[str, str]) -> None:
    reward = shop.voucher("A-1", "A-2")
    answer = anna.post(reverse("reward_order", args=[reward.pk]), sent)
    assert 400 <= answer.status_code < 500 and not Order.objects.exists()


def test_without_enough_points_the_page_says_how_to_earn_them(anna: Client, shop: Shop) -> None:
    reward = shop.voucher("A-1234", price=560)
    page = anna.get(reverse("reward_order", args=[reward.pk])).content.decode()
    assert "Не хватает 60" in page and 'name="key"' not in page


def test_a_code_waits_until_it_is_asked_for(anna: Client, shop: Shop, cast: Cast, at: datetime) -> None:
    reward = shop.voucher("HIDDEN-1", cancel_hours=24)
    order = orders.place(reward_id=reward.pk, by=cast.anna, at=at, key="a")
    page = anna.get(reverse("order", args=[order.pk])).content.decode()
    assert "HIDDEN" not in page and "Показать код" in page

    assert anna.get(reverse("order_code", args=[order.pk])).status_code == 405
    anna.post(reverse("order_code", args=[order.pk]))

    page = anna.get(reverse("order", args=[order.pk])).content.decode()
    assert "HIDDEN-1" in page and reverse("order_cancel", args=[order.pk]) not in page


def test_a_cancelled_order_returns_the_points(anna: Client, shop: Shop, cast: Cast, at: datetime) -> None:
    reward = shop.voucher("HIDDEN-1", cancel_hours=24)
    order = orders.place(reward_id=reward.pk, by=cast.anna, at=at, key="a")
    assert reverse("order_cancel", args=[order.pk]) in anna.get(reverse("order", args=[order.pk])).content.decode()

    assert anna.post(reverse("order_cancel", args=[order.pk])).status_code == 303

    assert ledger.balance(cast.anna.pk).available == 500
    page = anna.get(reverse("order", args=[order.pk])).content.decode()
    assert "вернул" in page and "HIDDEN" not in page


def test_a_donor_is_thanked(anna: Client, shop: Shop, cast: Cast, at: datetime) -> None:
    order = orders.place(reward_id=shop.donation().pk, quantity=2, by=cast.anna, at=at, key="a")
    assert "Спасибо" in anna.get(reverse("order", args=[order.pk])).content.decode()


def test_a_neighbours_order_does_not_exist(anna: Client, client: Client, shop: Shop, cast: Cast, at: datetime) -> None:
    reward = shop.voucher("MINE-1", cancel_hours=24)
    order = orders.place(reward_id=reward.pk, by=cast.anna, at=at, key="a")
    client.force_login(cast.gleb)
    assert client.get(reverse("order", args=[order.pk])).status_code == 404
    for name in ("order_code", "order_cancel"):
        assert client.post(reverse(name, args=[order.pk])).status_code == 404
    order.refresh_from_db()
    assert order.revealed_at is None and order.cancelled_at is None


def test_a_stranger_is_asked_to_sign_in(client: Client, shop: Shop) -> None:
    for path in ("/orders/", "/orders/1/"):
        assert client.get(path)["Location"].startswith("/sign-in/")


def test_order_pages_are_read_in_few_queries(anna: Client, shop: Shop, cast: Cast, at: datetime) -> None:
    reward = shop.voucher(*(f"A-{number}" for number in range(30)), order_max=3)
    give_points(cast.anna, 5_000, at=at)
    for number in range(25):
        orders.place(reward_id=reward.pk, by=cast.anna, at=at + timedelta(minutes=number), key=str(number))
    last = orders.place(reward_id=reward.pk, quantity=3, by=cast.anna, at=at, key="three")
    for url in (reverse("orders"), reverse("order", args=[last.pk])):
        with CaptureQueriesContext(connection) as queries:
            assert anna.get(url).status_code == 200
        assert len(queries) <= 8, [query["sql"] for query in queries]


def test_many_orders_come_in_pages_without_gaps(anna: Client, shop: Shop, cast: Cast, at: datetime) -> None:
    reward = shop.donation()
    give_points(cast.anna, 5_000, at=at)
    placed = [
        orders.place(reward_id=reward.pk, by=cast.anna, at=at + timedelta(minutes=n // 3), key=str(n)).pk
        for n in range(45)
    ]
    seen: list[int] = []
    query = ""
    for _page in range(3):
        context = anna.get(reverse("orders") + query).context
        seen += [order.pk for order in context["orders"]]
        query = f"?before={context['older']}"
    assert seen == sorted(placed, reverse=True) and query == "?before="


@pytest.mark.parametrize("before", ["", "x", "1-", "-1", "1-2-3", "9" * 16 + "-1", "99999999999999999-1", "١-١"])
def test_a_crooked_cursor_shows_the_first_page(anna: Client, shop: Shop, before: str) -> None:
    assert anna.get(reverse("orders"), {"before": before}).status_code == 200


def test_no_orders_yet_leads_to_the_catalogue(anna: Client, shop: Shop) -> None:
    assert "Пока нет заказов" in anna.get(reverse("orders")).content.decode()
