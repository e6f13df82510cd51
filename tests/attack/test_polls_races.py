"""Sixteen connections at once: nobody votes twice, no vote slips in behind the closing, no sum loses a vote."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dvor.people.models import Resident
from dvor.points.models import Activity
from dvor.polls import kinds, questions, results, votes
from dvor.polls.models import Ballot, Box, Poll, Voter
from tests.attack.crowd import CONNECTIONS, storm
from tests.cast import Cast
from tests.polls.conftest import draft, neighbours, prepare

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 3


@pytest.fixture
def house(transactional_db: None, at: datetime) -> tuple[Cast, list[Resident]]:
    cast = Cast.assemble(at=at)
    prepare(at)
    Resident.objects.update(joined_at=at - timedelta(days=90))
    return cast, neighbours(cast.house, CONNECTIONS, at)


def opened(cast: Cast, number: int, at: datetime, **more: object) -> Poll:
    """A poll of a neighbour; authors take turns, because one of them may not ask so often."""
    asked = neighbours(cast.house, 1, at)[0]
    flat = asked.residencies.select_related("flat").get().flat
    return questions.ask(draft(flat, at, **more), key=f"race-{number}", by=asked, at=at)


@pytest.mark.parametrize("anonymous", [True, False])
def test_one_resident_on_sixteen_connections_votes_once(
    house: tuple[Cast, list[Resident]], at: datetime, anonymous: bool
) -> None:
    cast, _crowd = house
    for number in range(ROUNDS):
        poll = opened(cast, number, at, anonymous=anonymous)
        outcomes = storm(lambda place, poll=poll: votes.cast(poll.pk, [1 + place % 3], by=cast.anna, at=at))  # type: ignore[misc]
        poll.refresh_from_db()
        assert poll.votes == Voter.objects.filter(poll=poll).count() == 1
        if anonymous:
            assert outcomes == {"done": 1, "voted_already": CONNECTIONS - 1}
        else:
            assert outcomes == {"done": CONNECTIONS}, "the others changed the answer"
            assert Ballot.objects.filter(poll=poll).count() == 1
        awarded = Activity.objects.filter(kind_id=kinds.POLL_VOTE.id, subject=f"poll:{poll.pk}:{cast.anna.pk}")
        assert awarded.count() == 1


@pytest.mark.parametrize("kind", ["single", "ranked"])
def test_no_sum_loses_a_vote(house: tuple[Cast, list[Resident]], at: datetime, kind: str) -> None:
    cast, crowd = house
    poll = opened(cast, 0, at, kind=kind, anonymous=True)
    assert storm(lambda place: votes.cast(poll.pk, [1 + place % 3], by=crowd[place], at=at)) == {"done": CONNECTIONS}
    poll = questions.close(poll.pk, by=poll.author, at=at + timedelta(hours=1))
    tally = results.of(poll, at=at + timedelta(hours=1))
    assert tally is not None
    assert tally.votes == CONNECTIONS
    assert sum(line.count for line in tally.lines) == CONNECTIONS * (3 if kind == "ranked" else 1)
    created = Activity.objects.filter(kind_id=kinds.POLL_CREATED.id, resident_id=poll.author_id)
    assert created.count() == 1, "the fifth neighbour earns the author his points, once"


@pytest.mark.parametrize("anonymous", [True, False])
def test_a_vote_across_the_closing_is_counted_or_refused(
    house: tuple[Cast, list[Resident]], at: datetime, anonymous: bool
) -> None:
    """Fifteen vote while the sixteenth closes: what was told «done» is in the sums, what was refused is not."""
    cast, crowd = house
    for number in range(ROUNDS):
        poll = opened(cast, number, at, anonymous=anonymous)
        for early in crowd[: results.FEW]:
            votes.cast(poll.pk, [3], by=early, at=at)

        late = neighbours(cast.house, CONNECTIONS - 1, at)

        def act(place: int, poll: Poll = poll, late: list[Resident] = late) -> object:
            if place == CONNECTIONS - 1:
                return questions.close(poll.pk, by=poll.author, at=at + timedelta(hours=2))
            return votes.cast(poll.pk, [1], by=late[place], at=at + timedelta(hours=2))

        outcomes = storm(act)
        poll.refresh_from_db()
        counted = poll.votes - results.FEW
        assert outcomes["done"] == counted + 1
        assert outcomes["poll_closed"] == CONNECTIONS - 1 - counted
        assert poll.counts == [counted, 0, results.FEW]
        assert Voter.objects.filter(poll=poll).count() == poll.votes
        assert not Box.objects.filter(poll=poll).exists()


def test_the_job_and_the_author_close_once(house: tuple[Cast, list[Resident]], at: datetime) -> None:
    cast, crowd = house
    poll = opened(cast, 0, at, anonymous=True)
    for voter in crowd[:6]:
        votes.cast(poll.pk, [2], by=voter, at=at)
    over = poll.closes_at + timedelta(minutes=1)
    assert storm(
        lambda place: questions.close_due(at=over) if place % 2 else questions.close(poll.pk, by=poll.author, at=over)
    ) == {"done": CONNECTIONS}
    poll.refresh_from_db()
    assert poll.counts == [0, 6, 0]
    assert poll.closed_by is None, "its time was over"


def test_a_key_opens_one_poll(house: tuple[Cast, list[Resident]], at: datetime) -> None:
    cast, _crowd = house
    asked = draft(cast.flat, at)
    storm(lambda _place: questions.ask(asked, key="one", by=cast.anna, at=at))
    assert Poll.objects.filter(author=cast.anna).count() == 1


def test_a_flood_of_polls_is_stopped_at_the_pace(house: tuple[Cast, list[Resident]], at: datetime) -> None:
    cast, _crowd = house
    asked = draft(cast.flat, at)
    outcomes = storm(lambda place: questions.ask(asked, key=f"flood-{place}", by=cast.anna, at=at))
    opened_ = Poll.objects.filter(author=cast.anna).count()
    assert 1 <= opened_ <= questions.OPEN_MAX
    assert outcomes["done"] == opened_
    assert outcomes["too_hasty"] + outcomes["too_many_open"] == CONNECTIONS - opened_
