"""Whoever is forgotten leaves the chats; what others wrote stays theirs."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection
from pytest_django import DjangoCaptureOnCommitCallbacks

from dvor.chats import access, blocks, queries, seats
from dvor.chats.models import Block, Chat, Message, Picture, Seat
from dvor.people import residents
from tests.chats.conftest import World, files, photo, say, talk


def forget(world: World, at: datetime) -> datetime:
    """Let Boris be forgotten; when."""
    residents.request_deletion(by=world.boris, at=at)
    then = at + timedelta(days=31)
    assert residents.erase(at=then) == 1
    return then


def test_nothing_is_left_of_who_is_forgotten(
    world: World, at: datetime, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    chat = talk(world.anna, world.boris, at)
    asked = say(world.house, world.anna, at, "Кто здесь?")
    for where in (world.house, chat):
        say(where, world.boris, at, "Звоните Борису Сергееву", uploads=[photo()], quoted_id=None)
    answer = say(world.house, world.boris, at, "Это я, Борис Сергеев", quoted_id=asked.pk)
    mine = say(world.house, world.anna, at, "Ясно", quoted_id=answer.pk)
    blocks.block(mine.pk, by=world.boris, at=at)
    blocks.block(answer.pk, by=world.dina, at=at)
    seats.mute(chat.pk, is_muted=True, by=world.boris, at=at)
    assert len(files()) == 4 and _tables_that_say("Борис С")
    with django_capture_on_commit_callbacks(execute=True):
        then = forget(world, at)
    assert not files() and not Picture.objects.exists()
    assert not _tables_that_say("Борис С") and not _tables_that_say("Борису")
    assert not Message.objects.filter(writer=world.boris).exists() and not Block.objects.exists()
    assert not Seat.objects.filter(resident=world.boris).exists()
    sight = access.of(world.anna, at=then)
    assert [line.message.text for line in queries.lines(world.house, sight, at=then)] == ["Кто здесь?", "Ясно"]
    assert Message.objects.get(pk=mine.pk).quoted is None


def test_the_other_one_keeps_his_own_words(world: World, at: datetime) -> None:
    chat = talk(world.anna, world.boris, at)
    say(chat, world.boris, at, "Привет")
    say(chat, world.anna, at, "Здравствуйте")
    then = forget(world, at)
    sight = access.of(world.anna, at=then)
    [card] = [card for card in queries.cards(sight, at=then) if card.is_talk]
    assert card.name == "Сосед" and card.said is not None and card.said.text == "Здравствуйте"
    assert queries.name(Chat.objects.get(pk=chat.pk), sight, at=then) == "Сосед"
    assert [line.message.text for line in queries.lines(chat, sight, at=then)] == ["Здравствуйте"]
    assert queries.unread(world.anna, at=then) == 0


def test_who_is_forgotten_reads_and_writes_no_more(world: World, at: datetime) -> None:
    then = forget(world, at)
    assert access.of(world.boris, at=then).houses == {} or not world.boris.is_active


def _tables_that_say(text: str) -> list[str]:
    """Every table of the database, searched as text, but for the residents themselves."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute("select table_name from information_schema.tables where table_schema = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'select 1 from "{table}" as t where t::text like %s limit 1', [f"%{text}%"])  # noqa: S608
            if cursor.fetchone():
                found.append(table)
    return found
