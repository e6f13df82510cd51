"""The adapter: exact sums, timeouts, and the difference between «refused» and «nobody knows»."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from dvor.payments import acquirers
from dvor.payments.acquirers import Charge, Payback, Refused, Unknown, yookassa
from dvor.payments.acquirers.yookassa import YooKassa
from tests.payments import bank as banks
from tests.payments.bank import FAULTS, Bank

ANSWER: dict[str, Any] = {"id": "2f", "status": "pending", "amount": {"value": "1.00", "currency": "RUB"}}


@pytest.fixture
def shop(bank: Bank) -> YooKassa:
    return YooKassa(url=f"{bank.url}/v3", shop_id=banks.SHOP_ID, secret=banks.SECRET)


def charge(kopecks: int = 115_000, **more: Any) -> Charge:
    return Charge(mark=uuid4(), number=1, kopecks=kopecks, return_url="https://dvor.example/payments/1/", **more)


@pytest.mark.parametrize("kopecks", [1, 9, 10, 99, 100, 101, 12_345, 999_999_999_999])
def test_kopecks_go_out_and_come_back_exactly(shop: YooKassa, bank: Bank, kopecks: int) -> None:
    assert shop.create(charge(kopecks)).kopecks == kopecks
    whole, rest = bank.bodies[0]["amount"]["value"].split(".")
    assert int(whole + rest) == kopecks
    assert len(rest) == 2


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_may_have_happened_is_unknown(shop: YooKassa, bank: Bank, fault: str) -> None:
    bank.faults = [fault]
    asked = charge()
    with pytest.raises(Unknown):
        shop.create(asked)
    again = shop.create(asked)
    assert again.mark == asked.mark
    assert len(bank.payments) == 1


def test_nobody_there_is_unknown_and_soon() -> None:
    began = time.monotonic()
    with pytest.raises(Unknown):
        YooKassa(url="http://127.0.0.1:9/v3", shop_id="1", secret="2").create(charge())
    assert time.monotonic() - began < yookassa.CONNECT_SECONDS + 1


def test_a_slow_answer_is_not_waited_for(shop: YooKassa, bank: Bank) -> None:
    bank.faults = ["slow_after"]
    with pytest.raises(Unknown, match="timeout"):
        shop.create(charge())


def test_a_refusal_says_its_code_and_nothing_else(shop: YooKassa, bank: Bank) -> None:
    bank.refuse_next = "invalid_request"
    with pytest.raises(Refused) as caught:
        shop.create(charge())
    assert str(caught.value) == "invalid_request"
    with pytest.raises(Refused, match="not_found"):
        shop.fetch("unknown")
    with pytest.raises(Refused, match="invalid_credentials"):
        YooKassa(url=f"{bank.url}/v3", shop_id="1", secret="wrong").fetch("unknown")


def test_a_mark_is_found_on_any_page_of_the_list(shop: YooKassa, bank: Bank) -> None:
    asked = [charge() for _number in range(7)]
    for one in asked:
        shop.create(one)
    since, until = bank.at - timedelta(hours=1), bank.at + timedelta(hours=1)
    assert [getattr(shop.find(one.mark, since=since, until=until), "mark", None) for one in asked] == [
        one.mark for one in asked
    ]
    assert shop.find(uuid4(), since=since, until=until) is None
    assert shop.find(asked[0].mark, since=until, until=until + timedelta(hours=1)) is None


def test_refunds_are_made_read_and_found(shop: YooKassa, bank: Bank) -> None:
    payment = shop.create(charge())
    bank.press(payment.id)
    mark = uuid4()
    made = shop.refund(Payback(mark=mark, payment_id=payment.id, kopecks=101))
    assert (made.kopecks, made.payment_id, made.mark) == (101, payment.id, mark)
    assert shop.fetch_refund(made.id) == made == shop.find_refund(mark, payment_id=payment.id)
    assert shop.find_refund(uuid4(), payment_id=payment.id) is None


@pytest.mark.parametrize(
    "change",
    [
        {"amount": {"value": "1.0", "currency": "RUB"}}, {"amount": {"value": "1e2", "currency": "RUB"}},
        {"amount": {"value": "-1.00", "currency": "RUB"}}, {"amount": {"value": 1.0}}, {"amount": None},
        {"status": "new"}, {"status": None}, {"id": "../x"}, {"id": ""}, {"captured_at": "yesterday"},
        {"confirmation": "x"}, {"payment_method": ["x"]}, {"amount": {"value": "١.٠٠", "currency": "RUB"}},
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_read_is_unknown(change: dict[str, Any]) -> None:
    assert yookassa._payment(ANSWER).kopecks == 100
    with pytest.raises(Unknown):
        yookassa._payment({**ANSWER, **change})


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//evil.example", "", "https://a b", "data:text/html,x"])
def test_only_an_address_of_the_web_is_taken_for_the_payers_page(address: str) -> None:
    assert yookassa._payment({**ANSWER, "confirmation": {"confirmation_url": address}}).confirmation_url == ""


def test_tokens_do_not_stand_in_what_is_printed() -> None:
    told = {**ANSWER, "payment_method": {"id": "secret-token", "saved": True, "type": "sbp"}}
    assert yookassa._payment(told).method_token == "secret-token"
    assert "secret-token" not in repr(yookassa._payment(told))
    assert "secret-token" not in repr(charge(method_token="secret-token"))


def test_without_a_shop_there_is_no_acquirer(settings: Any) -> None:
    settings.ACQUIRER = {**settings.ACQUIRER, "shop_id": ""}
    assert not acquirers.is_on()


def test_two_shops_do_not_share_their_secrets(bank: Bank) -> None:
    """The SDK's own client keeps them in a global."""
    good = YooKassa(url=f"{bank.url}/v3", shop_id=banks.SHOP_ID, secret=banks.SECRET)
    YooKassa(url=f"{bank.url}/v3", shop_id="other", secret="other")
    assert good.create(charge()).stand == "pending"


def test_the_mark_is_the_idempotence_key(shop: YooKassa, bank: Bank) -> None:
    asked = charge()
    shop.create(asked)
    assert list(map(UUID, bank.keys)) == [asked.mark]
