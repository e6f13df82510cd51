"""Sending and taking back: once a key, something said, something answered, not too often, nothing grave unseen."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from dvor.chats import access, blocks, messages, queries, topics
from dvor.chats.models import TEXT_LENGTH_MAX, Message
from dvor.chats.topics import Topic, TopicKind
from dvor.moderation.models import Case
from dvor.notices.models import Notice
from tests.chats.conftest import World, photo, refused, say, talk

CARD = "Переведите на карту 4111 1111 1111 1111, пожалуйста"


def test_a_message_is_read_by_the_house(world: World, at: datetime) -> None:
    sent = say(world.house, world.anna, at, "  Кран течёт…\r\n\r\n\r\n\r\nКто знает\u202e слесаря?\x00  ")
    [line] = queries.lines(world.house, access.of(world.boris, at=at), at=at)
    assert line.message == sent and line.name == "Анна Сергеева" and line.is_shown and not line.is_mine
    assert line.message.text == "Кран течёт…\n\nКто знает слесаря?"


def test_the_same_key_is_the_same_message(world: World, at: datetime) -> None:
    first = say(world.house, world.anna, at, "Раз", key="k")
    assert say(world.house, world.anna, at + timedelta(minutes=1), " Раз ", key="k") == first
    assert Message.objects.count() == 1
    assert say(world.house, world.boris, at, "Раз", key="k") != first, "keys of two residents do not meet"


def test_a_key_is_not_used_for_another_message(world: World, at: datetime) -> None:
    chat = talk(world.anna, world.boris, at)
    asked = say(world.house, world.boris, at)
    say(world.house, world.anna, at, "Раз", key="k")
    for where, more in (
        (world.house, {"text": "Два"}),
        (chat, {"text": "Раз"}),
        (world.house, {"text": "Раз", "quoted_id": asked.pk}),
        (world.house, {"text": "Раз", "uploads": [photo()]}),
    ):
        with refused("idempotency_key_reused"):
            say(where, world.anna, at, key="k", **more)
    assert Message.objects.filter(writer=world.anna).count() == 1


def test_the_key_of_a_removed_message_does_not_send_it_again(world: World, at: datetime) -> None:
    first = say(world.house, world.anna, at, "Раз", key="k")
    messages.remove(first.pk, by=world.anna, at=at)
    assert say(world.house, world.anna, at, "Раз", key="k").removed_at == at
    assert Message.objects.count() == 1


@pytest.mark.parametrize("key", ["", "x" * 101, "a\x7fb", "a\nb"])
def test_an_unusable_key_is_refused(world: World, at: datetime, key: str) -> None:
    with refused("idempotency_key_unusable"):
        messages.send(messages.Draft("Раз"), chat_id=world.house.pk, by=world.anna, at=at, key=key)


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "text_missing"), (" \n\t", "text_missing"), ("\u200b\u2060\ufeff", "text_missing"),
     ("ё" * (TEXT_LENGTH_MAX + 1), "text_too_long")],
)  # fmt: skip
def test_a_message_says_something_and_not_too_much(world: World, at: datetime, text: str, code: str) -> None:
    with refused(code):
        say(world.house, world.anna, at, text)
    assert not Message.objects.exists()


def test_two_thousand_characters_are_a_message(world: World, at: datetime) -> None:
    assert len(say(world.house, world.anna, at, "ё" * TEXT_LENGTH_MAX).text) == TEXT_LENGTH_MAX


def test_the_database_refuses_a_message_that_says_nothing(world: World, at: datetime) -> None:
    sent = say(world.house, world.anna, at)
    for wrong in ({"text": ""}, {"removed_at": at}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Message.objects.filter(pk=sent.pk).update(**wrong)


# ── What is answered ─────────────────────────────────────────────────────────────────────────────────────────────
def test_an_answer_shows_what_it_answers(world: World, at: datetime) -> None:
    asked = say(world.house, world.boris, at, "Чей шлагбаум?" + "!" * 300)
    say(world.house, world.anna, at, "Наш", quoted_id=asked.pk)
    line = queries.lines(world.house, access.of(world.dina, at=at), at=at)[-1]
    assert line.quoted_name == "Борис Сергеев" and line.quoted_text.startswith("Чей шлагбаум?!")
    assert len(line.quoted_text) == queries.QUOTED_LENGTH
    blocks.block(asked.pk, by=world.dina, at=at)
    line = queries.lines(world.house, access.of(world.dina, at=at), at=at)[-1]
    assert line.is_shown and line.quoted_text == "", "of whom one has blocked one reads nothing, not in answers either"
    messages.remove(asked.pk, by=world.boris, at=at)
    assert queries.lines(world.house, access.of(world.anna, at=at), at=at)[-1].quoted_text == ""


def test_only_what_stands_in_the_chat_can_be_answered(world: World, at: datetime) -> None:
    elsewhere = say(world.other, world.gleb, at)
    private = say(talk(world.anna, world.boris, at), world.anna, at)
    removed, hidden = say(world.house, world.boris, at), say(world.house, world.boris, at, CARD)
    messages.remove(removed.pk, by=world.boris, at=at)
    for number in (elsewhere.pk, private.pk, removed.pk, hidden.pk, 0, -1, 2**63, 10**30):
        with refused("quoted_unknown"):
            say(world.house, world.anna, at, quoted_id=number)
    assert not Message.objects.filter(chat=world.house, writer=world.anna).exists()


# ── What is held, refused, over ──────────────────────────────────────────────────────────────────────────────────
def test_a_card_number_waits_for_a_moderator(world: World, at: datetime) -> None:
    chat = talk(world.anna, world.boris, at)
    for where in (world.house, chat):
        sent = say(where, world.anna, at, CARD)
        assert sent.hidden_at == at
        mine = queries.line(sent.pk, by=world.anna, at=at)
        theirs = queries.line(sent.pk, by=world.boris, at=at)
        assert mine.is_shown and not theirs.is_shown
        case = Case.objects.get(kind="message", content_id=sent.pk)
        assert case.held_at == at and case.findings[0]["code"] == "card_number"
    assert not Notice.objects.filter(resident=world.boris, kind__startswith="chats.").exists(), "nobody is rung"
    assert Notice.objects.filter(resident=world.anna, kind="moderation.content_held").count() == 2
    assert all(card.said is None for card in queries.cards(access.of(world.boris, at=at), at=at))


def test_a_plumbers_telephone_is_what_a_house_chat_is_for(world: World, at: datetime) -> None:
    assert say(world.house, world.anna, at, "Слесарь Пётр: +7 916 123-45-67").hidden_at is None
    assert not Case.objects.exists()


def test_the_same_words_for_the_fourth_time_wait(world: World, at: datetime) -> None:
    text = "Окна, балконы, лоджии под ключ недорого"
    sent = [say(world.house, world.anna, at, text).hidden_at for _times in range(4)]
    assert sent == [None, None, None, at]


def test_a_new_account_is_slower_than_an_old_one(world: World, at: datetime) -> None:
    world.age(1, at=at)
    for number in range(30):
        say(world.house, world.anna, at, f"Сообщение номер {number}")
    with refused("too_hasty"):
        say(world.house, world.anna, at)
    assert Message.objects.count() == 30
    say(world.house, world.boris, at)
    say(world.house, world.anna, at + timedelta(hours=1))
    world.age(60, at=at)
    for number in range(20):
        say(world.house, world.anna, at, f"И ещё {number}")


def test_a_new_account_begins_few_talks(world: World, at: datetime) -> None:
    world.age(1, at=at)
    crowd = [world.boris, world.dina, world.vera, world.gleb]
    for neighbour in crowd[:3]:
        say(talk(world.anna, neighbour, at), world.anna, at)
    with refused("too_hasty"):
        say(talk(world.anna, crowd[3], at), world.anna, at)
    say(talk(world.anna, crowd[0], at), world.anna, at, "Это не новый разговор")


def test_what_was_refused_is_not_counted(world: World, at: datetime) -> None:
    world.age(1, at=at)
    for _times in range(40):
        with refused("quoted_unknown"):
            say(world.house, world.anna, at, quoted_id=10**9)
    say(world.house, world.anna, at)


def test_a_talk_ends_with_its_topic(world: World, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    known = {1: Topic("Диван", "/sofa/", is_open=True), 2: Topic("Шкаф", "", is_open=False)}
    kind = TopicKind("lot", find=lambda numbers, _at: {number: known[number] for number in numbers if number in known})
    monkeypatch.setitem(topics._registered, "lot", kind)
    vera_may = talk(world.vera, world.anna, at, topic="lot:1")
    say(vera_may, world.vera, at, "Ещё отдаёте?")  # a topic's own rule says who may talk about it
    [card] = queries.cards(access.of(world.vera, at=at), at=at)
    assert card.topic is not None and (card.topic.title, card.topic.url) == ("Диван", "/sofa/")
    for topic in ("lot:2", "lot:3", "gone:1"):
        with refused("topic_over"):
            say(talk(world.vera, world.anna, at, topic=topic), world.vera, at)


# ── Taking back ──────────────────────────────────────────────────────────────────────────────────────────────────
def test_what_is_taken_back_leaves_its_place(world: World, at: datetime) -> None:
    sent = say(world.house, world.anna, at, "Лишнее")
    for _times in range(2):
        removed = messages.remove(sent.pk, by=world.anna, at=at)
        assert (removed.text, removed.removed_at, removed.revision) == ("", at, 2)
    for reader in (world.anna, world.boris):
        [line] = queries.lines(world.house, access.of(reader, at=at), at=at)
        assert not line.is_shown and line.message.text == ""
    [card] = queries.cards(access.of(world.boris, at=at), at=at)
    assert card.said is not None and card.said.is_removed and card.unread == 0


@pytest.mark.parametrize("who", ["boris", "gleb", "vera", "olga", "mark"])
def test_only_the_writer_takes_a_message_back(world: World, at: datetime, who: str) -> None:
    sent = say(world.house, world.anna, at)
    for number in (sent.pk, 0, 2**63, 10**30):
        with refused("message_unknown"):
            messages.remove(number, by=getattr(world, who), at=at)
    assert Message.objects.get().removed_at is None


@pytest.mark.parametrize(("where", "most"), [("house", 20), ("talk", 32)])
def test_sending_asks_the_database_little(
    world: World, at: datetime, django_assert_max_num_queries: DjangoAssertNumQueries, where: str, most: int
) -> None:
    """Savepoints counted; a talk asks who is blocked, how fast one begins talks, and rings."""
    chat = world.house if where == "house" else talk(world.anna, world.boris, at)
    with django_assert_max_num_queries(most):
        say(chat, world.anna, at)
