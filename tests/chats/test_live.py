"""Waiting for news: woken by what is committed, by nothing else; without a connection, with few places, to no end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta

import psycopg
import pytest
from django.db import connection, connections, transaction
from pytest_django import Settings

from dvor.chats import live, messages, news
from dvor.chats.models import Chat
from dvor.chats.news import News
from dvor.homes.models import Residency
from dvor.people.models import Resident
from tests.chats.conftest import World, say, talk

pytestmark = pytest.mark.django_db(transaction=True)
SOON = 10  # seconds; a wait takes 20 when nothing wakes it


@pytest.fixture
def world(transactional_db: None, at: datetime) -> World:
    return World.assemble(at=at)


@pytest.fixture(autouse=True)
def _leaves_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """After the last waiter there is no listener, no place, and no connection that would hold the database."""
    monkeypatch.setattr(live, "_LOOK_SECONDS", 0.05)
    yield
    until(lambda: not any(thread.name == "chats.live" for thread in threading.enumerate()))
    assert not live._listeners and not live._places and not live._news and not live._seated
    until(lambda: listening() == [])


def listening() -> list[int]:
    """The backends of listeners."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pid from pg_stat_activity where query = 'listen dvor_chats' and datname = current_database()"
        )
        return [pid for (pid,) in cursor.fetchall()]


def until(happens: Callable[[], bool]) -> None:
    """Wait for something that another thread does."""
    for _moment in range(SOON * 100):
        if happens():
            return
        time.sleep(0.01)
    raise AssertionError("it never happened")


class Page:
    """An open page of one resident, in a thread of its own: it asks until there is something new."""

    def __init__(self, chat: Chat, by: Resident, at: datetime, after: int = 0) -> None:
        self._pool = ThreadPoolExecutor(1)
        self.told: Future[News] = self._pool.submit(self._ask, chat, by, at, after)

    def _ask(self, chat: Chat, by: Resident, at: datetime, after: int) -> News:
        try:
            while True:
                told = news.wait(chat.pk, after=after, by=by, now=lambda: at)
                if told.lines:
                    return told
        finally:
            connections.close_all()

    def said(self) -> list[str]:
        told = self.told.result(timeout=SOON)
        self._pool.shutdown()
        return [line.message.text for line in told.lines]


def waits(chat: Chat, how_many: int = 1) -> None:
    """Until so many wait in a chat, and somebody listens."""
    until(lambda: live._places[chat.pk] == how_many and live._is_heard())


def test_a_message_wakes_those_who_wait_in_its_chat(world: World, at: datetime) -> None:
    pages = [Page(world.house, reader, at) for reader in (world.anna, world.dina)]
    waits(world.house, 2)
    say(world.house, world.boris, at, "Кран течёт")
    assert [page.said() for page in pages] == [["Кран течёт"]] * 2


def test_so_does_what_is_taken_back(world: World, at: datetime) -> None:
    sent = say(world.house, world.boris, at)
    page = Page(world.house, world.anna, at, after=1)
    waits(world.house)
    messages.remove(sent.pk, by=world.boris, at=at)
    assert page.said() == [""]


def test_nobody_is_woken_by_what_was_rolled_back_or_happened_elsewhere(world: World, at: datetime) -> None:
    chat = talk(world.anna, world.boris, at)
    page = Page(chat, world.anna, at)
    waits(chat)
    heard = live._news[chat.pk]
    with transaction.atomic():
        say(chat, world.boris, at, "Этого не было")
        transaction.set_rollback(True)
    with live.place(world.house.pk, by=world.anna) as elsewhere:
        say(world.house, world.boris, at, "В чате дома")
        assert elsewhere is not None and elsewhere.wait(), "what came before it has been heard as well"
    assert live._news[chat.pk] == heard and not page.told.done()
    say(chat, world.boris, at, "А это было")
    assert page.said() == ["А это было"]


def test_who_waits_holds_no_connection(world: World, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[bool] = []
    wait = live.Place.wait

    def spied(place: live.Place) -> bool:
        held.append(connection.connection is not None)
        return wait(place)

    monkeypatch.setattr(live.Place, "wait", spied)
    page = Page(world.house, world.anna, at)
    waits(world.house)
    say(world.house, world.boris, at, "Раз")
    assert page.said() == ["Раз"] and held and not any(held)


def test_a_wait_has_an_end(world: World, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "WAIT_SECONDS", 0.05)
    told = news.wait(world.house.pk, after=0, by=world.anna, now=lambda: at)
    assert (told.lines, told.after, told.pause) == ([], 0, 0)


def test_in_a_transaction_nobody_waits(world: World, at: datetime) -> None:
    with transaction.atomic():
        told = news.wait(world.house.pk, after=0, by=world.anna, now=lambda: at)
    assert (told.lines, told.pause) == ([], news.ASK_AGAIN_SECONDS) and not live._listeners


def test_places_are_few_and_become_free(world: World, at: datetime, settings: Settings) -> None:
    settings.LIVE_WAITERS = 1
    with live.place(world.house.pk, by=world.anna) as taken:
        assert taken is not None
        with live.place(world.other.pk, by=world.gleb) as none:
            assert none is None
        told = news.wait(world.house.pk, after=0, by=world.anna, now=lambda: at)
        assert (told.lines, told.pause) == ([], news.ASK_AGAIN_SECONDS)
        say(world.house, world.boris, at, "Раз")
        told = news.wait(world.house.pk, after=0, by=world.anna, now=lambda: at)
        assert len(told.lines) == 1 and told.pause == 0, "what is there already needs no place"
    with pytest.raises(ZeroDivisionError), live.place(world.house.pk, by=world.anna):
        raise ZeroDivisionError
    with live.place(world.other.pk, by=world.gleb) as taken:
        assert taken is not None


def test_one_resident_does_not_take_all_places(world: World, at: datetime, settings: Settings) -> None:
    settings.LIVE_WAITERS = live.EACH_MAX + 1
    pages = [Page(world.house, world.anna, at) for _tab in range(live.EACH_MAX)]
    waits(world.house, live.EACH_MAX)
    told = news.wait(world.house.pk, after=0, by=world.anna, now=lambda: at)
    assert told.pause == news.ASK_AGAIN_SECONDS
    with live.place(world.house.pk, by=world.boris) as taken:
        assert taken is not None
    say(world.house, world.boris, at, "Раз")
    assert [page.said() for page in pages] == [["Раз"]] * live.EACH_MAX


def test_a_listener_whose_connection_is_killed_hears_again(world: World, at: datetime) -> None:
    page = Page(world.house, world.anna, at)
    waits(world.house)
    [pid] = listening()
    with connection.cursor() as cursor:
        cursor.execute("select pg_terminate_backend(%s)", [pid])
    until(lambda: listening() not in ([], [pid]))
    waits(world.house)
    say(world.house, world.boris, at, "Снова слышно")
    assert page.said() == ["Снова слышно"]


def test_what_happens_while_nobody_listens_is_found_by_looking(
    world: World, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_address: object) -> None:
        raise psycopg.OperationalError("connection refused")

    monkeypatch.setattr(live, "_BLIND_SECONDS", 0.05)
    with monkeypatch.context() as broken:
        broken.setattr(live.psycopg, "connect", away)
        page = Page(world.house, world.anna, at)
        until(lambda: live._places[world.house.pk] == 1)
        say(world.house, world.boris, at, "Не слышно, но видно")
        assert page.said() == ["Не слышно, но видно"]
        until(lambda: not live._listeners)


def test_behind_a_pooler_nobody_listens_and_all_is_found(
    world: World, at: datetime, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PREPARED_STATEMENTS = False
    monkeypatch.setattr(live, "_BLIND_SECONDS", 0.05)
    page = Page(world.house, world.anna, at)
    until(lambda: live._places[world.house.pk] == 1)
    assert not live._listeners
    say(world.house, world.boris, at, "Раз")
    assert page.said() == ["Раз"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_listener_that_breaks_is_replaced(world: World, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "_BLIND_SECONDS", 0.05)
    with monkeypatch.context() as broken:
        broken.setattr(live.Listener, "_hear", None)
        with live.place(world.house.pk, by=world.anna) as taken:
            assert taken is not None and taken.wait(), "one looks for oneself"
        until(lambda: not live._listeners)
    page = Page(world.house, world.anna, at)
    waits(world.house)
    say(world.house, world.boris, at, "Раз")
    assert page.said() == ["Раз"]


def test_rubbish_on_the_channel_is_nothing(world: World, at: datetime) -> None:
    page = Page(world.house, world.anna, at)
    waits(world.house)
    with connection.cursor() as cursor:
        for payload in ("", "x", "-1", "1.5", "9" * 100):
            cursor.execute("select pg_notify(%s, %s)", [live.CHANNEL, payload])
    say(world.house, world.boris, at, "Раз")
    assert page.said() == ["Раз"]


def test_who_moves_out_while_waiting_hears_no_more(world: World, at: datetime) -> None:
    page = Page(world.house, world.dina, at)
    waits(world.house)
    Residency.objects.filter(resident=world.dina).update(until=at - timedelta(seconds=1))
    say(world.house, world.boris, at, "Уже не для неё")
    refused = page.told.exception(timeout=SOON)
    assert getattr(refused, "code", "") == "chat_unknown"


def test_a_storm_of_waiters_is_told_everything(world: World, at: datetime, settings: Settings) -> None:
    """Pages come and go, places are fewer than pages: nobody stays behind, and nothing is left of it."""
    settings.LIVE_WAITERS = 3
    ended = threading.Event()

    def follow() -> list[int]:
        seen: list[int] = []
        after = 0
        try:
            while len(seen) < 30 and not ended.is_set():
                told = news.wait(world.house.pk, after=after, by=world.anna, now=lambda: at)
                seen += [line.message.pk for line in told.lines]
                after = told.after
        finally:
            connections.close_all()
        return seen

    with ThreadPoolExecutor(8) as pool:
        pages = [pool.submit(follow) for _page in range(8)]
        sent = [say(world.house, world.boris, at, f"Строка {number}").pk for number in range(30)]
        try:
            assert [page.result(timeout=60) for page in pages] == [sent] * 8
        finally:
            ended.set()
