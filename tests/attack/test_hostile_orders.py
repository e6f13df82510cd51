"""Orders: what nobody may exchange, cancel or read, and what is no order at all."""

from __future__ import annotations

from typing import Any

import pytest

from tests.attack import hostile
from tests.attack.hostile import Attack
from tests.attack.hostile_scene import CODES, Scene

pytestmark = pytest.mark.django_db
ORDERS = "/api/v1/orders"
HUGE = 10**400


# ── Placing ──────────────────────────────────────────────────────────────────────────────────────────────────────
def order(name: str, status: int, says: str, *, by: str = "anna", key: str | None = "k", **body: Any) -> Attack:
    """An order of one coffee, except for what ``body`` says; rewards by their names in the scene."""

    def asked(scene: Scene) -> dict[str, Any]:
        wanted = {"reward_id": "coffee", **body}
        named = wanted["reward_id"]
        return {**wanted, "reward_id": scene.ids.get(named, named) if isinstance(named, str) else named}

    headers = {} if key is None else {"Idempotency-Key": key}
    return Attack(name=f"order {name}", path=ORDERS, status=status, says=says, by=by, json=asked, headers=headers)


REFUSED = [
    order("of a reward that does not exist", 404, "reward_unknown", reward_id=999_999_999),
    order("of the last number there is", 404, "reward_unknown", reward_id=2**63 - 1),
    order("of a draft", 404, "reward_unknown", reward_id="draft"),
    order("of a withdrawn reward", 409, "reward_withdrawn", reward_id="withdrawn"),
    order("of an offer that ended yesterday", 409, "reward_over", reward_id="over"),
    order("of what has run out", 409, "out_of_stock", reward_id="empty"),
    order("of more than the goal has left", 409, "out_of_stock", reward_id="shelter", quantity=5),
    order("without enough points", 409, "points_not_enough", reward_id="dear"),
    order("without any points", 409, "points_not_enough", by="petr"),
    order("of more than an order may hold", 422, "quantity_wrong", quantity=3),
    order("beyond the limit of a life", 409, "limit_lifetime", reward_id="once"),
    order("beyond the limit of a month", 409, "limit_month", reward_id="monthly"),
    order("at a price of yesterday", 409, "price_changed", price=99),
    order("with a level too low", 403, "level_too_low", by="vera", reward_id="vip"),
    order("with the level below", 403, "level_too_low", by="boris", reward_id="vip"),
    order("from a blocked wallet", 403, "wallet_blocked", by="lev"),
    order("without a token", 401, "not_signed_in", by=""),
    order("by somebody who was erased", 401, "not_signed_in", by="zoya"),
    order("without a key", 400, "idempotency_key_missing", key=None),
    order("with an empty key", 400, "idempotency_key_unusable", key=""),
    order("with a key of 101 characters", 400, "idempotency_key_unusable", key="k" * 101),
    order("with a key of control characters", 400, "idempotency_key_unusable", key="k\x07"),
    order("with a key turned backwards", 400, "idempotency_key_unusable", key="k\u202e"),
    order("with the key of another order", 409, "idempotency_key_reused", key="final", reward_id="shelter"),
    order("with the key of another quantity", 409, "idempotency_key_reused", key="final", quantity=2),
]
UNREADABLE = [
    order(f"with {field} {value!r:.40}", 422, "request_invalid", **{field: value})
    for field, values in {
        "reward_id": (None, "", "7", "seven", 7.5, True, [], [7], {"id": 7}, 0, -1, 2**63, HUGE),
        "quantity": (None, "", "1", 1.5, True, [1], 0, -1, -(2**63), 101, 2**31, HUGE),
        "price": ("100", 99.5, False, 0, -100, 2**31, HUGE),
        "points": (0, 1),
        "resident_id": (1,),
        "cancellable_until": ("2099-01-01",),
        "__proto__": ({},),
    }.items()
    for value in values
]


@pytest.mark.parametrize("attack", REFUSED + UNREADABLE, ids=str)
def test_an_order_that_must_not_be(scene: Scene, attack: Attack) -> None:
    scene.assert_refused(attack)


def test_the_same_key_again_is_the_same_order_and_takes_no_points_twice(scene: Scene) -> None:
    attack = order("once", 201, "")
    first = scene.send(attack)
    assert first.status_code == 201
    before = hostile.fingerprint()
    for again in (attack, attack):
        answer = scene.send(again)
        assert (answer.status_code, answer.json()) == (201, first.json())
        assert answer["Idempotency-Replayed"] == "true"
        assert hostile.fingerprint() == before
    scene.assert_refused(order("another body", 409, "idempotency_key_reused", quantity=2), since=before)


def test_the_key_of_another_person_opens_nothing(scene: Scene) -> None:
    answer = scene.send(order("with Gleb's key", 201, "", by="boris", key="gleb_order"))
    assert answer.status_code == 201 and answer.json()["id"] != scene.gleb_order
    assert not any(code in answer.content.decode() for code in CODES)


# ── Looking, revealing, cancelling ───────────────────────────────────────────────────────────────────────────────
def act(name: str, path: str, method: str, status: int, says: str, *, by: str = "anna") -> Attack:
    return Attack(name=name, path=f"/api/v1/{path}", method=method, status=status, says=says, by=by)


THEIRS = [
    act("read Gleb's order", "orders/{gleb_order}", "GET", 404, "order_unknown"),
    act("reveal Gleb's code", "orders/{gleb_order}/code", "POST", 404, "order_unknown"),
    act("cancel Gleb's order", "orders/{gleb_order}", "DELETE", 404, "order_unknown"),
    act("cancel Gleb's order as a city operator", "orders/{gleb_order}", "DELETE", 404, "order_unknown", by="olga"),
    act("reveal Gleb's code as a city operator", "orders/{gleb_order}/code", "POST", 404, "order_unknown", by="olga"),
    act("read Gleb's code as the partner", "orders/{gleb_order}", "GET", 404, "order_unknown", by="petr"),
    act("read an order as nobody", "orders/{gleb_order}", "GET", 401, "not_signed_in", by=""),
    act("reveal a code as nobody", "orders/{gleb_order}/code", "POST", 401, "not_signed_in", by=""),
    act("cancel as somebody erased", "orders/{gleb_order}", "DELETE", 401, "not_signed_in", by="zoya"),
]
TOO_LATE = [
    act("cancel an order that is final", "orders/{final}", "DELETE", 409, "order_final"),
    act("cancel an order whose code was shown", "orders/{shown}", "DELETE", 409, "code_revealed"),
    act("cancel when the time is over", "orders/{late}", "DELETE", 409, "cancel_closed"),
    act("cancel a donation", "orders/{given}", "DELETE", 409, "order_final"),
    act("reveal the code of a cancelled order", "orders/{cancelled}/code", "POST", 409, "order_cancelled"),
    act("reveal the code of a donation", "orders/{given}/code", "POST", 409, "order_without_code"),
]
NOWHERE = [
    act(f"{method} order {number:.20}{tail}", f"orders/{number}{tail}", method, status, says)
    for number, status, says in [
        ("999999999", 404, "order_unknown"), ("0", 422, "request_invalid"), ("-1", 422, "request_invalid"),
        ("1.5", 422, "request_invalid"), ("x", 422, "request_invalid"), ("9223372036854775808", 422, "request_invalid"),
        ("9" * 400, 422, "request_invalid"), ("true", 422, "request_invalid"), ("1e3", 422, "request_invalid"),
    ]
    for method, tail in [("GET", ""), ("DELETE", ""), ("POST", "/code")]
]  # fmt: skip
METHODS = [
    act(f"{method} {path}", path, method, 405, "method_not_allowed")
    for path, methods in {
        "orders": ("PUT", "PATCH", "DELETE"),
        "orders/{final}": ("POST", "PUT", "PATCH"),
        "orders/{final}/code": ("GET", "PUT", "DELETE"),
        "rewards": ("POST", "PUT", "DELETE"),
        "wallet": ("POST", "PUT", "PATCH", "DELETE"),
        "transfers": ("POST", "DELETE"),
        "awards": ("POST", "DELETE"),
        "rules": ("POST", "PUT"),
    }.items()
    for method in methods
]


@pytest.mark.parametrize("attack", THEIRS + TOO_LATE + NOWHERE + METHODS, ids=str)
def test_what_is_not_ones_own_or_is_over(scene: Scene, attack: Attack) -> None:
    scene.assert_refused(attack)


@pytest.mark.parametrize("name", ["cancelled", "shown"])
def test_doing_it_again_gives_the_first_answer_and_changes_nothing(scene: Scene, name: str) -> None:
    method, tail = {"cancelled": ("DELETE", ""), "shown": ("POST", "/code")}[name]
    path = f"orders/{{{name}}}{tail}"
    answers = [scene.send(act("again", path, method, 200, "")) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    scene.assert_unchanged()


def test_a_cancelled_or_hidden_code_is_never_in_an_answer(scene: Scene) -> None:
    for path in ("orders", "orders/{late}", "orders/{cancelled}"):
        text = scene.send(act("look", path, "GET", 200, "")).content.decode()
        assert "SECRET" not in text, path


# ── The pages ────────────────────────────────────────────────────────────────────────────────────────────────────
def post(
    name: str, path: str, status: int, says: str, *, by: str = "anna", method: str = "POST", **form: Any
) -> Attack:
    return Attack(name=f"page: {name}", path=path, method=method, status=status, says=says, by=by, form=form)


BUY = {"quantity": "1", "price_seen": "100", "key": "page"}
PAGES = [
    post("open Gleb's order", "/orders/{gleb_order}/", 404, "You have no such order", method="GET"),
    post("cancel Gleb's order", "/orders/{gleb_order}/cancel/", 404, "You have no such order"),
    post("reveal Gleb's code", "/orders/{gleb_order}/code/", 404, "You have no such order"),
    post("reveal Gleb's code as the partner", "/orders/{gleb_order}/code/", 404, "You have no such order", by="petr"),
    post("an order beyond all numbers", f"/orders/{10**30}/", 404, "You have no such order", method="GET"),
    post("cancel what is final", "/orders/{final}/cancel/", 409, "cannot be given back"),
    post("cancel too late", "/orders/{late}/cancel/", 409, "The time to cancel this order is over"),
    post("cancel by a link", "/orders/{final}/cancel/", 405, "The address belongs to a button", method="GET"),
    post("reveal by a link", "/orders/{late}/code/", 405, "The address belongs to a button", method="GET"),
    post("reveal a cancelled one", "/orders/{cancelled}/code/", 409, "This order was cancelled"),
    post("reveal a donation", "/orders/{given}/code/", 409, "There is no code in this order"),
    post("cancel as nobody", "/orders/{final}/cancel/", 303, "/sign-in/", by=""),
    post("buy as nobody", "/rewards/{coffee}/order/", 303, "/sign-in/", by="", **BUY),
    post("buy a draft", "/rewards/{draft}/order/", 404, "There is no such reward", **BUY),
    post("buy what does not exist", "/rewards/999999999/order/", 404, "There is no such reward", **BUY),
    post("buy beyond all numbers", f"/rewards/{10**30}/order/", 404, "There is no such reward", **BUY),
    post("buy what was withdrawn", "/rewards/{withdrawn}/order/", 409, "no longer offered", **BUY),
    post("buy what ran out", "/rewards/{empty}/order/", 409, "this reward has just run out", **BUY),
    post("buy too dear", "/rewards/{dear}/order/", 409, "points", **{**BUY, "price_seen": "1000000"}),
    post("buy at an old price", "/rewards/{coffee}/order/", 409, "The price has changed", **{**BUY, "price_seen": "1"}),
    post("buy with a low level", "/rewards/{vip}/order/", 403, "needs the account level", by="vera", **BUY),
    post("buy from a blocked wallet", "/rewards/{coffee}/order/", 403, "blocked", by="lev", **BUY),
    post("wish for a draft", "/rewards/{draft}/wish/", 404, "There is no such reward", wished="on"),
    post("wish for nothing", "/rewards/999999999/wish/", 404, "There is no such reward", wished="on"),
    *(
        post(f"buy with {field} {value!r:.30}", "/rewards/{coffee}/order/", 422, "Coffee", **{**BUY, field: value})
        for field, values in {
            "quantity": ("", "0", "-1", "1.5", "one", "101", "٣", "1e400", "9" * 300, "1\x00"),
            "price_seen": ("", "-100", "cheap", "NaN"),
            "key": ("", "k" * 101, "a\x00b"),
        }.items()
        for value in values
    ),
]


@pytest.mark.parametrize("attack", PAGES, ids=str)
def test_a_page_refuses_with_words(scene: Scene, attack: Attack) -> None:
    scene.assert_refused(attack)


def test_a_double_click_is_one_order(scene: Scene) -> None:
    click = post("buy", "/rewards/{coffee}/order/", 303, "/orders/", **BUY)
    first = scene.send(click)
    assert first.status_code == 303
    before = hostile.fingerprint()
    assert scene.send(click)["Location"] == first["Location"]
    assert hostile.fingerprint() == before


ALL = REFUSED + UNREADABLE + THEIRS + TOO_LATE + NOWHERE + METHODS + PAGES
