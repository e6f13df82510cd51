"""One resident, one vote, in its window; a named one may change, an anonymous one may not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from dvor.base.refusals import Refusal
from dvor.homes.models import Flat, Residency
from dvor.points.models import Activity
from dvor.polls import boxes, kinds, questions, results, votes
from dvor.polls.models import Ballot, Box, Poll, Voter
from tests.cast import Cast
from tests.polls.conftest import Ask, draft, neighbours


def refused(code: str, poll: Poll, choice: list[int], **who: object) -> None:
    with pytest.raises(Refusal) as caught:
        votes.cast(poll.pk, choice, **who)  # type: ignore[arg-type]
    assert caught.value.code == code


def test_a_vote_is_counted_and_seen(ask: Ask, seeded: Cast, at: datetime) -> None:
    poll = ask()
    receipt = votes.cast(poll.pk, [2], by=seeded.boris, at=at)
    assert receipt.is_new
    poll.refresh_from_db()
    tally = results.of(poll, at=at)
    assert tally is not None
    assert poll.votes == 1
    assert [int(line.count) for line in tally.lines] == [0, 1, 0]


def test_a_named_vote_changes_until_closing(ask: Ask, seeded: Cast, at: datetime) -> None:
    poll = ask(kind="multiple")
    votes.cast(poll.pk, [3, 1], by=seeded.boris, at=at)
    again = votes.cast(poll.pk, [2], by=seeded.boris, at=at + timedelta(hours=1))
    assert not again.is_new
    ballot = Ballot.objects.get()
    assert (ballot.choice, ballot.changed_at) == ([2], at + timedelta(hours=1))
    votes.cast(poll.pk, [2], by=seeded.boris, at=at + timedelta(hours=2))
    ballot.refresh_from_db()
    assert ballot.changed_at == at + timedelta(hours=1), "the same answer again is no change"
    refused("poll_closed", poll, [1], by=seeded.boris, at=poll.closes_at)
    poll.refresh_from_db()
    assert poll.votes == 1


def test_an_anonymous_vote_leaves_no_ballot_and_does_not_change(ask: Ask, seeded: Cast, at: datetime) -> None:
    neighbours(seeded.house, 5, at)
    poll = ask(anonymous=True, results="live")
    assert poll.results == "closed", "whoever looks before and after a vote subtracts"
    votes.cast(poll.pk, [2], by=seeded.boris, at=at)
    refused("voted_already", poll, [1], by=seeded.boris, at=at)
    assert not Ballot.objects.exists()
    assert boxes.opened(poll) == [0, 1, 0]


def test_the_last_microsecond_is_in_time_and_the_next_is_not(ask: Ask, seeded: Cast, at: datetime) -> None:
    poll = ask()
    refused("poll_closed", poll, [1], by=seeded.boris, at=poll.closes_at)
    votes.cast(poll.pk, [1], by=seeded.boris, at=poll.closes_at - timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("kind", "choice", "code"),
    [
        ("single", [], "choice_empty"),
        ("single", [4], "choice_unknown"),
        ("single", [0], "choice_unknown"),
        ("single", [1, 2], "choice_too_many"),
        ("multiple", [1], "choice_too_few"),
        ("multiple", [2, 2], "choice_repeated"),
        ("multiple", [1, 2, 3, 1], "choice_unknown"),
        ("ranked", [2, 2], "choice_repeated"),
        ("scale", [6], "choice_unknown"),
    ],
)
def test_wrong_choices_are_refused_and_nothing_is_marked(
    ask: Ask, seeded: Cast, at: datetime, kind: str, choice: list[int], code: str
) -> None:
    poll = ask(kind=kind, choices_min=2 if kind == "multiple" else 1, choices_max=2 if kind == "multiple" else 0)
    refused(code, poll, choice, by=seeded.boris, at=at)
    assert not Voter.objects.exists()


def test_strangers_and_the_unproven_find_no_poll(ask: Ask, seeded: Cast, at: datetime) -> None:
    poll = ask()
    for stranger in (seeded.vera, seeded.gleb, seeded.olga, seeded.ivan):
        refused("poll_unknown", poll, [1], by=stranger, at=at)
    for number in (0, -1, 2**63, 10**30):
        refused("poll_unknown", Poll(pk=number), [1], by=seeded.anna, at=at)


def test_owners_answer_what_is_for_owners(ask: Ask, seeded: Cast, at: datetime) -> None:
    poll = ask(owners_only=True)
    refused("owners_only", poll, [1], by=seeded.boris, at=at)
    votes.cast(poll.pk, [1], by=seeded.anna, at=at)


def test_an_entrance_is_its_own_audience(ask: Ask, seeded: Cast, at: datetime) -> None:
    Flat.objects.filter(pk=seeded.flat.pk).update(entrance=1)
    [near], [far] = neighbours(seeded.house, 1, at, entrance=1), neighbours(seeded.house, 1, at, entrance=2)
    poll = ask(entrance_only=True)
    assert poll.entrance == 1
    votes.cast(poll.pk, [1], by=near, at=at)
    refused("poll_unknown", poll, [1], by=far, at=at)


def test_who_moved_out_votes_no_more(ask: Ask, seeded: Cast, at: datetime) -> None:
    poll = ask()
    Residency.objects.filter(resident=seeded.boris).update(until=at + timedelta(hours=1))
    refused("poll_unknown", poll, [1], by=seeded.boris, at=at + timedelta(hours=1))


# ── Points ───────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_first_vote_pays_once_and_the_author_never(ask: Ask, seeded: Cast, at: datetime) -> None:
    poll = ask()
    receipt = votes.cast(poll.pk, [2], by=seeded.boris, at=at)
    assert receipt.award is not None
    assert receipt.award.points == 10
    assert votes.cast(poll.pk, [1], by=seeded.boris, at=at).award is None
    assert votes.cast(poll.pk, [1], by=seeded.anna, at=at).award is None
    assert Activity.objects.count() == 1


def test_a_poll_pays_when_five_of_other_flats_have_answered(ask: Ask, seeded: Cast, at: datetime) -> None:
    poll = ask()
    others = neighbours(seeded.house, 6, at)
    votes.cast(poll.pk, [1], by=seeded.boris, at=at)  # lives in Anna's flat
    paid = []
    for neighbour in others:
        votes.cast(poll.pk, [1], by=neighbour, at=at)
        paid.append(Activity.objects.filter(kind_id=kinds.POLL_CREATED.id, resident_id=seeded.anna.pk).count())
    assert paid == [0, 0, 0, 0, 1, 1]


def test_a_month_of_voting_is_capped(seeded: Cast, at: datetime) -> None:
    authors = neighbours(seeded.house, 13, at)
    points = 0
    for number, author in enumerate(authors):
        flat = Residency.objects.select_related("flat").get(resident=author).flat
        poll = questions.ask(draft(flat, at), key=f"k{number}", by=author, at=at)
        award = votes.cast(poll.pk, [1], by=seeded.anna, at=at).award
        assert award is not None
        points += award.points
    assert points == 100


def _at_once(act: Callable[[], object]) -> None:
    """In a savepoint, with the checks that wait for the end of a transaction."""
    with transaction.atomic():
        act()
        connection.check_constraints()


# ── The database's own word ──────────────────────────────────────────────────────────────────────────────────────
def test_the_database_takes_no_second_vote_and_no_ballot_of_an_anonymous_poll(
    ask: Ask, seeded: Cast, at: datetime
) -> None:
    neighbours(seeded.house, 5, at)
    poll = ask(anonymous=True)
    votes.cast(poll.pk, [2], by=seeded.boris, at=at)

    def attack(act: Callable[[], object]) -> None:
        with pytest.raises(IntegrityError):
            _at_once(act)

    attack(lambda: Voter.objects.create(poll=poll, resident=seeded.boris, flat=seeded.flat))
    attack(lambda: Voter.objects.filter(resident=seeded.boris).delete())
    attack(lambda: Ballot.objects.create(poll=poll, resident=seeded.boris, choice=[1], cast_at=at))
    attack(lambda: Ballot.objects.create(poll=poll, resident=seeded.boris, choice=[1], cast_at=at, anonymous=True))
    attack(lambda: Poll.objects.filter(pk=poll.pk).update(anonymous=False, results="live"))
    attack(lambda: Poll.objects.filter(pk=poll.pk).update(question="Другое"))
    attack(lambda: Poll.objects.filter(pk=poll.pk).update(options=["Нет", "Да", "Всё равно"]))
    attack(lambda: Poll.objects.filter(pk=poll.pk).update(closes_at=at + timedelta(days=9)))
    questions.close(poll.pk, by=seeded.anna, at=at)
    attack(lambda: Poll.objects.filter(pk=poll.pk).update(counts=[9, 9, 9]))
    attack(lambda: Poll.objects.filter(pk=poll.pk).update(closed_at=None, closed_by=None, counts=None))
    assert not Box.objects.exists()
