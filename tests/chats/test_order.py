"""Sixteen write at once: nobody misses a message, nobody sees one twice, one key is one message."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import connections

from dvor.chats import access, messages, news, queries, rooms
from dvor.chats.models import Chat, Message, Picture
from dvor.notices.models import Notice
from tests.attack.crowd import CONNECTIONS, storm
from tests.chats.conftest import World, files, inhabitant, photo, say, talk

pytestmark = pytest.mark.django_db(transaction=True)
EACH = 6
EVERY = CONNECTIONS * EACH


@pytest.fixture
def world(transactional_db: None, at: datetime) -> World:
    return World.assemble(at=at)


def read_on(world: World, at: datetime, ended: threading.Event) -> tuple[list[int], list[int]]:
    """Ask again and again what is new; the numbers and revisions in the order in which they came."""
    numbers: list[int] = []
    revisions: list[int] = []
    try:
        after = 0
        while True:
            is_last_round = ended.is_set()
            chat, sight = access.reach(world.house.pk, by=world.anna, at=at)
            lines = queries.news(chat, sight, after=after, limit=7, at=at)
            numbers += [line.message.pk for line in lines]
            revisions += sorted(line.message.revision for line in lines)
            after = max([after, *revisions])
            if is_last_round and not lines:
                return numbers, revisions
    finally:
        connections.close_all()


def test_a_reader_misses_nothing_while_sixteen_write(world: World, at: datetime) -> None:
    crowd = [
        inhabitant(f"n{number}", f"Сосед{number}", "Соседов", world.cast.second_flat, at=at)
        for number in range(CONNECTIONS)
    ]
    world.age(400, at=at)
    for one in crowd:
        one.refresh_from_db()
    ended = threading.Event()

    def write(place: int) -> None:
        for number in range(EACH):
            say(world.house, crowd[place], at, f"Строка {place}.{number}", key=f"{place}.{number}")

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read_on, world, at, ended) for _reader in range(2)]
        outcomes = storm(write)
        ended.set()
        told = [reader.result(timeout=60) for reader in readers]
    assert outcomes == {"done": CONNECTIONS}
    written = list(Message.objects.order_by("pk").values_list("pk", "revision"))
    assert [revision for _number, revision in written] == list(range(1, EVERY + 1)), "numbers and revisions go together"
    for numbers, revisions in told:
        assert numbers == [number for number, _revision in written], "every one, once, in order"
        assert revisions == list(range(1, EVERY + 1))
    chat = Chat.objects.get(pk=world.house.pk)
    assert (chat.revision, chat.last_id) == (EVERY, written[-1][0])


def test_what_is_taken_back_arrives_as_news(world: World, at: datetime) -> None:
    first, second = say(world.house, world.boris, at, "Раз"), say(world.house, world.boris, at, "Два")
    told = news.wait(world.house.pk, after=0, by=world.anna, now=lambda: at)
    assert [line.message.pk for line in told.lines] == [first.pk, second.pk] and told.after == 2
    messages.remove(first.pk, by=world.boris, at=at)
    told = news.wait(world.house.pk, after=told.after, by=world.anna, now=lambda: at)
    assert [(line.message.pk, line.is_shown) for line in told.lines] == [(first.pk, False)] and told.after == 3


def test_more_than_a_page_of_news_comes_in_pages(world: World, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = [say(world.house, world.boris, at, f"Строка {number}").pk for number in range(5)]
    monkeypatch.setattr(queries, "PAGE_LENGTH", 2)
    monkeypatch.setattr(queries.news, "__kwdefaults__", {**(queries.news.__kwdefaults__ or {}), "limit": 2})
    seen: list[int] = []
    after = 0
    for _page in range(3):
        told = news.wait(world.house.pk, after=after, by=world.anna, now=lambda: at)
        seen += [line.message.pk for line in told.lines]
        after = told.after
    assert seen == sent and after == 5


def test_revisions_of_messages_that_are_gone_are_not_asked_for_again(world: World, at: datetime) -> None:
    say(world.house, world.boris, at)
    Message.objects.all().delete()
    told = news.wait(world.house.pk, after=0, by=world.anna, now=lambda: at)
    assert (told.lines, told.after) == ([], 1), "or an open page would ask without end"


def test_sixteen_with_one_key_are_one_message(world: World, at: datetime) -> None:
    sent: list[int] = []
    chat = talk(world.anna, world.boris, at)
    outcomes = storm(
        lambda _place: sent.append(say(chat, world.anna, at, "Раз", uploads=[photo()], key="k").pk)  # type: ignore[func-returns-value]
    )
    assert outcomes == {"done": CONNECTIONS} and len(set(sent)) == Message.objects.count() == 1
    assert files() == {name for pair in Picture.objects.values_list("large", "small") for name in pair}
    assert len(files()) == 2
    assert Notice.objects.filter(kind="chats.message_came").count() == 1


def test_a_key_with_sixteen_texts_sends_one(world: World, at: datetime) -> None:
    outcomes = storm(lambda place: say(world.house, world.anna, at, f"Текст {place}", key="k"))
    assert outcomes == {"done": 1, "idempotency_key_reused": CONNECTIONS - 1}
    assert Message.objects.count() == 1


def test_a_pace_holds_against_sixteen(world: World, at: datetime) -> None:
    world.age(1, at=at)
    outcomes = storm(
        lambda place: [say(world.house, world.anna, at, f"Т {place} {n}", key=f"{place}.{n}") for n in range(3)]
    )
    assert Message.objects.count() == 30, "thirty an hour for a new account"
    assert outcomes["too_hasty"] + outcomes["done"] == CONNECTIONS


def test_a_talk_and_the_chat_of_a_house_come_into_being_once(world: World, at: datetime) -> None:
    Chat.objects.all().delete()
    made: list[int] = []

    def open_all(place: int) -> None:
        pair = (world.anna, world.boris) if place % 2 else (world.boris, world.anna)
        made.append(talk(*pair, at).pk)
        rooms.open_houses([world.cast.house.pk], at=at)

    assert storm(open_all) == {"done": CONNECTIONS}
    assert len(set(made)) == Chat.objects.filter(kind=Chat.Kind.TALK).count() == 1
    assert Chat.objects.filter(kind=Chat.Kind.HOUSE).count() == 1


def test_taking_back_and_writing_at_once_do_not_stop_each_other(world: World, at: datetime) -> None:
    mine = [say(world.house, world.anna, at, f"Строка {number}").pk for number in range(CONNECTIONS // 2)]
    writers = [world.boris, world.dina]

    def act(place: int) -> None:
        if place < len(mine):
            messages.remove(mine[place], by=world.anna, at=at)
        else:
            say(world.house, writers[place % 2], at, "Ответ", quoted_id=None, key=f"{place}")

    assert storm(act) == {"done": CONNECTIONS}
    revisions = list(Message.objects.values_list("revision", flat=True))
    assert len(set(revisions)) == len(revisions)
    assert Chat.objects.get(pk=world.house.pk).revision == max(revisions) == CONNECTIONS + len(mine)
