"""Any sequence of acts leaves the ledger where a plain Python model stands, and the proof finds nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from dvor.base.refusals import Refusal
from dvor.ledger import holds, lots, proof, queries, transfers, wallets
from dvor.ledger.currencies import Currency
from dvor.ledger.transfers import Reversal
from dvor.people.models import Resident
from tests.ledger import world
from tests.ledger.model import PlainHold, PlainWallet, last_day

START = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
AMOUNTS = st.integers(1, 60)
WHO = st.integers(0, 2)


class LedgerMachine(RuleBasedStateMachine):
    """Three residents, one shop, days that pass."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.at = START
        self.moment = 0
        self.causes: list[tuple[int, int, int]] = []

    @initialize()
    def people(self) -> None:
        self.residents = [Resident.objects.create(city_id=f"machine-{number}") for number in range(3)]
        self.model = [PlainWallet() for _resident in self.residents]

    def teardown(self) -> None:
        try:
            assert proof.prove() == []
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    @property
    def today(self) -> date:
        return self.at.date()  # noon in Moscow is the same day everywhere here

    def tick(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at

    @rule(who=WHO, amounts=st.lists(AMOUNTS, min_size=1, max_size=3))
    def post(self, who: int, amounts: list[int]) -> None:
        causes = world.issue(self.residents[who], *amounts, at=self.tick())
        for cause, amount in zip(causes, amounts, strict=True):
            self.model[who].lots.setdefault(last_day(self.today), 0)
            self.model[who].lots[last_day(self.today)] += amount
            self.causes.append((who, cause, amount))
        self.model[who].gain(last_day(self.today), 0)

    @rule(who=WHO, amount=AMOUNTS, days=st.integers(1, 40))
    def promise(self, who: int, amount: int, days: int) -> None:
        at = self.tick()
        [cause] = world.issue(self.residents[who], amount, at=at, matures_at=at + timedelta(days=days))
        on = self.today + timedelta(days=days)
        self.model[who].pending[cause] = (on, last_day(on), amount)
        self.causes.append((who, cause, amount))

    @rule(who=WHO, amount=st.integers(1, 150), days=st.integers(1, 90))
    def hold(self, who: int, amount: int, days: int) -> None:
        at, wallet = self.tick(), self.model[who]
        deadline = at + timedelta(days=days)
        place: Any = lambda: holds.place(  # noqa: E731
            resident_id=self.residents[who].pk, amount=amount, purpose="order:1", deadline=deadline, by=None, at=at
        )
        if wallet.spendable(self.today) < amount:
            with pytest.raises(Refusal):
                place()
            return
        wallet.hold(place().id, amount, self.today, int(deadline.timestamp()))

    def open_holds(self) -> list[tuple[int, PlainWallet, PlainHold]]:
        now = int(self.at.timestamp()) + 1
        return [
            (hold_id, wallet, hold)
            for wallet in self.model
            for hold_id, hold in wallet.holds.items()
            if hold.state == "open" and hold.deadline > now
        ]

    @precondition(lambda self: self.open_holds())
    @rule(data=st.data())
    def capture(self, data: st.DataObject) -> None:
        hold_id, _wallet, hold = data.draw(st.sampled_from(self.open_holds()))
        holds.capture(hold_id, to=world.shop(), at=self.tick())
        hold.state = "captured"

    @precondition(lambda self: self.open_holds())
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        hold_id, wallet, _hold = data.draw(st.sampled_from(self.open_holds()))
        holds.release(hold_id, at=self.tick())
        wallet.give_back(hold_id, self.today, "released")

    @rule()
    def undo_captures(self) -> None:
        for wallet in self.model:
            for hold_id, hold in wallet.holds.items():
                if hold.state == "captured":
                    holds.reverse(hold_id, at=self.tick())
                    wallet.give_back(hold_id, self.today, "reversed")

    @precondition(lambda self: self.causes)
    @rule(data=st.data())
    def reverse(self, data: st.DataObject) -> None:
        who, cause, amount = data.draw(st.sampled_from(self.causes))
        self.causes.remove((who, cause, amount))
        wallet = wallets.number(self.residents[who].pk)
        wallets.lock(resident_ids=[self.residents[who].pk], currency=Currency.CITY, at=self.tick())
        transfers.reverse([Reversal(wallet, world.source(), amount, cause)], at=self.at)
        self.model[who].reverse(cause, amount)

    @rule(days=st.integers(1, 200))
    def time_passes(self, days: int) -> None:
        """The nightly jobs in the order in which the worker runs them."""
        self.at += timedelta(days=days)
        lots.mature(at=self.at)
        for wallet in self.model:
            wallet.mature(self.today)
        holds.lapse(at=self.at)
        for wallet in self.model:
            for hold_id, hold in wallet.holds.items():
                if hold.state == "open" and hold.deadline <= int(self.at.timestamp()):
                    wallet.give_back(hold_id, self.today, "lapsed")
        lots.expire(at=self.at)
        for wallet in self.model:
            wallet.expire(self.today)

    @invariant()
    def balances_are_those_of_the_model(self) -> None:
        for resident, wallet in zip(getattr(self, "residents", []), getattr(self, "model", []), strict=True):
            balance = queries.balance(resident.pk)
            assert (balance.available, balance.held, balance.debt) == (wallet.available, wallet.held, wallet.debt)
            assert balance.pending == sum(amount for _on, _last, amount in wallet.pending.values())
            assert world.lots(resident) == {last: amount for last, amount in wallet.lots.items() if amount}


@pytest.mark.django_db
def test_the_ledger_agrees_with_a_plain_model() -> None:
    run_state_machine_as_test(
        LedgerMachine,
        settings=settings(
            max_examples=25, stateful_step_count=25, deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
