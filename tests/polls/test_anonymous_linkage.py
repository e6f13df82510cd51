"""Hundreds of anonymous polls and an administrator of the database who tries to learn who chose what.

He reads everything that the database tells, before and after each vote, but does not have the site's sealing key. Each
attack guesses every vote; a fair coin is right in half of them. The same attacks on detached ballots, as other products
keep them, find nearly all: they are no straw men.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random
from statistics import median
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from django.db import connection, transaction

from dvor.people.models import Resident
from dvor.polls import boxes, questions, votes
from dvor.polls.models import Box, Poll
from tests.cast import Cast
from tests.polls.conftest import draft, neighbours, prepare

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
POLLS, VOTERS = 150, 6
DEVIATIONS = 4.5  # of a fair coin; with some fifty attacks, by chance once in three thousand runs


class Seen(NamedTuple):
    """One vote as the administrator saw it: numbers from the database, and what was really chosen."""

    poll: int
    voter: int
    features: dict[str, float]
    choice: int


def look(poll_id: int) -> dict[str, float]:
    """Everything around a poll that is a number, or can be made one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select sealed, xmin::text::bigint, xmax::text::bigint, (ctid::text::point)[0], (ctid::text::point)[1] "
            "from polls_box where poll_id = %s",
            [poll_id],
        )
        sealed, *box = cursor.fetchone()
        cursor.execute(
            "select xmin::text::bigint, xmax::text::bigint, (ctid::text::point)[0], (ctid::text::point)[1], votes, "
            "others from polls_poll where id = %s",
            [poll_id],
        )
        poll = cursor.fetchone()
        cursor.execute(
            "select coalesce(sum(n_tup_upd), 0), coalesce(sum(n_tup_hot_upd), 0), coalesce(sum(n_dead_tup), 0), "
            "coalesce(sum(seq_scan), 0), coalesce(sum(idx_scan), 0) from pg_stat_user_tables "
            "where relname like 'polls%%'"
        )
        counted = cursor.fetchone()
        cursor.execute("select coalesce(sum(last_value), 0) from pg_sequences where schemaname = 'public'")
        counted += cursor.fetchone()
        cursor.execute(
            "select pg_current_wal_lsn() - '0/0', pg_relation_size('polls_box'), pg_relation_size('polls_voter')"
        )
        counted += cursor.fetchone()
    text = bytes(sealed)
    numbers = {"length": len(text), "first": text[20], "middle": text[len(text) // 2], "last": text[-2],
               "bytes": sum(text), "bits": sum(one.bit_count() for one in text)}  # fmt: skip
    for name, values in (("box", box), ("poll", poll), ("stat", counted)):
        numbers |= {f"{name}_{place}": value for place, value in enumerate(values)}
    return {name: float(value) for name, value in numbers.items()}


@pytest.fixture
def played(transactional_db: None, at: datetime) -> list[Seen]:
    """Polls with two options; each neighbour throws a coin. The administrator looks before and after each vote."""
    cast = Cast.assemble(at=at)
    prepare(at)
    people = neighbours(cast.house, VOTERS * 2, at)
    authors = neighbours(cast.house, POLLS, at)
    chance = Random(2026)
    seen = []
    for number, author in enumerate(authors):
        flat = author.residencies.select_related("flat").get().flat
        asked = draft(flat, at, options=["Да", "Нет"], anonymous=True)
        poll = questions.ask(asked, key=f"poll-{number}", by=author, at=at)
        for person in chance.sample(people, VOTERS):
            choice = chance.choice([1, 2])
            before = look(poll.pk)
            votes.cast(poll.pk, [choice], by=person, at=at)
            after = look(poll.pk)
            features = {f"after {name}": after[name] for name in after}
            features |= {f"change of {name}": after[name] - before[name] for name in after}
            seen.append(Seen(poll.pk, person.pk, features, choice))
    return seen


def right(guesses: Sequence[int], seen: Sequence[Seen]) -> float:
    return sum(guess == one.choice for guess, one in zip(guesses, seen, strict=True)) / len(seen)


def best_guess(values: Sequence[float], seen: Sequence[Seen]) -> float:
    """How often the better of some simple rules over one number is right; a rule that is always wrong is right, too."""
    middle = median(values)
    rules: list[Callable[[float], bool]] = [lambda one: one > middle, lambda one: int(one) % 2 == 0]
    shares = [right([1 if rule(one) else 2 for one in values], seen) for rule in rules]
    return max(max(share, 1 - share) for share in shares)


def test_an_administrator_guesses_no_better_than_a_coin(played: list[Seen], at: datetime) -> None:
    base = max(right([1] * len(played), played), right([2] * len(played), played))
    limit = max(base, 0.5 + DEVIATIONS * 0.5 / math.sqrt(len(played)))
    found = {name: best_guess([one.features[name] for one in played], played) for name in played[0].features}
    assert max(found.values()) <= limit, {name: share for name, share in found.items() if share > limit}
    # Rows of voters beside the box, by transaction, place and order: a box has one row, whoever came last.
    assert _by_transaction("polls_box") == 0
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from polls_ballot")
        assert cursor.fetchone() == (0,)

    # After closing he knows the sums, as everybody does: the most frequent answer is the best that can be guessed.
    after = at + timedelta(days=4)
    assert questions.close_due(at=after) == POLLS
    sums = dict(Poll.objects.values_list("pk", "counts"))
    assert not Box.objects.exists()
    base = sum(max(counted or [0]) for counted in sums.values()) / len(played)
    limit = base + DEVIATIONS * 0.5 / math.sqrt(len(played))
    for name in played[0].features:
        guesses = _fitting([one.features[name] for one in played], played, sums)
        assert right(guesses, played) <= limit, name
        assert right(_fitting([-one.features[name] for one in played], played, sums), played) <= limit, name


def _fitting(values: Sequence[float], seen: Sequence[Seen], sums: dict[int, Any]) -> list[int]:
    """Guesses that agree with the sums: in each poll those with the highest numbers have chosen the first option."""
    guesses = [2] * len(seen)
    for poll, counted in sums.items():
        own = sorted((place for place, one in enumerate(seen) if one.poll == poll), key=lambda place: -values[place])
        for place in own[: counted[0]]:
            guesses[place] = 1
    return guesses


def _by_transaction(table: str) -> int:
    """How many voters a table's rows name by the number of their transaction, beside the last one of each poll."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select count(*) - count(distinct {table}.poll_id) from polls_voter "  # noqa: S608
            f"join {table} on {table}.xmin = polls_voter.xmin and {table}.poll_id = polls_voter.poll_id"
        )
        found: int = cursor.fetchone()[0]
    return found


def test_the_same_attacks_find_detached_ballots(transactional_db: None, at: datetime) -> None:
    """Two tables, no key, no time, random ids, one transaction: linked by ``xmin``, and by order alone."""
    chance = Random(7)
    truth = {}
    with connection.cursor() as cursor:
        cursor.execute("create table detached_voter (resident_id int)")
        cursor.execute("create table detached_ballot (id uuid, choice int)")
        for resident in range(200):
            truth[resident] = chance.choice([1, 2])
            with transaction.atomic():
                cursor.execute("insert into detached_voter values (%s)", [resident])
                cursor.execute("insert into detached_ballot values (%s, %s)", [uuid4(), truth[resident]])
        cursor.execute("select resident_id, choice from detached_voter v join detached_ballot b on b.xmin = v.xmin")
        by_transaction = dict(cursor.fetchall())
        cursor.execute("select v.resident_id, b.choice from (select *, row_number() over (order by ctid) n from "
                       "detached_voter) v join (select *, row_number() over (order by ctid) n from detached_ballot) b "
                       "using (n)")  # fmt: skip
        by_order = dict(cursor.fetchall())
        cursor.execute("drop table detached_voter, detached_ballot")
    assert by_transaction == truth
    assert by_order == truth


def test_what_the_page_admits_is_so(transactional_db: None, at: datetime) -> None:
    """With the key and a look before and after a vote it is a subtraction: the page says so, and so do we."""
    cast = Cast.assemble(at=at)
    prepare(at)
    Resident.objects.update(joined_at=at - timedelta(days=90))
    people = neighbours(cast.house, 5, at)
    poll = questions.ask(
        draft(people[0].residencies.select_related("flat").get().flat, at, anonymous=True),
        key="known",
        by=people[0],
        at=at,
    )
    before = boxes.opened(poll)
    votes.cast(poll.pk, [2], by=people[0], at=at)
    assert [after - one for one, after in zip(before, boxes.opened(poll), strict=True)] == [0, 1, 0]
