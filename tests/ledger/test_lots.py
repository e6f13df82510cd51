"""Time does its work in sets: pending points mature, lots expire, owners are warned before."""

from datetime import UTC, date, datetime, timedelta

from dvor.ledger import lots, proof, queries
from dvor.ledger.models import Lot
from dvor.notices.models import Notice
from tests.cast import Cast
from tests.ledger import world

LAST_DAY = date(2026, 11, 30)


def test_pending_points_mature_when_their_delay_is_over(cast: Cast, at: datetime) -> None:
    world.issue(cast.anna, 242, at=at, matures_at=at + timedelta(days=7))
    world.issue(cast.boris, 10, at=at, matures_at=at + timedelta(days=8))
    assert lots.mature(at=at + timedelta(days=7, seconds=-1)) == 0
    assert lots.mature(at=at + timedelta(days=7)) == 1
    assert lots.mature(at=at + timedelta(days=7)) == 0
    assert queries.balance(cast.anna.pk) == queries.Balance(available=242)
    assert queries.balance(cast.boris.pk) == queries.Balance(pending=10)
    assert world.lots(cast.anna) == {date(2027, 10, 31): 242}, "counted from the day they became spendable"
    assert proof.prove() == []


def test_points_expire_after_their_last_day_in_the_city(cast: Cast, at: datetime) -> None:
    world.issue(cast.anna, 20, at=at, expires_on=LAST_DAY)
    world.issue(cast.anna, 5, at=at)
    assert lots.expire(at=datetime(2026, 11, 30, 20, 59, tzinfo=UTC)) == 0
    assert lots.expire(at=datetime(2026, 11, 30, 21, 0, tzinfo=UTC)) == 1
    assert queries.balance(cast.anna.pk) == queries.Balance(available=5)
    assert queries.account_balances("expired") == {"expired": 20}
    assert Lot.objects.count() == 1, "an empty expired lot is not kept"
    assert proof.prove() == []


def test_owners_are_warned_thirty_and_seven_days_before_and_never_twice(cast: Cast, at: datetime) -> None:
    world.issue(cast.anna, 20, at=at, expires_on=LAST_DAY)
    world.issue(cast.boris, 20, at=at)
    morning = datetime(2026, 10, 31, 6, 0, tzinfo=UTC)
    assert lots.warn(at=morning - timedelta(days=1)) == 0
    assert [lots.warn(at=morning), lots.warn(at=morning), lots.warn(at=morning + timedelta(days=1))] == [1, 0, 0]
    assert lots.warn(at=morning + timedelta(days=23)) == 1
    assert Notice.objects.filter(resident=cast.anna).count() == 2
    assert not Notice.objects.filter(resident=cast.boris).exists()


def test_a_statement_names_what_happened(cast: Cast, at: datetime) -> None:
    world.issue(cast.anna, 9, at=at, matures_at=at + timedelta(days=1), expires_on=LAST_DAY)
    lots.mature(at=at + timedelta(days=1))
    lots.expire(at=at + timedelta(days=60))
    assert world.amounts(queries.statement(cast.anna.pk)) == [("expired", -9), ("matured", 9), ("promised", 0)]
