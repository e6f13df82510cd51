"""Any order of anything: two residents, two bills, a failing acquirer, notifications lost, doubled, late, disordered.

Never two charges for one intent, never points without money; and once the job has run, never money without points.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from dvor.base.refusals import Refusal as Refused
from dvor.payments import intents, notifications, outcomes, polling, proof, refunds
from dvor.payments.acquirers import yookassa
from dvor.payments.intents import Share
from dvor.payments.models import Event, Notification, Payment, Refund, Source, Status
from dvor.points import proof as points_proof
from tests.cast import Cast
from tests.payments import bank as banks
from tests.payments.bank import FAULTS
from tests.payments.paper import AUGUST, billed, corrected
from tests.payments.steps import points_of

AT = datetime.fromisoformat("2026-10-20T09:00:00+00:00")
WHICH = st.integers(0, 7)
QUICK_FAULTS = [fault for fault in FAULTS if fault != "slow_after"]


class PaymentMachine(RuleBasedStateMachine):
    """Everything that can happen to payments, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic: Any = transaction.atomic()
        self.atomic._from_testcase = True  # acts insist on transactions of their own
        self.atomic.__enter__()
        self.opened = banks.opened()
        self.bank = self.opened.__enter__()
        self.acquirer, django_settings.ACQUIRER = django_settings.ACQUIRER, banks.settings_of(self.bank)
        self.bank.at = self.at = AT
        self.keys = 0

    @initialize()
    def people(self) -> None:
        self.cast = Cast.assemble(at=self.at)
        self.bills = [billed(self.cast.flat, 100_000, 5_000, 10_000), billed(self.cast.flat, 40_000, period=AUGUST)]

    def pick(self, model: Any, which: int) -> Any:
        found = list(model.objects.order_by("pk"))
        return found[which % len(found)] if found else None

    def pass_time(self, pause: timedelta) -> None:
        self.at += pause
        self.bank.pass_time(pause)

    # ── residents and payers ─────────────────────────────────────────────────────────────────────────────────────
    @rule(
        boris=st.booleans(), bills=st.sampled_from([(0,), (1,), (0, 1)]), insurance=st.booleans(),
        kopecks=st.sampled_from([None, 1_000, 33_333, 104_000]),
    )  # fmt: skip
    def start(self, boris: bool, bills: tuple[int, ...], insurance: bool, kopecks: int | None) -> None:
        self.keys += 1
        shares = [Share(self.bills[number].pk, kopecks, insurance) for number in bills]
        try:
            payment = intents.start(
                shares, by=self.cast.boris if boris else self.cast.anna, at=self.at, key=str(self.keys)
            )
        except Refused:
            return
        intents.send(payment.pk, at=self.at)

    @rule(which=WHICH)
    def send_again(self, which: int) -> None:
        payment = self.pick(Payment, which)
        if payment:
            intents.send(payment.pk, at=self.at)

    @rule(which=WHICH, button=st.sampled_from(["pay", "pay", "pay", "decline", "expire"]))
    def press(self, which: int, button: str) -> None:
        pages = list(self.bank.payments)
        if pages:
            self.bank.press(pages[which % len(pages)], button)

    @rule(more=st.sampled_from([-20_000, 0, 30_000]))
    def correct_the_bill(self, more: int) -> None:
        old = self.bills[0]
        self.bills[0] = corrected(old, old.charged_kopecks + more, penalty=5_000, insurance=10_000, issued_at=self.at)

    # ── the acquirer ─────────────────────────────────────────────────────────────────────────────────────────────
    @rule(faults=st.lists(st.sampled_from(QUICK_FAULTS), min_size=1, max_size=3))
    def misbehave(self, faults: list[str]) -> None:
        self.bank.faults = faults

    @rule(which=WHICH, twice=st.booleans(), lost=st.booleans())
    def deliver(self, which: int, twice: bool, lost: bool) -> None:
        if not self.bank.outbox:
            return
        event, number = self.bank.outbox.pop(which % len(self.bank.outbox))
        by_hand = event.startswith("refund.") and not self.bank.refunds[number]["metadata"]
        if lost and not by_hand:
            return
        for _copy in range(1 + twice):
            notifications.take(event, number, address="127.0.0.1", at=self.at)

    @rule(which=WHICH)
    def hear(self, which: int) -> None:
        notification = self.pick(Notification, which)
        if notification:
            notifications.hear(notification.pk, at=self.at)

    @rule(which=WHICH)
    def look(self, which: int) -> None:
        payment = self.pick(Payment, which)
        if payment:
            outcomes.look(payment.pk, source=Source.WEBHOOK, at=self.at)

    # ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────
    @rule(minutes=st.sampled_from([1, 3, 30, 240, 23 * 60 + 30, 25 * 60]))
    def poll(self, minutes: int) -> None:
        self.pass_time(timedelta(minutes=minutes))
        polling.run(at=self.at)

    # ── money back ───────────────────────────────────────────────────────────────────────────────────────────────
    @rule(which=WHICH, kopecks=st.sampled_from([None, 700, 20_000, 60_000]), sent=st.booleans())
    def refund(self, which: int, kopecks: int | None, sent: bool) -> None:
        payment = self.pick(Payment, which)
        if payment is None:
            return
        self.keys += 1
        try:
            refund = refunds.order(
                payment.pk, kopecks=kopecks, reason="x", by=self.cast.olga, at=self.at, key=str(self.keys)
            )
        except Refused:
            return
        if sent:
            refunds.send(refund.pk, at=self.at)

    @rule(declines=st.booleans(), slow=st.booleans())
    def refunds_go_otherwise(self, declines: bool, slow: bool) -> None:
        self.bank.declines_refunds, self.bank.slow_refunds = declines, slow

    @rule(which=WHICH)
    def finish_refund(self, which: int) -> None:
        waiting = list(self.bank.refunds)
        if waiting:
            self.bank.finish_refund(waiting[which % len(waiting)])

    @rule(which=WHICH)
    def give_back_by_hand(self, which: int) -> None:
        """In the shop's cabinet, while none of our own refunds is open."""
        done = [one for one in self.bank.payments.values() if one["status"] == "succeeded"]
        if done and not Refund.objects.filter(status__lt=Status.SUCCEEDED).exists():
            one = done[which % len(done)]
            try:
                self.bank.refund_by_hand(one["id"], 1_000)
            except KeyError:  # nothing is left of it
                return

    # ── what always holds ────────────────────────────────────────────────────────────────────────────────────────
    @invariant()
    def one_charge_an_intent(self) -> None:
        marks = [one["metadata"]["mark"] for one in self.bank.payments.values()]
        assert len(set(marks)) == len(marks)

    @invariant()
    def nothing_is_wrong(self) -> None:
        assert proof.prove() == []

    @invariant()
    def done_is_done_at_the_acquirer(self) -> None:
        for payment in Payment.objects.filter(status=Status.SUCCEEDED):
            there = self.bank.payments[payment.acquirer_id or ""]
            assert (there["status"], banks.kopecks(there)) == ("succeeded", payment.total_kopecks)

    @invariant()
    def nothing_ends_twice(self) -> None:
        ends = Event.objects.filter(after__gte=Status.SUCCEEDED, code="").values_list("payment_id", "refund_id")
        assert len(set(ends)) == len(ends)

    def teardown(self) -> None:
        try:
            if hasattr(self, "cast"):
                self.settle()
        finally:
            self.opened.__exit__(None, None, None)
            django_settings.ACQUIRER = self.acquirer
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    def settle(self) -> None:
        """The acquirer is well again, unpaid pages lapse, and the job runs: now everything must add up."""
        self.bank.faults, self.bank.slow_refunds = [], False
        for number in list(self.bank.payments):
            self.bank.press(number, "expire")
        for number in list(self.bank.refunds):
            self.bank.finish_refund(number)
        for event, number in self.bank.outbox:
            if event.startswith("refund."):
                notifications.take(event, number, address="127.0.0.1", at=self.at)
        for _day in range(4):
            self.pass_time(timedelta(hours=25))
            polling.run(at=self.at)
            for notification in Notification.objects.filter(handled_at__isnull=True):
                notifications.hear(notification.pk, at=self.at)
        assert not Payment.objects.filter(check_at__isnull=False).exists()
        assert not Refund.objects.filter(check_at__isnull=False).exists()
        done = list(Payment.objects.filter(status=Status.SUCCEEDED).prefetch_related("parts"))
        assert self.bank.taken_kopecks() == sum(payment.total_kopecks for payment in done)
        assert self.bank.returned_kopecks() == sum(payment.refunded_kopecks for payment in done)
        for resident in (self.cast.anna, self.cast.boris):
            kept = [
                part.services_kopecks - part.refunded_services_kopecks
                for payment in done
                if payment.resident_id == resident.pk
                for part in payment.parts.all()
            ]
            assert points_of(resident) == sum(kopecks * 50 // 100_000 for kopecks in kept)
        assert proof.prove() + points_proof.prove() == []


@pytest.mark.django_db
def test_any_order_of_events(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yookassa, "READ_SECONDS", 2)
    run_state_machine_as_test(
        PaymentMachine,
        settings=settings(
            max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
