"""The proof finds every kind of lie, and the tables refuse most of them beforehand."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from dvor.ledger import holds, proof
from tests.cast import Cast
from tests.ledger import world


@pytest.fixture
def busy(cast: Cast, at: datetime) -> Cast:
    """A wallet with two lots, pending points, an open hold and a captured one."""
    world.issue(cast.anna, 100, at=at)
    world.issue(cast.anna, 50, at=at, expires_on=date(2027, 3, 31))
    world.issue(cast.anna, 30, at=at, matures_at=at + timedelta(days=7))
    for number in (1, 2):
        hold = holds.place(
            resident_id=cast.anna.pk, amount=20, purpose=f"order:{number}", deadline=at + timedelta(1), by=None, at=at
        )
    holds.capture(hold.id, to=world.shop(), at=at)
    assert proof.prove() == []
    return cast


def lie(sql: str) -> None:
    """Change rows behind the ledger's back: only the owner of the tables can, by dropping their triggers first."""
    with connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("set session_replication_role = origin")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("what", "sql"),
    [
        ("wallet", "update ledger_wallet set available = available + 1"),
        ("wallet", "update ledger_wallet set held = held - 1"),
        ("wallet", "update ledger_wallet set pending = pending + 5"),
        ("wallet", "update ledger_wallet set debt = 1"),
        ("wallet", "update ledger_wallet set seq = seq + 1"),
        ("lot", "update ledger_lot set remaining = remaining + 1"),
        ("lot", "delete from ledger_lot"),
        ("hold", "update ledger_hold set amount = 21 where closed_at is null"),
        ("hold", "update ledger_hold set closed_at = now(), outcome = 2 where closed_at is null"),
        ("spent", "update ledger_hold set amount = 19 where outcome = 1"),
        ("pending", "update ledger_pending set amount = 31"),
        ("pending", "delete from ledger_pending"),
        ("account", "update ledger_tally set change = change + 1 where id = (select min(id) from ledger_tally)"),
        ("account", "delete from ledger_tally"),
        ("chain", "update ledger_transfer set available_after = available_after + 1 where seq = 2"),
        ("chain", "delete from ledger_transfer where seq = 1"),
        ("wallet", "update ledger_transfer set amount = amount + 1 where seq = 1"),
        ("wallet", "insert into ledger_transfer values (8, now(), 1, 5, 1, 5, 100, 1, '2027-10-31', 1, 1)"),
    ],
)
def test_a_lie_is_found(busy: Cast, what: str, sql: str) -> None:
    lie(sql)
    assert what in {difference.what for difference in proof.prove()}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql",
    [
        "update ledger_transfer set amount = 1",
        "delete from ledger_transfer",
        "update ledger_wallet set available = -1",
        "update ledger_wallet set debt = -1",
        "update ledger_lot set remaining = -1",
        "insert into ledger_transfer values (8, now(), 1, 5, 1, 0, 100, 1, '2027-10-31', 1, 1)",
        "insert into ledger_transfer values (8, now(), 1, 5, 1, 5, 1, 1, '2027-10-31', 1, 1)",
        "insert into ledger_transfer values (8, now(), 1, -5, 1, 5, 100, 1, '2027-10-31', 1, 1)",
        "update ledger_wallet set id = id + 8",
        "update ledger_wallet set blocked_at = now()",
        "update ledger_hold set outcome = 1",
        "update ledger_hold set amount = 0",
    ],
)
def test_the_tables_refuse(busy: Cast, sql: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert proof.prove() == []
