"""Sixteen connections at once: no double award, no lost award, no cap broken, no deadlock."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from dvor.ledger import proof, queries
from dvor.people.levels import Level
from dvor.people.models import Resident
from dvor.points import activities, awards, kinds
from dvor.points import proof as points_proof
from dvor.points.activities import Activity
from dvor.points.models import Activity as ActivityRow
from tests.attack.crowd import CONNECTIONS, storm

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
MONTH = date(2026, 10, 1)


def crowd(people: int) -> list[Resident]:
    return [Resident.objects.create(city_id=f"crowd-{number}", level=Level.STANDARD) for number in range(people)]


def act(resident: Resident, subject: str, code: str = "reading") -> Activity:
    kind = kinds.named(code)
    assert kind is not None
    return Activity(kind, resident.pk, resident.level, subject, MONTH, AT)


def assert_proven() -> None:
    assert proof.prove() == []
    assert points_proof.prove() == []


def test_one_reading_sent_sixteen_times_at_once_pays_once() -> None:
    [resident] = crowd(1)
    answers: list[object] = []
    storm(lambda _number: answers.extend(activities.record([act(resident, "meter:1")], by=resident, at=AT)))
    assert len({answer.activity_id for answer in answers}) == 1  # type: ignore[attr-defined]
    assert sum(not answer.duplicate for answer in answers) == 1  # type: ignore[attr-defined]
    assert queries.balance(resident.pk).available == 20
    assert_proven()


def test_sixteen_residents_of_a_flat_race_for_the_same_four_meters() -> None:
    people = crowd(CONNECTIONS)

    def send(number: int) -> None:
        meters = [f"meter:{meter}" for meter in range(4)]
        random.Random(number).shuffle(meters)
        activities.record([act(people[number], meter) for meter in meters], by=people[number], at=AT)

    assert storm(send) == {"done": CONNECTIONS}
    assert ActivityRow.objects.count() == 4
    assert sum(queries.balance(one.pk).available for one in people) == 80
    assert_proven()


def test_batches_that_share_wallets_and_meters_never_wait_in_a_circle_and_lose_nothing() -> None:
    people = crowd(12)

    def send(number: int) -> None:
        chance = random.Random(number)
        for turn in range(6):
            batch = [
                act(chance.choice(people), f"meter:{chance.randrange(150)}", chance.choice(["reading", "poll_vote"]))
                for _row in range(20)
            ]
            activities.record(batch, by=None, at=AT + timedelta(seconds=turn))

    assert storm(send) == {"done": CONNECTIONS}
    assert_proven()
    paid = sum(queries.balance(one.pk).available for one in people)
    assert queries.account_balances("issued:house") == {"issued:house": -paid}
    assert all(points_of(one, "poll_vote") <= 100 for one in people), "the cap of a month"


def test_a_cap_holds_against_sixteen_at_once() -> None:
    [resident] = crowd(1)
    storm(lambda number: activities.record([act(resident, f"meeting:{number}", "meeting_first")], by=None, at=AT))
    assert queries.balance(resident.pk).available == 250, "the first meeting is paid once"
    storm(lambda number: activities.record([act(resident, f"poll:{number}", "poll_vote")], by=None, at=AT))
    assert points_of(resident, "poll_vote") == 100
    assert_proven()


def test_an_award_is_taken_back_once() -> None:
    [resident] = crowd(1)
    activities.record([act(resident, "meter:1"), act(resident, "meter:2")], by=None, at=AT)
    kind = kinds.named("reading")
    assert kind is not None
    key = awards.Key(kind.id, "meter:1", MONTH)
    taken: list[int] = []
    storm(lambda _number: taken.append(awards.reverse([key], reason="возврат", by=None, at=AT)))
    assert sum(taken) == 1
    assert queries.balance(resident.pk).available == 20
    assert_proven()


def points_of(resident: Resident, code: str) -> int:
    from dvor.points import queries as points

    kind = kinds.named(code)
    assert kind is not None
    return sum(line.points for line in points.awards(resident.pk, kind_id=kind.id, limit=1000))
