"""Operators find a payment by any of its numbers, read its steps, and give money back with a reason."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.test import Client

from dvor.base.models import AuditEntry
from dvor.base.refusals import Refusal
from dvor.bills.models import Bill
from dvor.payments import notifications, refunds
from dvor.payments.models import Payment, Refund, Status
from dvor.people.models import Resident, Role
from tests.cast import Cast
from tests.payments.bank import Bank
from tests.payments.steps import named, paid, points_of

pytestmark = pytest.mark.django_db(transaction=True)
PAYMENTS, REFUNDS, INBOX = (f"/console/payments/{name}/" for name in ("payment", "refund", "notification"))


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    monkeypatch.setattr("dvor.base.clock.now", lambda: at)


@pytest.fixture
def payment(cast: Cast, at: datetime, bank: Bank, bill: Bill) -> Payment:
    return paid(bank, bill, cast.anna, at=at)


def desk(resident: Resident) -> Client:
    client = Client()
    client.force_login(resident)
    return client


def rows(page: str) -> list[str]:
    return re.findall(r"/console/payments/payment/(\d+)/change/", page)


def test_a_payment_is_found_by_any_of_its_numbers(cast: Cast, payment: Payment) -> None:
    olga = desk(cast.olga)
    for typed in (payment.pk, cast.anna.pk, named(payment), cast.flat.payer_code, f"flat:{cast.flat.pk}"):
        assert str(payment.pk) in rows(olga.get(PAYMENTS, {"q": typed}).content.decode()), typed
    for typed in ("nothing", cast.other_flat.payer_code, "9" * 30):
        assert not rows(olga.get(PAYMENTS, {"q": typed}).content.decode()), typed


def test_its_page_tells_every_step_and_no_name(cast: Cast, payment: Payment) -> None:
    page = desk(cast.olga).get(f"{PAYMENTS}{payment.pk}/change/").content.decode()
    told = re.sub(r"\s+", " ", page.replace("\xa0", " "))
    assert "1 150,00 ₽" in told and "09.2026, Садовая улица, дом 1, квартира 1" in told
    assert page.count("20.10.2026 12:00:00") == 3 and "ждёт" in told
    assert "Сергеева" not in page, "an operator needs no name"
    assert "4444" not in page and "secret" not in page


def test_money_goes_back_with_a_reason_and_once(cast: Cast, at: datetime, bank: Bank, payment: Payment) -> None:
    olga = desk(cast.olga)
    asked = {"action": "refund", "_selected_action": payment.pk}
    form = olga.post(PAYMENTS, asked).content.decode()
    key = re.search(r'name="key" value="([^"]+)"', form)
    assert key
    filled = {**asked, "confirmed": "yes", "sum": "150,00", "key": key[1]}
    assert olga.post(PAYMENTS, {**filled, "reason": ""}).status_code == 422
    for _twice in range(2):
        assert olga.post(PAYMENTS, {**filled, "reason": "Двойная оплата"}).status_code == 302
    refund = Refund.objects.get()
    assert (refund.sum_kopecks, refund.ordered_by) == (15_000, cast.olga)
    assert AuditEntry.objects.filter(act="payments.refund.ordered", actor_id=cast.olga.pk).count() == 1
    refunds.send(refund.pk, at=at)
    refund.refresh_from_db()
    assert refund.status == Status.SUCCEEDED and points_of(cast.anna) == 50, "insurance and penalty went first"
    page = olga.get(f"{REFUNDS}{refund.pk}/change/").content.decode()
    assert "Двойная оплата" in page


def test_who_may_not_give_money_back(cast: Cast, at: datetime, payment: Payment) -> None:
    for resident in (cast.ivan, cast.anna):
        with pytest.raises(Refusal) as refused:
            refunds.order(payment.pk, reason="хочу", by=resident, at=at, key="r")
        assert refused.value.status == 403
    assert desk(cast.ivan).get(PAYMENTS).status_code == 403
    assert desk(cast.anna).get(PAYMENTS, follow=True).status_code == 403
    assert Client().get(PAYMENTS).status_code == 302


def test_an_accountant_looks_and_gives_back(cast: Cast, at: datetime, payment: Payment) -> None:
    Role.objects.create(resident=cast.gleb, name=Role.Name.ACCOUNTANT, granted_at=at)
    gleb = desk(Resident.objects.get(pk=cast.gleb.pk))
    for path in (PAYMENTS, REFUNDS, INBOX, f"{PAYMENTS}{payment.pk}/change/"):
        assert gleb.get(path).status_code == 200
    assert refunds.order(payment.pk, reason="ошибка", by=cast.gleb, at=at, key="r").sum_kopecks == 115_000


def test_what_the_acquirer_sent_is_listed(cast: Cast, at: datetime, payment: Payment) -> None:
    notifications.take("payment.succeeded", named(payment), address="127.0.0.1", at=at)
    page = desk(cast.olga).get(INBOX, {"q": named(payment)}).content.decode()
    assert "payment.succeeded" in page and "127.0.0.1" in page


def test_nothing_is_edited_by_rows(cast: Cast, payment: Payment) -> None:
    olga = desk(cast.olga)
    olga.post(f"{PAYMENTS}{payment.pk}/change/", {"total_kopecks": "1"})
    olga.post(f"{PAYMENTS}{payment.pk}/delete/", {"post": "yes"})
    payment.refresh_from_db()
    assert payment.total_kopecks == 115_000
