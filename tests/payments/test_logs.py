"""The whole road of a payment leaves no name, mail, phone, code, address, card or token in any log."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

import pytest
from django.test import Client

from dvor.payments import intents, jobs, notifications, outcomes, polling, refunds
from dvor.payments.intents import Share
from dvor.payments.models import Event, Notification, Payment, Source, Status
from dvor.people.models import Resident
from tests.cast import Cast
from tests.payments.bank import FAULTS, SECRET, Bank
from tests.payments.paper import billed
from tests.payments.steps import named

pytestmark = pytest.mark.django_db


def test_nothing_personal_and_no_secret_is_logged(
    cast: Cast,
    bank: Bank,
    at: datetime,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr("dvor.base.clock.now", lambda: at + timedelta(minutes=9))
    Resident.objects.filter(pk=cast.anna.pk).update(mobile="79161234567")
    bill = billed(cast.flat, 100_000, 5_000, 10_000)
    tokens = _walk(cast, bank, bill.pk, at)
    out, err = capfd.readouterr()
    said = out + err + caplog.text
    assert "payments.call.unknown" in said, "the log was read"
    for word in (
        "Анна", "Сергеева", "anna", "people.example", "9161234567", "1234567890", "Садовая", "EPD-17", SECRET,
        "MTAwNTAw", "555555", "4444", "very personal", "token=secret", "127.0.0.77", *tokens,
    ):  # fmt: skip
        assert word not in said, word
    stored = str(list(Event.objects.values())) + str(list(Payment.objects.values()))
    assert "4444" not in stored
    assert "555555" not in stored


def _walk(cast: Cast, bank: Bank, bill_id: int, at: datetime) -> list[str]:
    """Every step, with every fault; the secrets that came by."""
    kept = intents.start([Share(bill_id, 1_000)], by=cast.anna, at=at, key="keep", keep_method=True)
    bank.faults = ["cut_after"]
    intents.send(kept.pk, at=at)
    polling.run(at=at + timedelta(minutes=2))
    kept.refresh_from_db()
    bank.press(named(kept))
    client = Client(REMOTE_ADDR="127.0.0.77")
    body = {"event": "payment.succeeded", "object": {"id": kept.acquirer_id, "description": "Анна"}}
    assert client.post("/payments/notifications/", body, content_type="application/json").status_code == 403
    client = Client()
    assert client.post("/payments/notifications/", body, content_type="application/json").status_code == 200
    assert client.post("/payments/notifications/", "Анна", content_type="application/json").status_code == 400
    jobs.hear(notification_id=Notification.objects.get().pk)
    kept.refresh_from_db()
    assert kept.status == Status.SUCCEEDED
    for number, fault in enumerate(FAULTS):
        bank.faults = [fault]
        payment = intents.start(
            [Share(bill_id, 100 + number)], by=cast.anna, at=at, key=fault, method_id=kept.method_id
        )  # fmt: skip
        intents.send(payment.pk, at=at)
    bank.refuse_next = "invalid_request"
    refused = intents.send(intents.start([Share(bill_id, 500)], by=cast.anna, at=at, key="no").pk, at=at)
    assert refused.status == Status.CANCELED
    polling.run(at=at + timedelta(minutes=5))
    bank.payments[named(kept)]["amount"]["value"] = "9.99"
    outcomes.look(kept.pk, source=Source.POLL, at=at)
    refund = refunds.order(kept.pk, kopecks=500, reason="ошибка Анны", by=cast.olga, at=at, key="r")
    bank.faults = ["error_after"]
    refunds.send(refund.pk, at=at)
    jobs.poll(timestamp=0)
    jobs.prove(timestamp=0)
    assert notifications.resume(at=at) == 0
    return [named(kept), kept.confirmation_url, "ошибка"]
