"""Paying in pages: choose, see the exact sum and points, go to the acquirer, come back."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from dvor.bills.models import Bill
from dvor.payments.models import Method, Payment, Status
from tests.cast import Cast
from tests.payments.bank import Bank
from tests.payments.paper import AUGUST, billed
from tests.payments.steps import named, paid, sent

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    monkeypatch.setattr("dvor.base.clock.now", lambda: at)


@pytest.fixture
def anna(client: Client, cast: Cast, bank: Bank) -> Client:
    client.force_login(cast.anna)
    return client


def wish(bill: Bill, kopecks: str = "1050,00", **more: str) -> dict[str, str]:
    return {f"bill_{bill.pk}": "on", f"sum_{bill.pk}": kopecks, "way": "bank_card", **more}


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())).replace("\xa0", " ")


def test_the_newest_bill_is_chosen_and_insurance_is_not(anna: Client, bill: Bill) -> None:
    page = anna.get("/payments/new/").content.decode()
    assert re.search(rf'name="bill_{bill.pk}"[^>]*checked', page)
    insurance = re.search(rf'<input[^>]*name="insurance_{bill.pk}"[^>]*>', page)
    assert insurance and "checked" not in insurance[0], "offered, not forced"
    assert "добровольное" in page and 'value="1050,00"' in page


def test_the_summary_says_what_is_paid_and_what_it_earns(anna: Client, bill: Bill) -> None:
    answer = anna.get("/payments/check/", wish(bill, **{f"insurance_{bill.pk}": "on"}))
    told = text_of(answer)
    assert answer.status_code == 200
    assert "1 150,00" in told and "Пени 50,00" in told and "Добровольное страхование 100,00" in told
    assert "+50 баллов за услуги на 1 000,00" in told, "5 % of services; penalty and insurance do not count"
    assert "с 27 октября 2026" in told
    assert not Payment.objects.exists(), "looking costs nothing"


def test_paying_leads_to_the_acquirer_and_back_to_the_receipt(anna: Client, bill: Bill, bank: Bank) -> None:
    page = anna.get("/payments/check/", wish(bill))
    key = re.search(r'name="key" value="([^"]+)"', page.content.decode())
    assert key
    answer = anna.post("/payments/check/", {**wish(bill), "key": key[1]})
    payment = Payment.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/payments/{payment.pk}/?go=1")
    onward = anna.get(answer["Location"]).content.decode()
    assert f'http-equiv="refresh" content="0;url={payment.confirmation_url}"' in onward
    anna.post("/payments/check/", {**wish(bill), "key": key[1]})
    assert Payment.objects.count() == 1, "the same page sent twice pays once"

    waiting = anna.get(f"/payments/{payment.pk}/")
    assert "Ждём оплату" in text_of(waiting) and "<noscript><meta" in waiting.content.decode()
    bank.press(named(payment))
    done = text_of(anna.get(f"/payments/{payment.pk}/"))
    assert "1 050,00" in done and "+50 баллов" in done and "с 27 октября 2026" in done
    receipt = text_of(anna.get(f"/payments/{payment.pk}/receipt/"))
    assert "Всего оплачено 1 050,00" in receipt and "МФЦ района" in receipt and "Анна" in receipt


def test_a_waiting_page_asks_again_and_is_drawn_anew_at_the_end(
    anna: Client, cast: Cast, bill: Bill, bank: Bank, at: datetime
) -> None:
    payment = sent(bill, cast.anna, at=at)
    fragment = anna.get(f"/payments/{payment.pk}/state/?look=1", headers={"HX-Request": "true"})
    assert (
        fragment.status_code == 200
        and "look=2" in fragment.content.decode()
        and "<html" not in fragment.content.decode()
    )
    bank.press(named(payment))
    end = anna.get(f"/payments/{payment.pk}/state/?look=2", headers={"HX-Request": "true"})
    assert (end.status_code, end["HX-Refresh"]) == (204, "true")


def test_a_page_reloaded_in_anger_asks_the_acquirer_few_times(
    anna: Client, cast: Cast, bill: Bill, bank: Bank, at: datetime
) -> None:
    payment = sent(bill, cast.anna, at=at)
    before = len(bank.asked)
    for _time in range(40):
        anna.get(f"/payments/{payment.pk}/")
    assert len(bank.asked) - before <= 15


def test_a_declined_payment_says_why_and_can_be_tried_again(
    anna: Client, cast: Cast, bill: Bill, bank: Bank, at: datetime
) -> None:
    payment = sent(bill, cast.anna, at=at)
    bank.press(named(payment), "decline")
    answer = anna.get(f"/payments/{payment.pk}/")
    assert "не хватило денег" in text_of(answer)
    assert f"/payments/new/?bill={bill.pk}" in answer.content.decode()
    again = anna.post("/payments/check/", {**wish(bill), "key": "again"})
    assert again.status_code == 303 and Payment.objects.count() == 2, "a new intent"


def test_nobody_knows_is_said_and_nothing_is_lost(anna: Client, bill: Bill, bank: Bank) -> None:
    bank.faults = ["error_after", "error_before"]
    answer = anna.post("/payments/check/", {**wish(bill), "key": "k"})
    payment = Payment.objects.get()
    assert answer["Location"] == f"/payments/{payment.pk}/" and payment.status == Status.CREATED
    assert "Ждём оплату" in text_of(anna.get(answer["Location"]))


@pytest.mark.parametrize(
    ("kopecks", "insured", "complaint"),
    [("2000", False, "осталось только 1 050,00"), ("abc", False, "не сумма"), 
     ("500", True, "Страхование оплачивается последним"), ("0", False, "Введите сумму")],
)  # fmt: skip
def test_a_wrong_sum_comes_back_with_its_reason(
    anna: Client, bill: Bill, kopecks: str, insured: bool, complaint: str
) -> None:
    asked = wish(bill, kopecks) | ({f"insurance_{bill.pk}": "on"} if insured else {})
    answer = anna.get("/payments/check/", asked)
    assert answer.status_code == 422 and complaint in text_of(answer)


def test_nothing_chosen_is_nothing_paid(anna: Client, bill: Bill) -> None:
    assert anna.get("/payments/check/", {"way": "sbp"}).status_code == 422
    assert anna.post("/payments/check/", {"way": "sbp", "key": "k"}).status_code == 422
    assert not Payment.objects.exists()


def test_several_flats_in_one_payment(anna: Client, cast: Cast, bill: Bill) -> None:
    from dvor.homes.models import Residency

    Residency.objects.create(
        resident=cast.anna, flat=cast.second_flat, status=Residency.Status.OWNER, proof=Residency.Proof.REGISTRY,
        since=cast.anna.joined_at.replace(year=2026, month=1, day=1), proved_at=cast.anna.joined_at,
    )  # fmt: skip
    other = billed(cast.second_flat, 20_000, period=AUGUST)
    answer = anna.post("/payments/check/", {**wish(bill), **wish(other, "150"), "key": "k"})
    assert answer.status_code == 303
    assert Payment.objects.get().total_kopecks == 105_000 + 15_000


def test_a_kept_means_pays_without_the_acquirers_page(
    anna: Client, cast: Cast, bank: Bank, bill: Bill, at: datetime
) -> None:
    answer = anna.post("/payments/check/", {**wish(bill, "10,00"), "keep": "on", "key": "first"})
    bank.press(named(Payment.objects.get()))
    anna.get(answer["Location"].split("?")[0])
    method = Method.objects.get()
    page = anna.get("/payments/new/").content.decode()
    assert re.search(rf'value="kept-{method.pk}"[^>]*checked', page), "what was kept is offered first"
    answer = anna.post("/payments/check/", {**wish(bill, "20,00", way=f"kept-{method.pk}"), "key": "second"})
    last = Payment.objects.latest("id")
    assert answer["Location"] == f"/payments/{last.pk}/" and last.status == Status.SUCCEEDED


def test_a_stranger_sees_neither_the_bill_nor_the_payment(
    client: Client, cast: Cast, bank: Bank, bill: Bill, at: datetime
) -> None:
    payment = sent(bill, cast.anna, at=at)
    client.force_login(cast.gleb)
    assert f"bill_{bill.pk}" not in client.get(f"/payments/new/?bill={bill.pk}").content.decode()
    assert client.post("/payments/check/", {**wish(bill), "key": "k"}).status_code == 422
    for path in ("", "state/", "receipt/"):
        assert client.get(f"/payments/{payment.pk}/{path}").status_code == 404
    client.logout()
    assert client.get("/payments/").status_code == 302


def test_the_history_is_filtered_paged_and_saved(
    anna: Client, cast: Cast, bank: Bank, bill: Bill, at: datetime
) -> None:
    for number in range(22):
        paid(bank, bill, cast.anna, at=at, key=f"k{number}", kopecks=1_000)
    first = anna.get("/payments/").content.decode()
    assert len(re.findall(r'class="list__item"', first)) == 20
    older = re.search(r"\?before=\d+", first)
    assert older and len(re.findall(r'class="list__item"', anna.get(f"/payments/{older[0]}").content.decode())) == 2
    assert "Ничего не нашлось" in text_of(anna.get("/payments/?state=refunded"))
    lines = anna.get("/payments/payments.csv?state=done").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 23 and "Садовая улица, дом 1" in lines[1] and ";10;" in lines[1].replace("10.00", "10")


@pytest.mark.parametrize(("path", "most"), [("/payments/new/", 12), ("/payments/", 12), ("/payments/{}/", 12)])
def test_pages_ask_the_database_little(
    anna: Client,
    cast: Cast,
    bank: Bank,
    bill: Bill,
    at: datetime,
    path: str,
    most: int,
    django_assert_max_num_queries: Any,
) -> None:
    payment = paid(bank, bill, cast.anna, at=at, kopecks=1_000)
    with django_assert_max_num_queries(most):
        assert anna.get(path.format(payment.pk)).status_code == 200
