"""/api/v1/bills."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dvor.bills import qr, slots
from dvor.bills.models import Bill
from tests.bills import year
from tests.cast import Cast


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(datetime(2026, 10, 29, 9, tzinfo=UTC), tick=False):
        yield


@pytest.fixture(autouse=True)
def _no_payments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "_tellers", [])


@pytest.fixture
def october(cast: Cast) -> Bill:
    return year.year(cast.flat)


@pytest.fixture
def anna(client: Client, cast: Cast) -> Client:
    client.force_login(cast.anna)
    return client


def test_bills_come_in_pages_newest_month_first(anna: Client, october: Bill) -> None:
    page = anna.get("/api/v1/bills", {"limit": 10}).json()
    rest = anna.get("/api/v1/bills", {"limit": 10, "cursor": page["next"]}).json()
    months = [one["period"] for one in page["items"] + rest["items"]]
    assert len(months) == 13 and months == sorted(months, reverse=True)
    assert page["items"][0]["payable_kopecks"] == october.payable_kopecks and rest["next"] == ""
    assert anna.get("/api/v1/bills", {"flat": october.flat_id}).json()["items"] == page["items"] + rest["items"]


def test_a_bill_comes_with_each_line_in_words(
    anna: Client, october: Bill, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(6):
        found = anna.get(f"/api/v1/bills/{october.pk}").json()
    hot = next(line for line in found["lines"] if line["service"] == "hot_water")
    assert hot["volume"] == "9.1" and hot["volume_by"] == "meter"
    assert hot["explanation"] == ["Было 107,1, стало 116,2: 9,1\xa0м³ × 243,16\xa0₽ = 2\xa0212,76\xa0₽."]
    month, last_year = hot["changes"]
    parts = ("volume", "tariff", "recalculation", "benefit", "factor", "other")
    assert sum(month[f"{part}_kopecks"] for part in parts) == month["difference_kopecks"]
    assert month["period"] == "2026-09-01" and month["jumped"] and last_year["tariff_kopecks"] > 0
    assert len(found["months"]) == 13 and found["debts"][0] == {"period": "2026-08-01", "kopecks": 150_000}
    assert found["payee"]["bic"] == "044525225" and found["left_kopecks"] is None


def test_the_code_asks_for_the_bill_and_insurance_only_when_wanted(anna: Client, october: Bill) -> None:
    plain = anna.get(f"/api/v1/bills/{october.pk}/qr").json()
    insured = anna.get(f"/api/v1/bills/{october.pk}/qr", {"insurance": "with"}).json()
    assert qr.read(plain["text"]).sum_kopecks == plain["kopecks"] == october.payable_kopecks
    assert insured["kopecks"] - plain["kopecks"] == october.insurance_kopecks


def test_a_version_that_is_not_to_be_paid_has_no_code(anna: Client, october: Bill) -> None:
    Bill.objects.filter(pk=october.pk).update(superseded_at=datetime(2026, 10, 29, tzinfo=UTC))
    answer = anna.get(f"/api/v1/bills/{october.pk}/qr")
    assert answer.status_code == 409 and answer.json()["code"] == "bill_not_payable"


def test_the_pdf_is_a_pdf(anna: Client, october: Bill) -> None:
    answer = anna.get(f"/api/v1/bills/{october.pk}/pdf")
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")


@pytest.mark.parametrize("address", ["", "/pdf", "/qr"])
def test_a_stranger_finds_no_bill(client: Client, cast: Cast, october: Bill, address: str) -> None:
    client.force_login(cast.gleb)
    known, unknown = (client.get(f"/api/v1/bills/{pk}{address}") for pk in (october.pk, 999_999))
    assert known.status_code == unknown.status_code == 404
    assert known.json()["code"] == unknown.json()["code"] == "bill_unknown"
    assert client.get("/api/v1/bills", {"flat": october.flat_id}).status_code == 404
    assert client.get("/api/v1/bills").json()["items"] == []


def test_an_operator_gets_no_key_to_the_flat(client: Client, cast: Cast, october: Bill) -> None:
    client.force_login(cast.olga)
    assert client.get(f"/api/v1/bills/{october.pk}").status_code == 200
    assert client.get(f"/api/v1/bills/{october.pk}/qr").status_code == 403


def test_a_code_of_a_paper_bill_leads_to_mine(anna: Client, cast: Cast, october: Bill) -> None:
    text = anna.get(f"/api/v1/bills/{october.pk}/qr").json()["text"]
    found = _scan(anna, text).json()
    assert (found["bill_id"], found["flat_id"], found["warnings"]) == (october.pk, cast.flat.pk, [])
    strange = _scan(anna, text.replace("1234567890", "1234567892")).json()
    nobodys = _scan(anna, text.replace("1234567890", "5555555555")).json()
    assert strange == nobodys and strange["flat_id"] is None, "a stranger's code is nobody's"
    assert _scan(anna, "молоко").json()["code"] == "qr_not_payment"


def _scan(client: Client, text: str):
    return client.post("/api/v1/bill-scans", json.dumps({"text": text}), content_type="application/json")
