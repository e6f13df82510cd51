"""A blocked wallet neither earns nor spends, keeps what it has, and says why; each step leaves its trace."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dvor.base.models import AuditEntry
from dvor.base.refusals import Refusal
from dvor.ledger import holds, lots, proof, queries, wallets
from dvor.ledger.currencies import Currency
from dvor.notices.models import Notice
from tests.cast import Cast
from tests.ledger import world


def block(cast: Cast, at: datetime, reason: str = "накрутка", currency: Currency = Currency.CITY) -> None:
    wallets.block(resident_id=cast.anna.pk, reason=reason, by=cast.olga, at=at, currency=currency)


def test_a_block_says_who_when_and_why_and_the_owner_is_told(cast: Cast, at: datetime) -> None:
    block(cast, at, reason="  накрутка ")
    balance = queries.balance(cast.anna.pk)
    assert (balance.blocked_at, balance.blocked_reason) == (at, "накрутка")
    [entry] = AuditEntry.objects.filter(act="ledger.wallet.blocked")
    assert entry.reason == "накрутка"
    assert Notice.objects.filter(resident=cast.anna).count() == 1


def test_points_that_are_held_may_come_back_but_not_go(cast: Cast, at: datetime) -> None:
    world.issue(cast.anna, 100, at=at)
    kept, spent = [
        holds.place(resident_id=cast.anna.pk, amount=40, purpose="order:1", deadline=at + timedelta(1), by=None, at=at)
        for _ in range(2)
    ]
    block(cast, at)
    with pytest.raises(Refusal) as refused:
        holds.capture(spent.id, to=world.shop(), at=at)
    assert refused.value.code == "wallet_blocked"
    holds.release(kept.id, at=at)
    assert holds.lapse(at=at + timedelta(1)) == 1
    assert queries.balance(cast.anna.pk).available == 100
    assert proof.prove() == []


def test_time_goes_on_for_a_blocked_wallet(cast: Cast, at: datetime) -> None:
    world.issue(cast.anna, 30, at=at, matures_at=at + timedelta(days=1))
    block(cast, at)
    assert lots.mature(at=at + timedelta(days=1)) == 1
    assert lots.expire(at=at + timedelta(days=500)) == 1
    assert proof.prove() == []


def test_an_unblocked_wallet_spends_again(cast: Cast, at: datetime) -> None:
    world.issue(cast.anna, 30, at=at)
    block(cast, at)
    wallets.unblock(resident_id=cast.anna.pk, reason="разобрались", by=cast.olga, at=at)
    holds.place(resident_id=cast.anna.pk, amount=30, purpose="order:1", deadline=at + timedelta(1), by=None, at=at)
    assert queries.balance(cast.anna.pk) == queries.Balance(held=30)


def test_a_block_stops_one_currency(cast: Cast, at: datetime) -> None:
    world.issue(cast.anna, 30, at=at)
    block(cast, at, currency=Currency.PRIZE)
    holds.place(resident_id=cast.anna.pk, amount=30, purpose="order:1", deadline=at + timedelta(1), by=None, at=at)
    assert queries.balance(cast.anna.pk).held == 30


def test_what_makes_no_sense_is_refused(cast: Cast, at: datetime) -> None:
    def code(act: object, reason: str) -> str:
        with pytest.raises(Refusal) as refused:
            act(resident_id=cast.anna.pk, reason=reason, by=cast.olga, at=at)  # type: ignore[operator]
        return refused.value.code

    assert code(wallets.block, " ") == code(wallets.unblock, "") == "reason_missing"
    assert code(wallets.unblock, "рано") == "wallet_not_blocked"
    block(cast, at)
    assert code(wallets.block, "ещё раз") == "wallet_blocked"
