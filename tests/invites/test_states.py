"""The whole way of an invite: signed in, flat added, counted, or not and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from dvor.homes.models import Residency
from dvor.invites import checking, links, traces
from dvor.invites.joining import Opened, Outcome
from dvor.invites.models import Departed, Join, Trace
from dvor.invites.reasons import Reason
from dvor.notices.models import Notice
from dvor.payments.kinds import BILL_PAID
from dvor.people import residents
from dvor.people.models import Resident
from dvor.points import activities, awards
from dvor.points.activities import Activity
from tests.invites.conftest import Yard

State = Join.State
Awarded = Callable[[Resident], dict[str, int]]


def test_from_the_link_to_points_on_both_sides(yard: Yard, awarded: Awarded) -> None:
    person, outcome = yard.comes(yard.link())
    assert outcome == Outcome.JOINED
    yard.check(later=timedelta(minutes=6))
    assert yard.state(person) == State.SIGNED_IN
    yard.moves_in(person)
    yard.check(later=timedelta(minutes=15))
    assert yard.state(person) == State.FLAT_ADDED
    yard.acts(person)
    yard.check()
    join = Join.objects.get(pk=person.pk)
    assert join.stage == State.COUNTED and join.completed_at == yard.at + timedelta(minutes=20)
    assert awarded(yard.cast.anna) == {"invite": 50} and awarded(person) == {"invited": 30}
    told = Notice.objects.filter(kind="invites.counted")
    assert {notice.resident_id for notice in told} == {yard.cast.anna.pk, person.pk}
    yard.check(later=timedelta(days=2))
    assert told.count() == 2, "nobody is told twice"


def test_an_unproven_flat_a_flat_elsewhere_and_a_guest_are_not_enough(yard: Yard) -> None:
    link = yard.link()
    unproven, elsewhere, guest = (yard.comes(link)[0] for _one in range(3))
    yard.moves_in(unproven, proven=False)
    yard.moves_in(elsewhere, yard.flat(yard.cast.other_house))
    yard.moves_in(guest, status=Residency.Status.GUEST)
    yard.acts(unproven, elsewhere, guest)
    yard.check()
    assert {yard.state(one) for one in (unproven, elsewhere, guest)} == {State.SIGNED_IN}


def test_a_paid_bill_counts_when_its_points_can_be_spent_and_not_when_it_went_back(yard: Yard) -> None:
    link, paid = yard.link(), yard.at + timedelta(minutes=20)
    keeps, takes_back = (yard.comes(link)[0] for _one in range(2))
    for person in (keeps, takes_back):
        yard.moves_in(person)
    given = activities.record(
        [
            Activity(BILL_PAID, one.pk, one.level, f"payment:{one.pk}", paid.date().replace(day=1), paid, 500_000)
            for one in (keeps, takes_back)
        ],
        by=None, at=paid,
    )  # fmt: skip
    yard.check()
    assert yard.state(keeps) == State.FLAT_ADDED, "seven days"
    key = awards.Key(BILL_PAID.id, f"payment:{takes_back.pk}", paid.date().replace(day=1))
    awards.reverse([key], by=None, at=paid + timedelta(days=1), reason="возврат")
    yard.check(later=timedelta(days=9))
    assert len(given) == 2
    assert (yard.state(keeps), yard.state(takes_back)) == (State.COUNTED, State.FLAT_ADDED)


def test_after_the_days_nothing_counts_any_more(yard: Yard, awarded: Awarded) -> None:
    person, _outcome = yard.comes(yard.link())
    yard.moves_in(person)
    yard.check(later=timedelta(days=61))
    assert Join.objects.get(pk=person.pk).why == Reason.TOO_LATE
    yard.acts(person)
    yard.check(later=timedelta(days=62))
    assert awarded(person) == {}


def test_one_flat_counts_once(yard: Yard, awarded: Awarded) -> None:
    link = yard.link()
    first, second = (yard.comes(link)[0] for _one in range(2))
    flat = yard.moves_in(first)
    yard.moves_in(second, flat)
    yard.acts(first, second)
    yard.check()
    assert yard.state(first) == State.COUNTED
    assert Join.objects.get(pk=second.pk).why == Reason.FLAT_COUNTED
    assert awarded(yard.cast.anna) == {"invite": 50} and awarded(second) == {}


def test_one_flat_counts_once_by_the_constraint_alone(yard: Yard) -> None:
    link = yard.link()
    first, second = (yard.all(link) for _one in range(2))
    yard.check()
    taken = Join.objects.get(pk=first.pk).flat_id
    with pytest.raises(IntegrityError), transaction.atomic():
        Join.objects.filter(pk=second.pk).update(flat_id=taken)


def test_a_revoked_link_brings_nobody_and_who_came_stays(yard: Yard) -> None:
    link = yard.link()
    came, _outcome = yard.comes(link)
    late = yard.person()
    links.revoke(link_id=link.pk, by=yard.cast.anna, at=yard.at + timedelta(minutes=6))
    assert yard.comes(link, late)[1] == Outcome.OVER
    yard.moves_in(came)
    yard.acts(came)
    yard.check()
    assert yard.state(came) == State.COUNTED


def test_a_link_ends_with_the_residency_of_who_made_it(yard: Yard) -> None:
    link = yard.link()
    Residency.objects.filter(resident=yard.cast.anna).update(until=yard.at + timedelta(minutes=2))
    assert yard.comes(link)[1] == Outcome.OVER


def test_an_opened_link_is_remembered_for_thirty_days(yard: Yard) -> None:
    link = yard.link()
    person = yard.person(joined=yard.at + timedelta(days=31))
    assert yard.comes(link, person, opened=yard.at)[1] == Outcome.OVER


def test_a_cookie_of_somebody_else_is_no_cookie() -> None:
    sealed = Opened("0" * 16, datetime.fromisoformat("2026-10-20T09:00:00+00:00")).sealed()
    assert Opened.of(sealed) is not None
    for hostile in ("", "x", sealed[:-1], sealed + "x", "[]", "a:b:c", "\x00", "é" * 500):
        assert Opened.of(hostile) is None, hostile


def test_erasure_ends_links_and_open_invites_and_remembers_only_a_hash(yard: Yard) -> None:
    link = yard.link(title="Лифт", names_inviter=True)
    person, _outcome = yard.comes(link)
    city_id = person.city_id
    for one in (yard.cast.anna, person):
        residents.request_deletion(by=one, at=yard.at + timedelta(hours=1))
    assert residents.erase(at=yard.at + timedelta(days=40)) == 2
    link.refresh_from_db()
    assert link.revoked_at is not None and link.title == "" and not link.names_inviter
    assert Join.objects.get(pk=person.pk).why == Reason.LEFT
    assert not Trace.objects.filter(resident__in=[yard.cast.anna, person]).exists()
    assert Departed.objects.count() == 2 and city_id not in repr(list(Departed.objects.values()))


def test_who_was_erased_and_comes_back_is_not_new(yard: Yard) -> None:
    old = yard.person(joined=yard.at - timedelta(days=400))
    city_id = old.city_id
    residents.request_deletion(by=old, at=yard.at - timedelta(days=50))
    residents.erase(at=yard.at - timedelta(days=10))
    back = yard.person()
    Resident.objects.filter(pk=back.pk).update(city_id=city_id)
    back.refresh_from_db()
    assert yard.comes(yard.link(), back)[1] == Outcome.NOT_NEW


def test_traces_are_forgotten_after_thirty_days(yard: Yard) -> None:
    yard.comes(yard.link())
    assert Trace.objects.count() == 2
    assert traces.forget(at=yard.at + timedelta(days=29)) == 0
    assert traces.forget(at=yard.at + timedelta(days=31)) == 2


def test_a_check_costs_the_same_for_three_and_for_thirty(yard: Yard) -> None:
    def cost(count: int, number: int) -> int:
        Join.objects.filter(look_at__isnull=False).delete()
        for place in range(count):
            person, _outcome = yard.comes(yard.link(key=f"{number}"))
            Join.objects.filter(pk=person.pk).update(signed_in_at=yard.at + timedelta(days=place + 40 * number))
            yard.moves_in(person)
            yard.acts(person)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            checking.check(at=yard.at + timedelta(days=100))
        return len(queries)

    assert cost(3, 1) == cost(30, 2)


@pytest.mark.parametrize("wrong", [{"state": 3}, {"state": 4}, {"state": 5}, {"reason": 1}, {"look_at": None}])
def test_a_half_told_state_is_refused_by_the_table(yard: Yard, wrong: dict[str, object]) -> None:
    person, _outcome = yard.comes(yard.link())
    with pytest.raises(IntegrityError), transaction.atomic():
        Join.objects.filter(pk=person.pk).update(**wrong)
