"""Answers: a private talk about an ad, begun by the neighbour, gone on with in its chat, closed to everybody else."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from dvor.ads import answers, endings, erasure, queries
from dvor.ads.models import Ad
from dvor.chats import messages, topics
from dvor.chats.messages import Draft
from dvor.chats.models import Chat, Message
from dvor.notices.models import Notice
from dvor.people.models import Resident
from tests.ads.conftest import Poster, draft, new_key, refused
from tests.cast import Cast


def say(ad: Ad, by: Resident, at: datetime, text: str = "Ещё отдаёте?") -> Message:
    return answers.send(text, ad_id=ad.pk, by=by, at=at, key=new_key())


def reply(said: Message, by: Resident, at: datetime, text: str) -> Message:
    """The author's word, in the chat."""
    return messages.send(Draft(text), chat_id=said.chat_id, by=by, at=at, key=new_key())


def page(resident: Resident, path: str, at: datetime) -> str:
    client = Client()
    client.force_login(resident)
    with time_machine.travel(at, tick=False):
        answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def test_a_neighbour_asks_and_the_author_answers_in_the_chat(cast: Cast, at: datetime, post: Poster) -> None:
    ad = post()
    said = say(ad, cast.boris, at)
    told = Notice.objects.get(kind="chats.message_came")
    assert (told.resident_id, told.url) == (cast.anna.pk, f"/chats/{said.chat_id}/")
    assert "Сергеев" not in str(told.context) and "@" not in str(told.context)
    reply(said, cast.anna, at, "Да, заходите.")
    again = say(ad, cast.boris, at, "Иду!")
    assert again.chat_id == said.chat_id
    talk = Chat.objects.get()
    assert (talk.topic, {talk.first_id, talk.second_id}) == (ad.subject, {cast.anna.pk, cast.boris.pk})
    assert list(talk.messages.order_by("pk").values_list("writer__first_name", "text")) == [
        ("Борис", "Ещё отдаёте?"), ("Анна", "Да, заходите."), ("Борис", "Иду!"),
    ]  # fmt: skip


def test_each_neighbour_and_each_ad_has_a_talk_of_its_own(cast: Cast, at: datetime, post: Poster) -> None:
    ads = [post(), post(draft(title="Отдам шкаф"))]
    chats = {say(ad, who, at).chat_id for ad in ads for who in (cast.boris, cast.vera)}
    assert len(chats) == 4


def test_the_same_key_is_the_same_word(cast: Cast, at: datetime, post: Poster) -> None:
    ad = post()
    for _twice in range(2):
        answers.send("Привет", ad_id=ad.pk, by=cast.boris, at=at, key="k")
    assert Message.objects.count() == Notice.objects.filter(kind="chats.message_came").count() == 1
    with refused("idempotency_key_reused"):
        answers.send("Пока", ad_id=ad.pk, by=cast.boris, at=at, key="k")


def test_strangers_find_neither_the_ad_nor_the_talk(cast: Cast, at: datetime, post: Poster, client: Client) -> None:
    ad = post()
    said = say(ad, cast.boris, at, "Секрет")
    for who in (cast.gleb, cast.ivan):
        with refused("ad_unknown"):
            say(ad, who, at)
        client.force_login(who)
        with time_machine.travel(at, tick=False):
            sent = client.post(f"/ads/{ad.pk}/answer/", {"text": "Я тут", "key": new_key()})
            assert sent.status_code == 404 and client.get(f"/chats/{said.chat_id}/").status_code == 404
    assert "Секрет" not in page(cast.vera, f"/ads/{ad.pk}/", at) + page(cast.olga, f"/ads/{ad.pk}/", at)
    assert Message.objects.count() == Chat.objects.count() == 1
    for number in (0, -1, 10**25):
        with refused("ad_unknown"):
            answers.send("Привет", ad_id=number, by=cast.boris, at=at, key=new_key())


def test_the_author_answers_and_never_begins(cast: Cast, at: datetime, post: Poster) -> None:
    ad = post()
    with refused("own_ad"):
        say(ad, cast.anna, at)
    assert not Chat.objects.exists()
    say(ad, cast.boris, at)
    with refused("own_ad"):
        say(ad, cast.anna, at)


@pytest.mark.parametrize(
    ("text", "code"), [("", "text_missing"), (" \u200b\n", "text_missing"), ("я" * 2001, "text_too_long")]
)
def test_empty_and_endless_words_are_refused(cast: Cast, at: datetime, post: Poster, text: str, code: str) -> None:
    with refused(code):
        say(post(), cast.boris, at, text)
    assert not Chat.objects.exists(), "a talk begins with its first word"


def test_a_talk_outlives_the_ad_by_a_month(cast: Cast, at: datetime, post: Poster) -> None:
    ad = post()
    said = say(ad, cast.boris, at)
    endings.finish(ad_id=ad.pk, by=cast.anna, at=at)
    with refused("ad_over"):
        say(ad, cast.vera, at)
    reply(said, cast.anna, at + timedelta(days=29), "Уже отдал")
    say(ad, cast.boris, at + timedelta(days=29), "Жаль")
    for act in (lambda when: say(ad, cast.boris, when), lambda when: reply(said, cast.anna, when, "Эх")):
        with refused("topic_over"):
            act(at + timedelta(days=31))


@pytest.mark.parametrize(
    ("state", "days", "title", "has_page", "is_open"),
    [
        ({}, 0, "Отдам диван", True, True),
        ({"done_at": 0}, 29, "Отдам диван", True, True),
        ({"done_at": 0}, 31, "Отдам диван", False, False),
        ({"withdrawn_at": 0}, 1, "Отдам диван", False, True),
        ({"hidden_at": 0}, 1, "Скрытое объявление", False, False),
    ],
)
def test_a_talk_shows_what_it_is_about(
    cast: Cast, at: datetime, post: Poster, state: dict[str, int], days: int, title: str, has_page: bool, is_open: bool
) -> None:
    ad = post()
    Ad.objects.filter(pk=ad.pk).update(**dict.fromkeys(state, at))
    [topic] = topics.find([ad.subject], at=at + timedelta(days=days)).values()
    assert (topic.title, topic.url, topic.is_open) == (title, f"/ads/{ad.pk}/" if has_page else "", is_open)


def test_an_ad_whose_author_is_forgotten_is_no_topic_any_more(cast: Cast, at: datetime, post: Poster) -> None:
    said = say(post(), cast.boris, at)
    erasure.erase(resident_ids=[cast.anna.pk], at=at)
    assert topics.find([said.chat.topic], at=at) == {}
    with refused("topic_over"):
        reply(said, cast.boris, at, "Вы тут?")


def test_what_is_read_is_no_longer_new(cast: Cast, at: datetime, post: Poster) -> None:
    ad = post()
    said = say(ad, cast.boris, at)
    say(ad, cast.boris, at, "И шкаф?")
    say(ad, cast.vera, at)
    [mine] = queries.mine(cast.anna)
    assert (mine.talks.talks, mine.talks.unread) == (2, 3)
    shown = page(cast.anna, f"/ads/{ad.pk}/", at)
    assert "И шкаф?" in shown and f"/chats/{said.chat_id}/" in shown and "Борис Сергеев" in shown
    assert "2 ответа" in page(cast.anna, "/ads/mine/", at)
    assert "И шкаф?" in page(cast.anna, f"/chats/{said.chat_id}/", at)
    assert queries.mine(cast.anna)[0].talks.unread == 1


def test_a_neighbour_writes_on_the_page_of_the_ad_once(cast: Cast, at: datetime, post: Poster, client: Client) -> None:
    ad = post()
    here = f"/ads/{ad.pk}/"
    assert 'name="text"' in page(cast.boris, here, at) and 'name="text"' not in page(cast.anna, here, at)
    client.force_login(cast.boris)
    with time_machine.travel(at, tick=False):
        bad = client.post(f"{here}answer/", {"text": " ", "key": new_key()})
        assert bad.status_code == 422 and 'name="text"' in bad.content.decode()
        sent = client.post(f"{here}answer/", {"text": "Заберу!", "key": new_key()})
    said = Message.objects.get()
    assert (sent.status_code, sent["Location"]) == (303, f"/chats/{said.chat_id}/#message-{said.pk}")
    shown = page(cast.boris, here, at)
    assert 'name="text"' not in shown and f"/chats/{said.chat_id}/" in shown


def test_an_answer_that_asks_for_codes_waits_for_a_moderator(cast: Cast, at: datetime, post: Poster) -> None:
    ad = post()
    said = say(ad, cast.boris, at, "Скиньте номер карты 4111 1111 1111 1111 и код из смс, переведу")
    assert said.hidden_at and not Notice.objects.filter(kind="chats.message_came").exists()
    assert "4111" not in page(cast.anna, f"/chats/{said.chat_id}/", at) + page(cast.anna, f"/ads/{ad.pk}/", at)
