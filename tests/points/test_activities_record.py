"""An activity counts once, and always gets an answer."""

from datetime import date, datetime, timedelta

import pytest

from dvor.base.refusals import Refusal
from dvor.ledger import proof, queries, wallets
from dvor.people.levels import Level
from dvor.people.models import Resident
from dvor.points import activities, kinds, models
from dvor.points import proof as points_proof
from dvor.points.activities import Activity
from dvor.points.reasons import Reason
from tests.cast import Cast

MONTH = date(2026, 10, 1)


def act(resident: Resident, at: datetime, subject: str, code: str = "reading", **changes: object) -> Activity:
    kind = kinds.named(code)
    assert kind is not None
    return Activity(kind, resident.pk, resident.level, subject, MONTH, at)._replace(**changes)


def test_a_reading_pays_by_account_level(cast: Cast, at: datetime) -> None:
    answers = activities.record(
        [act(cast.anna, at, "meter:1"), act(cast.boris, at, "meter:2"), act(cast.vera, at, "meter:3")], by=None, at=at
    )
    assert [(one.points, one.reason, one.duplicate) for one in answers] == [
        (20, Reason.PAID, False),
        (20, Reason.PAID, False),
        (10, Reason.PAID, False),
    ]
    assert queries.balance(cast.vera.pk).available == 10
    assert proof.prove() == [] == points_proof.prove()


def test_the_same_activity_again_gets_the_first_answer(cast: Cast, at: datetime) -> None:
    first = activities.record([act(cast.anna, at, "meter:1")], by=cast.anna, at=at)
    later = at + timedelta(hours=1)
    again = activities.record([act(cast.boris, later, "meter:1"), act(cast.boris, later, "meter:9")], by=None, at=later)
    assert again[0] == first[0]._replace(duplicate=True)
    assert not again[1].duplicate
    assert queries.balance(cast.anna.pk).available == 20
    assert proof.prove() == [] == points_proof.prove()


def test_the_same_activity_twice_in_one_call_pays_once(cast: Cast, at: datetime) -> None:
    answers = activities.record([act(cast.anna, at, "meter:1"), act(cast.anna, at, "meter:1")], by=None, at=at)
    assert [one.duplicate for one in answers] == [False, True]
    assert queries.balance(cast.anna.pk).available == 20


def test_what_has_not_happened_yet_is_refused_and_nothing_is_recorded(cast: Cast, at: datetime) -> None:
    later = at + timedelta(microseconds=1)
    with pytest.raises(Refusal) as caught:
        activities.record([act(cast.anna, at, "meter:1"), act(cast.anna, later, "meter:2")], by=None, at=at)
    assert caught.value.code == "activity_in_future"
    assert not models.Activity.objects.exists()
    assert queries.balance(cast.anna.pk).available == 0
    assert [one.points for one in activities.record([act(cast.anna, at, "meter:1")], by=None, at=at)] == [20]


@pytest.mark.parametrize("count", [1, 4, 100])
def test_recording_takes_one_statement(cast: Cast, at: datetime, count: int, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_num_queries(1):
        activities.record([act(cast.anna, at, f"meter:{number}") for number in range(count)], by=cast.anna, at=at)


def test_a_blocked_wallet_gets_zero_with_the_reason(cast: Cast, at: datetime) -> None:
    wallets.block(resident_id=cast.anna.pk, reason="накрутка", by=cast.olga, at=at)
    answer = activities.record([act(cast.anna, at, "meter:1")], by=cast.anna, at=at)[0]
    assert (answer.points, answer.reason) == (0, Reason.WALLET_BLOCKED)
    assert proof.prove() == [] == points_proof.prove()


def test_an_act_before_the_first_rule_pays_nothing(cast: Cast, at: datetime) -> None:
    before = datetime.fromisoformat("2021-08-31T20:59:59+00:00")
    answers = activities.record(
        [act(cast.anna, before, "meter:1"), act(cast.anna, before + timedelta(seconds=1), "meter:2")], by=None, at=at
    )
    assert [one.reason for one in answers] == [Reason.NO_RULE, Reason.PAID], "a rule begins at the city's midnight"


def test_a_level_that_earns_nothing_is_told_so(cast: Cast, at: datetime) -> None:
    answer = activities.record([act(cast.vera, at, "meeting:1", "meeting_first")], by=None, at=at)[0]
    assert (answer.points, answer.reason) == (0, Reason.LEVEL_TOO_LOW)


def test_a_paid_bill_gives_five_percent_rounded_down_after_a_week(cast: Cast, at: datetime) -> None:
    answers = activities.record(
        [
            act(cast.anna, at, "payment:1", "bill_paid", sum_kopecks=485_099),
            act(cast.anna, at, "payment:2", "bill_paid", sum_kopecks=1_999),
        ],
        by=cast.anna,
        at=at,
    )
    assert [(one.points, one.reason) for one in answers] == [(242, Reason.PAID), (0, Reason.NOTHING_DUE)]
    assert answers[0].spendable_at == at + timedelta(days=7)
    balance = queries.balance(cast.anna.pk)
    assert (balance.available, balance.pending) == (0, 242)
    assert proof.prove() == [] == points_proof.prove()


def test_a_first_meeting_is_paid_once_in_a_life(cast: Cast, at: datetime) -> None:
    batch = [act(cast.anna, at, f"meeting:{number}", "meeting_first") for number in range(2)]
    later = act(cast.anna, at, "meeting:7", "meeting_first", level=Level.STANDARD)
    answers = activities.record(batch, by=None, at=at) + activities.record(
        [later], by=None, at=at + timedelta(days=400)
    )
    assert [(one.points, one.reason) for one in answers] == [
        (500, Reason.PAID),
        (0, Reason.CAP_LIFETIME),
        (0, Reason.CAP_LIFETIME),
    ]


def test_a_cap_of_points_is_paid_in_part(cast: Cast, at: datetime) -> None:
    answers = activities.record(
        [act(cast.vera, at, f"poll:{number}", "poll_vote") for number in range(19)], by=None, at=at
    )
    answers += activities.record([act(cast.vera, at, "poll:x", "poll_vote", level=Level.FULL)], by=None, at=at)
    answers += activities.record([act(cast.vera, at, "poll:y", "poll_vote")], by=None, at=at)
    assert [one.points for one in answers] == [5] * 20 + [0]
    assert [one.reason for one in answers[-2:]] == [Reason.PART_MONTH, Reason.CAP_MONTH]
    assert queries.balance(cast.vera.pk).available == 100
