"""Sixteen connections at once: no double capture, no negative balance, no lot spent twice."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from dvor.base.refusals import Refusal
from dvor.ledger import holds, lots, proof, queries
from dvor.ledger.models import Hold
from dvor.people.models import Resident
from tests.attack.crowd import CONNECTIONS, storm
from tests.ledger import world

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)


def resident(name: str = "racer") -> Resident:
    return Resident.objects.create(city_id=name)


def place(owner: Resident, amount: int, at: datetime = AT) -> Hold:
    return holds.place(
        resident_id=owner.pk, amount=amount, purpose="order:1", deadline=at + timedelta(hours=1), by=None, at=at
    )


def test_the_first_points_of_a_resident_come_sixteen_times_at_once() -> None:
    owner, source = resident(), world.source()
    assert source
    assert storm(lambda _number: world.issue(owner, 5, at=AT)) == {"done": CONNECTIONS}
    assert queries.balance(owner.pk).available == 5 * CONNECTIONS
    assert proof.prove() == []


def test_points_for_one_order_are_not_set_aside_twice() -> None:
    owner = resident()
    world.issue(owner, 100, at=AT)
    assert storm(lambda _number: place(owner, 100)) == {"done": 1, "points_not_enough": CONNECTIONS - 1}
    assert queries.balance(owner.pk) == queries.Balance(held=100)
    assert proof.prove() == []


def test_many_holds_share_the_lots_without_a_gap() -> None:
    owner = resident()
    for month in range(1, 7):
        world.issue(owner, 17, at=AT, expires_on=date(2027, month, 28))
    outcomes = storm(lambda _number: place(owner, 9))
    assert outcomes == {"done": 102 // 9, "points_not_enough": CONNECTIONS - 102 // 9}
    assert queries.balance(owner.pk) == queries.Balance(available=102 % 9, held=99)
    assert proof.prove() == []


def test_a_hold_is_closed_once_whoever_comes_first() -> None:
    owner, shop = resident(), world.shop()
    world.issue(owner, 100, at=AT)
    hold = place(owner, 60)

    def close(number: int) -> None:
        if number % 2:
            holds.capture(hold.id, to=shop, at=AT)
        else:
            holds.release(hold.id, at=AT)

    assert storm(close) == {"done": 1, "hold_closed": CONNECTIONS - 1}
    assert queries.balance(owner.pk).available in {40, 100}
    assert proof.prove() == []


def test_the_deadline_and_the_buyer_race_for_a_hold() -> None:
    owner, shop = resident(), world.shop()
    world.issue(owner, 100, at=AT)
    hold = place(owner, 60)

    def close(number: int) -> None:
        if number % 2:
            holds.capture(hold.id, to=shop, at=AT + timedelta(minutes=59))
        else:
            holds.lapse(at=AT + timedelta(hours=1))

    outcomes = storm(close)
    assert outcomes["hold_closed"] in {CONNECTIONS // 2, CONNECTIONS // 2 - 1}
    assert proof.prove() == []


def test_a_capture_is_undone_once() -> None:
    owner = resident()
    world.issue(owner, 100, at=AT)
    hold = place(owner, 60)
    holds.capture(hold.id, to=world.shop(), at=AT)
    outcomes = storm(lambda _number: holds.reverse(hold.id, at=AT))
    assert outcomes == {"done": 1, "hold_not_captured": CONNECTIONS - 1}
    assert queries.balance(owner.pk).available == 100
    assert proof.prove() == []


def test_everything_at_once_still_adds_up() -> None:
    people, shop = [resident(f"racer-{number}") for number in range(4)], world.shop()
    world.source()
    for one in people:
        world.issue(one, 200, at=AT, expires_on=date(2026, 10, 31))
    acts: list[Callable[[Resident, int, datetime], object]] = [
        lambda owner, _amount, at: world.issue(owner, 7, 8, at=at, expires_on=date(2026, 11, 30)),
        lambda owner, amount, at: world.issue(owner, amount, at=at, matures_at=at + timedelta(days=2)),
        lambda _owner, _amount, at: lots.mature(at=at),
        lambda _owner, _amount, at: lots.expire(at=at),
        lambda owner, amount, at: holds.capture(place(owner, amount, at).id, to=shop, at=at),
        lambda owner, amount, at: holds.release(place(owner, amount, at).id, at=at),
    ]

    def live(number: int) -> None:
        chance, refused = random.Random(number), set()
        for turn in range(12):
            try:
                chance.choice(acts)(
                    chance.choice(people), chance.randint(1, 60), AT + timedelta(days=turn, seconds=number)
                )
            except Refusal as refusal:
                refused.add(refusal.code)
        assert refused <= {"points_not_enough"}

    assert storm(live) == {"done": CONNECTIONS}
    assert proof.prove() == []
