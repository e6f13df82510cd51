"""Holds are two-phase: place, then capture, release, or lapse at the deadline. Each happens once."""

from datetime import UTC, date, datetime, timedelta

import pytest

from dvor.base.refusals import Refusal
from dvor.ledger import holds, lots, proof, queries, wallets
from dvor.ledger.models import Hold
from tests.cast import Cast
from tests.ledger import world

SOON, LATER = date(2026, 10, 31), date(2027, 3, 31)


@pytest.fixture
def rich(cast: Cast, at: datetime) -> Cast:
    """Anna has 30 points that expire soon and 50 that expire later."""
    world.issue(cast.anna, 50, at=at, expires_on=LATER)
    world.issue(cast.anna, 30, at=at, expires_on=SOON)
    return cast


def place(cast: Cast, amount: int, at: datetime, hours: int = 1) -> Hold:
    return holds.place(
        resident_id=cast.anna.pk,
        amount=amount,
        purpose="order:1",
        deadline=at + timedelta(hours=hours),
        by=cast.anna,
        at=at,
    )


def test_a_hold_takes_the_lots_that_expire_first(rich: Cast, at: datetime) -> None:
    place(rich, 40, at)
    assert world.lots(rich.anna) == {LATER: 40}
    assert queries.balance(rich.anna.pk) == queries.Balance(available=40, held=40)
    assert proof.prove() == []


def test_captured_points_go_to_the_partner(rich: Cast, at: datetime) -> None:
    hold = place(rich, 40, at)
    holds.capture(hold.id, to=world.shop(), at=at)
    assert queries.balance(rich.anna.pk) == queries.Balance(available=40)
    assert queries.account_balances("spent:test") == {"spent:test": 40}
    assert world.amounts(queries.statement(rich.anna.pk))[:2] == [("spent", 0), ("held", -40)]
    assert proof.prove() == []


def test_released_points_return_to_their_lots(rich: Cast, at: datetime) -> None:
    hold = place(rich, 40, at)
    holds.release(hold.id, at=at + timedelta(minutes=5))
    assert world.lots(rich.anna) == {SOON: 30, LATER: 50}
    assert queries.balance(rich.anna.pk) == queries.Balance(available=80)
    assert proof.prove() == []


def test_points_of_a_lot_that_expired_meanwhile_return_as_a_fresh_short_lot(rich: Cast, at: datetime) -> None:
    hold = place(rich, 40, at, hours=24 * 30)
    after = datetime(2026, 11, 5, 9, 0, tzinfo=UTC)
    lots.expire(at=after)
    holds.release(hold.id, at=after)
    assert world.lots(rich.anna) == {LATER: 50, date(2026, 12, 31): 30}, "the month in which 30 days later lies"
    assert proof.prove() == []


def test_a_reversed_capture_gives_the_points_back_once(rich: Cast, at: datetime) -> None:
    hold = place(rich, 40, at)
    holds.capture(hold.id, to=world.shop(), at=at)
    holds.reverse(hold.id, at=at + timedelta(hours=2))
    assert world.lots(rich.anna) == {SOON: 30, LATER: 50}
    assert queries.account_balances("spent:test") == {"spent:test": 0}
    with pytest.raises(Refusal) as refused:
        holds.reverse(hold.id, at=at + timedelta(hours=3))
    assert refused.value.code == "hold_not_captured"
    assert proof.prove() == []


@pytest.mark.parametrize("first", ["capture", "release", "lapse"])
@pytest.mark.parametrize("second", ["capture", "release"])
def test_a_closed_hold_stays_closed(rich: Cast, at: datetime, first: str, second: str) -> None:
    hold = place(rich, 40, at)
    acts = {
        "capture": lambda when: holds.capture(hold.id, to=world.shop(), at=when),
        "release": lambda when: holds.release(hold.id, at=when),
        "lapse": lambda when: holds.lapse(at=when),
    }
    acts[first](at + timedelta(hours=1 if first == "lapse" else 0))
    before = queries.balance(rich.anna.pk)
    with pytest.raises(Refusal) as refused:
        acts[second](at)
    assert (refused.value.code, refused.value.status) == ("hold_closed", 409)
    assert holds.lapse(at=at + timedelta(days=1)) == 0
    assert queries.balance(rich.anna.pk) == before
    assert proof.prove() == []


def test_a_hold_lapses_at_its_deadline_and_cannot_be_captured_after_it(rich: Cast, at: datetime) -> None:
    hold = place(rich, 40, at)
    with pytest.raises(Refusal):
        holds.capture(hold.id, to=world.shop(), at=at + timedelta(hours=1))
    assert holds.lapse(at=at + timedelta(minutes=59)) == 0
    assert holds.lapse(at=at + timedelta(hours=1)) == 1
    assert queries.balance(rich.anna.pk).available == 80
    assert Hold.objects.get().outcome == Hold.Outcome.LAPSED


def test_who_has_not_enough_is_told_how_many_are_missing(rich: Cast, at: datetime) -> None:
    with pytest.raises(Refusal) as refused:
        place(rich, 81, at)
    assert (refused.value.code, refused.value.status) == ("points_not_enough", 409)
    assert "1" in str(refused.value.text)
    assert queries.balance(rich.anna.pk) == queries.Balance(available=80)


def test_expired_points_cannot_be_spent_even_before_the_nightly_job(rich: Cast, at: datetime) -> None:
    november = datetime(2026, 10, 31, 21, 0, tzinfo=UTC)  # midnight in Moscow
    with pytest.raises(Refusal):
        place(rich, 51, november)
    assert place(rich, 50, november).amount == 50
    assert proof.prove() == []


def test_a_blocked_wallet_spends_nothing(rich: Cast, at: datetime) -> None:
    hold = place(rich, 10, at)
    wallets.block(resident_id=rich.anna.pk, reason="проверка", by=rich.olga, at=at)
    for act in (lambda: place(rich, 10, at), lambda: holds.capture(hold.id, to=world.shop(), at=at)):
        with pytest.raises(Refusal) as refused:
            act()
        assert (refused.value.code, refused.value.status) == ("wallet_blocked", 403)
    wallets.unblock(resident_id=rich.anna.pk, reason="проверено", by=rich.olga, at=at)
    holds.capture(hold.id, to=world.shop(), at=at)
    assert proof.prove() == []


def test_an_unknown_hold_is_refused(db: None, at: datetime) -> None:
    for act in (holds.release, holds.reverse):
        with pytest.raises(Refusal) as refused:
            act(10**9, at=at)
        assert refused.value.status == 404
