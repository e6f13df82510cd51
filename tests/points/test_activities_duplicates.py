"""The same act again, in one call and over calls: first answers, their order, and how many statements that takes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from dvor.ledger import proof as ledger_proof
from dvor.ledger import queries
from dvor.people.levels import Level
from dvor.people.models import Resident
from dvor.points import activities, models, proof
from dvor.points.reasons import Reason
from dvor.points.rules import Terms
from tests.cast import Cast
from tests.points import worlds
from tests.points.worlds import act


def test_another_resident_hears_the_first_answer_and_gets_nothing(cast: Cast, at: datetime) -> None:
    first = activities.record([act(cast.anna, "reading", "meter:1", at)], by=cast.anna, at=at)
    again = activities.record([act(cast.vera, "reading", "meter:1", at)], by=cast.vera, at=at)
    assert again == [first[0]._replace(duplicate=True)]
    assert queries.balance(cast.vera.pk).available == 0


def test_of_two_residents_in_one_call_the_first_in_the_list_counts(cast: Cast, at: datetime) -> None:
    batch = [act(cast.vera, "reading", "meter:1", at), act(cast.anna, "reading", "meter:1", at)]
    answers = activities.record(batch, by=None, at=at)
    assert [(one.points, one.duplicate) for one in answers] == [(10, False), (10, True)]
    assert (queries.balance(cast.vera.pk).available, queries.balance(cast.anna.pk).available) == (10, 0)


def test_answers_come_in_the_order_of_the_list(cast: Cast, at: datetime) -> None:
    activities.record([act(cast.vera, "reading", "meter:5", at)], by=None, at=at)
    people = [cast.vera, cast.anna]
    batch = [act(people[n % 2], "reading", f"meter:{9 - n}", at) for n in range(10)]
    answers = activities.record([*batch, batch[3]], by=None, at=at)
    assert [one.points for one in answers] == [10, 20] * 5 + [20]
    assert [place for place, one in enumerate(answers) if one.duplicate] == [4, 10]
    assert answers[10].activity_id == answers[3].activity_id


def test_another_month_or_kind_is_another_act(cast: Cast, at: datetime) -> None:
    one = act(cast.anna, "reading", "same:1", at)
    batch = [one, one._replace(month=worlds.MONTH.replace(month=9)), one._replace(kind=worlds.known("poll_vote"))]
    assert [award.duplicate for award in activities.record(batch, by=None, at=at)] == [False] * 3


def test_the_first_answer_outlives_a_change_of_rules(cast: Cast, at: datetime) -> None:
    first = activities.record([act(cast.anna, "reading", "meter:1", at)], by=None, at=at)[0]
    later = at + timedelta(days=1)
    worlds.versions(worlds.known("reading"), {later.date(): Terms({Level.FULL: 999})}, at)
    again = activities.record([act(cast.anna, "reading", "meter:1", later)], by=None, at=later)[0]
    assert again == first._replace(duplicate=True)


def test_an_empty_list_is_answered_by_an_empty_list(cast: Cast, at: datetime) -> None:
    assert activities.record([], by=None, at=at) == []


@pytest.mark.parametrize("count", [4, 10_000])
def test_ten_thousand_acts_take_as_many_statements_as_four(
    cast: Cast, at: datetime, count: int, django_assert_num_queries
) -> None:  # type: ignore[no-untyped-def]
    crowd = Resident.objects.bulk_create(Resident(city_id=f"many-{n}", level=1) for n in range(min(count, 500)))
    batch = [act(crowd[n % len(crowd)], "reading", f"meter:{n}", at) for n in range(count)]
    with django_assert_num_queries(1):
        fresh = activities.record(batch, by=None, at=at)
    with django_assert_num_queries(2):
        again = activities.record(batch, by=None, at=at)
    assert again == [one._replace(duplicate=True) for one in fresh]
    assert sum(one.points for one in fresh) == 10 * count
    assert ledger_proof.prove() == [] == proof.prove()


def test_capped_kinds_take_one_statement_too(cast: Cast, at: datetime, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    batch = [act(cast.anna, code, f"it:{n}", at) for n in range(50) for code in ("invite", "poll_vote", "reading")]
    with django_assert_num_queries(1):
        answers = activities.record(batch, by=None, at=at)
    assert sum(one.points for one in answers) == 5 * 50 + 100 + 50 * 20


def test_an_act_of_zero_is_an_act_with_its_award(cast: Cast, at: datetime) -> None:
    answer = activities.record([act(cast.vera, "meeting_vote", "meeting:1", at)], by=None, at=at)[0]
    stored = models.Award.objects.get(activity_id=answer.activity_id)
    assert (stored.points, Reason(stored.reason), stored.resident_id) == (0, Reason.LEVEL_TOO_LOW, cast.vera.pk)
    assert proof.prove() == []


@pytest.mark.parametrize("model", [models.Activity, models.Award])
def test_neither_acts_nor_awards_can_be_edited_or_deleted(
    cast: Cast, at: datetime, model: type[models.Activity] | type[models.Award]
) -> None:
    activities.record([act(cast.anna, "reading", "meter:1", at)], by=None, at=at)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        model.objects.update(resident_id=cast.boris.pk)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        model.objects.all()._raw_delete("default")
