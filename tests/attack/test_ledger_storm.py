"""Sixteen connections do everything at once to five wallets: record, spend, undo, take back, while time passes."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from dvor.base import sql
from dvor.base.refusals import Refusal
from dvor.ledger import accounts, holds, lots, proof, wallets
from dvor.ledger.currencies import Currency
from dvor.ledger.models import Hold, Lot, Pending, Transfer, Wallet
from dvor.people.models import Resident
from dvor.points import activities, awards, kinds
from dvor.points import proof as points_proof
from dvor.points.activities import Activity
from dvor.points.models import Activity as ActivityRow
from tests.rewards.crowd import CROWD, rush

pytestmark = pytest.mark.django_db(transaction=True)

MONTH = date(2026, 10, 1)
TURNS = 14
EXPECTED = {"points_not_enough", "hold_closed", "hold_not_captured", "wallet_blocked", "wallet_not_blocked"}
SUBJECTS = 60
SEEDS = range(2)


class Storm:
    """What the threads share: the residents, the holds placed so far, and what each was told."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.people = [Resident.objects.create(city_id=f"storm-{number}", level=3) for number in range(5)]
        self.shop = accounts.ensure("spent:storm", {"ru": "Буря", "en": "Storm"})
        self.kinds = [kinds.named(code) for code in ("reading", "poll_vote", "bill_paid", "meeting_admin")]
        self.holds: list[int] = []
        self.told: list[tuple[tuple[int, str], awards.Award]] = []

    def live(self, number: int, seed: int) -> None:
        chance = random.Random(seed * CROWD + number)
        acts = (
            [self.record] * 3 + [self.hold] * 3 + [self.close] * 3 + [self.undo, self.take_back, self.time, self.block]
        )
        for turn in range(TURNS):
            try:
                chance.choice(acts)(chance, self.at + timedelta(days=turn, milliseconds=number))
            except Refusal as refusal:
                if refusal.code not in EXPECTED:
                    raise

    def record(self, chance: random.Random, at: datetime) -> None:
        batch = [
            Activity(kind, self.people[place % 5].pk, 3, f"storm:{place}", MONTH, self.at, 400_000 + place)  # type: ignore[arg-type]
            for place, kind in ((chance.randrange(SUBJECTS), chance.choice(self.kinds)) for _row in range(9))
        ]
        answers = activities.record(batch, by=None, at=at)
        self.told += [((act.kind.id, act.subject), answer) for act, answer in zip(batch, answers, strict=True)]

    def hold(self, chance: random.Random, at: datetime) -> None:
        placed = holds.place(
            resident_id=chance.choice(self.people).pk, amount=chance.randint(1, 120), purpose="order:1",
            deadline=at + timedelta(days=chance.randint(1, 5)), by=None, at=at,
        )  # fmt: skip
        self.holds.append(placed.id)

    def close(self, chance: random.Random, at: datetime) -> None:
        if self.holds and chance.random() < 0.5:
            holds.capture(chance.choice(self.holds), to=self.shop, at=at)
        elif self.holds:
            holds.release(chance.choice(self.holds), at=at)

    def undo(self, chance: random.Random, at: datetime) -> None:
        if self.holds:
            holds.reverse(chance.choice(self.holds), at=at)

    def take_back(self, chance: random.Random, at: datetime) -> None:
        keys = [
            awards.Key(chance.choice(self.kinds).id, f"storm:{chance.randrange(SUBJECTS)}", MONTH)  # type: ignore[union-attr]
            for _row in range(4)
        ]
        awards.reverse(keys, reason="проверка", by=None, at=at)

    def time(self, _chance: random.Random, at: datetime) -> None:
        lots.mature(at=at)
        holds.lapse(at=at)
        lots.expire(at=at + timedelta(days=400))
        sql.rows("ledger/fold.sql")

    def block(self, chance: random.Random, at: datetime) -> None:
        who = chance.choice(self.people)
        act: Any = chance.choice([wallets.block, wallets.unblock, wallets.unblock])
        act(resident_id=who.pk, reason="проверка", by=self.people[0], at=at)


@pytest.mark.parametrize("seed", SEEDS)
def test_after_the_storm_every_sum_is_that_of_the_transfers(at: datetime, seed: int) -> None:
    storm = Storm(at)
    outcomes = rush([partial(storm.live, number, seed) for number in range(CROWD)])
    assert outcomes == [None] * CROWD, "every refusal was an expected one, and nobody waited in a circle"

    assert proof.prove() == []
    assert points_proof.prove() == []
    first = Counter(key for key, answer in storm.told if not answer.duplicate)
    assert set(first.values()) == {1}, "each act was new to exactly one"
    assert set(first) == set(ActivityRow.objects.values_list("kind_id", "subject")) == {key for key, _ in storm.told}
    for wallet in Wallet.objects.all():
        assert_is_the_sum_of_its_transfers(wallet)


def assert_is_the_sum_of_its_transfers(wallet: Wallet) -> None:
    """Added up here in Python, row by row, by other means than the proof's."""
    sides: Counter[int] = Counter()
    left: Counter[date | None] = Counter()
    for transfer in Transfer.objects.filter(wallet_id=wallet.pk).order_by("seq"):
        sides[transfer.credit] += transfer.amount
        sides[transfer.debit] -= transfer.amount
        for side, sign in ((transfer.credit, 1), (transfer.debit, -1)):
            if side == accounts.AVAILABLE:
                left[transfer.expires_on] += sign * transfer.amount
        assert transfer.available_after == sides[accounts.AVAILABLE] >= 0
    assert sum(sides.values()) == 0
    assert (wallet.available, wallet.held, wallet.pending, -wallet.debt) == tuple(sides[side] for side in range(1, 5))
    assert +left == Counter(
        dict(Lot.objects.filter(wallet_id=wallet.pk, remaining__gt=0).values_list("expires_on", "remaining"))
    )
    assert wallet.held == sum(
        Hold.objects.filter(wallet_id=wallet.pk, closed_at__isnull=True).values_list("amount", flat=True)
    )
    assert wallet.pending == sum(Pending.objects.filter(wallet_id=wallet.pk).values_list("amount", flat=True))
    assert wallet.currency == Currency.CITY
