"""The database itself keeps the books: whoever writes rows past our acts is refused."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from dvor.people.models import Resident
from dvor.settlements import days
from dvor.settlements.models import Account, Day, Difference, Entry, Item, Match, Statement
from tests.cast import Cast
from tests.settlements import books
from tests.settlements.books import NEXT, direct, file, load, transfer


@pytest.fixture
def kept(account: Account, cast: Cast, raisa: Resident, at: datetime) -> Day:
    """A closed day of 1,000 kopecks, and an open one with a direct transfer of 500 and a gap."""
    books.bill(cast.flat)
    books.payment(cast.anna, cast.flat, 1_000)
    books.payment(cast.anna, cast.flat, 70, day=NEXT)
    load(file(transfer(1_000), transfer(60, day=NEXT), direct(cast.flat, 500)), at=at)
    days.close(books.day().pk, by=raisa, at=at)
    return books.day()


ATTACKS = [
    "update settlements_day set received_kopecks = 999 where closed_at is not null",
    "update settlements_day set closed_at = null, closed_by_id = null where closed_at is not null",
    "update settlements_day set closed_at = now() where closed_at is null",
    "update settlements_day set closed_at = now(), closed_by_id = (select min(id) from people_resident)",
    "update settlements_day set day = day + 1 where closed_at is null",
    "delete from settlements_day",
    "update settlements_entry set kopecks = kopecks + 1",
    "delete from settlements_entry",
    "update settlements_match set kopecks = kopecks + 1",
    "delete from settlements_match",
    "update settlements_item set kopecks = 1",
    "delete from settlements_item",
    "update settlements_statement set closing_kopecks = 0",
    "delete from settlements_difference",
    "update settlements_difference set resolved_at = now()",
    "update settlements_difference set kopecks = 0",
    "update settlements_difference set day_id = (select id from settlements_day where closed_at is not null)",
    """insert into settlements_item (day_id, payment_id, kopecks)
       select id, (select min(id) from payments_payment), 1000 from settlements_day where closed_at is null""",
    """insert into settlements_match (entry_id, day_id, matched_at, kopecks, commission_kopecks, reason)
       select id, (select id from settlements_day where closed_at is null), now(), 1, 0, '' from settlements_entry""",
    """insert into settlements_day (account_id, day, turn, opened_at, expected_kopecks, received_kopecks,
           commission_kopecks, explained_kopecks, direct_kopecks, open_count)
       select account_id, day, 2, now(), 0, 0, 0, 0, 0, 0 from settlements_day where closed_at is null""",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_books_cannot_be_cooked(kept: Day, attack: str) -> None:
    before = snapshot()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)
    assert snapshot() == before


def test_a_closed_day_takes_nothing_more(kept: Day, cast: Cast, at: datetime) -> None:
    entry = Entry.objects.filter(kind=Entry.Kind.DIRECT).get()
    late = books.payment(cast.anna, cast.flat, 5)
    for row in (
        Item(day=kept, payment=late, kopecks=5),
        Match(entry=entry, day=kept, kopecks=1, matched_at=at),
        Difference(day=kept, kind=1, code="gap", kopecks=5, found_at=at),
    ):
        with pytest.raises(IntegrityError, match="closed business day"), transaction.atomic():
            row.save(force_insert=True)


def test_an_entry_settles_no_more_than_its_sum(account: Account, cast: Cast, at: datetime) -> None:
    load(file(direct(cast.flat, 500)), at=at)  # no bill: nothing is matched
    entry, day = Entry.objects.get(), books.day(NEXT)
    Match.objects.create(entry=entry, day=day, kopecks=300, matched_at=at)
    Match.objects.create(entry=entry, day=day, kopecks=200, matched_at=at)
    with pytest.raises(IntegrityError, match="no more than its own sum"), transaction.atomic():
        Match.objects.create(entry=entry, day=day, kopecks=1, matched_at=at)
    assert books.day(NEXT).received_kopecks == 500


def test_a_statement_that_does_not_balance_cannot_be_kept(account: Account, at: datetime) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Statement.objects.create(
            account=account, loaded_at=at, since=NEXT, until=NEXT, opening_kopecks=1, incoming_kopecks=1,
            outgoing_kopecks=0, closing_kopecks=3, entries_read=1, encoding="cp1251", file_hash=b"x" * 32,
        )  # fmt: skip


def snapshot() -> list[list[tuple[object, ...]]]:
    return [sorted(model.objects.values_list(), key=repr) for model in (Statement, Entry, Item, Match, Difference, Day)]
