"""Polls for apps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from dvor.people.models import Resident
from dvor.polls.models import Ballot, Poll
from tests.cast import Cast
from tests.polls.conftest import Ask, neighbours

JSON = "application/json"


@pytest.fixture(autouse=True)
def _today(at: datetime) -> Iterator[None]:
    with time_machine.travel(at + timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def anna(client: Client, seeded: Cast) -> Client:
    client.force_login(seeded.anna)
    return client


@pytest.fixture
def crowd(seeded: Cast, at: datetime) -> list[Resident]:
    return neighbours(seeded.house, 6, at)


def question(cast: Cast, at: datetime, **more: Any) -> dict[str, Any]:
    told = {
        "flat_id": cast.flat.pk, "kind": "single", "question": "Ставим лавочку?", "options": ["Да", "Нет"],
        "closes_at": (at + timedelta(days=3)).isoformat(), "results": "live",
    }  # fmt: skip
    return {**told, **more}


def test_a_stranger_is_refused(client: Client, db: None) -> None:
    for path in ("polls", "polls/1", "polls/1/comments"):
        assert client.get(f"/api/v1/{path}").status_code == 401


def test_a_question_is_asked_once_and_voted_on(anna: Client, seeded: Cast, crowd: list[Resident], at: datetime) -> None:
    told = [
        anna.post("/api/v1/polls", question(seeded, at), JSON, headers={"Idempotency-Key": "ask"}) for _ in range(2)
    ]
    assert [one.status_code for one in told] == [201, 201]
    asked = told[0].json()
    assert asked["id"] == told[1].json()["id"] == Poll.objects.get().pk
    assert asked["is_mine"] and asked["options"] == ["Да", "Нет"] and asked["votes"] == 0
    for place, neighbour in enumerate(crowd):
        anna.force_login(neighbour)
        whole = anna.put(f"/api/v1/polls/{asked['id']}/vote", {"choice": [1 + place % 2]}, JSON).json()
    assert whole["has_voted"] and whole["choice"] == [2] and whole["votes"] == 6
    assert [(line["text"], line["count"], line["percent"]) for line in whole["lines"]] == [
        ("Да", 3, 50),
        ("Нет", 3, 50),
    ]
    changed = anna.put(f"/api/v1/polls/{asked['id']}/vote", {"choice": [1]}, JSON).json()
    assert changed["votes"] == 6 and [line["count"] for line in changed["lines"]] == [4, 2]


def test_an_anonymous_vote_is_told_to_nobody(anna: Client, ask: Ask, crowd: list[Resident]) -> None:
    poll = ask(anonymous=True, results="closed")
    for neighbour in crowd:
        anna.force_login(neighbour)
        whole = anna.put(f"/api/v1/polls/{poll.pk}/vote", {"choice": [1]}, JSON).json()
        assert whole["has_voted"] and whole["choice"] == [] and whole["lines"] == []
    again = anna.put(f"/api/v1/polls/{poll.pk}/vote", {"choice": [2]}, JSON)
    assert (again.status_code, again.json()["code"]) == (409, "voted_already")
    assert not Ballot.objects.exists()
    anna.force_login(poll.author)
    closed = anna.post(f"/api/v1/polls/{poll.pk}/close", {}, JSON).json()
    assert closed["closed_at"] and [line["count"] for line in closed["lines"]] == [6, 0, 0]


def test_the_list_follows_by_cursor(anna: Client, ask: Ask, seeded: Cast, at: datetime) -> None:
    asked = [ask(closes_at=at + timedelta(days=days)).pk for days in (1, 2)]
    first = anna.get("/api/v1/polls", {"limit": 1, "open": True}).json()
    second = anna.get("/api/v1/polls", {"limit": 1, "open": True, "cursor": first["next"]}).json()
    assert [first["items"][0]["id"], second["items"][0]["id"]] == asked[::-1] and not second["next"]
    assert anna.get("/api/v1/polls", {"open": False}).json()["items"] == []
    anna.force_login(seeded.gleb)
    assert anna.get("/api/v1/polls").json()["items"] == [], "another house asks itself"


def test_another_house_finds_nothing(anna: Client, ask: Ask, seeded: Cast) -> None:
    poll = ask()
    anna.force_login(seeded.gleb)
    for answer in (
        anna.get(f"/api/v1/polls/{poll.pk}"),
        anna.put(f"/api/v1/polls/{poll.pk}/vote", {"choice": [1]}, JSON),
        anna.post(f"/api/v1/polls/{poll.pk}/comments", {"text": "А мы?"}, JSON),
        anna.get(f"/api/v1/polls/{poll.pk}/comments"),
        anna.post(f"/api/v1/polls/{poll.pk}/close", {}, JSON),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "poll_unknown")


@pytest.mark.parametrize("choice", [[3], [1, 2], [], [0], [1, 1], "1", None])
def test_a_choice_without_sense_changes_nothing(anna: Client, ask: Ask, choice: Any) -> None:
    poll = ask(options=["Да", "Нет"])
    refused = anna.put(f"/api/v1/polls/{poll.pk}/vote", {"choice": choice}, JSON)
    assert refused.status_code == 422 and refused.json()["code"]
    poll.refresh_from_db()
    assert poll.votes == 0


def test_a_comment_is_said_once_and_taken_back(anna: Client, ask: Ask) -> None:
    poll = ask()
    path = f"/api/v1/polls/{poll.pk}/comments"
    said = [anna.post(path, {"text": "Где?"}, JSON, headers={"Idempotency-Key": "c"}).json() for _ in range(2)]
    assert said[0] == said[1] and said[0]["is_mine"]
    assert [one["text"] for one in anna.get(path).json()["items"]] == ["Где?"]
    for _twice in range(2):
        assert anna.delete(f"/api/v1/polls/comments/{said[0]['id']}").status_code == 204
    assert anna.get(path).json()["items"] == []
