"""Polls in the console: what was asked, and of the answers only what the gate of results lets through."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from dvor.moderation import reports
from dvor.people.models import Resident, Role
from dvor.polls import comments, kinds, questions, votes
from dvor.polls.models import Box, Poll
from tests.cast import Cast
from tests.polls.conftest import Ask, neighbours

LIST = "/console/polls/poll/"


@pytest.fixture
def mark(at: datetime, db: None) -> Resident:
    made = Resident.objects.create(city_id="mark", first_name="Марк", last_name="Модератор", level=3)
    Role.objects.create(resident=made, name=Role.Name.MODERATOR, granted_at=at)
    return made


def read(client: Client, who: Resident, path: str, at: datetime) -> str:
    with time_machine.travel(at, tick=False):
        client.force_login(who)
        answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def page(client: Client, who: Resident, poll: Poll, at: datetime) -> str:
    return read(client, who, f"{LIST}{poll.pk}/change/", at)


def test_a_poll_is_found_by_number_and_by_words(
    client: Client, ask: Ask, seeded: Cast, mark: Resident, at: datetime
) -> None:
    poll = ask(question="Где поставить <i>урну</i>?")
    other = ask(question="Красить ли забор?")
    for typed in (str(poll.pk), "урну"):
        listed = read(client, mark, f"{LIST}?q={typed}", at)
        assert f"{LIST}{poll.pk}/change/" in listed and f"{LIST}{other.pk}/change/" not in listed
        assert "<i>урну" not in listed
    assert "С••• А•••" in listed and "Сергеева" not in listed and "омер автора" not in listed
    by_number = f"{LIST}?q={seeded.anna.pk}"
    assert f"{LIST}{poll.pk}/change/" in read(client, seeded.olga, by_number, at)
    assert by_number in read(client, seeded.olga, f"/console/people/resident/{seeded.anna.pk}/change/", at)
    for state, wanted in (("open", True), ("over", False), ("hidden", False)):
        assert (f"{LIST}{poll.pk}/change/" in read(client, mark, f"{LIST}?state={state}", at)) is wanted


@pytest.mark.parametrize("who", ["mark", "olga"])
def test_of_an_anonymous_poll_nothing_shows_before_it_is_over(
    client: Client, ask: Ask, seeded: Cast, mark: Resident, at: datetime, who: str
) -> None:
    voters, operator = neighbours(seeded.house, 6, at), mark if who == "mark" else seeded.olga
    poll = ask(anonymous=True)
    for voter in voters:
        votes.cast(poll.pk, [2], by=voter, at=at)
    told = page(client, operator, poll, at)
    assert "ещё не опубликован" in told and "100 %" not in told
    box = bytes(Box.objects.get(poll=poll).sealed).hex()
    for secret in (*(voter.last_name for voter in voters), box[:40], *(f"resident/{voter.pk}/" for voter in voters)):
        assert secret not in told
    questions.close(poll.pk, by=seeded.anna, at=at)
    told = page(client, operator, poll, at)
    assert "Нет: 6 · 100 %" in told and "Соседов" not in told


def test_too_few_answers_to_an_anonymous_poll_are_never_shown(
    client: Client, ask: Ask, seeded: Cast, mark: Resident, at: datetime
) -> None:
    voters = neighbours(seeded.house, 6, at)
    poll = ask(anonymous=True)
    for voter in voters[:4]:
        votes.cast(poll.pk, [1], by=voter, at=at)
    over = at + timedelta(days=4)
    for _closed in range(2):  # its time is over and the job has not come by; then it has
        told = page(client, mark, poll, over)
        assert "не публикуется" in told and "100 %" not in told
        questions.close_due(at=over)


def test_of_a_named_poll_sums_show_and_no_names(
    client: Client, ask: Ask, seeded: Cast, mark: Resident, at: datetime
) -> None:
    live, voted = ask(results="live"), ask(question="После голосования?", results="voted")
    (voter,) = neighbours(seeded.house, 1, at)
    for poll in (live, voted):
        votes.cast(poll.pk, [1], by=voter, at=at)
    told = page(client, mark, live, at)
    assert "Да: 1 · 100 %" in told and "Соседов" not in told
    assert "ещё не опубликован" in page(client, mark, voted, at), "an operator has not voted"


def test_a_poll_and_its_cases_lead_to_each_other(
    client: Client, ask: Ask, seeded: Cast, mark: Resident, at: datetime
) -> None:
    poll = ask()
    said = comments.write(poll.pk, "Не согласен!", key="c", by=seeded.anna, at=at)
    about = {
        kind: reports.report(kind, number, reason="insult", by=seeded.boris, at=at, key=kind.code).case
        for kind, number in ((kinds.POLL, poll.pk), (kinds.COMMENT, said.pk))
    }
    assert f"/console/moderation/case/?q=poll%3A{poll.pk}" in page(client, mark, poll, at)
    for case in about.values():
        assert f"{LIST}{poll.pk}/change/" in read(client, mark, f"/console/moderation/case/{case.pk}/change/", at)


def test_it_is_not_for_companies_and_residents(client: Client, ask: Ask, seeded: Cast) -> None:
    poll = ask()
    for who in (seeded.ivan, seeded.anna):
        client.force_login(who)
        assert client.get(LIST).status_code in (302, 403)
        assert client.get(f"{LIST}{poll.pk}/change/").status_code in (302, 403)
