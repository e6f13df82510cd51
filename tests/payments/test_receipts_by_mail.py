"""What residents are told of their money, in both languages, by page and by mail."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core import mail

from dvor.bills.models import Bill
from dvor.notices import kinds, wording
from dvor.notices.channels import mail as channel
from dvor.notices.models import Notice
from dvor.payments import outcomes, refunds
from dvor.payments.models import Payment, Source
from dvor.payments.refunds import Back
from tests.cast import Cast
from tests.payments.bank import Bank
from tests.payments.steps import named, paid, sent

pytestmark = pytest.mark.django_db


def body(code: str, language: str) -> str:
    notice = Notice.objects.get(kind=code)
    kind = kinds.find(code)
    assert kind is not None
    told = wording.word(kind, notice.context, language=language)
    return f"{told.subject}\n{told.body}".replace("\u00a0", " ")


def give_back(payment: Payment, cast: Cast, at: datetime, *parts: Back) -> None:
    refund = refunds.order(payment.pk, parts=parts or None, reason="ошибка в ЕПД", by=cast.olga, at=at, key="r")
    refunds.send(refund.pk, at=at)


def test_the_receipt_leaves_by_mail(
    cast: Cast, bank: Bank, bill: Bill, at: datetime, mailoutbox: list[mail.EmailMessage]
) -> None:
    payment = paid(bank, bill, cast.anna, at=at)
    batch = Notice.objects.get(kind="payments.paid").batch
    channel.send(batch=str(batch), at=at + timedelta(minutes=1))
    [letter] = mailoutbox
    assert letter.to == [cast.anna.email]
    text = letter.body.replace("\u00a0", " ")
    assert f"Оплата № {payment.pk} на 1 150,00 ₽ прошла" in text
    assert "ЕПД за 09.2026, Садовая улица, дом 1, кв. 1: 1 150,00 ₽" in text
    assert "50 баллов" in text
    assert f"/payments/{payment.pk}/" in text


def test_the_receipt_in_english(cast: Cast, bank: Bank, bill: Bill, at: datetime) -> None:
    payment = paid(bank, bill, cast.anna, at=at)
    told = body("payments.paid", "en")
    assert told.startswith("Receipt: 1 150,00 ₽ paid")
    assert f"Your payment No. {payment.pk}" in told
    assert "50 points for it" in told


def test_a_declined_payment_is_told(cast: Cast, bank: Bank, bill: Bill, at: datetime) -> None:
    payment = sent(bill, cast.anna, at=at)
    bank.press(named(payment), "decline")
    outcomes.look(payment.pk, source=Source.WEBHOOK, at=at)
    assert "деньги не списаны" in body("payments.declined", "ru")
    assert "no money was taken" in body("payments.declined", "en")


def test_a_refund_is_told_with_its_reason_and_what_became_of_the_points(
    cast: Cast, bank: Bank, bill: Bill, at: datetime
) -> None:
    give_back(paid(bank, bill, cast.anna, at=at), cast, at)
    assert "Причина: ошибка в ЕПД." in body("payments.refunded", "ru")
    assert "Баллы, начисленные за эти деньги, списаны." in body("payments.refunded", "ru")


def test_a_refund_of_insurance_says_nothing_of_points(cast: Cast, bank: Bank, bill: Bill, at: datetime) -> None:
    payment = paid(bank, bill, cast.anna, at=at)
    give_back(payment, cast, at, Back(payment.parts.get().pk, insurance=10_000))
    assert "Баллы" not in body("payments.refunded", "ru")
