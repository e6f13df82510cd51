"""Writing on the pages of chats: with forms alone, and from an open page that gets pieces back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from dvor.chats import messages
from dvor.chats.models import Block, Chat, Message, Seat
from tests.chats.conftest import World, photo, say, talk

LIVE = {"HX-Request": "true"}


@pytest.fixture
def anna(client: Client, world: World, at: datetime) -> Iterator[Client]:
    """Anna's browser."""
    client.force_login(world.anna)
    with time_machine.travel(at, tick=False):
        yield client


def boris(world: World) -> Client:
    browser = Client()
    browser.force_login(world.boris)
    return browser


def text_of(answer: HttpResponse) -> str:
    return answer.content.decode()


def upload() -> SimpleUploadedFile:
    return SimpleUploadedFile("lift.jpg", photo().read(), "image/jpeg")


def test_a_chat_works_without_scripts(anna: Client, world: World, at: datetime) -> None:
    path = f"/chats/{world.house.pk}/"
    asked = say(world.house, world.boris, at, "Кто выключил лифт?")
    page = text_of(anna.get(f"{path}?answer={asked.pk}"))
    assert f'name="quoted" value="{asked.pk}"' in page and "Борис Сергеев" in page
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key is not None
    form = {"text": "Лифт\nчинят до вечера", "key": key[1], "quoted": str(asked.pk)}
    sent = anna.post(f"{path}send/", {**form, "pictures": upload()})
    written = Message.objects.get(writer=world.anna)
    assert sent.status_code == 303 and sent["Location"] == f"{path}#message-{written.pk}"
    page = text_of(anna.get(path))
    assert "<p>Лифт<br>чинят до вечера</p>" in page and f'href="/chats/messages/{asked.pk}/"' in page
    assert re.search(r'<img src="[^"]+/small/" alt="фотография 1" width="640" height="480"', page)

    again = anna.post(f"{path}send/", {**form, "pictures": upload()})
    assert again["Location"] == sent["Location"], "sent twice it is one message"
    gone = anna.post(f"/chats/messages/{written.pk}/remove/")
    assert gone.status_code == 303
    page = text_of(anna.get(gone["Location"]))
    assert "Лифт<br>" not in page and "Сообщение удалено." in page and "Ваше сообщение удалено." in page


def test_a_message_that_is_refused_comes_back_with_its_reason(anna: Client, world: World) -> None:
    path = f"/chats/{world.house.pk}/send/"
    page = anna.post(path, {"text": "  ", "key": "k"})
    assert page.status_code == 422
    assert "Сообщение пустое." in text_of(page) and 'aria-invalid="true"' in text_of(page)
    bad = SimpleUploadedFile("x.jpg", b"<svg onload=alert(1)>", "image/jpeg")
    page = anna.post(path, {"text": "вот", "key": "k", "pictures": bad})
    assert page.status_code == 422 and "Выберите фотографии ещё раз" in text_of(page) and ">\nвот</" in text_of(page)
    page = anna.post(path, {"text": "вот", "key": "k", "quoted": "999999"})
    assert page.status_code == 422 and 'name="quoted"' not in text_of(page), "sent again it goes without it"
    assert not Message.objects.exists()


def test_an_open_page_gets_pieces_that_fit(anna: Client, world: World, at: datetime) -> None:
    path = f"/chats/{world.house.pk}/"
    first = say(world.house, world.boris, at, "Первое")
    assert f"{path}news/?after=1&amp;first={first.pk}&amp;last={first.pk}" in text_of(anna.get(path))
    second = say(world.house, world.boris, at, "Второе")
    messages.remove(first.pk, by=world.boris, at=at)
    news = text_of(anna.get(f"{path}news/?after=1&first={first.pk}&last={first.pk}", headers=LIVE))
    assert "<html" not in news
    assert f"?after=3&amp;first={first.pk}&amp;last={second.pk}" in news and '"load, wake' in news
    fresh, changed = news.split("</ol>")
    assert 'hx-swap-oob="beforeend:#lines"' in fresh and "Второе" in fresh and "chat-day" not in fresh
    assert re.search(rf'id="message-{first.pk}" hx-swap-oob="true"', changed) and "Сообщение удалено." in changed
    silent = text_of(anna.get(f"{path}news/?after=3&first={first.pk}&last={second.pk}", headers=LIVE))
    assert "oob" not in silent and "after=3" in silent and '"load delay:5s, wake' in silent, "who found no place waits"
    later = text_of(anna.get(f"{path}news/?after=0&first={second.pk}&last={second.pk}", headers=LIVE))
    assert f"message-{first.pk}" not in later, "what the page does not show is not changed there"
    assert Seat.objects.get(chat=world.house, resident=world.anna).seen_id == second.pk, "what comes is read"


def test_the_first_message_of_a_chat_begins_a_day(anna: Client, world: World, at: datetime) -> None:
    assert "?after=0&amp;first=0&amp;last=0" in text_of(anna.get(f"/chats/{world.house.pk}/"))
    say(world.house, world.boris, at, "Первое")
    news = text_of(anna.get(f"/chats/{world.house.pk}/news/?after=0&first=0&last=0", headers=LIVE))
    assert "chat-day" in news and "Борис Сергеев" in news


def test_an_open_page_sends_and_gets_its_form_back(anna: Client, world: World, at: datetime) -> None:
    path = f"/chats/{world.house.pk}/send/"
    sent = anna.post(path, {"text": "Всем привет", "key": "k1"}, headers=LIVE)
    assert sent.status_code == 200 and "<html" not in text_of(sent) and 'id="write"' in text_of(sent)
    assert "Всем привет" not in text_of(sent) and 'value="k1"' not in text_of(sent), "the form is fresh"
    asked = say(world.house, world.boris, at)
    refused = anna.post(path, {"text": "", "key": "k2", "quoted": str(asked.pk)}, headers=LIVE)
    assert refused.status_code == 422 and "Сообщение пустое." in text_of(refused)
    assert f'name="quoted" value="{asked.pk}"' in text_of(refused) and 'value="k2"' in text_of(refused)


def test_a_message_that_waits_for_a_moderator_says_so(anna: Client, world: World) -> None:
    path = f"/chats/{world.house.pk}/"
    held = anna.post(f"{path}send/", {"text": "Карта 4111 1111 1111 1111", "key": "k3"}, headers=LIVE)
    assert "Сообщение сначала посмотрит модератор" in text_of(held)
    assert "Это видите только вы" in text_of(anna.get(path))
    hidden = text_of(boris(world).get(path))
    assert "4111" not in hidden and "Модератор скрыл это сообщение или ещё проверяет его." in hidden


def test_a_private_talk_begins_at_a_message_and_ends_with_a_block(anna: Client, world: World, at: datetime) -> None:
    asked = say(world.house, world.boris, at, "Кто выключил лифт?")
    begun = anna.post(f"/chats/messages/{asked.pk}/write/")
    private = Chat.objects.get(kind=Chat.Kind.TALK)
    assert begun.status_code == 303 and begun["Location"] == f"/chats/{private.pk}/"
    assert "Напишите первым" in text_of(anna.get(f"/chats/{private.pk}/"))
    assert anna.post(f"/chats/{private.pk}/send/", {"text": "Добрый день", "key": "k"}).status_code == 303

    blocked = anna.post(f"/chats/messages/{asked.pk}/block/")
    assert blocked.status_code == 303 and "Борис С." in text_of(anna.get(blocked["Location"]))
    assert Block.objects.get().blocked_id == world.boris.pk
    page = text_of(anna.get(f"/chats/{private.pk}/"))
    assert "Разблокировать" in page and 'id="write"' not in page
    assert "Кто выключил лифт?" not in text_of(anna.get(f"/chats/{world.house.pk}/")), "nor his words in the house chat"
    refused = boris(world).post(f"/chats/{private.pk}/send/", {"text": "Ау", "key": "b"})
    assert refused.status_code == 422 and "не принимает ваши сообщения" in text_of(refused)

    back = anna.post(f"/chats/blocked/{world.boris.pk}/unblock/", {"chat": str(private.pk)})
    assert back["Location"] == f"/chats/{private.pk}/" and 'id="write"' in text_of(anna.get(back["Location"]))
    assert "Вы никого не блокировали" in text_of(anna.get("/chats/blocked/"))


def test_a_talk_whose_topic_is_over_is_only_read(anna: Client, world: World, at: datetime) -> None:
    private = talk(world.anna, world.boris, at, topic="ad:999999")
    page = text_of(anna.get(f"/chats/{private.pk}/"))
    assert "Разговор окончен" in page and 'id="write"' not in page


def test_a_chat_is_muted_and_rings_again(anna: Client, world: World) -> None:
    path = f"/chats/{world.house.pk}/"
    assert "Отключить уведомления" in text_of(anna.get(path))
    assert anna.post(f"{path}mute/", {"muted": "yes"})["Location"] == path
    assert "уведомления отключены" in text_of(anna.get("/chats/"))
    assert "Включить уведомления" in text_of(anna.get(path))
    anna.post(f"{path}mute/", {"muted": "no"})
    assert "Отключить уведомления" in text_of(anna.get(path))
