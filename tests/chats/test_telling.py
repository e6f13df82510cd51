"""Who is rung for a message: the other one of a talk, whoever is answered; once until it is read."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from dvor.chats import blocks, messages, seats, telling
from dvor.chats.moderated import MESSAGE
from dvor.homes.models import Residency
from dvor.moderation import decisions, reports
from dvor.moderation.models import Case
from dvor.notices import kinds, wording
from dvor.notices.models import Notice
from dvor.people.models import Resident
from tests.chats.conftest import World, photo, say, talk

CARD = "Моя карта 4111 1111 1111 1111"


def rung(reader: Resident) -> list[str]:
    """The words of a resident's notices of chats, oldest first."""
    found = Notice.objects.filter(resident=reader, kind__startswith="chats.").order_by("pk")
    return [notice.context["text"] for notice in found]


def test_ten_messages_in_a_row_ring_once_until_they_are_read(world: World, at: datetime) -> None:
    chat = talk(world.anna, world.boris, at)
    for number in range(10):
        sent = say(chat, world.boris, at, f"Строка {number}")
    assert rung(world.anna) == ["Строка 0"] and rung(world.boris) == []
    seats.see(chat, sent.pk, by=world.anna)
    say(chat, world.boris, at, "Ещё")
    assert rung(world.anna) == ["Строка 0", "Ещё"]
    say(chat, world.anna, at, "Да?")
    assert rung(world.boris) == ["Да?"]


def test_whoever_has_the_chat_open_is_rung_only_for_what_he_left_unread(world: World, at: datetime) -> None:
    chat = talk(world.anna, world.boris, at)
    seats.stay(chat, by=world.anna, at=at)
    seen, missed = say(chat, world.boris, at, "Видно"), say(chat, world.boris, at, "Уже ушла")
    assert rung(world.anna) == []
    seats.see(chat, seen.pk, by=world.anna)
    later = at + timedelta(minutes=1)
    for sent in (seen, missed):
        telling.ring(sent.pk, at=later)
    assert rung(world.anna) == ["Уже ушла"]
    jobs = ProcrastinateJob.objects.filter(task_name__endswith="chats.jobs.ring")
    assert sorted(job.args["message_id"] for job in jobs) == [seen.pk, missed.pk]
    assert all(job.scheduled_at is not None and at < job.scheduled_at <= later for job in jobs)


def test_what_was_taken_back_meanwhile_rings_for_nobody(world: World, at: datetime) -> None:
    chat = talk(world.anna, world.boris, at)
    seats.stay(chat, by=world.anna, at=at)
    sent = say(chat, world.boris, at, "Не туда")
    messages.remove(sent.pk, by=world.boris, at=at)
    telling.ring(sent.pk, at=at + timedelta(minutes=1))
    assert rung(world.anna) == []


def test_a_notice_says_who_and_what_in_both_languages(world: World, at: datetime) -> None:
    chat = talk(world.anna, world.boris, at)
    say(chat, world.boris, at, "Ключ & дверь")
    notice = Notice.objects.get(resident=world.anna)
    assert notice.url == f"/chats/{chat.pk}/"
    kind = kinds.find(notice.kind)
    assert kind is not None
    for language in ("ru", "en"):
        said = wording.word(kind, notice.context, language=language)
        assert "Борис С." in said.subject and "Ключ & дверь" in said.body and "Сергеев" not in said.body


def test_a_picture_rings_too(world: World, at: datetime) -> None:
    say(talk(world.anna, world.boris, at), world.boris, at, "", uploads=[photo()])
    assert len(rung(world.anna)) == 1 and rung(world.anna)[0]


def test_in_the_chat_of_a_house_only_whoever_is_answered_is_rung(world: World, at: datetime) -> None:
    asked = say(world.house, world.anna, at, "У кого есть стремянка?")
    say(world.house, world.boris, at, "Не у меня")
    assert rung(world.anna) == []
    say(world.house, world.boris, at, "Вот стремянка", quoted_id=asked.pk)
    say(world.house, world.anna, at, "Ещё вопрос", quoted_id=asked.pk)
    assert rung(world.anna) == ["Вот стремянка"] and rung(world.boris) == rung(world.dina) == []


def test_a_muted_chat_does_not_ring(world: World, at: datetime) -> None:
    chat = talk(world.anna, world.boris, at)
    asked = say(world.house, world.anna, at)
    for muted in (chat, world.house):
        seats.mute(muted.pk, is_muted=True, by=world.anna, at=at)
    say(chat, world.boris, at)
    say(world.house, world.boris, at, quoted_id=asked.pk)
    assert rung(world.anna) == []


def test_a_blocked_neighbour_does_not_ring(world: World, at: datetime) -> None:
    asked = say(world.house, world.anna, at)
    blocks.block(say(world.house, world.boris, at).pk, by=world.anna, at=at)
    say(world.house, world.boris, at, quoted_id=asked.pk)
    assert rung(world.anna) == []


def test_who_has_moved_out_hears_nothing_of_the_house(world: World, at: datetime) -> None:
    asked = say(world.house, world.lena, at - timedelta(days=20))
    say(world.house, world.boris, at - timedelta(days=19), "Пока живёте здесь", quoted_id=asked.pk)
    assert rung(world.lena) == ["Пока живёте здесь"]
    Notice.objects.all().delete()
    say(world.house, world.boris, at, "Уже без вас", quoted_id=asked.pk)
    assert rung(world.lena) == []


def test_an_erased_neighbour_is_not_told(world: World, at: datetime) -> None:
    chat = talk(world.anna, world.boris, at)
    Resident.objects.filter(pk=world.boris.pk).update(
        city_id="erased:1", first_name="", last_name="", email="", deletion_requested_at=at, deleted_at=at
    )
    say(chat, world.anna, at)
    assert rung(world.boris) == []


def test_a_notice_goes_with_the_message_that_is_taken_back(world: World, at: datetime) -> None:
    chat = talk(world.anna, world.boris, at)
    asked = say(world.house, world.anna, at)
    wrong, answer = (
        say(chat, world.boris, at, "Не туда"),
        say(world.house, world.boris, at, "И это", quoted_id=asked.pk),
    )
    assert rung(world.anna) == ["Не туда", "И это"]
    messages.remove(wrong.pk, by=world.boris, at=at)
    assert rung(world.anna) == ["И это"]
    messages.remove(answer.pk, by=world.boris, at=at)
    assert rung(world.anna) == []
    say(chat, world.boris, at, "Вот теперь туда")
    assert rung(world.anna) == ["Вот теперь туда"], "what took its notice along rings for nothing"


def test_a_notice_tells_of_the_next_message_when_the_first_is_taken_back(world: World, at: datetime) -> None:
    chat = talk(world.anna, world.boris, at)
    first, second, third = (say(chat, world.boris, at, text) for text in ("Раз", "Два", "Три"))
    messages.remove(second.pk, by=world.boris, at=at)
    assert rung(world.anna) == ["Раз"]
    messages.remove(first.pk, by=world.boris, at=at)
    assert rung(world.anna) == ["Три"], "rung once, of what is still there"
    seats.see(chat, third.pk, by=world.anna)
    say(chat, world.boris, at, "Четыре")
    messages.remove(third.pk, by=world.boris, at=at)
    assert rung(world.anna) == ["Четыре"], "what came later has rung for itself"


def test_an_answer_is_followed_by_an_answer(world: World, at: datetime) -> None:
    asked = say(world.house, world.anna, at)
    first = say(world.house, world.boris, at, "Ответ Бориса", quoted_id=asked.pk)
    say(world.house, world.boris, at, "Просто так")
    say(world.house, world.dina, at, "Ответ Дины", quoted_id=asked.pk)
    messages.remove(first.pk, by=world.boris, at=at)
    assert rung(world.anna) == ["Ответ Дины"]
    assert Notice.objects.get(resident=world.anna).context["name"] == "Дина С."


def test_a_notice_goes_with_the_message_that_moderation_hides(world: World, at: datetime) -> None:
    rude = say(talk(world.anna, world.boris, at), world.boris, at, "Грубость")
    case = reports.report(MESSAGE, rude.pk, reason="spam", by=world.anna, at=at, key="k").case
    assert rung(world.anna) == ["Грубость"]
    decisions.decide(case.pk, outcome=2, rule="spam", words="Так нельзя.", by=world.mark, at=at)
    assert rung(world.anna) == []


@pytest.mark.parametrize("is_private", [True, False])
def test_what_was_held_rings_when_a_moderator_lets_it_through(world: World, at: datetime, is_private: bool) -> None:
    chat = talk(world.anna, world.boris, at) if is_private else world.house
    asked = say(chat, world.anna, at)
    held = say(chat, world.boris, at, CARD, quoted_id=asked.pk)
    assert held.hidden_at and rung(world.anna) == []
    later = at + timedelta(hours=3)
    decisions.decide(Case.objects.get().pk, outcome=1, words="Это его собственная карта.", by=world.mark, at=later)
    assert rung(world.anna) == [CARD]


def test_what_was_held_does_not_ring_in_a_house_that_one_has_left(world: World, at: datetime) -> None:
    asked = say(world.house, world.anna, at)
    say(world.house, world.boris, at, CARD, quoted_id=asked.pk)
    Residency.objects.filter(resident=world.anna).update(until=at + timedelta(hours=1))
    later = at + timedelta(hours=3)
    decisions.decide(Case.objects.get().pk, outcome=1, words="Это его собственная карта.", by=world.mark, at=later)
    assert rung(world.anna) == []
