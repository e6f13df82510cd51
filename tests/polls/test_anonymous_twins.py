"""Two worlds that differ only in who chose what: everything the database holds of them must be the same.

This asks no particular attack: whatever an attacker reads (keys, times, order, ``xmin``, ``ctid``, counters, logs), he
reads the same in both worlds, so nothing that he computes can tell them apart.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest
import structlog
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from dvor.people import tokens
from dvor.people.models import Resident
from dvor.polls import questions, votes
from dvor.polls.models import Box, Poll
from tests.cast import Cast
from tests.polls.conftest import draft, neighbours, prepare

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
Dump = dict[str, list[dict[str, Any]]]
CHOICES: dict[str, tuple[list[list[int]], list[list[int]]]] = {
    "single": ([[1], [1], [2], [2], [3], [3]], [[3], [2], [1], [3], [2], [1]]),
    "multiple": ([[1, 2], [3], [1], [2], [2, 3], [1, 3]], [[3], [1, 2], [2, 3], [1, 3], [1], [2]]),
    "scale": ([[1], [5], [2], [4], [3], [1]], [[1], [3], [4], [1], [2], [5]]),
    "ranked": ([[1, 2, 3], [3, 1], [2], [3, 2, 1], [1], [2, 3]], [[2], [1, 2, 3], [3, 1], [2, 3], [3, 2, 1], [1]]),
}


@pytest.fixture(autouse=True)
def _the_clock_stands(at: datetime) -> Iterator[None]:
    with time_machine.travel(at, tick=False):
        yield


class World(NamedTuple):
    """A city made anew, with a poll and six neighbours to answer it."""

    cast: Cast
    people: list[Resident]
    poll: Poll


def made(at: datetime, kind: str = "single") -> World:
    """The same world each time: the same numbers, the same rows in the same places."""
    with connection.cursor() as cursor:
        cursor.execute("truncate procrastinate_jobs cascade")  # its numbers begin anew, too
        cursor.execute("select setval(quote_ident(sequencename), start_value, false) from pg_sequences "
                       "where schemaname = 'public'")  # fmt: skip
    call_command("flush", interactive=False, reset_sequences=True, inhibit_post_migrate=True, verbosity=0)
    cast = Cast.assemble(at=at)
    prepare(at)
    Resident.objects.update(joined_at=at - timedelta(days=90))
    cast.anna.refresh_from_db()
    people = neighbours(cast.house, 6, at)
    for number, person in enumerate(people):
        Resident.objects.filter(pk=person.pk).update(city_id=f"twin-{number}")
    poll = questions.ask(draft(cast.flat, at, kind=kind, anonymous=True), key="twin", by=cast.anna, at=at)
    return World(cast, people, poll)


def dump() -> Dump:
    """All rows of all tables in their physical order; numbers of transactions as ranks."""
    names = _fetch("select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace")
    found: Dump = {}
    for (table,) in names:
        system = "xmin::text::bigint, xmax::text::bigint, cmin::text"
        rows = _fetch(f'select {system}, to_jsonb(one)::text from "{table}" as one order by ctid')  # noqa: S608
        found[table] = [{**_columns(row), "xmin": made, "xmax": ended, "cmin": step} for made, ended, step, row in rows]
    numbers = sorted({row[name] for rows in found.values() for row in rows for name in ("xmin", "xmax")})
    ranks = {number: place for place, number in enumerate(numbers)}
    for rows in found.values():
        for row in rows:
            row["xmin"], row["xmax"] = ranks[row["xmin"]], ranks[row["xmax"]]
    return found


def differences(one: Dump, other: Dump) -> set[str]:
    """Which columns of which tables are not the same."""
    assert one.keys() == other.keys()
    found = {f"{table}: rows" for table in one if len(one[table]) != len(other[table])}
    for table in one:
        for row, twin in zip(one[table], other[table], strict=False):
            found |= {f"{table}.{name}" for name in row if row[name] != twin[name]}
    return {name for name in found if name not in AS_CHANCE_HAS_IT}


# Drawn at random, or by the clock of the machine, in both worlds alike; none of them is made from a choice.
AS_CHANCE_HAS_IT = {
    "polls_box.sealed", "notices_notice.batch", "procrastinate_jobs.args", "procrastinate_events.at",
    "procrastinate_jobs.scheduled_at", "django_session.session_key", "django_session.session_data",
    "django_session.expire_date", "people_token.fingerprint", "polls_poll.key", "homes_flat.number",
}  # fmt: skip


def _columns(row: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(row)
    return found


def _fetch(query: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        found: list[Any] = cursor.fetchall()
    return found


@pytest.mark.parametrize("kind", CHOICES)
def test_who_chose_what_changes_nothing_but_the_seal(at: datetime, kind: str) -> None:
    opened, closed, lengths, told, sums = [], [], [], [], []
    made(at, kind)  # the first world makes the months' tables, which all others find
    for choices in CHOICES[kind]:
        world = made(at, kind)
        sizes = []
        with structlog.testing.capture_logs() as logs:
            for person, choice in zip(world.people, choices, strict=True):
                votes.cast(world.poll.pk, choice, by=person, at=at)
                sizes.append(len(bytes(Box.objects.get().sealed)))
        opened.append(dump())
        lengths.append(sizes)
        told.append(logs)
        questions.close(world.poll.pk, by=world.cast.anna, at=at)
        closed.append(dump())
        sums.append(Poll.objects.get().counts)
    assert opened[0]["polls_voter"], "the dump sees rows"
    assert not differences(*opened), "while it is open"
    assert lengths[0] == lengths[1]
    assert len(set(lengths[0])) == 1, "the box does not grow with what is in it"
    assert told[0] == told[1]
    assert sums[0] == sums[1], "the twins give the same answers among them"
    assert not differences(*closed), "after closing: only the sums are known, and they are the same"


def test_the_doors_say_the_same_too(at: datetime, caplog: pytest.LogCaptureFixture) -> None:
    """Pages and API: no address, session, message, log line or key of an answered command knows the choice."""
    dumps, answers, lines = [], [], []
    made(at)  # as above
    for choices in ([1, 2, 3, 1, 2, 3], [3, 1, 2, 2, 3, 1]):
        world = made(at)
        caplog.clear()
        answers.append([_vote(*pair, world.poll) for pair in zip(world.people, choices, strict=True)])
        lines.append([re.sub(r"\d+\.\d+", "…", record.getMessage()) for record in caplog.records])
        dumps.append(dump())
    assert dumps[0]["polls_voter"]
    assert not differences(*dumps)
    assert answers[0] == answers[1]
    assert lines[0] == lines[1]


def _vote(person: Resident, choice: int, poll: Poll) -> tuple[Any, ...]:
    """By the page, or by the API with a key that it does not keep; everything that comes back."""
    if person.pk % 2:
        client = Client()
        client.force_login(person)
        answer = client.post(reverse("poll_vote", args=[poll.pk]), {"choice": choice})
        page = client.get(answer["Location"]).content.decode()
        return answer.status_code, answer["Location"], re.sub(r'value="[^"]{20,}"', "", page)
    secret, _token = tokens.issue_to(person, title="twin", at=poll.opened_at)
    headers = {"authorization": f"Bearer {secret}", "idempotency-key": f"key-{person.pk}"}
    told = Client(headers=headers).put(f"/api/v1/polls/{poll.pk}/vote", {"choice": [choice]}, "application/json")
    assert told.json()["choice"] == []
    return told.status_code, told.content


def test_a_world_with_ballots_would_be_told_apart(at: datetime) -> None:
    """The dump is no blind eye: of a named poll it sees every changed answer."""
    dumps = []
    made(at)  # as above
    for choice in (1, 2):
        world = made(at)
        named = questions.ask(draft(world.cast.flat, at), key="named", by=world.cast.anna, at=at)
        votes.cast(named.pk, [choice], by=world.people[0], at=at)
        dumps.append(dump())
    assert differences(*dumps) == {"polls_ballot.choice"}
