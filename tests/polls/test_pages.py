"""Pages and API of polls: who finds them, what they show when, what they cost, and texts that would like to run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from dvor.base.refusals import Refusal
from dvor.homes.models import Residency
from dvor.notices.models import Notice
from dvor.people.models import Resident
from dvor.polls import comments, questions, reminders, votes
from dvor.polls.models import Comment, Poll
from tests.cast import Cast
from tests.polls.conftest import Ask, draft, neighbours

HOSTILE = "<script>alert(1)</script><svg onload=alert(2)>{{ 7 }}"


def page(person: Resident, at: datetime, address: str) -> tuple[int, str]:
    client = Client(raise_request_exception=False)
    client.force_login(person)
    with time_machine.travel(at, tick=False):
        answer = client.get(address)
        return answer.status_code, b"".join(answer).decode() if answer.streaming else answer.content.decode()


@pytest.mark.parametrize(
    ("status", "proof", "sees", "votes_on_owners"),
    [
        (Residency.Status.GUEST, "none", 404, False),
        (Residency.Status.GUEST, "invitation", 404, False),
        (Residency.Status.OCCUPANT, "none", 404, False),
        (Residency.Status.OCCUPANT, "payer_code", 200, False),
        (Residency.Status.REGISTERED, "payer_code", 200, False),
        (Residency.Status.OWNER, "registry", 200, True),
    ],
)
def test_a_status_sees_and_answers_by_the_rights_table(
    ask: Ask, seeded: Cast, at: datetime, status: int, proof: str, sees: int, votes_on_owners: bool
) -> None:
    Residency.objects.filter(resident=seeded.vera).delete()
    Residency.objects.create(
        resident=seeded.vera, flat=seeded.second_flat, status=status, proof=proof, since=at,
        proved_at=None if proof == "none" else at,
    )  # fmt: skip
    poll = ask(owners_only=True)
    assert page(seeded.vera, at, reverse("poll", args=[poll.pk]))[0] == sees
    if sees == 200:
        try:
            votes.cast(poll.pk, [1], by=seeded.vera, at=at)
            assert votes_on_owners
        except Refusal as refusal:
            assert (refusal.code, votes_on_owners) == ("owners_only", False)  # noqa: PT017


def test_strangers_get_404_everywhere(ask: Ask, seeded: Cast, at: datetime) -> None:
    poll = ask()
    said = comments.write(poll.pk, "Своё", key="k", by=seeded.anna, at=at)
    for stranger in (seeded.gleb, seeded.olga, seeded.vera):
        client = Client(raise_request_exception=False)
        client.force_login(stranger)
        for address in ("poll", "poll_table"):
            assert client.get(reverse(address, args=[poll.pk])).status_code == 404
        for address in ("poll_vote", "poll_close", "poll_comment"):
            told = client.post(reverse(address, args=[poll.pk]), {"choice": 1, "text": "x", "key": "y"})
            assert told.status_code == 404, address
        assert client.post(reverse("poll_comment_withdraw", args=[said.pk])).status_code == 404
        assert client.get(f"/api/v1/polls/{poll.pk}").status_code in (401, 404)
    assert "лавочку" not in page(seeded.gleb, at, reverse("polls"))[1]


@pytest.mark.parametrize(
    ("results", "anonymous", "before", "after_vote"),
    [("live", False, True, True), ("voted", False, False, True), ("closed", False, False, False),
     ("closed", True, False, False)],
)  # fmt: skip
def test_every_door_keeps_the_same_gate(
    ask: Ask, seeded: Cast, at: datetime, results: str, anonymous: bool, before: bool, after_vote: bool
) -> None:
    for one in neighbours(seeded.house, 5, at):
        poll = Poll.objects.first() or ask(results=results, anonymous=anonymous)
        votes.cast(poll.pk, [2], by=one, at=at)

    def shown(person: Resident, moment: datetime = at) -> bool:
        doors = {
            "100 % · 5" in page(person, moment, reverse("poll", args=[poll.pk]))[1]
            or "%" in page(person, moment, reverse("poll", args=[poll.pk]))[1].partition('id="result"')[2],
            page(person, moment, reverse("poll_table", args=[poll.pk]))[0] == 200,
        }
        assert len(doors) == 1, "page and table disagree"
        return doors.pop()

    assert shown(seeded.anna) == before, "the author has no other eyes"
    votes.cast(poll.pk, [1], by=seeded.boris, at=at)
    assert shown(seeded.boris) == after_vote
    assert shown(seeded.boris, poll.closes_at + timedelta(minutes=1)), "its time is over, the job has not come by yet"
    questions.close_due(at=poll.closes_at)
    assert shown(seeded.boris, poll.closes_at + timedelta(minutes=6))


def test_fewer_than_five_anonymous_answers_are_never_shown(ask: Ask, seeded: Cast, at: datetime) -> None:
    people = neighbours(seeded.house, 5, at)
    poll = ask(anonymous=True)
    for one in people[:4]:
        votes.cast(poll.pk, [2], by=one, at=at)
    closed = questions.close(poll.pk, by=seeded.anna, at=at)
    assert closed.counts is None
    assert "Ответили меньше 5" in page(seeded.anna, at, reverse("poll", args=[poll.pk]))[1]
    assert page(seeded.anna, at, reverse("poll_table", args=[poll.pk]))[0] == 409


def test_too_few_neighbours_hide_nobody(ask: Ask, seeded: Cast) -> None:
    with pytest.raises(Refusal, match="Ответить смогли бы меньше"):
        ask(anonymous=True)


def test_hostile_texts_are_text(ask: Ask, seeded: Cast, at: datetime) -> None:
    poll = ask(question=HOSTILE, details=HOSTILE, options=[HOSTILE, "=HYPERLINK(1)"])
    votes.cast(poll.pk, [2], by=seeded.boris, at=at)
    comments.write(poll.pk, HOSTILE, key="k", by=seeded.boris, at=at)
    Poll.objects.update(hidden_at=None)
    Comment.objects.update(hidden_at=None)
    for address in (reverse("polls"), reverse("poll", args=[poll.pk])):
        status, text = page(seeded.anna, at, address)
        assert status == 200
        assert "<script>alert" not in text
        assert "<svg onload" not in text
    assert "'=HYPERLINK(1)" in page(seeded.anna, at, reverse("poll_table", args=[poll.pk]))[1]


@pytest.mark.parametrize("how_many", [1, 12])
def test_pages_cost_the_same_however_many_take_part(
    ask: Ask, seeded: Cast, at: datetime, how_many: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    poll = ask()
    for one in neighbours(seeded.house, how_many, at):
        votes.cast(poll.pk, [1], by=one, at=at)
        comments.write(poll.pk, "Слово", key="k", by=one, at=at)
    client = Client()
    client.force_login(seeded.anna)
    with time_machine.travel(at, tick=False):
        client.get(reverse("poll", args=[poll.pk]))
        with django_assert_max_num_queries(14):
            client.get(reverse("poll", args=[poll.pk]))
        with django_assert_max_num_queries(10):
            client.get(reverse("polls"))


def test_those_who_have_not_voted_are_reminded_once(ask: Ask, seeded: Cast, at: datetime) -> None:
    people = neighbours(seeded.house, 4, at)
    poll = ask()
    votes.cast(poll.pk, [1], by=people[0], at=at)
    assert reminders.tell(at=at) == 0
    day_before = poll.closes_at - timedelta(hours=20)
    assert reminders.tell(at=day_before) == 4, "three neighbours and Boris; not the voter, not the author, not Vera"
    assert reminders.tell(at=day_before) == 0
    questions.close_due(at=poll.closes_at)
    told = Notice.objects.filter(kind="polls.closed").values_list("resident_id", flat=True)
    assert list(told) == [people[0].pk]


def test_asking_goes_by_preview_and_the_key_opens_one_poll(
    seeded: Cast, at: datetime, django_user_model: Callable[..., object]
) -> None:
    client = Client()
    client.force_login(seeded.anna)
    given = {"flat": seeded.flat.pk, "question": "Красим?", "kind": "single", "options": "Да\nНет", "audience": "house",
             "days": 7, "results": "live", "key": "form-1", "scale": 5, "anonymous": ""}  # fmt: skip
    with time_machine.travel(at, tick=False):
        assert client.post(reverse("poll_ask"), {**given, "question": ""}).status_code == 422
        shown = client.post(reverse("poll_ask"), given)
        assert shown.status_code == 200
        assert not Poll.objects.exists(), "a preview opens nothing"
        opened = [client.post(reverse("poll_ask"), {**given, "step": "open"}) for _again in range(2)]
    assert [one.status_code for one in opened] == [303, 303]
    assert Poll.objects.count() == 1


def test_a_draft_without_sense_is_refused(seeded: Cast, at: datetime) -> None:
    for more, code in (
        ({"question": " \x00 "}, "text_missing"), ({"question": "x" * 201}, "text_too_long"),
        ({"options": ["Да"]}, "options_wrong"), ({"options": ["Да", "да"]}, "options_repeated"),
        ({"options": [str(one) for one in range(13)]}, "options_wrong"), ({"kind": "dot"}, "kind_unknown"),
        ({"results": "never"}, "results_wrong"), ({"kind": "scale", "scale": 7}, "options_wrong"),
        ({"closes_at": at}, "closes_wrong"), ({"closes_at": at + timedelta(days=61)}, "closes_wrong"),
        ({"kind": "multiple", "choices_max": 9}, "choices_wrong"), ({"entrance_only": True}, "entrance_unknown"),
    ):  # fmt: skip
        with pytest.raises(Refusal) as caught:
            questions.ask(draft(seeded.flat, at, **more), key="k", by=seeded.anna, at=at)
        assert caught.value.code == code
