"""kill -9 between any two steps of a payment and its refund: the job brings all of it to its one right end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connections

from dvor.ledger import proof as ledger_proof
from dvor.notices.models import Notice
from dvor.payments import intents, outcomes, polling, proof, refunds
from dvor.payments.intents import Share
from dvor.payments.models import Payment, Refund, Source, Status
from dvor.people.models import Resident
from dvor.points import proof as points_proof
from tests.attack import lethal
from tests.attack.apart import Apart, Tell
from tests.attack.test_kill import database_url
from tests.cast import Cast
from tests.payments import bank as banks
from tests.payments.bank import Bank
from tests.payments.paper import billed
from tests.payments.steps import points_of

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def bank(settings: Any, transactional_db: None, at: datetime) -> Iterator[Bank]:
    with banks.opened() as opened:
        opened.at, opened.pays_at_once = at, True
        settings.ACQUIRER = banks.settings_of(opened)
        yield opened


def pay(bill_id: int, resident_id: int, key: str, at: datetime) -> None:
    payment = intents.start([Share(bill_id)], by=Resident.objects.get(pk=resident_id), at=at, key=key)
    intents.send(payment.pk, at=at)
    outcomes.look(payment.pk, source=Source.WEBHOOK, at=at + MINUTE)


def pay_later(bill_id: int, resident_id: int, key: str, at: datetime) -> None:
    """The answer to the first call is lost, and the job takes over."""
    intents.start([Share(bill_id)], by=Resident.objects.get(pk=resident_id), at=at, key=key)
    for minute in range(1, 5):
        polling.run(at=at + minute * MINUTE)


def give_back(payment_id: int, _resident_id: int, key: str, at: datetime) -> None:
    refund = refunds.order(payment_id, kopecks=30_000, reason="x", by=None, at=at, key=key)
    refunds.send(refund.pk, at=at)
    refunds.look(refund.pk, source=Source.WEBHOOK, at=at + MINUTE)


def killed(tell: Tell, step: int, acquirer: dict[str, Any], act: Any, *arguments: Any) -> None:
    """In the child: die before the given step; tell that the end was reached, if it was."""
    django_settings.ACQUIRER = acquirer
    connections["default"].ensure_connection()
    lethal.die_at(step)
    act(*arguments)
    tell(1)


def recover(at: datetime) -> None:
    """What the worker does afterwards, when the server has noticed whose connection is gone and freed its locks."""
    with connections["default"].cursor() as cursor:
        for _try in range(500):
            cursor.execute(
                "select count(*) from pg_stat_activity where datname = current_database() "
                "and xact_start is not null and pid <> pg_backend_pid() and backend_type = 'client backend'"
            )
            if cursor.fetchone() == (0,):
                break
            time.sleep(0.01)
    for minute in range(1, 12):
        polling.run(at=at + minute * MINUTE)


@pytest.mark.parametrize(("act", "faults"), [(pay, []), (pay_later, ["cut_after"]), (pay_later, ["error_after"] * 2)])
def test_a_payment_killed_anywhere_is_charged_once_and_earns_once(
    bank: Bank, at: datetime, act: Any, faults: list[str]
) -> None:
    cast = Cast.assemble(at=at)
    for step in killed_everywhere(act, cast, bank, faults, at):
        recover(at)
        for payment in Payment.objects.filter(key=f"key {step}"):
            assert payment.status == Status.SUCCEEDED, f"killed at {step}"
            assert len(bank.charges(str(payment.request_key))) == 1, f"killed at {step}"
        assert proof.prove() + points_proof.prove() + ledger_proof.prove() == []
    done = Payment.objects.filter(status=Status.SUCCEEDED).count()
    assert len(bank.payments) == done == Payment.objects.count()
    assert points_of(cast.anna) == 50 * done
    assert Notice.objects.filter(kind="payments.paid").count() == done


def killed_everywhere(act: Any, cast: Cast, bank: Bank, faults: list[str], at: datetime) -> Iterator[int]:
    """Kill before the first step, before the second …, until the road ends alive; a bill of its own each time."""
    month = date(2000, 1, 1)
    for step in range(1, 300):
        month = (month + timedelta(days=32)).replace(day=1)
        bill = billed(cast.flat, 100_000, period=month)
        bank.faults = list(faults)
        child = Apart(
            database_url(), killed, step, django_settings.ACQUIRER, act, bill.pk, cast.anna.pk, f"key {step}", at
        )
        alive = child.end() == [1]
        bank.faults = []
        yield step
        if alive:
            assert step > 20, f"only {step} steps were counted"
            return
    raise AssertionError("the road has no end")


def test_a_refund_killed_anywhere_goes_back_once_with_its_points(bank: Bank, at: datetime) -> None:
    cast = Cast.assemble(at=at)
    month = date(2000, 1, 1)
    for step in range(1, 300):
        month = (month + timedelta(days=32)).replace(day=1)
        bill = billed(cast.flat, 100_000, period=month)
        payment = intents.start([Share(bill.pk)], by=cast.anna, at=at, key=f"{step}")
        payment = intents.send(payment.pk, at=at)
        assert payment.status == Status.SUCCEEDED
        child = Apart(
            database_url(), killed, step, django_settings.ACQUIRER, give_back, payment.pk, cast.anna.pk, f"r{step}", at
        )
        alive = child.end() == [1]
        recover(at)
        ordered = list(Refund.objects.filter(payment=payment))
        assert all(refund.status == Status.SUCCEEDED for refund in ordered), f"killed at {step}"
        payment.refresh_from_db()
        there = [one for one in bank.refunds.values() if one["payment_id"] == payment.acquirer_id]
        assert len(there) == len(ordered) <= 1
        assert payment.refunded_kopecks == 30_000 * len(ordered)
        assert proof.prove() + points_proof.prove() + ledger_proof.prove() == []
        if alive:
            assert step > 20
            break
    kept = Payment.objects.count() * 50 - Refund.objects.count() * 15
    assert points_of(cast.anna) == kept
