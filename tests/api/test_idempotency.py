"""The same command twice is one command; pages of a list neither lose nor repeat a line; allowances end."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from dvor.base.allowances import Window, address_of
from dvor.base.models import AuditEntry
from dvor.people.models import Resident
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.sample")]


def send(client: Client, key: str, **body: Any) -> Any:
    return client.post(
        "/api/sample/notes", json.dumps(body), content_type="application/json", headers={"idempotency-key": key}
    )


def written() -> int:
    return AuditEntry.objects.filter(act="sample.note.written").count()


def test_the_same_key_gets_the_first_answer_and_acts_once(anna: Client) -> None:
    first, second = send(anna, "k", subject="roof"), send(anna, "k", subject="roof")
    assert (first.status_code, first.json()) == (second.status_code, second.json()) == (201, first.json())
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"
    assert written() == 1


def test_the_same_key_with_another_body_is_refused(anna: Client) -> None:
    send(anna, "k", subject="roof")
    answer = send(anna, "k", subject="cellar")
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")
    assert written() == 1


def test_a_refused_command_keeps_nothing(anna: Client) -> None:
    assert send(anna, "k", subject="forbidden").status_code == 422
    assert written() == 0, "key and act are one transaction"
    assert send(anna, "k", subject="roof").status_code == 201


def test_keys_of_two_residents_do_not_meet(anna: Client, cast: Cast, secret_of: Callable[[Resident], str]) -> None:
    boris = Client(headers={"authorization": f"Bearer {secret_of(cast.boris)}"})
    assert send(anna, "k", subject="roof").status_code == send(boris, "k", subject="cellar").status_code == 201
    assert written() == 2


@pytest.mark.parametrize("key", ["x" * 101, "a\x7fb"])
def test_an_unusable_key_is_refused(anna: Client, key: str) -> None:
    assert send(anna, key, subject="roof").json()["code"] == "idempotency_key_unusable"


def test_a_list_is_walked_without_loss_or_repetition(anna: Client) -> None:
    seen, cursor = [], ""
    for _page in range(10):
        page = anna.get("/api/sample/numbers", {"limit": 10, "cursor": cursor}).json()
        seen += [line["number"] for line in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    assert seen == list(range(1, 26))


@pytest.mark.parametrize("change", [lambda c: c[:-1], lambda c: c + "A", lambda c: "0" * 16 + c[16:], lambda c: c[16:]])
def test_a_cursor_of_ones_own_making_is_refused(anna: Client, change: Callable[[str], str]) -> None:
    cursor = anna.get("/api/sample/numbers", {"limit": 10}).json()["next"]
    assert anna.get("/api/sample/numbers", {"cursor": change(cursor)}).json()["code"] == "cursor_unusable"


def test_an_allowance_ends_and_says_when_it_begins_anew(anna: Client, settings: Settings) -> None:
    settings.API_RATE_MAX = 3
    answers = [anna.get("/api/sample/things/7") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
    assert answers[-1].json()["code"] == "too_many_requests"


def test_a_guesser_of_tokens_is_stopped(stranger: Client) -> None:
    answers = [
        stranger.get("/api/sample/things/7", headers={"authorization": f"Bearer guess{n}"}).status_code
        for n in range(61)
    ]
    assert set(answers[:60]) == {401}
    assert answers[60] == 429


def test_a_neighbours_guesses_do_not_stop_who_is_known(anna: Client) -> None:
    assert anna.get("/api/sample/things/7").status_code == 200
    for n in range(61):
        anna.get("/api/sample/things/7", headers={"authorization": f"Bearer guess{n}"})
    assert anna.get("/api/sample/things/7").status_code == 200
    assert anna.get("/api/sample/things/7", headers={"authorization": "Bearer another"}).status_code == 429


def test_a_window_counts_each_actor_apart_and_begins_anew() -> None:
    window = Window(60)
    assert window.spend("a", limit=1, moment=0).spent is False
    assert window.spend("a", limit=1, moment=59).spent is True
    assert window.spend("b", limit=1, moment=59).spent is False
    assert window.spend("a", limit=1, moment=60).spent is False


def test_an_address_is_believed_only_from_trusted_proxies() -> None:
    meta = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "6.6.6.6, 7.7.7.7"}
    assert address_of(meta, proxies=0) == "10.0.0.1"
    assert address_of(meta, proxies=1) == "7.7.7.7"
    assert address_of(meta, proxies=2) == "6.6.6.6"
    assert address_of({"REMOTE_ADDR": "10.0.0.1"}, proxies=1) == "10.0.0.1"
