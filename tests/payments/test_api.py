"""Payments for apps: made once for a key, listed by pages, nobody else's."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from dvor.bills.models import Bill
from dvor.payments.models import Method, Payment
from dvor.people.models import Resident
from tests.cast import Cast
from tests.payments.bank import Bank
from tests.payments.steps import named, paid

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    monkeypatch.setattr("dvor.base.clock.now", lambda: at)


def app_of(resident: Resident, at: datetime) -> Client:
    client = Client()
    client.force_login(resident)
    return client


def post(client: Client, body: dict[str, Any], key: str | None = "k1") -> Any:
    headers = {"Idempotency-Key": key} if key is not None else {}
    return client.post("/api/v1/payments", json.dumps(body), content_type="application/json", headers=headers)


def test_a_payment_is_made_once_for_a_key(cast: Cast, at: datetime, bank: Bank, bill: Bill) -> None:
    app = app_of(cast.anna, at)
    answer = post(app, {"shares": [{"bill_id": bill.pk}], "means": "sbp"})
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert (told["status"], told["total_kopecks"], told["means"]) == ("pending", 105_000, "sbp")
    assert told["confirmation_url"].startswith(bank.url)
    assert told["parts"][0]["insurance_kopecks"] == 0
    assert post(app, {"shares": [{"bill_id": bill.pk}], "means": "sbp"}).json()["id"] == told["id"]
    other = post(app, {"shares": [{"bill_id": bill.pk, "kopecks": 100}]})
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert Payment.objects.count() == len(bank.payments) == 1


def test_without_a_key_nothing_is_paid(cast: Cast, at: datetime, bank: Bank, bill: Bill) -> None:
    answer = post(app_of(cast.anna, at), {"shares": [{"bill_id": bill.pk}]}, key=None)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")
    assert not Payment.objects.exists()


@pytest.mark.parametrize(
    "body",
    [{}, {"shares": []}, {"shares": [{"bill_id": "1"}]}, {"shares": [{"bill_id": 1, "kopecks": 0}]},
     {"shares": [{"bill_id": 1}], "means": "cash"}, {"shares": [{"bill_id": 1, "kopecks": 1.5}]},
     {"shares": [{"bill_id": 1}], "resident": 7}],
)  # fmt: skip
def test_a_body_that_makes_no_sense_is_422(cast: Cast, at: datetime, bank: Bank, body: dict[str, Any]) -> None:
    assert post(app_of(cast.anna, at), body).status_code == 422


def test_a_kept_means_needs_no_confirmation(cast: Cast, at: datetime, bank: Bank, bill: Bill) -> None:
    app = app_of(cast.anna, at)
    first = post(app, {"shares": [{"bill_id": bill.pk, "kopecks": 1_000}], "keep_method": True}).json()
    bank.press(named(Payment.objects.get(pk=first["id"])))
    from dvor.payments import outcomes
    from dvor.payments.models import Source

    outcomes.look(first["id"], source=Source.POLL, at=at)
    body = {"shares": [{"bill_id": bill.pk, "kopecks": 2_000}], "method_id": Method.objects.get().pk}
    told = post(app, body, key="k2").json()
    assert (told["status"], told["confirmation_url"]) == ("succeeded", None)


def test_one_payment_tells_its_points(cast: Cast, at: datetime, bank: Bank, bill: Bill) -> None:
    payment = paid(bank, bill, cast.anna, at=at)
    told = app_of(cast.anna, at).get(f"/api/v1/payments/{payment.pk}").json()
    assert told["points"] == {"points": 50, "spendable_at": "2026-10-27T09:00:00Z", "reasons": []}
    assert told["paid_at"] and told["refunds"] == []


def test_the_list_goes_by_pages(cast: Cast, at: datetime, bank: Bank, bill: Bill) -> None:
    made = [paid(bank, bill, cast.anna, at=at, key=f"k{number}", kopecks=1_000).pk for number in range(3)]
    app = app_of(cast.anna, at)
    first = app.get("/api/v1/payments?limit=2").json()
    second = app.get("/api/v1/payments", {"limit": 2, "cursor": first["next"]}).json()
    assert [one["id"] for one in first["items"] + second["items"]] == made[::-1] and second["next"] == ""
    assert app.get(f"/api/v1/payments?flat={cast.other_flat.pk}").json()["items"] == []


def test_other_peoples_payments_and_bills_do_not_exist(cast: Cast, at: datetime, bank: Bank, bill: Bill) -> None:
    payment = paid(bank, bill, cast.anna, at=at, kopecks=1_000)
    stranger = app_of(cast.gleb, at)
    assert stranger.get(f"/api/v1/payments/{payment.pk}").status_code == 404
    assert stranger.get("/api/v1/payments").json()["items"] == []
    answer = post(stranger, {"shares": [{"bill_id": bill.pk}]})
    assert (answer.status_code, answer.json()["code"]) == (404, "bill_unknown")
    assert Client().get("/api/v1/payments").status_code == 401


def test_refunds_are_no_matter_of_apps(cast: Cast, at: datetime, bank: Bank, bill: Bill) -> None:
    payment = paid(bank, bill, cast.anna, at=at, kopecks=1_000)
    assert (
        app_of(cast.anna, at)
        .post(f"/api/v1/payments/{payment.pk}/refunds", "{}", content_type="application/json")
        .status_code
        == 404
    )
