"""What Dvor relies on of the acquirer, held against the stand-in with the official SDK of YooKassa."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
import requests
from yookassa import Configuration, Payment, Refund
from yookassa.domain.exceptions import BadRequestError, InternalServerError, NotFoundError, UnauthorizedError
from yookassa.domain.notification import WebhookNotificationFactory

from tests.acquirer import SECRET, SHOP_ID, Shop, StandIn, running, shop

BACK = "http://127.0.0.1:8000/payments/1/"


@pytest.fixture(scope="module")
def listener() -> Iterator[Shop]:
    with shop() as listening:
        yield listening


@pytest.fixture(scope="module")
def process(django_db_setup: None, listener: Shop) -> Iterator[StandIn]:
    with running(notify=listener.url) as started:
        yield started


@pytest.fixture
def acquirer(process: StandIn, listener: Shop) -> Iterator[StandIn]:
    """The running stand-in, well-behaved and with the SDK pointed at it."""
    listener.heard.clear()
    listener.answers.clear()
    Configuration.configure(SHOP_ID, SECRET, api_url=process.api)
    yield process
    process.behave()


def order(value: str = "1234.56", **more: Any) -> dict[str, Any]:
    asked = {
        "amount": {"value": value, "currency": "RUB"}, "capture": True, "description": "ЖКУ, оплата № 1",
        "confirmation": {"type": "redirect", "return_url": BACK}, "metadata": {"mark": "m1"},
    }  # fmt: skip
    return {name: given for name, given in {**asked, **more}.items() if given is not None}


def paid(acquirer: StandIn, **more: Any) -> Any:
    created = Payment.create(order(**more), str(uuid4()))
    assert acquirer.press(created.id) == BACK
    return Payment.find_one(created.id)


def test_a_payment_is_created_confirmed_by_the_payer_and_told(acquirer: StandIn, listener: Shop) -> None:
    created = Payment.create(order(), str(uuid4()))
    assert (created.status, created.paid, created.metadata["mark"]) == ("pending", False, "m1")
    assert created.confirmation.confirmation_url == f"{acquirer.url}/checkout/{created.id}/"
    assert acquirer.press(created.id) == BACK
    done = Payment.find_one(created.id)
    assert (done.status, done.paid, str(done.amount.value), done.payment_method.type) == (
        "succeeded", True, "1234.56", "bank_card")  # fmt: skip
    assert done.captured_at and done.payment_method.saved is False
    told = WebhookNotificationFactory().create(listener.wait(1, created.id)[0])
    assert (told.event, told.object.id, told.object.status) == ("payment.succeeded", created.id, "succeeded")


def test_the_bank_may_decline(acquirer: StandIn, listener: Shop) -> None:
    created = Payment.create(order(), str(uuid4()))
    acquirer.press(created.id, "decline")
    declined = Payment.find_one(created.id)
    assert (declined.status, declined.cancellation_details.reason) == ("canceled", "general_decline")
    assert listener.wait(1, created.id)[0]["event"] == "payment.canceled"


def test_a_payment_ends_once_whatever_is_pressed_afterwards(acquirer: StandIn) -> None:
    done = paid(acquirer)
    page = requests.get(f"{acquirer.url}/checkout/{done.id}/", timeout=10).text
    assert "второй раз заплатить нельзя" in page and 'name="pay"' not in page


def test_the_same_key_is_the_same_payment_also_at_the_same_moment(acquirer: StandIn) -> None:
    key = str(uuid4())
    with ThreadPoolExecutor(8) as callers:
        found = list(callers.map(lambda _number: Payment.create(order(), key).id, range(8)))
    assert len(set(found)) == 1
    with pytest.raises(BadRequestError) as refused:
        Payment.create(order("1.00"), key)
    assert refused.value.error.parameter == "Idempotence-Key"


@pytest.mark.parametrize(
    ("wrong", "parameter"),
    [({"amount": {"value": "9.00", "currency": "USD"}}, "amount"), ({"confirmation": None}, "confirmation"),
     ({"payment_method_data": {"type": "sberbank"}}, "payment_method_data.type"),
     ({"payment_method_id": "nobody"}, "payment_method_id")],
)  # fmt: skip
def test_a_wrong_request_is_refused_with_the_parameter_at_fault(
    acquirer: StandIn, wrong: dict[str, Any], parameter: str
) -> None:
    with pytest.raises(BadRequestError) as refused:
        Payment.create(order(**wrong), str(uuid4()))
    assert (refused.value.error.code, refused.value.error.parameter) == ("invalid_request", parameter)


def test_another_shop_and_another_payment_are_unknown(acquirer: StandIn) -> None:
    with pytest.raises(NotFoundError):
        Payment.find_one(str(uuid4()))
    Configuration.configure(SHOP_ID, "guess", api_url=acquirer.api)
    with pytest.raises(UnauthorizedError):
        Payment.create(order(), str(uuid4()))


def test_sbp_is_a_means_of_its_own(acquirer: StandIn) -> None:
    created = Payment.create(order(payment_method_data={"type": "sbp"}), str(uuid4()))
    page = requests.get(f"{acquirer.url}/checkout/{created.id}/", timeout=10).text
    assert 'value="sbp"' in page and 'value="bank_card"' not in page
    acquirer.press(created.id, method="bank_card")
    assert Payment.find_one(created.id).payment_method.type == "sbp"


def test_a_kept_means_pays_without_the_payer(acquirer: StandIn) -> None:
    first = paid(acquirer, save_payment_method=True)
    assert first.payment_method.saved
    again = Payment.create(order("50.00", confirmation=None, payment_method_id=first.payment_method.id), str(uuid4()))
    assert (again.status, again.paid) == ("succeeded", True)
    acquirer.behave(decline={"times": 1})
    poor = Payment.create(order("50.00", confirmation=None, payment_method_id=first.payment_method.id), str(uuid4()))
    assert (poor.status, poor.cancellation_details.reason) == ("canceled", "insufficient_funds")


def test_held_money_is_taken_or_let_go(acquirer: StandIn) -> None:
    held = paid(acquirer, capture=False)
    assert (held.status, held.paid) == ("waiting_for_capture", True)
    assert (
        Payment.capture(held.id, {"amount": {"value": "1000.00", "currency": "RUB"}}, str(uuid4())).status
        == "succeeded"
    )
    free = paid(acquirer, capture=False)
    assert Payment.cancel(free.id, str(uuid4())).status == "canceled"
    with pytest.raises(BadRequestError):
        Payment.cancel(held.id, str(uuid4()))


def test_money_comes_back_in_parts_and_never_more_than_was_paid(acquirer: StandIn, listener: Shop) -> None:
    done = paid(acquirer, value="100.00")
    back = {"payment_id": done.id, "amount": {"value": "60.00", "currency": "RUB"}}
    key = str(uuid4())
    part = Refund.create(back, key)
    assert Refund.create(back, key).id == part.id, "once for a key"
    assert Refund.find_one(part.id).status == "succeeded"
    with pytest.raises(BadRequestError):
        Refund.create(back, str(uuid4()))
    rest = Refund.create({**back, "amount": {"value": "40.00", "currency": "RUB"}}, str(uuid4()))
    assert Payment.find_one(done.id).refundable is False
    assert {one.id for one in Refund.list({"payment_id": done.id}).items} == {part.id, rest.id}
    assert {told["event"] for told in listener.wait(2, part.id, rest.id)} == {"refund.succeeded"}


def test_a_list_goes_by_pages_and_by_time(acquirer: StandIn) -> None:
    made = [Payment.create(order("7.00"), str(uuid4())) for _number in range(3)]
    first = Payment.list({"limit": 2, "created_at.gte": made[0].created_at})
    second = Payment.list({"limit": 2, "created_at.gte": made[0].created_at, "cursor": first.next_cursor})
    assert [one.id for one in [*first.items, *second.items]] == [one.id for one in reversed(made)]


def test_it_does_and_answers_500_or_only_answers_500(acquirer: StandIn) -> None:
    for mood in ("error_before", "error_after"):
        key = str(uuid4())
        acquirer.behave(**{mood: {"times": 1}})
        with pytest.raises(InternalServerError):
            Payment.create(order(), key)
        assert Payment.create(order(), key).status == "pending", "the same key goes on"


def test_it_answers_late(acquirer: StandIn) -> None:
    acquirer.behave(slow={"times": 1, "seconds": 1})
    key = str(uuid4())
    with pytest.raises(requests.Timeout):
        requests.post(
            f"{acquirer.api}/payments",
            json=order(),
            auth=(SHOP_ID, SECRET),
            headers={"Idempotence-Key": key},
            timeout=0.5,
        )
    again = requests.post(
        f"{acquirer.api}/payments", json=order(), auth=(SHOP_ID, SECRET), headers={"Idempotence-Key": key}, timeout=10
    )
    assert again.json()["status"] == "pending"


def test_a_notification_is_repeated_until_it_is_taken(acquirer: StandIn, listener: Shop) -> None:
    created = Payment.create(order(), str(uuid4()))
    listener.answers[created.id] = [500, 503]
    acquirer.press(created.id)
    assert len(listener.wait(3, created.id)) == 3


def test_a_notification_comes_twice_late_or_never(acquirer: StandIn, listener: Shop) -> None:
    acquirer.behave(duplicate={"times": 1})
    twice = paid(acquirer)
    assert len(listener.wait(2, twice.id)) == 2
    acquirer.behave(late={"times": 1, "seconds": 2})
    late = paid(acquirer)
    prompt = paid(acquirer)
    found = listener.wait(2, late.id, prompt.id)
    assert [one["object"]["id"] for one in found] == [prompt.id, late.id], "out of order"
    acquirer.behave(lost={"times": 1})
    lost = paid(acquirer)
    told = paid(acquirer)
    assert listener.wait(1, told.id) and not listener.of([lost.id])
