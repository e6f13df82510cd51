"""Rewards and orders by API: keys are required, pages follow one another, codes are only in the order itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from dvor.base.models import Request
from dvor.ledger import queries as ledger
from dvor.people import tokens
from dvor.people.models import Resident
from dvor.rewards.models import Order
from tests.cast import Cast
from tests.rewards.shop import Shop, give_points


def app(resident: Resident, at: datetime) -> Client:
    secret, _token = tokens.issue_to(resident, title="test", at=at)
    return Client(raise_request_exception=False, headers={"authorization": f"Bearer {secret}", "accept-language": "en"})


@pytest.fixture
def anna(shop: Shop, cast: Cast, at: datetime) -> Iterator[Client]:
    give_points(cast.anna, 500, at=at)
    with time_machine.travel(at, tick=False):
        yield app(cast.anna, at)


def post(client: Client, path: str, body: Any = None, *, key: str | None = "k") -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post(f"/api/v1{path}", json.dumps(body), content_type="application/json", headers=headers)


def test_the_catalogue_comes_in_pages_without_gaps(anna: Client, shop: Shop) -> None:
    made = [shop.voucher(f"C-{n}", price=n + 1).pk for n in range(7)] + [shop.donation().pk]
    seen: list[int] = []
    cursor = ""
    while True:
        page = anna.get("/api/v1/rewards", {"limit": 3, "cursor": cursor}).json()
        seen += [one["id"] for one in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    assert seen == made


def test_a_reward_is_told_in_the_language_asked_for(anna: Client, shop: Shop) -> None:
    reward = shop.voucher("A-1", "A-2", level_min=2, month_max=3, cancel_hours=48)
    told = anna.get(f"/api/v1/rewards/{reward.pk}").json()
    assert told["title"] == "Coffee at a café" and told["remaining"] == 2 and told["level_min"] == "standard"
    assert (told["kind"], told["category"], told["currency"], told["cancel_hours"]) == ("voucher", "promo", "city", 48)
    russian = anna.get(f"/api/v1/rewards/{reward.pk}", headers={"accept-language": "ru"}).json()
    assert russian["title"] == "Кофе в кофейне"


def test_only_what_is_affordable_and_on_a_shelf(anna: Client, shop: Shop) -> None:
    cheap, dear, gift = shop.voucher("A-1"), shop.voucher("B-1", price=900), shop.donation()

    def found(**query: Any) -> list[int]:
        return [one["id"] for one in anna.get("/api/v1/rewards", query).json()["items"]]

    assert found() == [cheap.pk, dear.pk, gift.pk]
    assert found(affordable="true") == [cheap.pk, gift.pk]
    assert found(category="promo") == [cheap.pk, dear.pk]
    assert anna.get("/api/v1/rewards", {"category": "'; --"}).status_code == 422


def test_an_order_is_placed_once_and_its_code_is_not_in_the_kept_answer(anna: Client, shop: Shop, cast: Cast) -> None:
    reward = shop.voucher("SECRET-1", "SECRET-2")
    first = post(anna, "/orders", {"reward_id": reward.pk})
    again = post(anna, "/orders", {"reward_id": reward.pk})
    assert first.status_code == again.status_code == 201 and first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert first.json()["points"] == 100 and Order.objects.count() == 1
    assert "SECRET" not in first.content.decode() + str(list(Request.objects.values()))
    told = anna.get(f"/api/v1/orders/{first.json()['id']}").json()
    assert told["codes"] == [{"text": "SECRET-1", "valid_until": None}]
    assert ledger.balance(cast.anna.pk).available == 400


def test_an_order_without_a_key_is_refused(anna: Client, shop: Shop) -> None:
    answer = post(anna, "/orders", {"reward_id": shop.voucher("A-1").pk}, key=None)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")
    assert not Order.objects.exists()


def test_a_key_for_another_order_is_a_conflict(anna: Client, shop: Shop) -> None:
    first, second = shop.voucher("A-1"), shop.voucher("B-1")
    post(anna, "/orders", {"reward_id": first.pk})
    answer = post(anna, "/orders", {"reward_id": second.pk})
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")


def test_a_page_and_an_app_with_the_same_key_make_one_order(anna: Client, shop: Shop, cast: Cast, at: datetime) -> None:
    from dvor.rewards import orders

    reward = shop.voucher("A-1", "A-2")
    placed = orders.place(reward_id=reward.pk, by=cast.anna, at=at, key="k")
    assert post(anna, "/orders", {"reward_id": reward.pk}).json()["id"] == placed.pk


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"reward_id": 10**12}, 404, "reward_unknown"),
        ({"reward_id": 0}, 422, "request_invalid"),
        ({"reward_id": "1"}, 422, "request_invalid"),
        ({"reward_id": True}, 422, "request_invalid"),
        ({"reward_id": 1.5}, 422, "request_invalid"),
        ({"reward_id": 2**70}, 422, "request_invalid"),
        ({"quantity": 1}, 422, "request_invalid"),
        ({"quantity": 0}, 422, "request_invalid"),
        ({"quantity": 101}, 422, "request_invalid"),
        ({"quantity": "2"}, 422, "request_invalid"),
        ({"quantity": None}, 422, "request_invalid"),
        ({"price": 99}, 409, "price_changed"),
        ({"price": -1}, 422, "request_invalid"),
        ({"resident_id": 1}, 422, "request_invalid"),
        ({"points": 1}, 422, "request_invalid"),
        ({"at": "2020-01-01T00:00:00Z"}, 422, "request_invalid"),
        ([], 422, "request_invalid"),
        (None, 422, "request_invalid"),
    ],
)
def test_crooked_orders_are_explained(anna: Client, shop: Shop, body: Any, status: int, code: str) -> None:
    reward = shop.voucher("A-1")
    if isinstance(body, dict) and "reward_id" not in body and body != {"quantity": 1}:
        body = {"reward_id": reward.pk, **body}
    answer = post(anna, "/orders", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json" and answer.json()["detail"]
    assert not Order.objects.exists()


def test_a_refused_key_may_try_again(anna: Client, shop: Shop) -> None:
    reward = shop.voucher()
    assert post(anna, "/orders", {"reward_id": reward.pk}).json()["code"] == "out_of_stock"
    shop.load(reward, "A-1234")
    assert post(anna, "/orders", {"reward_id": reward.pk}).status_code == 201


def test_a_code_is_revealed_and_the_order_is_final(anna: Client, shop: Shop) -> None:
    reward = shop.voucher("SECRET-1", cancel_hours=24)
    number = post(anna, "/orders", {"reward_id": reward.pk}).json()["id"]
    assert anna.get(f"/api/v1/orders/{number}").json()["codes"] == []
    for _again in range(2):
        assert post(anna, f"/orders/{number}/code").json()["codes"][0]["text"] == "SECRET-1"
    answer = anna.delete(f"/api/v1/orders/{number}")
    assert (answer.status_code, answer.json()["code"]) == (409, "code_revealed")


def test_an_order_is_cancelled_again_and_again(anna: Client, shop: Shop, cast: Cast) -> None:
    number = post(anna, "/orders", {"reward_id": shop.voucher("A-1", cancel_hours=24).pk}).json()["id"]
    first, second = (anna.delete(f"/api/v1/orders/{number}").json() for _again in range(2))
    assert first == second and first["cancelled_at"]
    assert ledger.balance(cast.anna.pk).available == 500


def test_orders_come_newest_first_in_pages(anna: Client, shop: Shop) -> None:
    reward = shop.donation(order_max=5)
    made = [post(anna, "/orders", {"reward_id": reward.pk}, key=str(n)).json()["id"] for n in range(5)]
    first = anna.get("/api/v1/orders", {"limit": 3}).json()
    second = anna.get("/api/v1/orders", {"limit": 3, "cursor": first["next"]}).json()
    assert [one["id"] for one in first["items"] + second["items"]] == made[::-1] and second["next"] == ""


def test_a_neighbour_finds_no_order(anna: Client, shop: Shop, cast: Cast, at: datetime) -> None:
    number = post(anna, "/orders", {"reward_id": shop.voucher("A-1", cancel_hours=24).pk}).json()["id"]
    gleb = app(cast.gleb, at)
    for answer in (
        gleb.get(f"/api/v1/orders/{number}"),
        gleb.delete(f"/api/v1/orders/{number}"),
        post(gleb, f"/orders/{number}/code"),
        gleb.get("/api/v1/orders/99999999999999999999"),
    ):
        assert answer.status_code in (404, 422)
    assert gleb.get("/api/v1/orders").json()["items"] == []


def test_a_stranger_gets_nothing(shop: Shop) -> None:
    client = Client(raise_request_exception=False)
    for answer in (client.get("/api/v1/rewards"), client.get("/api/v1/orders"), post(client, "/orders", {})):
        assert answer.status_code == 401


def test_the_description_says_that_a_key_is_required(anna: Client) -> None:
    described = anna.get("/api/v1/openapi.json").json()
    parameters = described["paths"]["/api/v1/orders"]["post"]["parameters"]
    keys = [one for one in parameters if one["name"] == "Idempotency-Key"]
    assert len(keys) == 1 and keys[0]["required"] is True
