"""The acquirer's door: it says only «look at this one», whoever knocks, however often, in whatever order."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from dvor.bills.models import Bill
from dvor.payments import notifications, polling, proof, refunds
from dvor.payments.models import Notification, Refund, Status
from tests.cast import Cast
from tests.payments.bank import Bank
from tests.payments.steps import named, paid, points_of, sent

pytestmark = pytest.mark.django_db
ADDRESS = "/payments/notifications/"


def told(event: str, object_id: Any, **more: Any) -> dict[str, Any]:
    return {"type": "notification", "event": event, "object": {"id": object_id, **more}}


def knock(body: Any, **meta: Any) -> int:
    content = body if isinstance(body, (bytes, str)) else json.dumps(body)
    client = Client(enforce_csrf_checks=True)
    return client.post(ADDRESS, data=content, content_type="application/json", **meta).status_code


def hear_all(at: datetime) -> list[str]:
    waiting = Notification.objects.filter(handled_at__isnull=True).order_by("pk")
    return [notifications.hear(one.pk, at=at) for one in waiting]


def test_a_notification_is_stored_answered_at_once_and_looked_at_by_a_job(
    cast: Cast, bank: Bank, bill: Bill, at: datetime
) -> None:
    payment = sent(bill, cast.anna, at=at)
    bank.press(named(payment))
    asked = len(bank.asked)
    assert knock(told("payment.succeeded", payment.acquirer_id)) == 200
    assert len(bank.asked) == asked  # the answer waits for nobody
    job = ProcrastinateJob.objects.get(task_name="dvor.payments.jobs.hear")
    assert job.args == {"notification_id": Notification.objects.get().pk}
    assert hear_all(at) == ["payment"]
    payment.refresh_from_db()
    assert payment.status == Status.SUCCEEDED
    assert points_of(cast.anna) == 50


def test_nothing_that_a_notification_says_is_believed(cast: Cast, bank: Bank, bill: Bill, at: datetime) -> None:
    payment = sent(bill, cast.anna, at=at)
    lie = told(
        "payment.succeeded", payment.acquirer_id, status="succeeded", paid=True,
        amount={"value": "1150.00", "currency": "RUB"}, metadata={"mark": str(payment.request_key)},
    )  # fmt: skip
    assert knock(lie) == 200
    hear_all(at)
    payment.refresh_from_db()
    assert payment.status == Status.PENDING


def test_doubled_late_and_disordered_notifications_change_nothing(
    cast: Cast, bank: Bank, bill: Bill, at: datetime
) -> None:
    payment = paid(bank, bill, cast.anna, at=at)
    for event in ("payment.canceled", "payment.succeeded", "payment.waiting_for_capture", "payment.succeeded"):
        assert knock(told(event, payment.acquirer_id)) == 200
    assert hear_all(at + timedelta(hours=20)) == ["payment"] * 4
    payment.refresh_from_db()
    assert payment.status == Status.SUCCEEDED
    assert points_of(cast.anna) == 50
    assert proof.prove() == []


def test_an_unknown_object_is_stored_and_ignored(cast: Cast, bank: Bank, at: datetime) -> None:
    assert knock(told("payment.succeeded", "2f0f0000-000f-5000-9000-1b0000000000")) == 200
    assert knock(told("refund.succeeded", "2f0f0000-000f-5000-9000-1b0000000001")) == 200
    assert knock(told("deal.closed", "dl-1")) == 200
    assert hear_all(at) == ["stranger"] * 3


def test_a_refund_is_heard_of(cast: Cast, bank: Bank, bill: Bill, at: datetime) -> None:
    payment = paid(bank, bill, cast.anna, at=at)
    bank.slow_refunds = True
    refund = refunds.send(
        refunds.order(payment.pk, reason="x", by=cast.olga, at=at, key="r").pk, at=at
    )  # fmt: skip
    bank.finish_refund(refund.acquirer_id or "")
    assert knock(told("refund.succeeded", refund.acquirer_id)) == 200
    assert hear_all(at) == ["refund"]
    assert Refund.objects.get().status == Status.SUCCEEDED


def test_while_the_acquirer_is_away_a_notification_waits(cast: Cast, bank: Bank, at: datetime) -> None:
    bank.faults = ["error_before", "error_before"]
    knock(told("payment.succeeded", "unknown-to-us"))
    Notification.objects.update(received_at=at)
    assert hear_all(at) == [""]
    polling.run(at=at + timedelta(minutes=3))
    assert Notification.objects.get().handled_at is None
    polling.run(at=at + timedelta(minutes=4))
    assert Notification.objects.get().outcome == "stranger"


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"1", b'"x"', b"\xff\xfe", b"{}", '{"event": 1, "object": {"id": "x"}}',
        told("payment.succeeded", ""), told("payment.succeeded", None), told("payment.succeeded", ["x"]),
        told("payment.succeeded", "../refunds"), told("payment.succeeded", "x" * 65), told("p" * 61, "x"),
        told("payment.succeeded\n", "x"), told("payment.succeeded", "x?y"), told("payment.succeeded", "а"),
        "[" * 60_000, {"event": "payment.succeeded", "object": None}, {"event": "payment.succeeded", "object": "x"},
    ],
)  # fmt: skip
def test_what_names_nothing_is_refused(cast: Cast, bank: Bank, body: Any) -> None:
    assert knock(body) == 400
    assert not Notification.objects.exists()


def test_a_long_body_is_not_read(cast: Cast, bank: Bank) -> None:
    assert knock(json.dumps(told("payment.succeeded", "x", description="x" * 70_000))) == 413


def test_only_a_post_is_heard(bank: Bank, client: Client) -> None:
    assert client.get(ADDRESS).status_code == 405


@pytest.mark.parametrize(
    ("sender", "proxies", "forwarded", "status"),
    [
        ("127.0.0.1", 0, "", 200),
        ("10.0.0.1", 0, "", 403),
        ("10.0.0.1", 0, "127.0.0.1", 403),  # a stranger's word while no proxy is trusted
        ("10.0.0.1", 1, "127.0.0.1", 200),
        ("10.0.0.1", 1, "127.0.0.1, 8.8.8.8", 403),  # the nearest proxy saw 8.8.8.8; the rest is hearsay
        ("10.0.0.1", 2, "127.0.0.1, 8.8.8.8", 200),
        ("10.0.0.1", 1, "not an address", 403),
        ("::ffff:127.0.0.1", 0, "", 200),
        ("2a02:5180:0:1509::7", 0, "", 200),
        ("2a02:5180:0:1510::7", 0, "", 403),
        ("", 0, "", 403),
    ],
)
def test_only_the_acquirers_addresses_are_heard(
    cast: Cast, bank: Bank, settings: Any, sender: str, proxies: int, forwarded: str, status: int
) -> None:
    settings.PROXIES = proxies
    meta = {"REMOTE_ADDR": sender} | ({"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {})
    assert knock(told("payment.succeeded", "x"), **meta) == status
    assert Notification.objects.count() == (1 if status == 200 else 0)


def test_the_published_addresses_are_those_of_the_sdk() -> None:
    from ipaddress import ip_network

    from yookassa.domain.common.security_helper import SecurityHelper

    from dvor.environment import VARIABLES, networks

    default = next(one.default for one in VARIABLES if one.name == "ACQUIRER_WEBHOOK_ADDRESSES")
    assert default is not None
    assert set(networks(default)) == {ip_network(one) for one in SecurityHelper.YOOKASSA_NETWORKS}


def test_old_notifications_are_forgotten(cast: Cast, bank: Bank, at: datetime) -> None:
    notifications.take("payment.succeeded", "x", address="127.0.0.1", at=at)
    assert notifications.forget(at=at + timedelta(days=399)) == 0
    assert notifications.forget(at=at + timedelta(days=401)) == 1
