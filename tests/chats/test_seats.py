"""How far a chat is read, what is new, what may ring."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from dvor.chats import access, blocks, messages, queries, seats
from dvor.chats.models import Chat, Message, Seat
from dvor.homes.models import Residency
from dvor.people.models import Resident
from tests.chats.conftest import World, inhabitant, refused, say, talk, visit


def new(chat: Chat, reader: Resident, at: datetime) -> int:
    """What the list says is new in a chat."""
    return next(card.unread for card in queries.cards(access.of(reader, at=at), at=at) if card.id == chat.pk)


def fill(chat: Chat, writer: Resident, at: datetime, how_many: int) -> None:
    """Many messages at once, past the paces."""
    last = chat.revision
    Message.objects.bulk_create(
        Message(chat=chat, writer=writer, sent_at=at, revision=last + number, text=f"Строка {number}", key=f"f{number}")
        for number in range(1, how_many + 1)
    )
    newest = Message.objects.filter(chat=chat).latest("pk")
    Chat.objects.filter(pk=chat.pk).update(revision=last + how_many, last_id=newest.pk)
    chat.refresh_from_db()


def test_what_was_read_stays_read(world: World, at: datetime) -> None:
    sent = [say(world.house, world.boris, at, f"Строка {number}").pk for number in range(3)]
    for up_to, unread in ((sent[1], 1), (sent[0], 1), (0, 1), (sent[2], 0), (sent[0], 0)):
        seats.see(world.house, up_to, by=world.anna)
        assert new(world.house, world.anna, at) == unread
    assert Seat.objects.get(resident=world.anna).seen_id == sent[2]


def test_nobody_reads_what_is_not_written_yet(world: World, at: datetime) -> None:
    seats.see(world.house, 2**63 - 1, by=world.anna)
    say(world.house, world.boris, at)
    assert new(world.house, world.anna, at) == 1


def test_in_a_house_that_one_has_never_opened_nothing_is_new(world: World, at: datetime) -> None:
    say(world.house, world.boris, at)
    assert new(world.house, world.anna, at) == queries.unread(world.anna, at=at) == 0
    visit(world.house, world.anna)
    say(world.house, world.boris, at)
    assert new(world.house, world.anna, at) == queries.unread(world.anna, at=at) == 1


def test_a_hundred_stands_for_more(world: World, at: datetime) -> None:
    visit(world.house, world.anna)
    fill(world.house, world.boris, at, 130)
    assert new(world.house, world.anna, at) == queries.unread(world.anna, at=at) == 100
    assert new(world.house, world.boris, at) == 0


def test_what_counts_as_new(world: World, at: datetime) -> None:
    visit(world.house, world.anna)
    say(world.house, world.boris, at, "Раз")
    say(world.house, world.boris, at, "Моя карта 4111 1111 1111 1111")  # held
    messages.remove(say(world.house, world.boris, at, "Убрано").pk, by=world.boris, at=at)
    theirs = say(world.house, world.dina, at, "От Дины")
    assert new(world.house, world.anna, at) == queries.unread(world.anna, at=at) == 2
    blocks.block(theirs.pk, by=world.anna, at=at)
    assert new(world.house, world.anna, at) == queries.unread(world.anna, at=at) == 1
    blocks.unblock(world.dina.pk, by=world.anna)
    assert queries.unread(world.anna, at=at) == 2
    say(world.house, world.anna, at, "Своё")
    assert queries.unread(world.anna, at=at) == 0, "who answers has read"


def test_a_muted_chat_counts_for_itself_and_not_for_the_total(world: World, at: datetime) -> None:
    chat = talk(world.anna, world.boris, at)
    say(chat, world.boris, at)
    say(world.house, world.boris, at)
    for _times in range(2):
        seats.mute(world.house.pk, is_muted=True, by=world.anna, at=at)
    assert (new(world.house, world.anna, at), queries.unread(world.anna, at=at)) == (1, 1)
    seats.mute(world.house.pk, is_muted=False, by=world.anna, at=at)
    assert queries.unread(world.anna, at=at) == 2


def test_muting_keeps_what_was_read(world: World, at: datetime) -> None:
    sent = say(world.house, world.boris, at)
    seats.see(world.house, sent.pk, by=world.anna)
    seats.mute(world.house.pk, is_muted=True, by=world.anna, at=at)
    seat = Seat.objects.get(resident=world.anna)
    assert (seat.seen_id, seat.is_muted) == (sent.pk, True)
    seats.see(world.house, sent.pk, by=world.anna)
    assert Seat.objects.get(resident=world.anna).is_muted


def test_a_chat_of_others_can_not_be_muted(world: World, at: datetime) -> None:
    for who in (world.gleb, world.vera, world.lena, world.olga):
        with refused("chat_unknown"):
            seats.mute(world.house.pk, is_muted=True, by=who, at=at)
    assert not Seat.objects.exists()


def test_who_has_moved_out_has_nothing_new(world: World, at: datetime) -> None:
    visit(world.house, world.lena, world.vera)
    say(world.house, world.boris, at)
    assert queries.unread(world.lena, at=at) == queries.unread(world.vera, at=at) == 0
    assert queries.unread(world.lena, at=at - timedelta(days=20)) == 1


def test_the_list_is_as_long_as_it_is_with_as_many_questions(
    world: World, at: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for how_many in (1, 12):
        for number in range(how_many):
            neighbour = inhabitant(f"n{how_many}.{number}", "Сосед", "Дальний", world.cast.second_flat, at=at)
            say(talk(neighbour, world.anna, at), neighbour, at)
        sight = access.of(world.anna, at=at)
        with django_assert_num_queries(3):
            cards = queries.cards(sight, at=at)
        with django_assert_num_queries(2):
            assert queries.unread(world.anna, at=at) == len(cards) - 1
    assert [card.is_talk for card in cards] == [False] + 13 * [True]
    assert [card.last_id for card in cards[1:]] == sorted((card.last_id for card in cards[1:]), reverse=True)


@pytest.mark.parametrize("how_many", [3, 30])
def test_a_chat_is_read_with_five_questions(
    world: World, at: datetime, django_assert_num_queries: DjangoAssertNumQueries, how_many: int
) -> None:
    chat = talk(world.anna, world.boris, at)
    fill(chat, world.boris, at, how_many)
    say(chat, world.anna, at, "Да", quoted_id=chat.last_id)
    sight = access.of(world.anna, at=at)
    with django_assert_num_queries(4):
        assert len(queries.lines(chat, sight, at=at)) == how_many + 1
    with django_assert_num_queries(1):
        assert queries.news(chat, sight, after=10**6, at=at) == []


def test_the_list_comes_in_pages_wherever_they_end(world: World, at: datetime) -> None:
    """Also between two houses, and between a house and a talk."""
    second = inhabitant("vasya", "Вася", "Двудомный", world.cast.second_flat, at=at)
    Residency.objects.create(
        resident=second, flat=world.cast.other_flat, status=1, proof="payer_code", since=at - timedelta(days=9),
        proved_at=at - timedelta(days=9),
    )  # fmt: skip
    for neighbour in (world.anna, world.boris, world.dina):
        say(talk(neighbour, second, at), neighbour, at)
    say(world.house, world.anna, at)
    sight = access.of(second, at=at)
    every = [card.id for card in queries.cards(sight, at=at)]
    assert every[:2] == [world.house.pk, world.other.pk] and len(every) == 5
    for limit in (1, 2, 3, 4):
        seen: list[int] = []
        before = None
        while cards := queries.cards(sight, before=before, limit=limit, at=at):
            seen += [card.id for card in cards]
            before = cards[-1].place
        assert seen == every
