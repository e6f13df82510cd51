"""The pages of bills: what a resident sees, what a stranger does not, what they cost."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dvor.bills import slots
from dvor.bills.models import Bill
from dvor.bills.slots import PaymentState
from tests.bills import year
from tests.cast import Cast


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(datetime(2026, 10, 29, 9, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def october(cast: Cast) -> Bill:
    return year.year(cast.flat)


@pytest.fixture
def anna(client: Client, cast: Cast) -> Client:
    client.force_login(cast.anna)
    return client


@pytest.fixture
def _no_payments(monkeypatch: pytest.MonkeyPatch) -> None:
    """What bills show by themselves, whatever the packages above tell."""
    monkeypatch.setattr(slots, "_tellers", [])


def _text(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode().replace("\xa0", " "))


@pytest.mark.usefixtures("_no_payments")
def test_the_list_shows_the_newest_bill_with_its_sum_and_day(anna: Client, october: Bill) -> None:
    page = _text(anna.get("/bills/"))
    assert "Октябрь 2026" in page and "10 ноября 2026" in page
    assert f'href="/bills/{october.pk}/"' in page
    assert 'август 2026 <span class="numeric">1 500,00 ₽' in page


def test_a_bill_explains_each_line(anna: Client, october: Bill) -> None:
    page = _text(anna.get(f"/bills/{october.pk}/"))
    assert "Было 107,1, стало 116,2: 9,1 м³ × 243,16 ₽ = 2 212,76 ₽." in page
    assert "54,3 м² × 34,38 ₽ = 1 866,83 ₽" in page
    assert "временное отсутствие с 1 по 10 сентября" in page


def test_a_bill_says_what_jumped_and_why(anna: Client, october: Bill) -> None:
    page = _text(anna.get(f"/bills/{october.pk}/"))
    september, last_year = page.split('class="card" aria-labelledby="against-')[1:3]
    assert "Начался отопительный сезон" in september
    assert "9,1 м³ вместо 5,3 м³" in september
    assert "с 1 июля 2026" in last_year


def test_a_page_of_a_bill_costs_at_most_eight_queries(
    anna: Client, october: Bill, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(8):
        assert anna.get(f"/bills/{october.pk}/").status_code == 200
    with django_assert_max_num_queries(8):
        assert anna.get("/bills/").status_code == 200
    with django_assert_max_num_queries(8):
        assert anna.get(f"/bills/flats/{october.flat_id}/").status_code == 200


@pytest.mark.parametrize("address", ["", "bill.pdf"])
def test_a_stranger_cannot_tell_a_bill_from_none(client: Client, cast: Cast, october: Bill, address: str) -> None:
    client.force_login(cast.gleb)
    answers = [client.get(f"/bills/{pk}/{address}") for pk in (october.pk, 999_999)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert "Такого счёта нет" in _text(answers[0]) and "Такого счёта нет" in _text(answers[1])
    assert client.get(f"/bills/flats/{october.flat_id}/").status_code == 404


def test_who_has_not_proven_the_flat_is_told_how(client: Client, cast: Cast, october: Bill) -> None:
    Bill.objects.filter(pk=october.pk).update(flat=cast.second_flat)
    client.force_login(cast.vera)
    assert client.get(f"/bills/{october.pk}/").status_code == 403
    page = _text(client.get("/bills/"))
    assert "кода плательщика" in page and "Октябрь 2026" not in page


def test_nobody_is_shown_bills_without_signing_in(client: Client, october: Bill) -> None:
    for path in ("/bills/", f"/bills/{october.pk}/", f"/bills/{october.pk}/bill.pdf", "/bills/scan/"):
        assert client.get(path).status_code == 302


def test_an_operator_sees_the_bill_and_not_the_key_to_the_flat(client: Client, cast: Cast, october: Bill) -> None:
    client.force_login(cast.olga)
    page = client.get(f"/bills/{october.pk}/").content.decode()
    assert 'class="qr"' not in page and cast.flat.payer_code not in page


def test_a_replaced_version_leads_to_the_new_one(anna: Client, cast: Cast, october: Bill) -> None:
    Bill.objects.filter(pk=october.pk).update(superseded_at=datetime(2026, 10, 29, tzinfo=UTC))
    newer = year.bill(cast.flat, year.month(year.OCTOBER), version=2)
    page = _text(anna.get(f"/bills/{october.pk}/"))
    assert "Этот счёт заменён" in page and f'href="/bills/{newer.pk}/"' in page
    assert 'class="qr"' not in page
    assert f'href="/bills/{october.pk}/"' in _text(anna.get(f"/bills/{newer.pk}/")), "versions stay readable"
    assert f'href="/bills/{october.pk}/"' in _text(anna.get(f"/bills/flats/{cast.flat.pk}/"))


def test_a_withdrawn_bill_says_why_and_asks_for_nothing(anna: Client, october: Bill) -> None:
    Bill.objects.filter(pk=october.pk).update(
        withdrawn_at=datetime(2026, 10, 29, tzinfo=UTC), withdrawn_reason="ошибка в тарифе"
    )
    page = _text(anna.get(f"/bills/{october.pk}/"))
    assert "отозван" in page and "ошибка в тарифе" in page and 'class="qr"' not in page
    assert "Сентябрь 2026" in _text(anna.get("/bills/"))


def test_payments_tell_of_a_bill_through_their_slot(
    anna: Client, october: Bill, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = PaymentState(
        left_kopecks=12_345, badge="оплачен частично", tone="warn", pay_url="/pay/", pay_text="Оплатить"
    )
    monkeypatch.setattr(slots, "_tellers", [lambda bills, reader, at: {bill.pk: state for bill in bills}])
    for path in ("/bills/", f"/bills/{october.pk}/"):
        page = _text(anna.get(path))
        assert "123,45 ₽" in page and "оплачен частично" in page and 'href="/pay/"' in page


def test_the_pdf_opens(anna: Client, october: Bill) -> None:
    answer = anna.get(f"/bills/{october.pk}/bill.pdf")
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")
    assert 'filename="bill-2026-10.pdf"' in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]


def test_all_bills_of_a_flat_come_in_pages(
    anna: Client, cast: Cast, october: Bill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dvor.bills.views.FLAT_PAGE_LENGTH", 10)
    first, second = (_text(anna.get(f"/bills/flats/{cast.flat.pk}/?page={number}")) for number in (1, 2))
    assert "Октябрь 2026" in first and 'rel="next"' in first and 'rel="prev"' not in first
    assert "Октябрь 2025" in second and 'rel="next"' not in second and 'rel="prev"' in second
    for odd in ("0", "-1", "x", "9999", "٣"):
        assert anna.get(f"/bills/flats/{cast.flat.pk}/", {"page": odd}).status_code == 200


def test_a_flat_without_bills_says_when_they_come(anna: Client, cast: Cast) -> None:
    assert "Счетов пока нет" in _text(anna.get("/bills/"))
    assert "Счетов пока нет" in _text(anna.get(f"/bills/flats/{cast.flat.pk}/"))


def test_who_has_no_flat_is_asked_to_add_one(client: Client, cast: Cast) -> None:
    client.force_login(cast.olga)
    assert 'href="/flats/add/"' in _text(client.get("/bills/"))


def test_a_bill_of_debts_is_compared_to_nothing(anna: Client, cast: Cast) -> None:
    debt = year.bill(cast.flat, [], kind=Bill.Kind.DEBT, debt_before_kopecks=70_000, period=date(2026, 10, 1))
    page = _text(anna.get(f"/bills/{debt.pk}/"))
    assert "долговой" in page and "against-" not in page
