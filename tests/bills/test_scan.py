"""Finding my bill by the QR code of the paper one."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client

from dvor.base import money
from dvor.bills import qr, scans, slots
from dvor.bills.models import Bill
from dvor.homes.models import Residency
from tests.bills import year
from tests.cast import Cast

MOMENT = datetime(2026, 10, 29, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(slots, "_tellers", [])
    with time_machine.travel(MOMENT, tick=False):
        yield


@pytest.fixture
def october(cast: Cast) -> Bill:
    return year.year(cast.flat)


@pytest.fixture
def anna(client: Client, cast: Cast) -> Client:
    client.force_login(cast.anna)
    return client


def _code(bill: Bill, kopecks: int | None = None) -> str:
    return qr.payload(bill, bill.payable_kopecks if kopecks is None else kopecks).text


def _messages(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_the_code_leads_to_the_bill(anna: Client, october: Bill) -> None:
    answer = anna.post("/bills/scan/", {"text": _code(october)})
    assert answer.status_code == 303 and answer["Location"] == f"/bills/{october.pk}/"


def test_the_payer_code_alone_leads_to_the_newest_bill(anna: Client, october: Bill) -> None:
    assert anna.post("/bills/scan/", {"text": " 1234 567 890 "})["Location"] == f"/bills/{october.pk}/"


def test_another_sum_is_told_with_both_numbers(anna: Client, october: Bill) -> None:
    anna.post("/bills/scan/", {"text": _code(october, 5_000)})
    page = _messages(anna, f"/bills/{october.pk}/")
    assert f"В QR-коде сумма 50,00\xa0₽, а в счёте сейчас {money.show(october.payable_kopecks)}" in page


def test_roubles_instead_of_kopecks_are_told_not_guessed(cast: Cast, october: Bill) -> None:
    Bill.objects.filter(pk=october.pk).update(debt_before_kopecks=200_000 - october.payable_kopecks % 100)
    october.refresh_from_db()
    october.flat = cast.flat
    found = scans.find(_code(october, october.payable_kopecks // 100), by=cast.anna, at=MOMENT)
    assert any("в рублях" in str(sentence) for sentence in found.told)


def test_a_month_without_a_bill_is_told(anna: Client, october: Bill) -> None:
    text = _code(october).replace("PaymPeriod=102026", "PaymPeriod=112026")
    answer = anna.post("/bills/scan/", {"text": text})
    assert answer.status_code == 422 and "Счёта за ноябрь 2026 пока нет" in answer.content.decode()


def test_a_code_of_no_flat_of_mine_offers_to_add_it_with_the_code_filled_in(
    anna: Client, cast: Cast, october: Bill
) -> None:
    text = _code(october).replace("1234567890", "1234567892")
    answer = anna.post("/bills/scan/", {"text": text})
    page = answer.content.decode()
    assert answer.status_code == 422 and "/flats/add/?search=" in page and "1234567892" not in page.split("<form")[0]
    form = anna.get("/flats/add/", {"house": cast.other_house.pk}).content.decode()
    assert 'value="1234567892"' in form


def test_a_strangers_code_and_nobodys_are_answered_alike(anna: Client, october: Bill) -> None:
    pages = []
    for code in ("1234567892", "5555555555"):
        answer = anna.post("/bills/scan/", {"text": code})
        pages.append((answer.status_code, answer.context["found"].flat, answer.context["add_url"]))
    assert pages[0] == pages[1]


def test_a_flat_that_is_mine_but_not_proven_is_not_told_by_its_code(client: Client, cast: Cast) -> None:
    assert Residency.objects.filter(resident=cast.vera, flat=cast.second_flat, proof="none").exists()
    found = scans.find("1234567891", by=cast.vera, at=MOMENT)
    assert found.flat is None, "else the codes of one's unproven flat could be guessed without being counted"


@pytest.mark.parametrize(
    ("text", "told"),
    [("", "Обязательное поле"), ("молоко", "не платёжный QR-код"), ("https://qr.nspk.ru/A", "Это ссылка"),
     ("x" * 3001, "3000"), ("ST00012|Name=А|PersonalAcc=40702810900000000001|BIC=044525225", "кода плательщика")],
)  # fmt: skip
def test_what_cannot_be_read_says_why(anna: Client, text: str, told: str) -> None:
    answer = anna.post("/bills/scan/", {"text": text})
    assert answer.status_code == 422 and told in answer.content.decode()


@pytest.mark.parametrize(("day", "month"), [(19, 9), (20, 10), (1, 9), (31, 10)])
def test_a_code_without_a_month_means_the_one_whose_bill_is_out(day: int, month: int) -> None:
    assert scans.guessed_period(date(2026, 10, day)) == date(2026, month, 1)
