"""Messages before a moderator: reported by those who read them, hidden and put back, and no word more than the case."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dvor.base.refusals import Refusal
from dvor.chats import access, blocks, messages, queries
from dvor.chats.models import Chat, Message
from dvor.chats.moderated import MESSAGE
from dvor.moderation import appeals, cases, decisions, reports
from dvor.moderation.models import Case, Report
from dvor.notices.models import Notice
from dvor.people.models import Resident, Role
from tests.chats.conftest import World, photo, refused, say, talk

HIDE, REMOVE, LEAVE = 2, 3, 1


def report(message: Message, by: Resident, at: datetime) -> Case:
    return reports.report(MESSAGE, message.pk, reason="spam", by=by, at=at, key=f"k{message.pk}.{by.pk}").case


@pytest.mark.parametrize("who", ["gleb", "vera", "grisha", "lena", "olga", "ivan", "mark"])
def test_only_those_in_the_chat_report_a_message(world: World, at: datetime, who: str) -> None:
    for message in (say(world.house, world.anna, at), say(talk(world.anna, world.boris, at), world.anna, at)):
        with refused("content_unknown"):
            report(message, getattr(world, who), at)
    assert not Report.objects.exists()


def test_neighbours_do_not_report_what_they_can_not_read(world: World, at: datetime) -> None:
    private = say(talk(world.anna, world.boris, at), world.anna, at)
    removed, held = say(world.house, world.anna, at), say(world.house, world.anna, at, "Карта 4111 1111 1111 1111")
    messages.remove(removed.pk, by=world.anna, at=at)
    for message in (private, removed, held):
        with refused("content_unknown"):
            report(message, world.dina, at)


def test_a_blocked_neighbour_can_still_be_reported(world: World, at: datetime) -> None:
    rude = say(talk(world.anna, world.boris, at), world.boris, at, "Грубость")
    blocks.block(rude.pk, by=world.anna, at=at)
    assert report(rude, world.anna, at).author_id == world.boris.pk


def test_a_case_of_a_private_message_holds_that_message_and_no_other(world: World, at: datetime) -> None:
    chat = talk(world.anna, world.boris, at)
    first = say(chat, world.anna, at, "Тайна Анны")
    rude = say(chat, world.boris, at, "Грубость", uploads=[photo()], quoted_id=first.pk)
    say(chat, world.anna, at, "Ещё одна тайна")
    case = report(rude, world.anna, at)
    case.refresh_from_db()
    [copy] = case.copies
    assert copy["text"] == "Грубость" and "айна" not in str(case.copies)
    assert (copy["url"], copy["pictures"]) == (
        f"/chats/messages/{rude.pk}/",
        [f"/chats/messages/{rude.pk}/pictures/1/"],
    )
    assert case.house_id is None and case.author_id == world.boris.pk


def test_of_a_house_the_case_knows_the_house(world: World, at: datetime) -> None:
    assert report(say(world.house, world.boris, at), world.anna, at).house_id == world.cast.house.pk


@pytest.mark.parametrize("outcome", [HIDE, REMOVE])
def test_what_a_moderator_hides_is_gone_for_others_and_comes_back_after_an_appeal(
    world: World, at: datetime, outcome: int
) -> None:
    rude = say(world.house, world.boris, at, "Грубость", uploads=[photo()])
    revision = Chat.objects.get(pk=world.house.pk).revision
    case = report(rude, world.anna, at)
    assert queries.line(rude.pk, by=world.dina, at=at).is_shown, "a report alone takes nothing away"
    decisions.decide(case.pk, outcome=outcome, rule="spam", words="Так нельзя.", by=world.mark, at=at)
    sight = access.of(world.dina, at=at)
    [line] = queries.news(world.house, sight, after=revision, at=at)
    assert line.message == rude and not line.is_shown and line.message.revision == revision + 1
    with refused("picture_unknown"):
        queries.picture(rude.pk, 1, by=world.dina, at=at)
    assert queries.picture(rude.pk, 1, by=world.boris, at=at), "its writer sees what it is about"
    assert queries.line(rude.pk, by=world.boris, at=at).is_shown
    assert Notice.objects.filter(resident=world.boris, kind="moderation.content_decided").exists()

    appeals.appeal(case.pk, words="Это была шутка", by=world.boris, at=at)
    second = Resident.objects.create(city_id="nina", first_name="Нина", level=3)
    Role.objects.create(resident=second, name=Role.Name.MODERATOR, granted_at=at)
    assert queries.picture(rude.pk, 1, by=second, at=at), "the appeal is open"
    appeals.judge(case.pk, changed=True, words="Шутка удалась.", by=second, at=at)
    [line] = queries.news(world.house, sight, after=revision + 1, at=at)
    assert line.is_shown and line.message.revision == revision + 2
    assert queries.picture(rude.pk, 1, by=world.dina, at=at)
    with refused("picture_unknown"):
        queries.picture(rude.pk, 1, by=second, at=at)


def test_twice_is_once_and_what_is_gone_is_nothing(world: World, at: datetime) -> None:
    sent = say(world.house, world.boris, at)
    for _times in range(2):
        MESSAGE.hide(sent.pk, at)
    assert Chat.objects.get(pk=world.house.pk).revision == 2
    for _times in range(2):
        MESSAGE.restore(sent.pk, at)
    assert Chat.objects.get(pk=world.house.pk).revision == 3
    for number in (0, 10**9):
        MESSAGE.hide(number, at)
        MESSAGE.restore(number, at)
    assert MESSAGE.load([0, 10**9]) == {}


@pytest.mark.parametrize("is_private", [True, False])
def test_a_moderator_sees_nothing_before_and_nothing_after(world: World, at: datetime, is_private: bool) -> None:
    chat = talk(world.anna, world.boris, at) if is_private else world.house
    rude = say(chat, world.boris, at, "Грубость", uploads=[photo()])

    def sees(who: Resident) -> bool:
        try:
            queries.picture(rude.pk, 1, by=who, at=at)
        except Refusal:
            with refused("message_unknown"):
                queries.line(rude.pk, by=who, at=at)
            return False
        return queries.line(rude.pk, by=who, at=at).is_shown

    assert not sees(world.mark)
    case = report(rude, world.anna, at)
    assert sees(world.mark) and sees(world.olga) and not sees(world.ivan) and not sees(world.gleb)
    decisions.decide(case.pk, outcome=LEAVE, words="Здесь нет ничего дурного.", by=world.mark, at=at)
    assert not sees(world.mark)
    Role.objects.filter(resident=world.mark).update(revoked_at=at, revoked_by=world.olga)
    assert not cases.is_before(MESSAGE.code, rude.pk, by=Resident.objects.get(pk=world.mark.pk))


def test_what_was_held_is_seen_by_the_moderator_and_by_the_house_when_he_lets_it(world: World, at: datetime) -> None:
    held = say(world.house, world.boris, at, "Карта кассы дома 4111 1111 1111 1111", uploads=[photo()])
    line = queries.line(held.pk, by=world.mark, at=at)
    assert line.is_shown and line.message.text.startswith("Карта кассы") and line.name == "Сосед"
    assert queries.picture(held.pk, 1, by=world.mark, at=at)
    with refused("picture_unknown"):
        queries.picture(held.pk, 1, by=world.anna, at=at)
    decisions.decide(Case.objects.get().pk, outcome=LEAVE, words="Это касса дома.", by=world.mark, at=at)
    assert queries.line(held.pk, by=world.anna, at=at).is_shown
    assert queries.picture(held.pk, 1, by=world.anna, at=at)


def test_a_moderator_who_lives_there_judges_like_any_other(world: World, at: datetime) -> None:
    Role.objects.create(resident=world.dina, name=Role.Name.MODERATOR, granted_at=at)
    held = say(world.house, world.boris, at, "Карта 4111 1111 1111 1111")
    assert queries.line(held.pk, by=world.dina, at=at).is_shown
    assert not queries.line(held.pk, by=world.anna, at=at).is_shown
    assert not any(one.is_shown for one in queries.lines(world.house, access.of(world.dina, at=at), at=at))


def test_an_author_can_not_write_away_what_was_reported(world: World, at: datetime) -> None:
    rude = say(world.house, world.boris, at, "Грубость")
    case = report(rude, world.anna, at)
    messages.remove(rude.pk, by=world.boris, at=at)
    case.refresh_from_db()
    assert case.copies[0]["text"] == "Грубость"
    decisions.decide(case.pk, outcome=HIDE, rule="spam", words="Так нельзя.", by=world.mark, at=at)
    appeals.appeal(case.pk, words="Я уже убрал", by=world.boris, at=at + timedelta(minutes=1))
    MESSAGE.restore(rude.pk, at)
    assert not queries.line(rude.pk, by=world.dina, at=at).is_shown, "taken back stays taken back"
