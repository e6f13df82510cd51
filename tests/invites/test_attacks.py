"""What somebody tries who wants points without neighbours; and what many do at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection

from dvor.base.refusals import Refusal
from dvor.invites import checking, joining, reviews
from dvor.invites.joining import Opened, Outcome
from dvor.invites.models import Join
from dvor.invites.reasons import Doubt, Reason
from dvor.ledger import proof as ledger
from dvor.notices.models import Notice
from dvor.people.models import Resident
from tests.cast import Cast
from tests.invites.conftest import Yard

State = Join.State
Awarded = Callable[[Resident], dict[str, int]]
CROWD = 16


def test_nobody_invites_himself(yard: Yard, awarded: Awarded) -> None:
    link = yard.link()
    assert yard.comes(link, yard.cast.anna, opened=yard.at - timedelta(days=900))[1] == Outcome.OWN
    yard.check()
    assert not Join.objects.exists() and awarded(yard.cast.anna) == {}


def test_a_ring_needs_people_who_are_not_there_yet(yard: Yard) -> None:
    """A → B, B → A: A was here before B's link was opened."""
    link = yard.link()
    friend = yard.all(link)
    yard.at += timedelta(hours=1)
    back = yard.link(by=friend, key="back")
    Resident.objects.filter(pk=yard.cast.anna.pk).update(joined_at=yard.at - timedelta(days=1))
    yard.cast.anna.refresh_from_db()
    assert yard.comes(back, yard.cast.anna)[1] == Outcome.NOT_NEW
    third = yard.all(back)
    assert yard.comes(link, third)[1] == Outcome.ALREADY
    assert Join.objects.count() == 2


def test_a_second_account_in_the_same_flat_is_a_household(yard: Yard, awarded: Awarded) -> None:
    second, _outcome = yard.comes(yard.link())
    yard.moves_in(second, yard.cast.flat)
    yard.acts(second)
    yard.check()
    assert Join.objects.get(pk=second.pk).why == Reason.HOUSEHOLD
    assert awarded(yard.cast.anna) == {} and awarded(second) == {}


def test_a_chain_through_one_flat_ends_at_once(yard: Yard, awarded: Awarded) -> None:
    first = yard.all(yard.link())
    yard.check()
    flat = Join.objects.get(pk=first.pk).flat
    yard.at += timedelta(hours=2)
    second, _outcome = yard.comes(yard.link(by=first, key="next"))
    yard.moves_in(second, flat)
    yard.acts(second)
    yard.check(later=timedelta(hours=2))
    assert Join.objects.get(pk=second.pk).why == Reason.HOUSEHOLD
    assert awarded(first) == {"invited": 30}


@pytest.mark.parametrize(("same", "doubt"), [
    ({"email": "anna@people.example"}, Doubt.SAME_CONTACTS),
    ({"mobile": "+79990000001", "email": ""}, Doubt.SAME_CONTACTS),
])  # fmt: skip
def test_one_phone_or_mail_is_looked_at(yard: Yard, same: dict[str, str], doubt: Doubt, awarded: Awarded) -> None:
    Resident.objects.filter(pk=yard.cast.anna.pk).update(mobile="+79990000001")
    person = yard.all(yard.link(), person=yard.person(**same))
    yard.check()
    join = Join.objects.get(pk=person.pk)
    assert join.stage == State.HELD and join.doubted == [doubt]
    assert awarded(person) == {} == awarded(yard.cast.anna)
    told = Notice.objects.filter(kind="invites.held")
    assert {notice.resident_id for notice in told} == {person.pk, yard.cast.anna.pk}


def test_a_hundred_sign_ups_on_one_device_are_held(yard: Yard, awarded: Awarded) -> None:
    link, people = yard.link(), [yard.person() for _one in range(100)]
    for person in people:
        assert yard.comes(link, person, device="d" * 22, address="10.9.9.9")[1] == Outcome.JOINED
        yard.moves_in(person)
    yard.acts(*people)
    yard.check()
    assert set(Join.objects.values_list("state", flat=True)) == {State.HELD}
    doubts = set(Join.objects.get(pk=people[0].pk).doubted)
    assert doubts == {Doubt.SHARED_DEVICE, Doubt.NETWORK_PACE, Doubt.INVITER_PACE, Doubt.HOUSE_PACE}
    assert awarded(yard.cast.anna) == {}


def test_the_inviters_own_device_is_looked_at_whatever_the_account(yard: Yard) -> None:
    from dvor.invites import fingerprints, traces
    from dvor.invites.models import Trace

    seen = {Trace.Sort.DEVICE: fingerprints.of_device("a" * 22)}
    traces.note(seen, by=yard.cast.anna, at=yard.at)  # type: ignore[arg-type]
    person = yard.all(yard.link(), device="a" * 22)
    yard.check()
    assert Join.objects.get(pk=person.pk).doubted == [Doubt.SAME_DEVICE]


# ── Reviews ──────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def held(yard: Yard) -> Resident:
    person = yard.all(yard.link(), person=yard.person(email="anna@people.example"))
    yard.check()
    return person


def test_an_allowed_invite_counts_for_the_day_of_the_act(yard: Yard, held: Resident, awarded: Awarded) -> None:
    reviews.allow(joiner_id=held.pk, by=yard.cast.olga, at=yard.at + timedelta(days=3), reason="Мать и сын, два дома")
    assert yard.state(held) == State.COUNTED
    assert awarded(yard.cast.anna) == {"invite": 50} and awarded(held) == {"invited": 30}
    assert Join.objects.get(pk=held.pk).completed_at == yard.at + timedelta(minutes=20)
    with pytest.raises(Refusal) as refused:
        reviews.deny(joiner_id=held.pk, by=yard.cast.olga, at=yard.at + timedelta(days=4), reason="Передумали")
    assert refused.value.code == "review_over"


def test_a_denied_invite_tells_both_why(yard: Yard, held: Resident, awarded: Awarded) -> None:
    reviews.deny(joiner_id=held.pk, by=yard.cast.olga, at=yard.at + timedelta(days=3), reason="Одна рука")
    assert Join.objects.get(pk=held.pk).why == Reason.DENIED
    told = Notice.objects.filter(kind="invites.denied")
    assert {notice.resident_id for notice in told} == {held.pk, yard.cast.anna.pk}
    assert all("Одна рука" in str(notice.context) for notice in told)
    assert awarded(held) == {}
    yard.check(later=timedelta(days=30))
    assert yard.state(held) == State.NOT_COUNTED


def test_a_held_flat_that_counted_meanwhile_can_only_be_denied(yard: Yard, held: Resident) -> None:
    other, _outcome = yard.comes(yard.link(by=yard.cast.boris, key="b"))
    yard.moves_in(other, Join.objects.get(pk=held.pk).flat)
    yard.acts(other)
    yard.check(later=timedelta(hours=2))
    assert yard.state(other) == State.COUNTED
    with pytest.raises(Refusal) as refused:
        reviews.allow(joiner_id=held.pk, by=yard.cast.olga, at=yard.at + timedelta(days=1), reason="Можно")
    assert refused.value.code == "flat_counted"


@pytest.mark.parametrize(("who", "code"), [("anna", "review_unknown"), ("gleb", "review_unknown"),
                                           ("ivan", "review_unknown"), ("boris", "review_unknown")])  # fmt: skip
def test_who_may_not_decide(yard: Yard, held: Resident, who: str, code: str) -> None:
    for act in (reviews.allow, reviews.deny):
        with pytest.raises(Refusal) as refused:
            act(joiner_id=held.pk, by=getattr(yard.cast, who), at=yard.at, reason="Хочу")
        assert refused.value.code == code


@pytest.mark.parametrize(
    ("told", "code"), [("", "reason_missing"), (" ", "reason_missing"), ("ж" * 501, "reason_too_long")]
)
def test_a_decision_has_a_reason(yard: Yard, held: Resident, told: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        reviews.deny(joiner_id=held.pk, by=yard.cast.olga, at=yard.at, reason=told)
    assert refused.value.code == code


# ── At the same moment ───────────────────────────────────────────────────────────────────────────────────────────
def rush(act: Callable[[], object]) -> list[object]:
    pool = connection.pool
    assert pool is not None
    pool.resize(min_size=1, max_size=CROWD + 4)
    barrier = Barrier(CROWD)

    def one() -> object:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=20)
            return act()
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(CROWD) as threads:
        return [future.result(timeout=60) for future in [threads.submit(one) for _one in range(CROWD)]]


@pytest.fixture
def open_yard(transactional_db: None, at: datetime) -> Yard:
    return Yard(Cast.assemble(at=at), at)


def test_sixteen_checks_at_once_count_a_newcomer_once(open_yard: Yard, awarded: Awarded) -> None:
    yard = open_yard
    person = yard.all(yard.link())
    rush(lambda: checking.check(at=yard.at + timedelta(hours=1)))
    assert awarded(yard.cast.anna) == {"invite": 50} and awarded(person) == {"invited": 30}
    assert Notice.objects.filter(kind="invites.counted").count() == 2
    assert not list(ledger.prove())


def test_sixteen_sign_ins_at_once_join_once(open_yard: Yard) -> None:
    yard = open_yard
    link, person = yard.link(), yard.person()
    opened = Opened(link.code, yard.at + timedelta(minutes=1))
    outcomes = rush(lambda: joining.join(opened, seen={}, by=person, at=yard.at + timedelta(minutes=6)))
    assert outcomes.count(Outcome.JOINED) == 1 and outcomes.count(Outcome.ALREADY) == CROWD - 1


def test_sixteen_decisions_at_once_are_one(open_yard: Yard, awarded: Awarded) -> None:
    yard = open_yard
    person = yard.all(yard.link(), person=yard.person(email="anna@people.example"))
    yard.check()
    later = yard.at + timedelta(days=1)
    outcomes = rush(lambda: reviews.allow(joiner_id=person.pk, by=yard.cast.olga, at=later, reason="Проверено").pk)
    assert outcomes.count("review_over") == CROWD - 1
    assert awarded(yard.cast.anna) == {"invite": 50} and awarded(person) == {"invited": 30}
