"""Sixteen connections record acts of one resident at once: caps hold to the point, what is paid once is paid once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from functools import partial

import pytest

from dvor.ledger import proof as ledger_proof
from dvor.ledger import queries
from dvor.points import activities, awards, proof
from dvor.points.awards import Award
from dvor.points.reasons import Reason
from dvor.points.rules import Cap, Period, Terms
from tests.cast import Cast
from tests.points import worlds
from tests.rewards.crowd import CROWD, rush

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(transactional_db: None, at: datetime) -> Iterator[Cast]:
    yield Cast.assemble(at=at)
    assert ledger_proof.prove() == [] == proof.prove()


def record_at_once(batches: list[list[activities.Activity]], at: datetime) -> list[Award]:
    """Each batch on its own connection; all awards."""
    calls = [partial(activities.record, batch, by=None, at=at) for batch in batches]
    return [award for answer in rush(calls) for award in answer]


def test_a_cap_of_points_holds_to_the_point(people: Cast, at: datetime) -> None:
    answers = record_at_once([[worlds.act(people.anna, "poll_vote", f"poll:{n}", at)] for n in range(CROWD)], at)
    assert sum(answer.points for answer in answers) == 100 == queries.balance(people.anna.pk).available
    assert Counter(answer.reason for answer in answers) == {Reason.PAID: 10, Reason.CAP_MONTH: CROWD - 10}


def test_a_cap_is_paid_in_part_once(people: Cast, at: datetime) -> None:
    kind = worlds.ruled(1, Terms({3: 30}, caps=(Cap(Period.DAY, points=100),)), at)  # type: ignore[dict-item]
    answers = record_at_once([[worlds.act(people.anna, kind, f"a:{n}", at)] for n in range(CROWD)], at)
    assert sorted(answer.points for answer in answers if answer.points) == [10, 30, 30, 30]
    assert Counter(answer.reason for answer in answers)[Reason.PART_DAY] == 1


def test_a_cap_by_count_holds(people: Cast, at: datetime) -> None:
    answers = record_at_once([[worlds.act(people.anna, "invite", f"guest:{n}", at)] for n in range(CROWD)], at)
    assert Counter(answer.points for answer in answers) == {50: 5, 0: CROWD - 5}


def test_what_is_paid_once_in_a_life_is_paid_once(people: Cast, at: datetime) -> None:
    batches = [
        [worlds.act(who, code, f"first:{n}", at) for code in ("meeting_first", "ad_first") for who in crowd]
        for n in range(CROWD)
        for crowd in ([people.anna, people.boris][:: -1 if n % 2 else 1],)
    ]
    record_at_once(batches, at)
    assert queries.balance(people.anna.pk).available == 500 + 50
    assert queries.balance(people.boris.pk).available == 250 + 50


def test_one_act_from_sixteen_sides_is_recorded_once(people: Cast, at: datetime) -> None:
    answers = record_at_once([[worlds.act(people.anna, "poll_vote", "poll:1", at)]] * CROWD, at)
    assert [answer.duplicate for answer in answers].count(False) == 1
    assert len({answer.activity_id for answer in answers}) == 1
    assert {answer.points for answer in answers} == {10}, "everybody hears the first answer"
    assert queries.balance(people.anna.pk).available == 10


def test_batches_in_opposite_order_wait_for_each_other_and_never_in_a_circle(people: Cast, at: datetime) -> None:
    batch = [
        worlds.act(who, "poll_vote", f"poll:{who.pk}:{n}", at)
        for n in range(30)
        for who in (people.anna, people.boris, people.vera)
    ]
    answers = record_at_once([batch, batch[::-1]] * (CROWD // 2), at)
    assert [answer.duplicate for answer in answers].count(False) == len(batch)
    assert {queries.balance(who.pk).available for who in (people.anna, people.boris, people.vera)} == {100}


def test_an_award_is_taken_back_once(people: Cast, at: datetime) -> None:
    activities.record([worlds.act(people.anna, "meeting_first", "meeting:1", at)], by=None, at=at)
    key = awards.Key(worlds.known("meeting_first").id, "meeting:1", worlds.MONTH)
    taken = rush([partial(awards.reverse, [key], reason="проба", by=people.olga, at=at)] * CROWD)
    assert sorted(taken) == [0] * (CROWD - 1) + [1]
    assert queries.balance(people.anna.pk).available == 0


def test_the_room_of_a_reversal_is_filled_once(people: Cast, at: datetime) -> None:
    """While an award goes, others come for its room: never more than the cap stays paid."""
    activities.record([worlds.act(people.anna, "meeting_first", "meeting:1", at)], by=None, at=at)
    key = awards.Key(worlds.known("meeting_first").id, "meeting:1", worlds.MONTH)
    act = partial(worlds.act, people.anna, "meeting_first")
    rush(
        [partial(awards.reverse, [key], reason="проба", by=people.olga, at=at)]
        + [partial(activities.record, [act(f"meeting:{n}", at)], by=None, at=at) for n in range(2, CROWD + 1)]
    )
    assert queries.balance(people.anna.pk).available in {0, 500}
