"""An award is taken back whole and once; what was spent becomes a debt that the next awards repay."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from dvor.base.models import AuditEntry
from dvor.base.refusals import Refusal
from dvor.ledger import accounts, holds, lots, queries, wallets
from dvor.ledger import proof as ledger_proof
from dvor.people.models import Resident
from dvor.points import activities, awards, models, proof
from dvor.points.reasons import Reason
from tests.cast import Cast
from tests.points import worlds
from tests.points.worlds import act

SHOP = {"ru": "Кофейня", "en": "Café"}


def key(code: str, subject: str) -> awards.Key:
    return awards.Key(worlds.known(code).id, subject, worlds.MONTH)


def spend(resident: Resident, amount: int, at: datetime) -> None:
    hold = holds.place(
        resident_id=resident.pk, amount=amount, purpose="order:1", deadline=at + timedelta(days=1), by=resident, at=at
    )
    holds.capture(hold.id, to=accounts.ensure("spent:1", SHOP), at=at)


def standing(resident: Resident) -> tuple[int, int, int]:
    found = queries.balance(resident.pk)
    return found.available, found.pending, found.debt


def assert_proven() -> None:
    assert ledger_proof.prove() == [] == proof.prove()


def test_spent_points_become_a_debt_that_the_next_awards_repay(cast: Cast, at: datetime) -> None:
    activities.record([act(cast.anna, "reading", f"meter:{n}", at) for n in range(3)], by=None, at=at)
    spend(cast.anna, 50, at)
    later = at + timedelta(minutes=1)
    assert awards.reverse([key("reading", "meter:0")], reason="Возврат", by=cast.olga, at=later) == 1
    assert standing(cast.anna) == (0, 0, 10)
    assert_proven()

    answer = activities.record([act(cast.anna, "reading", "meter:8", later)], by=None, at=later)[0]
    assert (answer.points, answer.reason) == (20, Reason.PAID), "the award is whole; part of it repays the debt"
    assert standing(cast.anna) == (10, 0, 0)
    assert_proven()


def test_pending_points_are_taken_from_what_is_pending(cast: Cast, at: datetime) -> None:
    activities.record([act(cast.anna, "bill_paid", "payment:1", at, kopecks=400_000)], by=None, at=at)
    assert standing(cast.anna) == (0, 200, 0)
    assert awards.reverse([key("bill_paid", "payment:1")], reason="Возврат платежа", by=None, at=at) == 1
    assert standing(cast.anna) == (0, 0, 0)
    lots.mature(at=at + timedelta(days=8))
    assert standing(cast.anna) == (0, 0, 0), "what was taken back never matures"
    assert_proven()


def test_an_award_is_taken_back_once_and_leaves_its_trace(cast: Cast, at: datetime) -> None:
    first = activities.record([act(cast.anna, "reading", "meter:1", at)], by=None, at=at)[0]
    one = key("reading", "meter:1")
    assert awards.reverse([one, one], reason=" Ошибка ", by=cast.olga, at=at) == 1
    assert awards.reverse([one], reason="Ещё раз", by=cast.olga, at=at) == 0
    assert standing(cast.anna) == (0, 0, 0)
    stored = models.Reversal.objects.get()
    assert (stored.activity_id, stored.points, stored.reason) == (first.activity_id, 20, "Ошибка")
    assert AuditEntry.objects.filter(act="points.award.reversed", actor_id=cast.olga.pk).count() == 1
    assert any("Ошибка" in sentence for sentence in awards.explain(one).sentences)
    assert_proven()


def test_the_act_stays_recorded_and_never_pays_again(cast: Cast, at: datetime) -> None:
    first = activities.record([act(cast.anna, "reading", "meter:1", at)], by=None, at=at)
    awards.reverse([key("reading", "meter:1")], reason="Ошибка", by=None, at=at)
    again = activities.record([act(cast.anna, "reading", "meter:1", at)], by=None, at=at)
    assert again == [first[0]._replace(duplicate=True)]
    assert standing(cast.anna) == (0, 0, 0)


def test_a_reversal_gives_the_room_under_a_cap_back(cast: Cast, at: datetime) -> None:
    activities.record([act(cast.anna, "meeting_first", "meeting:1", at)], by=None, at=at)
    awards.reverse([key("meeting_first", "meeting:1")], reason="Собрание отменено", by=cast.olga, at=at)
    later = at + timedelta(days=1)
    answer = activities.record([act(cast.anna, "meeting_first", "meeting:2", later)], by=None, at=later)[0]
    assert (answer.points, answer.reason) == (500, Reason.PAID)
    assert_proven()


def test_zero_awards_and_unknown_acts_are_left_out(cast: Cast, at: datetime) -> None:
    activities.record([act(cast.vera, "meeting_vote", "meeting:1", at)], by=None, at=at)
    gone = [key("meeting_vote", "meeting:1"), key("reading", "never")]
    assert awards.reverse(gone, reason="Ошибка", by=cast.olga, at=at) == 0
    assert awards.reverse([], reason="Ошибка", by=cast.olga, at=at) == 0
    assert not models.Reversal.objects.exists()


def test_many_residents_at_once_and_a_blocked_wallet_among_them(cast: Cast, at: datetime) -> None:
    people = [cast.anna, cast.boris, cast.vera]
    activities.record([act(who, "reading", f"meter:{who.pk}", at) for who in people], by=None, at=at)
    wallets.block(resident_id=cast.boris.pk, reason="Проверка", by=cast.olga, at=at)
    keys = [key("reading", f"meter:{who.pk}") for who in people]
    assert awards.reverse(keys, reason="Прибор снят", by=cast.olga, at=at) == 3
    assert [standing(who) for who in people] == [(0, 0, 0)] * 3
    assert_proven()


def test_a_reason_is_wanted(cast: Cast, at: datetime) -> None:
    with pytest.raises(Refusal) as caught:
        awards.reverse([key("reading", "meter:1")], reason=" ", by=cast.olga, at=at)
    assert caught.value.code == "reason_missing"


def test_the_table_keeps_one_reversal_that_nobody_edits(cast: Cast, at: datetime) -> None:
    activities.record([act(cast.anna, "reading", "meter:1", at)], by=None, at=at)
    awards.reverse([key("reading", "meter:1")], reason="Ошибка", by=None, at=at)
    stored = models.Reversal.objects.get()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        models.Reversal.objects.update(points=1)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        stored.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        models.Reversal.objects.bulk_create([stored])
