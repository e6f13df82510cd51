"""Sixteen importers and accountants at once: each line once, each payment once, nothing past a closed day."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from dvor.demo import bank
from dvor.people.levels import Level
from dvor.people.models import Resident
from dvor.settlements import days, differences, proof
from dvor.settlements.models import Day, Difference, Entry, Item, Match, Statement
from tests.attack.crowd import CONNECTIONS, storm
from tests.cast import Cast
from tests.settlements import books
from tests.settlements.books import DAY, NEXT, OTHER_ACCOUNT, direct, file, load, transfer

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def scene() -> Cast:
    cast = Cast.assemble(at=AT)
    books.account(at=AT)
    books.bill(cast.flat, 10_000_000)
    return cast


def accountants() -> list[Resident]:
    people = [Resident.objects.create(city_id=f"book-{place}", level=Level.FULL) for place in range(CONNECTIONS)]
    return [books.accountant(one, at=AT) for one in people]


def test_one_file_sent_sixteen_times_at_once_is_taken_once(scene: Cast) -> None:
    books.payment(scene.anna, scene.flat, 1_000)
    data = file(transfer(1_000), *(direct(scene.flat, 100 + place) for place in range(200)))
    taken: list[bool] = []
    assert storm(lambda _number: taken.append(load(data, at=AT).same)) == {"done": CONNECTIONS}
    assert Counter(taken) == {True: CONNECTIONS - 1, False: 1}
    assert (Statement.objects.count(), Entry.objects.count(), Match.objects.count()) == (1, 201, 201)
    assert proof.prove() == []


def test_overlapping_files_of_two_accounts_never_wait_in_a_circle(scene: Cast) -> None:
    books.account(at=AT, number=OTHER_ACCOUNT, acquirer="")
    moved = [direct(scene.flat, 100 + place, on=DAY) for place in range(64)]

    def send(number: int) -> None:
        first, second = (books.ACCOUNT, OTHER_ACCOUNT) if number % 2 else (OTHER_ACCOUNT, books.ACCOUNT)
        until = DAY + timedelta(days=number % 4)
        texts = [bank.statement(one, moved[: 32 + number * 2], since=DAY, until=until) for one in (first, second)]
        load(bank.encoded(texts[0].replace("КонецФайла\n", texts[1][texts[1].index("СекцияРасч") :])), at=AT)

    assert storm(send) == {"done": CONNECTIONS}
    assert Entry.objects.count() == 2 * 62, "each line once an account, in whichever file it came"
    assert proof.prove() == []


def test_a_payment_is_counted_once_by_sixteen(scene: Cast) -> None:
    for place in range(50):
        books.payment(scene.anna, scene.flat, 100 + place, day=DAY + timedelta(days=place % 3))
    assert storm(lambda _number: days.reconcile(at=AT)) == {"done": CONNECTIONS}
    assert Item.objects.count() == 50
    assert sum(Day.objects.values_list("expected_kopecks", flat=True)) == sum(range(100, 150))
    assert proof.prove() == []


def test_a_day_that_is_being_closed_takes_nothing_late(scene: Cast) -> None:
    people = accountants()
    books.payment(scene.anna, scene.flat, 1_000)
    load(file(transfer(1_000)), at=AT)
    day = books.day()

    def race(number: int) -> None:
        if number % 2:
            days.close(day.pk, by=people[number], at=AT)
        else:
            late = date(2026, 10, 18)
            load(file(transfer(10 + number, on=late), since=late, until=late), at=AT)

    outcomes = storm(race)
    assert set(outcomes) <= {"done", "day_closed", "day_differs"}
    for one in Day.objects.filter(closed_at__isnull=False):
        assert one.gap_kopecks == 0 and one.open_count == 0
    assert sum(Day.objects.filter(day=DAY).values_list("received_kopecks", flat=True)) == 1_000 + sum(range(10, 26, 2))
    assert proof.prove() == []


def test_a_difference_is_resolved_by_one(scene: Cast) -> None:
    people = accountants()
    books.payment(scene.anna, scene.flat, 1_000)
    load(file(transfer(990), bank.Transfer(NEXT, 500, "за квартиру")), at=AT)
    gap = Difference.objects.get(entry__isnull=True)
    lost = Difference.objects.get(entry__isnull=False)

    def race(number: int) -> None:
        if number % 2:
            differences.resolve(gap.pk, reason=f"бухгалтер {number}", by=people[number], at=AT)
        else:
            told = {"payer_code": "1234567890", "period": books.MONTH, "reason": "нашли плательщика"}
            differences.to_bill(lost.pk, by=people[number], at=AT, **told)  # type: ignore[arg-type]

    assert storm(race) == {"done": 2, "difference_ended": CONNECTIONS - 2}
    assert Match.objects.filter(entry=lost.entry).count() == 1 and books.day().explained_kopecks == 10
    assert proof.prove() == []
