"""Chats by API: listed, read, written once a key, waited for; strangers hear nothing, rubbish is refused."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dvor.chats import messages, seats
from dvor.chats.models import Block, Chat, Message
from dvor.moderation.models import Case
from tests.chats.conftest import App, World, files, new_key, photo, say, talk

CARD = "Моя карта 4111 1111 1111 1111"


@pytest.fixture
def anna(world: World, app: App) -> Client:
    return app(world.anna)


def send(client: Client, path: str, body: Any = None, *, key: str | None = None) -> Any:
    told = None if body is None else json.dumps(body)
    headers = {"Idempotency-Key": key or new_key()}
    return client.post(f"/api/v1{path}", told, content_type="application/json", headers=headers)


def got(client: Client, path: str, **query: str) -> Any:
    answer = client.get(f"/api/v1{path}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def problem(answer: Any, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content
    assert answer["Content-Type"] == "application/problem+json" and answer.json()["detail"]


def test_a_house_talks(anna: Client, world: World, app: App, at: datetime) -> None:
    path = f"/chats/{world.house.pk}"
    asked = send(anna, f"{path}/messages", {"text": "У кого есть стремянка?"}).json()
    boris = app(world.boris)
    answered = send(boris, f"{path}/messages", {"text": "У меня", "answers_id": asked["id"]}).json()
    assert (answered["by"], answered["is_mine"], answered["answers_id"]) == ("Борис Сергеев", True, asked["id"])
    assert got(anna, "/chats/unread") == {"unread": 1}
    [card] = got(anna, "/chats")["items"]
    assert (card["name"], card["is_talk"], card["unread"]) == ("Садовая улица, дом 1", False, 1)
    assert (card["said"]["by"], card["said"]["text"], card["said"]["is_mine"]) == ("Борис", "У меня", False)
    page = got(anna, f"{path}/messages")["items"]
    assert [one["text"] for one in page] == ["У меня", "У кого есть стремянка?"], "the newest first"
    assert [one["revision"] for one in page] == [2, 1]
    assert got(anna, "/chats/unread") == {"unread": 0}, "what was read is read"
    removed = anna.delete(f"/api/v1/messages/{asked['id']}").json()
    assert (removed["text"], removed["is_shown"], removed["revision"]) == ("", False, 3)
    told = got(boris, f"{path}/news", after="2")
    assert [one["id"] for one in told["messages"]] == [asked["id"]] and (told["after"], told["pause_seconds"]) == (3, 0)
    assert got(boris, f"{path}/news", after="3") == {"messages": [], "after": 3, "pause_seconds": 5}


def test_two_talk_and_one_has_enough(anna: Client, world: World, app: App, at: datetime) -> None:
    theirs = say(world.house, world.boris, at)
    begun = [send(anna, f"/messages/{theirs.pk}/talk").json() for _times in range(2)]
    assert begun[0] == begun[1]
    path = f"/chats/{begun[0]['chat_id']}"
    first = send(anna, f"{path}/messages", {"text": "Здравствуйте"})
    assert first.status_code == 201
    boris = app(world.boris)
    card = next(one for one in got(boris, "/chats")["items"] if one["is_talk"])
    assert (card["name"], card["topic"], card["unread"], card["is_blocked"]) == ("Анна Сергеева", "", 1, False)
    muted = boris.put(f"/api/v1{path}/mute", {"is_muted": True}, content_type="application/json")
    assert muted.status_code == 204 and got(boris, "/chats/unread") == {"unread": 0}
    blocked = send(boris, f"/messages/{first.json()['id']}/block", key="k")
    assert blocked.json() == {"resident_id": world.anna.pk, "name": "Анна С."}
    assert send(boris, f"/messages/{first.json()['id']}/block", key="k").json() == blocked.json()
    assert got(boris, "/blocks") == [blocked.json()]
    problem(send(anna, f"{path}/messages", {"text": "Ау"}), 409, "messages_not_taken")
    problem(send(boris, f"{path}/messages", {"text": "Ау"}), 409, "blocked_by_you")
    [line] = got(boris, f"{path}/messages")["items"]
    assert (line["is_shown"], line["text"]) == (False, "")
    for _times in range(2):
        assert boris.delete(f"/api/v1/blocks/{world.anna.pk}").status_code == 204
    assert not Block.objects.exists() and send(anna, f"{path}/messages", {"text": "Ау"}).status_code == 201


def test_a_key_sends_once(anna: Client, world: World) -> None:
    path = f"/chats/{world.house.pk}/messages"
    new = {"text": "Раз", "pictures": [base64.b64encode(photo().getvalue()).decode()]}
    first, again = send(anna, path, new, key="k"), send(anna, path, new, key="k")
    assert first.status_code == again.status_code == 201 and first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true" and Message.objects.count() == 1 and len(files()) == 2
    problem(send(anna, path, {"text": "Два"}, key="k"), 409, "idempotency_key_reused")
    keyless = [anna.post(f"/api/v1{path}", {"text": "Три"}, content_type="application/json") for _times in range(2)]
    assert [one.status_code for one in keyless] == [201, 201] and Message.objects.count() == 3


def test_pictures_come_as_data_to_those_in_the_chat(anna: Client, world: World, app: App) -> None:
    content = base64.b64encode(photo(size=(2000, 1000)).getvalue()).decode()
    sent = send(anna, f"/chats/{world.house.pk}/messages", {"pictures": [content, content]}).json()
    assert [(one["width"], one["height"]) for one in sent["pictures"]] == [(1600, 800)] * 2
    for url in (one["url"] for one in sent["pictures"]):
        for query in ({}, {"small": "true"}):
            answer = app(world.boris).get(url, query)
            assert answer.status_code == 200 and answer["Content-Type"] == "image/webp"
            assert answer["Cache-Control"].startswith("private")
        problem(app(world.gleb).get(url), 404, "picture_unknown")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "text_missing"),
        ({"text": " \n "}, "text_missing"),
        ({"text": "x" * 2001}, "request_invalid"),
        ({"text": 5}, "request_invalid"),
        ({"text": "x", "chat_id": 5}, "request_invalid"),
        ({"text": "x", "answers_id": 0}, "request_invalid"),
        ({"text": "x", "answers_id": 2**63}, "request_invalid"),
        ({"text": "x", "answers_id": 2**63 - 1}, "quoted_unknown"),
        ({"text": "x", "answers_id": True}, "request_invalid"),
        ({"pictures": ["***"]}, "picture_unreadable"),
        ({"pictures": ["aaaa"]}, "picture_unreadable"),
        ({"pictures": [base64.b64encode(b"<svg/>").decode()]}, "picture_unreadable"),
        ({"pictures": [""]}, "request_invalid"),
        ({"pictures": ["aaaa"] * 5}, "request_invalid"),
        ({"pictures": "aaaa"}, "request_invalid"),
        ({"pictures": [None]}, "request_invalid"),
    ],
)
def test_what_is_no_message_is_refused_with_a_reason(anna: Client, world: World, body: Any, code: str) -> None:
    problem(send(anna, f"/chats/{world.house.pk}/messages", body), 422, code)
    assert not Message.objects.exists() and not files()


def test_a_megabyte_is_too_much(anna: Client, world: World) -> None:
    answer = send(anna, f"/chats/{world.house.pk}/messages", {"pictures": ["a" * 1_100_000]})
    assert answer.status_code == 413


@pytest.mark.parametrize("number", ["0", "-1", "x", str(2**63), "9" * 30, str(2**63 - 1)])
def test_numbers_that_lead_nowhere(anna: Client, number: str) -> None:
    for method, path in (
        ("get", "/chats/{}/messages"), ("get", "/chats/{}/news"), ("put", "/chats/{}/mute"),
        ("post", "/chats/{}/messages"),
        ("delete", "/messages/{}"), ("post", "/messages/{}/talk"), ("post", "/messages/{}/block"),
        ("get", "/messages/{}/pictures/1"), ("get", "/messages/1/pictures/{}"),
    ):  # fmt: skip
        body = {"is_muted": True} if method == "put" else {"text": "x"} if path.endswith("messages") else None
        answer = anna.generic(
            method.upper(), f"/api/v1{path.format(number)}", json.dumps(body) if body else b"",
            content_type="application/json",
        )  # fmt: skip
        assert answer.status_code in (404, 422), path
        assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("body", [{}, {"is_muted": "yes"}, {"is_muted": None}, {"is_muted": True, "until": 1}, []])
def test_muted_is_yes_or_no(anna: Client, world: World, body: Any) -> None:
    answer = anna.put(f"/api/v1/chats/{world.house.pk}/mute", body, content_type="application/json")
    problem(answer, 422, "request_invalid")


@pytest.mark.parametrize("query", ["after=-1", "after=x", f"after={2**63}", "after=1.5"])
def test_a_revision_is_a_number(anna: Client, world: World, query: str) -> None:
    problem(anna.get(f"/api/v1/chats/{world.house.pk}/news?{query}"), 422, "request_invalid")


def test_messages_come_in_pages_without_gaps(anna: Client, world: World, at: datetime) -> None:
    sent = [say(world.house, world.boris, at, f"Строка {number}").pk for number in range(5)]
    assert list(_walk(anna, f"/chats/{world.house.pk}/messages", limit=2)) == sent[::-1]
    problem(anna.get(f"/api/v1/chats/{world.house.pk}/messages", {"cursor": "x"}), 400, "cursor_unusable")


def test_only_the_newest_page_counts_as_read(anna: Client, world: World, at: datetime) -> None:
    for number in range(3):
        say(world.house, world.boris, at, f"Строка {number}")
    first = got(anna, f"/chats/{world.house.pk}/messages", limit="1")
    say(world.house, world.boris, at, "Ещё")
    got(anna, f"/chats/{world.house.pk}/messages", limit="1", cursor=first["next"])
    assert got(anna, "/chats/unread") == {"unread": 1}


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_chats_come_in_pages_without_gaps(anna: Client, world: World, at: datetime, limit: int) -> None:
    for neighbour in (world.boris, world.dina, world.gleb):
        say(talk(world.anna, neighbour, at), world.anna, at)
    every = [one["id"] for one in got(anna, "/chats")["items"]]
    assert len(every) == 4 and every[0] == world.house.pk
    assert list(_walk(anna, "/chats", limit=limit)) == every


def _walk(client: Client, path: str, *, limit: int) -> Iterator[int]:
    cursor = ""
    while True:
        page = got(client, path, limit=str(limit), cursor=cursor)
        yield from (one["id"] for one in page["items"])
        cursor = page["next"]
        if not cursor:
            return


def test_what_is_held_says_so_to_its_writer_alone(anna: Client, world: World, app: App) -> None:
    path = f"/chats/{world.house.pk}/messages"
    sent = send(anna, path, {"text": CARD}).json()
    assert (sent["is_hidden"], sent["is_shown"], sent["text"]) == (True, True, CARD)
    [line] = got(app(world.boris), path)["items"]
    assert (line["is_hidden"], line["is_shown"], line["text"], line["pictures"]) == (True, False, "", [])
    assert Case.objects.filter(kind="message", content_id=sent["id"], held_at__isnull=False).exists()


def test_a_list_costs_the_same_whatever_its_length(anna: Client, world: World, at: datetime) -> None:
    counts = []
    for neighbour in (world.boris, world.dina, world.gleb, world.vera):
        say(talk(world.anna, neighbour, at), world.anna, at)
        with CaptureQueriesContext(connection) as asked:
            got(anna, "/chats")
        counts.append(len(asked))
    assert len(set(counts)) == 1 and counts[0] <= 6


def test_reading_costs_the_same_whatever_the_length(anna: Client, world: World, at: datetime) -> None:
    counts = []
    for number in range(3):
        sent = say(world.house, world.boris, at, f"Строка {number}", uploads=[photo()])
        say(world.house, world.dina, at, f"Да {number}", quoted_id=sent.pk)
        with CaptureQueriesContext(connection) as asked:
            got(anna, f"/chats/{world.house.pk}/messages")
        counts.append(len(asked))
    assert len(set(counts)) == 1 and counts[0] <= 7


def test_without_a_token_nobody_reads(world: World, at: datetime) -> None:
    message = say(world.house, world.anna, at, uploads=[photo()])
    client = Client(headers={"accept-language": "en"})
    own = f"/chats/{world.house.pk}"
    for path in (
        "/chats",
        "/chats/unread",
        f"{own}/messages",
        f"{own}/news",
        "/blocks",
        f"/messages/{message.pk}/pictures/1",
    ):
        problem(client.get(f"/api/v1{path}"), 401, "not_signed_in")


def test_a_first_look_opens_the_chat_of_the_house(anna: Client, world: World, at: datetime) -> None:
    Chat.objects.all().delete()
    [card] = got(anna, "/chats")["items"]
    assert (card["said"], card["unread"], card["is_muted"]) == (None, 0, False)
    assert got(anna, f"/chats/{card['id']}/messages") == {"items": [], "next": ""}
    sent = say(Chat.objects.get(), world.anna, at)
    messages.remove(sent.pk, by=world.anna, at=at)
    seats.mute(card["id"], is_muted=True, by=world.anna, at=at)
    [card] = got(anna, "/chats")["items"]
    assert card["is_muted"] and card["said"]["is_removed"] and card["said"]["text"] == ""
