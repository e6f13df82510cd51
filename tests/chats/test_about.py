"""The talks about a topic, as the package that keeps it lists and counts them: one's own, and nobody else's."""

from __future__ import annotations

from datetime import datetime
from itertools import count

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dvor.chats import about, messages, rooms, seats
from dvor.chats.about import Count
from dvor.chats.messages import Draft
from dvor.chats.models import Chat, Message
from dvor.chats.topics import Topic, TopicKind, _registered
from dvor.people.models import Resident
from tests.cast import Cast

_numbers = count(1)


@pytest.fixture(autouse=True)
def _things(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind of topic that always goes on."""
    thing = TopicKind(
        "thing", find=lambda numbers, _at: {number: Topic("Вещь", "", is_open=True) for number in numbers}
    )
    monkeypatch.setitem(_registered, "thing", thing)


def say(chat: Chat, by: Resident, at: datetime, text: str = "Привет") -> Message:
    return messages.send(Draft(text), chat_id=chat.pk, by=by, at=at, key=f"k{next(_numbers)}")


def talk(one: Resident, another: Resident, at: datetime, topic: str = "thing:1") -> Chat:
    return rooms.open_talk(one.pk, another.pk, topic=topic, at=at)


def test_the_last_word_comes_first_with_what_is_new(cast: Cast, at: datetime) -> None:
    first, second = talk(cast.anna, cast.boris, at), talk(cast.anna, cast.vera, at)
    say(second, cast.vera, at, "Я тоже")
    say(first, cast.boris, at, "Можно?")
    say(first, cast.boris, at, "Ау")
    told = [
        (one.chat_id, one.name, one.text, one.is_mine, one.unread)
        for one in about.talks("thing:1", by=cast.anna, at=at)
    ]
    assert told == [(first.pk, "Борис Сергеев", "Ау", False, 2), (second.pk, "Вера К.", "Я тоже", False, 1)]
    [own] = about.talks("thing:1", by=cast.boris, at=at)
    assert (own.name, own.is_mine, own.unread) == ("Анна Сергеева", True, 0)
    seats.see(Chat.objects.get(pk=first.pk), 10**9, by=cast.anna)
    assert about.talks("thing:1", by=cast.anna, at=at)[0].unread == 0


def test_others_talks_and_other_topics_are_left_out(cast: Cast, at: datetime) -> None:
    say(talk(cast.anna, cast.boris, at), cast.anna, at)
    say(talk(cast.anna, cast.boris, at, "thing:2"), cast.anna, at)
    say(talk(cast.anna, cast.boris, at, ""), cast.anna, at)
    talk(cast.anna, cast.gleb, at)  # nothing was said there
    assert [one.name for one in about.talks("thing:1", by=cast.anna, at=at)] == ["Борис Сергеев"]
    for who, topic in ((cast.gleb, "thing:1"), (cast.vera, "thing:1"), (cast.anna, "thing:3"), (cast.anna, "")):
        assert about.talks(topic, by=who, at=at) == []


def test_topics_are_counted_in_one_query(cast: Cast, at: datetime) -> None:
    for topic in ("thing:1", "thing:2"):
        for who in (cast.boris, cast.vera):
            say(talk(cast.anna, who, at, topic), who, at)
    say(talk(cast.anna, cast.boris, at, "thing:2"), cast.boris, at)
    with CaptureQueriesContext(connection) as queries:
        told = about.counts(["thing:1", "thing:2", "thing:3", ""], by=cast.anna)
    assert told == {"thing:1": Count(2, 2), "thing:2": Count(2, 3)} and len(queries) == 1
    assert about.counts(["thing:1"], by=cast.gleb) == about.counts([], by=cast.anna) == {}


def test_hidden_words_are_neither_last_nor_new_but_to_their_writer(cast: Cast, at: datetime) -> None:
    chat = talk(cast.anna, cast.boris, at)
    say(chat, cast.boris, at, "Первое")
    held = say(chat, cast.boris, at, "Код из смс и номер карты 4111 1111 1111 1111, пожалуйста")
    assert held.hidden_at
    [seen], [own] = about.talks("thing:1", by=cast.anna, at=at), about.talks("thing:1", by=cast.boris, at=at)
    assert (seen.text, seen.unread) == ("Первое", 1) and "4111" in own.text
