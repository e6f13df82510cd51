"""Ads by API: posted once a key, with a picture, listed in pages, answered, settled; strangers hear nothing."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from dvor.ads.models import Ad
from dvor.chats.models import Chat, Message
from dvor.people import tokens
from dvor.people.models import Resident
from tests.ads.conftest import Poster, draft, new_key, photo
from tests.cast import Cast


def app(resident: Resident, at: datetime) -> Client:
    secret, _token = tokens.issue_to(resident, title="test", at=at)
    return Client(raise_request_exception=False, headers={"authorization": f"Bearer {secret}", "accept-language": "en"})


@pytest.fixture
def anna(cast: Cast, at: datetime) -> Iterator[Client]:
    with time_machine.travel(at, tick=False):
        yield app(cast.anna, at)


def send(client: Client, path: str, body: Any = None, *, key: str | None = None) -> Any:
    headers = {"Idempotency-Key": key or new_key()}
    told = None if body is None else json.dumps(body)
    return client.post(f"/api/v1{path}", told, content_type="application/json", headers=headers)


def test_an_ad_is_posted_shown_answered_and_settled(anna: Client, cast: Cast, at: datetime) -> None:
    new = {"house_id": cast.house.pk, "category": "sell", "title": "Велосипед", "price_kopecks": 450_000}
    first, again = send(anna, "/ads", new, key="k"), send(anna, "/ads", new, key="k")
    assert first.status_code == again.status_code == 201 and first.json() == again.json()
    number = first.json()["id"]
    for _twice in range(2):
        content = base64.b64encode(photo().getvalue()).decode()
        pictured = send(anna, f"/ads/{number}/pictures", {"content": content})
        assert pictured.status_code == 201 and len(pictured.json()["pictures"]) == 1
    boris = app(cast.boris, at)
    shown = boris.get(f"/api/v1/ads/{number}").json()
    assert (shown["author"], shown["is_mine"], shown["price_kopecks"]) == ("Анна Сергеева", False, 450_000)
    picture = boris.get(shown["pictures"][0]["url"], {"small": "true"})
    assert picture["Content-Type"] == "image/webp" and picture["Cache-Control"].startswith("private")
    asked = send(boris, f"/ads/{number}/answers", {"text": "Торг есть?"})
    assert asked.status_code == 201 and asked.json()["is_mine"]
    answered = send(anna, f"/chats/{asked.json()['chat_id']}/messages", {"text": "Есть"})
    assert answered.status_code == 201 and Message.objects.count() == 2
    assert send(anna, f"/ads/{number}/answers", {"text": "Есть"}).json()["code"] == "own_ad"
    again = send(boris, f"/ads/{number}/answers", {"text": "Беру"}).json()
    assert again["chat_id"] == asked.json()["chat_id"] and Chat.objects.count() == 1
    assert send(anna, f"/ads/{number}/done").json()["done_at"]
    assert boris.get("/api/v1/ads").json()["items"] == []
    assert anna.delete(f"/api/v1/ads/{number}").status_code == 200
    assert boris.get(f"/api/v1/ads/{number}").status_code == 404


def test_the_board_comes_in_pages_without_gaps(anna: Client, post: Poster) -> None:
    made = [post(draft(title=f"Отдам стул {number}")).pk for number in range(3)]
    seen: list[int] = []
    cursor = ""
    while True:
        page = anna.get("/api/v1/ads", {"limit": "1", "cursor": cursor}).json()
        seen += [one["id"] for one in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    assert seen == made[::-1]
    found = anna.get("/api/v1/ads", {"text": "стулья", "category": "give_away", "own_house": "true"}).json()
    assert len(found["items"]) == 3
    assert anna.get("/api/v1/ads", {"text": "рояль"}).json()["items"] == []


def test_other_houses_have_no_ads_for_a_stranger(cast: Cast, at: datetime, post: Poster) -> None:
    ad = post(uploads=[photo()])
    with time_machine.travel(at, tick=False):
        gleb = app(cast.gleb, at)
        assert gleb.get(f"/api/v1/ads/{ad.pk}").status_code == 404
        assert gleb.get(f"/api/v1/ads/{ad.pk}/pictures/{ad.pictures.get().pk}").status_code == 404
        for path, body in (("done", None), ("answers", {"text": "Я"}), ("pictures", {"content": "aaaa"})):
            assert send(gleb, f"/ads/{ad.pk}/{path}", body).status_code in (404, 422), path
        assert gleb.delete(f"/api/v1/ads/{ad.pk}").status_code == 404
    ad.refresh_from_db()
    assert ad.is_live(at) and not Chat.objects.exists()


@pytest.mark.parametrize("content", ["***", "aaaa", base64.b64encode(b"<svg/>").decode(), "a" * 1_000_001])
def test_what_is_no_picture_is_refused(anna: Client, post: Poster, content: str) -> None:
    ad = post()
    assert send(anna, f"/ads/{ad.pk}/pictures", {"content": content}).status_code in (413, 422)
    assert not ad.pictures.exists() and Ad.objects.count() == 1
