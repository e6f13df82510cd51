"""Who may do what in which chat: persons × acts, by the API; strangers hear that there is nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from dvor.chats import access, queries, rooms
from dvor.chats.models import Block, Chat, Message
from dvor.chats.moderated import MESSAGE
from dvor.moderation import reports
from dvor.people.models import Resident
from tests.chats.conftest import App, World, new_key, photo, refused, say, talk

Act = Callable[[Client, Chat, Message], Any]


def send(client: Client, path: str, body: Any = None) -> Any:
    headers = {"Idempotency-Key": new_key()}
    told = None if body is None else json.dumps(body)
    return client.post(f"/api/v1{path}", told, content_type="application/json", headers=headers)


# In this order: what comes later would change what the earlier ones meet.
ACTS: dict[str, Act] = {
    "read": lambda app, chat, _message: app.get(f"/api/v1/chats/{chat.pk}/messages"),
    "news": lambda app, chat, _message: app.get(f"/api/v1/chats/{chat.pk}/news"),
    "picture": lambda app, _chat, message: app.get(f"/api/v1/messages/{message.pk}/pictures/1"),
    "write": lambda app, chat, _message: send(app, f"/chats/{chat.pk}/messages", {"text": "Я здесь"}),
    "mute": lambda app, chat, _message: app.put(
        f"/api/v1/chats/{chat.pk}/mute", {"is_muted": True}, content_type="application/json"
    ),
    "begin": lambda app, _chat, message: send(app, f"/messages/{message.pk}/talk"),
    "report": lambda app, _chat, message: send(
        app, "/moderation/reports", {"kind": "message", "content_id": message.pk, "reason": "spam"}
    ),
    "block": lambda app, _chat, message: send(app, f"/messages/{message.pk}/block"),
    "remove": lambda app, _chat, message: app.delete(f"/api/v1/messages/{message.pk}"),
}
NEIGHBOUR = {
    "read": 200, "news": 200, "picture": 200, "write": 201, "mute": 204, "begin": 200, "report": 201, "block": 200,
    "remove": 404,
}  # fmt: skip
NOBODY = dict.fromkeys(ACTS, 404)
OWN = {**NEIGHBOUR, "begin": 409, "report": 409, "block": 409, "remove": 200}
HOUSE = {
    "anna": OWN, "boris": NEIGHBOUR, "dina": NEIGHBOUR, "vera": NOBODY, "grisha": NOBODY, "gleb": NOBODY,
    "lena": NOBODY, "olga": NOBODY, "ivan": NOBODY, "mark": NOBODY,
}  # fmt: skip
# Nobody begins a talk from a talk.
TALK = {
    "anna": {**OWN, "begin": 404}, "boris": {**NEIGHBOUR, "begin": 404}, "dina": NOBODY, "vera": NOBODY,
    "grisha": NOBODY, "gleb": NOBODY, "lena": NOBODY, "olga": NOBODY, "ivan": NOBODY, "mark": NOBODY,
}  # fmt: skip


@pytest.mark.parametrize("who", list(HOUSE))
def test_the_chat_of_a_house_is_for_those_who_have_proven_that_they_live_there(
    world: World, app: App, at: datetime, who: str
) -> None:
    message = say(world.house, world.anna, at, "Кран течёт", uploads=[photo()])
    assert _told(app(getattr(world, who)), world.house, message) == HOUSE[who]


@pytest.mark.parametrize("who", list(TALK))
def test_a_talk_is_for_the_two(world: World, app: App, at: datetime, who: str) -> None:
    chat = talk(world.anna, world.boris, at)
    message = say(chat, world.anna, at, "Ключ под ковриком", uploads=[photo()])
    assert _told(app(getattr(world, who)), chat, message) == TALK[who]
    if TALK[who] is NOBODY:
        assert Message.objects.count() == 1 and not Block.objects.exists()


def _told(client: Client, chat: Chat, message: Message) -> dict[str, int]:
    return {name: act(client, chat, message).status_code for name, act in ACTS.items()}


LISTED = {
    "anna": {"house", "talk"}, "boris": {"house", "talk"}, "dina": {"house"}, "vera": set(), "grisha": set(),
    "gleb": {"other"}, "lena": set(), "olga": set(), "ivan": set(), "mark": set(),
}  # fmt: skip


@pytest.mark.parametrize("who", list(LISTED))
def test_a_list_has_ones_own_chats_alone(world: World, app: App, at: datetime, who: str) -> None:
    chat = talk(world.anna, world.boris, at)
    say(chat, world.anna, at)
    names = {world.house.pk: "house", world.other.pk: "other", chat.pk: "talk"}
    listed = app(getattr(world, who)).get("/api/v1/chats").json()["items"]
    assert {names[one["id"]] for one in listed} == LISTED[who]


@pytest.mark.parametrize("is_private", [True, False])
@pytest.mark.parametrize("who", ["mark", "olga", "ivan", "dina", "gleb"])
def test_an_operator_sees_a_message_only_while_its_case_is_open(
    world: World, app: App, at: datetime, who: str, is_private: bool
) -> None:
    chat = talk(world.anna, world.boris, at) if is_private else world.house
    quoted = say(chat, world.boris, at, "Тайна")
    message = say(chat, world.anna, at, "Грубость", uploads=[photo()], quoted_id=quoted.pk)
    reports.report(MESSAGE, message.pk, reason="spam", by=world.boris, at=at, key="k")
    person = getattr(world, who)
    told = _told(app(person), chat, message)
    is_inside = who == "dina" and not is_private
    judges = who in ("mark", "olga")
    expected = NEIGHBOUR if is_inside else {**NOBODY, "picture": 200} if judges else NOBODY
    assert told == expected
    if judges:
        line = queries.line(message.pk, by=person, at=at)
        assert line.is_shown and line.message.text == "Грубость"
        assert (line.name, line.quoted_name, line.quoted_text) == ("Сосед", "", ""), "this message and no other"
        with refused("message_unknown"):
            queries.line(quoted.pk, by=person, at=at)
    elif not is_inside:
        with refused("message_unknown"):
            queries.line(message.pk, by=person, at=at)


def test_who_has_moved_out_takes_back_his_own_words(world: World, app: App, at: datetime) -> None:
    then = at - timedelta(days=20)
    mine = say(world.house, world.lena, then, "Переезжаем", uploads=[photo()])
    theirs = say(world.house, world.anna, then, "Жаль")
    lena = app(world.lena)
    assert lena.get(f"/api/v1/chats/{world.house.pk}/messages").status_code == 404
    assert lena.get(f"/api/v1/messages/{mine.pk}/pictures/1").status_code == 200
    assert lena.delete(f"/api/v1/messages/{theirs.pk}").status_code == 404
    removed = lena.delete(f"/api/v1/messages/{mine.pk}")
    assert removed.status_code == 200 and removed.json()["removed_at"] and removed.json()["text"] == ""


def test_a_talk_about_nothing_in_particular_asks_where_one_lives(world: World, at: datetime) -> None:
    chat = talk(world.anna, world.lena, at)
    say(chat, world.lena, at - timedelta(days=20))
    with refused("not_allowed"):
        say(chat, world.lena, at)
    sight = access.of(world.lena, at=at)
    assert len(queries.lines(chat, sight, at=at)) == 1, "what was said can be read"
    say(chat, world.anna, at)


@pytest.mark.parametrize(("who", "told"), [("boris", "Анна Сергеева"), ("gleb", "Анна С."), ("vera", "Анна С.")])
def test_a_surname_is_a_matter_of_the_house(world: World, at: datetime, who: str, told: str) -> None:
    reader = getattr(world, who)
    chat = talk(world.anna, reader, at)
    say(chat, world.anna, at)
    sight = access.of(reader, at=at)
    assert queries.name(Chat.objects.get(pk=chat.pk), sight, at=at) == told
    assert queries.lines(chat, sight, at=at)[0].name == told
    assert next(card.name for card in queries.cards(sight, at=at) if card.is_talk) == told


def test_in_the_chat_of_the_house_everybody_has_a_surname(world: World, at: datetime) -> None:
    say(world.house, world.lena, at - timedelta(days=20))
    sight = access.of(world.anna, at=at)
    assert [line.name for line in queries.lines(world.house, sight, at=at)] == ["Лена Бывшая"]


def test_houses_get_their_chat_once(world: World, at: datetime) -> None:
    before = list(Chat.objects.order_by("pk").values_list("pk", flat=True))
    rooms.open_houses([world.cast.house.pk, world.cast.other_house.pk], at=at)
    assert list(Chat.objects.order_by("pk").values_list("pk", flat=True)) == before


@pytest.mark.parametrize("number", [0, -1, 2**63, 10**30])
def test_numbers_that_no_row_has(world: World, at: datetime, number: int) -> None:
    with refused("chat_unknown"):
        access.reach(number, by=world.anna, at=at)
    with refused("message_unknown"):
        queries.line(number, by=world.anna, at=at)
    with refused("picture_unknown"):
        queries.picture(number, number, by=world.anna, at=at)
    with refused("message_unknown"):
        rooms.begin(number, by=world.anna, at=at)
    people: list[Resident] = []
    assert access.names(people, access.of(world.anna, at=at), at=at) == {}
