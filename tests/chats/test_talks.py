"""Talks begin from a message in the chat of one's own house; whoever is blocked is not heard."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from dvor.chats import access, blocks, messages, queries, rooms, topics
from dvor.chats.models import Block, Chat
from dvor.chats.topics import Topic, TopicKind
from dvor.homes.models import Residency
from tests.chats.conftest import World, refused, say, talk


# ── Beginning ────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_talk_begins_from_a_message_and_is_the_same_for_both(world: World, at: datetime) -> None:
    theirs, mine = say(world.house, world.boris, at), say(world.house, world.anna, at)
    chat = rooms.begin(theirs.pk, by=world.anna, at=at)
    assert rooms.begin(mine.pk, by=world.boris, at=at) == rooms.begin(theirs.pk, by=world.anna, at=at) == chat
    assert chat.is_talk and {chat.first_id, chat.second_id} == {world.anna.pk, world.boris.pk} and chat.topic == ""
    for reader in (world.anna, world.boris):
        cards = queries.cards(access.of(reader, at=at), at=at)
        assert not any(card.is_talk for card in cards), "a talk where nothing was said is in nobody's list"


@pytest.mark.parametrize("who", ["gleb", "vera", "grisha", "lena", "olga", "ivan", "mark"])
def test_nobody_begins_from_a_house_that_is_not_his(world: World, at: datetime, who: str) -> None:
    message = say(world.house, world.boris, at)
    with refused("message_unknown"):
        rooms.begin(message.pk, by=getattr(world, who), at=at)
    assert not Chat.objects.filter(kind=Chat.Kind.TALK).exists()


def test_nobody_begins_with_himself_or_from_a_talk(world: World, at: datetime) -> None:
    mine, private = say(world.house, world.anna, at), say(talk(world.anna, world.boris, at), world.boris, at)
    with refused("own_message"):
        rooms.begin(mine.pk, by=world.anna, at=at)
    with refused("message_unknown"):
        rooms.begin(private.pk, by=world.anna, at=at)


def test_nobody_begins_from_what_moderation_hides(world: World, at: datetime) -> None:
    held = say(world.house, world.boris, at, "Моя карта 4111 1111 1111 1111")
    with refused("message_unknown"):
        rooms.begin(held.pk, by=world.anna, at=at)


def test_nobody_begins_with_one_who_has_moved_out(world: World, at: datetime) -> None:
    theirs = say(world.house, world.lena, at - timedelta(days=20))
    assert rooms.begin(theirs.pk, by=world.boris, at=at - timedelta(days=19))
    with refused("neighbour_gone"):
        rooms.begin(theirs.pk, by=world.anna, at=at)


def test_who_is_only_a_guest_now_is_no_neighbour(world: World, at: datetime) -> None:
    theirs = say(world.house, world.dina, at)
    Residency.objects.filter(resident=world.dina).update(status=Residency.Status.GUEST)
    with refused("neighbour_gone"):
        rooms.begin(theirs.pk, by=world.anna, at=at)


def test_talks_about_different_things_are_different(world: World, at: datetime) -> None:
    every = {talk(world.anna, world.boris, at, topic=topic).pk for topic in ("", "ad:1", "ad:2", "ad:1")}
    assert len(every) == 3


def test_the_database_refuses_chats_without_a_shape(world: World, at: datetime) -> None:
    house, first, second = world.cast.house, world.anna, world.boris
    for wrong in (
        {"kind": 1, "house": house}, {"kind": 1}, {"kind": 2, "first": first}, {"kind": 3, "house": house},
        {"kind": 2, "first": second, "second": first}, {"kind": 2, "first": first, "second": first},
        {"kind": 2, "first": first, "second": second, "house": house},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Chat.objects.create(opened_at=at, **wrong)
    talk(first, second, at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Chat.objects.create(opened_at=at, kind=2, first=first, second=second)


# ── Blocking ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_neither_of_the_two_writes_where_one_has_blocked_the_other(world: World, at: datetime) -> None:
    chat = talk(world.anna, world.boris, at)
    theirs = say(chat, world.boris, at)
    for _times in range(2):
        assert blocks.block(theirs.pk, by=world.anna, at=at) == world.boris
    with refused("messages_not_taken"):
        say(chat, world.boris, at)
    with refused("blocked_by_you"):
        say(chat, world.anna, at)
    blocks.unblock(world.boris.pk, by=world.anna)
    say(chat, world.boris, at)
    say(chat, world.anna, at)


def test_a_blocked_neighbours_words_are_not_shown_to_who_blocked_him(world: World, at: datetime) -> None:
    chat = talk(world.anna, world.boris, at)
    say(chat, world.boris, at, "Личное")
    theirs = say(world.house, world.boris, at, "В чате дома")
    blocks.block(theirs.pk, by=world.anna, at=at)
    sight = access.of(world.anna, at=at)
    for where in (chat, world.house):
        assert not any(line.is_shown for line in queries.lines(where, sight, at=at))
        assert not any(line.is_shown for line in queries.news(where, sight, after=0, at=at))
    assert all(card.said is None and card.unread == 0 for card in queries.cards(sight, at=at))
    assert [card.is_blocked for card in queries.cards(sight, at=at)] == [False, True]
    [line] = queries.lines(world.house, access.of(world.dina, at=at), at=at)
    assert line.is_shown, "everybody else reads on"
    say(world.house, world.boris, at, "И пишет дальше")


@pytest.mark.parametrize("who", ["gleb", "vera", "grisha", "lena", "olga", "mark"])
def test_nobody_blocks_whom_he_does_not_read(world: World, at: datetime, who: str) -> None:
    message = say(world.house, world.anna, at)
    for number in (message.pk, 0, -1, 2**63, 10**30):
        with refused("message_unknown"):
            blocks.block(number, by=getattr(world, who), at=at)
    assert not Block.objects.exists()


def test_nobody_blocks_himself(world: World, at: datetime) -> None:
    mine = say(world.house, world.anna, at)
    with refused("own_message"):
        blocks.block(mine.pk, by=world.anna, at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Block.objects.create(resident=world.anna, blocked=world.anna, blocked_at=at)


@pytest.mark.parametrize("number", [0, -1, 1, 2**63, 10**30])
def test_of_who_is_not_blocked_nothing_changes(world: World, at: datetime, number: int) -> None:
    blocks.block(say(world.house, world.boris, at).pk, by=world.anna, at=at)
    blocks.unblock(number if number != 1 else world.dina.pk, by=world.anna)
    blocks.unblock(world.boris.pk, by=world.dina)
    assert [block.blocked for block in queries.blocked(world.anna)] == [world.boris]
    assert queries.blocked(world.dina) == [] and blocks.of(world.anna.pk) == {world.boris.pk}


# ── What a talk is about ─────────────────────────────────────────────────────────────────────────────────────────
def test_topics_are_found_by_their_words(at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[int]] = []

    def find(numbers: object, _at: datetime) -> dict[int, Topic]:
        asked.append(sorted(numbers))  # type: ignore[call-overload]
        return {17: Topic("Диван", "/ads/17/", is_open=True)}

    monkeypatch.setitem(topics._registered, "lot", TopicKind("lot", find=find))
    words = ["lot:17", "lot:18", "lot:17", "lot:", "lot:x", "gone:1", "", ":", "lot"]
    assert topics.find(words, at=at) == {"lot:17": Topic("Диван", "/ads/17/", is_open=True)}
    assert asked == [[17, 18]], "one question a kind"


def test_a_kind_of_topic_is_declared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topics, "_registered", {})
    first = TopicKind("lot", find=lambda _numbers, _at: {})
    assert topics.register(first) == topics.register(first)
    with pytest.raises(AssertionError):
        topics.register(TopicKind("lot", find=lambda _numbers, _at: {1: Topic("", "", is_open=True)}))
    with pytest.raises(AssertionError):
        TopicKind("Lot 1", find=lambda _numbers, _at: {})


def test_a_talk_about_nothing_is_always_open(world: World, at: datetime) -> None:
    for chat in (world.house, talk(world.anna, world.boris, at)):
        assert messages.is_open(chat, topics.of(chat.topic, at=at))
