"""Pages of chats: whatever is typed is text, empty places say what to do, few queries, nothing is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dvor.chats import rooms
from dvor.chats.models import Chat, Message, Seat
from dvor.people.levels import Level
from dvor.people.models import Resident
from tests.chats.conftest import World, say, talk, visit

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<svg onload=alert(1)>",
    "{{ settings.SECRET_KEY }}{% load i18n %}",
    "javascript:alert(1)",
    "\u202eтекст\u200b",
]


@pytest.fixture
def anna(client: Client, world: World, at: datetime) -> Iterator[Client]:
    """Anna's browser."""
    client.force_login(world.anna)
    with time_machine.travel(at, tick=False):
        yield client


def text_of(answer: HttpResponse) -> str:
    return answer.content.decode()


def many(chat: Chat, writer: Resident, number: int, at: datetime) -> None:
    """So many messages, one an hour until now."""
    Message.objects.bulk_create(
        Message(
            chat=chat, writer=writer, sent_at=at - timedelta(hours=number - n), revision=n + 1,
            text=f"Слово № {n}.", key=f"m{n}",
        )
        for n in range(number)
    )  # fmt: skip
    chat.last_id, chat.revision = chat.messages.latest("pk").pk, number
    chat.save()


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_typed_is_text_everywhere(anna: Client, world: World, at: datetime, text: str) -> None:
    chat = world.house
    quoted = say(chat, world.boris, at, text)
    say(chat, world.boris, at, text + "!", quoted_id=quoted.pk)
    for path in (
        "/chats/", f"/chats/{chat.pk}/", f"/chats/{chat.pk}/?answer={quoted.pk}", f"/chats/{chat.pk}/news/?after=0",
    ):  # fmt: skip
        page = anna.get(path)
        assert page.status_code == 200, path
        found = text_of(page)
        assert text not in found or "<" not in text, path
        assert "<img src=x" not in found and "<svg onload" not in found and "\u202e" not in found, path
    bad = anna.post(f"/chats/{chat.pk}/send/", {"text": text + "я" * 2000, "key": "k"})
    assert bad.status_code == 422 and (text not in text_of(bad) or "<" not in text), (
        "what is refused comes back as text"
    )


def test_older_messages_follow_without_gaps(anna: Client, world: World, at: datetime) -> None:
    chat = world.house
    many(chat, world.boris, 120, at)
    pages = [text_of(anna.get(f"/chats/{chat.pk}/"))]
    while older := re.search(r'rel="prev" href="(\?before=\d+)"', pages[-1]):
        pages.append(text_of(anna.get(f"/chats/{chat.pk}/{older[1]}")))
    assert len(pages) == 3
    assert [sum(f"Слово № {n}." in page for page in pages) for n in range(120)] == [1] * 120
    assert "К новым сообщениям" in pages[1] and 'id="write"' not in pages[1] and 'id="news"' not in pages[1]
    assert pages[0].count("chat-day") >= 2, "days are told apart"
    for nonsense in ("x", "-1", "9" * 40, "²"):
        assert anna.get(f"/chats/{chat.pk}/", {"before": nonsense, "answer": nonsense}).status_code == 200
        assert anna.get(f"/chats/{chat.pk}/news/", {"after": nonsense, "last": nonsense}).status_code == 200
        assert anna.get("/chats/", {"before": nonsense}).status_code == 200


def test_older_talks_follow_without_gaps(anna: Client, world: World, at: datetime) -> None:
    for number in range(35):
        other = Resident.objects.create(
            city_id=f"n{number}", first_name=f"Имя{number}", last_name="Иванов", level=Level.FULL
        )
        begun = rooms.open_talk(world.anna.pk, other.pk, at=at)
        message = Message.objects.create(chat=begun, writer=other, sent_at=at, revision=1, text="Привет", key="t")
        Chat.objects.filter(pk=begun.pk).update(last_id=message.pk, revision=1)
    first = text_of(anna.get("/chats/")).split("<main")[1]
    older = re.search(r'rel="next" href="(\?before=-?\d+)"', first)
    assert older is not None and world.cast.house.address in first
    second = text_of(anna.get(f"/chats/{older[1]}")).split("<main")[1]
    assert [sum(f"Имя{n} И." in page for page in (first, second)) for n in range(35)] == [1] * 35
    assert 'rel="next"' not in second and world.cast.house.address not in second


def test_the_list_tells_who_said_what(anna: Client, world: World, at: datetime) -> None:
    chat, private = world.house, talk(world.anna, world.boris, at)
    assert "Здесь пока никто не писал" in text_of(anna.get("/chats/"))
    visit(chat, world.anna)
    say(chat, world.boris, at, "Лифт стоит")
    say(private, world.boris, at, "Это вам лично")
    page = text_of(anna.get("/chats/")).split("<main")[1]
    assert "Борис: Лифт стоит" in page and "Это вам лично" in page and "Борис Сергеев" in page
    assert page.count("новых:") == 2
    anna.get(f"/chats/{chat.pk}/")
    assert text_of(anna.get("/chats/")).split("<main")[1].count("новых:") == 1, "what was opened is read"
    say(chat, world.anna, at, "Уже еду")
    assert "Вы: Уже еду" in text_of(anna.get("/chats/"))


def test_what_is_new_stands_below_a_line(anna: Client, world: World, at: datetime) -> None:
    path = f"/chats/{world.house.pk}/"
    say(world.house, world.boris, at, "Старое")
    assert 'id="new"' not in text_of(anna.get(path)), "to who comes first, nothing is new"
    fresh = say(world.house, world.boris, at, "Свежее")
    page = text_of(anna.get(path))
    assert page.index("Старое") < page.index('id="new"') < page.index(f'id="message-{fresh.pk}"')
    assert 'id="new"' not in text_of(anna.get(path)), "now it is read"


def test_who_goes_on_speaking_is_named_once(anna: Client, world: World, at: datetime) -> None:
    for minutes, who in ((0, world.boris), (1, world.boris), (2, world.dina), (30, world.dina), (31, world.boris)):
        say(world.house, who, at + timedelta(minutes=minutes), f"Слово {minutes}")
    page = text_of(anna.get(f"/chats/{world.house.pk}/"))
    assert len(re.findall(r'class="said said--joined"', page)) == 1
    assert page.count("chat-day") == 1


def test_the_pages_are_read_in_few_queries(anna: Client, world: World, at: datetime) -> None:
    chat, private = world.house, talk(world.anna, world.boris, at)
    for number in range(6):
        quoted = say(chat, (world.anna, world.boris)[number % 2], at, f"Слово {number}")
        say(chat, world.dina, at, f"И это {number}", quoted_id=quoted.pk)
        say(private, world.boris, at, f"Лично {number}")
    most = {"/chats/": 14, f"/chats/{chat.pk}/": 15, f"/chats/{private.pk}/": 15, "/chats/blocked/": 6,
            f"/chats/{chat.pk}/news/?after=0": 11, f"/chats/{chat.pk}/news/?after=12": 7}  # fmt: skip
    for path, limit in most.items():
        with CaptureQueriesContext(connection) as queries:
            assert anna.get(path).status_code == 200
        assert len(queries) <= limit, (path, len(queries), [query["sql"][:90] for query in queries])


def test_a_glance_reads_nothing(anna: Client, world: World, at: datetime) -> None:
    say(world.house, world.boris, at)
    for path in ("/chats/", f"/chats/{world.house.pk}/", "/chats/blocked/"):
        answer = anna.head(path)
        assert answer.status_code == 200 and not answer.content, path
    assert not Seat.objects.filter(resident=world.anna).exists()
    for path in (f"/chats/{world.house.pk}/send/", f"/chats/{world.house.pk}/mute/"):
        assert anna.get(path).status_code == 405, path


def test_more_tells_how_much_is_new(anna: Client, world: World, at: datetime) -> None:
    assert "новых:" not in text_of(anna.get("/more/")).split("<main")[1]
    visit(world.house, world.anna)
    say(world.house, world.boris, at)
    say(world.house, world.dina, at)
    with CaptureQueriesContext(connection) as queries:
        page = text_of(anna.get("/more/")).split("<main")[1]
    assert re.search(r'href="/chats/".*?новых: </span>2<', page, re.DOTALL)
    assert len(queries) <= 6, [query["sql"][:90] for query in queries]


def test_a_chat_is_closed_to_strangers(anna: Client, world: World, at: datetime) -> None:
    chat, private = world.house, talk(world.anna, world.boris, at)
    message = say(chat, world.boris, at, "Тайна дома")
    own = f"/chats/messages/{message.pk}/"
    for stranger in (world.gleb, world.vera, world.olga, world.lena, world.mark):
        anna.force_login(stranger)
        for path in (f"/chats/{chat.pk}/", f"/chats/{private.pk}/", f"/chats/{chat.pk}/news/", own):
            answer = anna.get(path)
            assert answer.status_code == 404 and "Тайна" not in text_of(answer), (stranger.first_name, path)
        for path in (
            f"/chats/{chat.pk}/send/",
            f"/chats/{chat.pk}/mute/",
            f"{own}remove/",
            f"{own}write/",
            f"{own}block/",
        ):
            assert anna.post(path, {"text": "я", "key": "k"}).status_code == 404, path
    anna.force_login(world.vera)
    page = text_of(anna.get("/chats/")).split("<main")[1]
    assert "Чат вашего дома ждёт вас" in page and 'href="/flats/"' in page
    anna.logout()
    for path in ("/chats/", f"/chats/{chat.pk}/", "/chats/blocked/"):
        assert anna.get(path)["Location"].startswith("/sign-in/"), path


def test_a_moderator_sees_the_message_of_his_case_and_nothing_else(anna: Client, world: World, at: datetime) -> None:
    private = talk(world.anna, world.boris, at)
    fine = say(private, world.boris, at, "Добрый день")
    held = say(private, world.boris, at, "Карта 4111 1111 1111 1111")
    anna.force_login(world.mark)
    page = anna.get(f"/chats/messages/{held.pk}/")
    assert page.status_code == 200 and "4111" in text_of(page) and "Добрый день" not in text_of(page)
    assert anna.get(f"/chats/messages/{fine.pk}/").status_code == 404


def test_a_message_is_found_in_its_chat(anna: Client, world: World, at: datetime) -> None:
    chat = world.house
    many(chat, world.boris, 120, at)
    old = chat.messages.earliest("pk")
    answer = anna.get(f"/chats/messages/{old.pk}/")
    assert answer.status_code == 303 and answer["Location"].endswith(f"#message-{old.pk}")
    assert f'id="message-{old.pk}"' in text_of(anna.get(answer["Location"]))
    page = text_of(anna.get(f"/chats/{chat.pk}/?answer={old.pk}"))
    assert f'name="quoted" value="{old.pk}"' in page, "an old message can be answered too"
