"""The feed for apps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from dvor.feed import entries, kinds, outages
from dvor.feed.models import Service
from tests.cast import Cast
from tests.feed.conftest import AD, card, some_news, some_outage


@pytest.fixture(autouse=True)
def _today(at: datetime) -> Iterator[None]:
    with time_machine.travel(at + timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def anna(client: Client, cast: Cast) -> Client:
    client.force_login(cast.anna)
    return client


def test_a_stranger_is_refused(client: Client, db: None) -> None:
    for path in ("", "/ongoing", "/unread", "/houses", "/news/1", "/outages/1"):
        assert client.get(f"/api/v1/feed{path}").status_code == 401


def test_pages_follow_by_cursor_and_mark_nothing(anna: Client, cast: Cast, at: datetime) -> None:
    later = at + timedelta(minutes=5)
    entries.publish([card((kinds.NEWS, AD)[n % 2], cast.house.pk, later, f"№ {n}") for n in range(25)], at=later)
    found: list[str] = []
    cursor = ""
    while True:
        page = anna.get("/api/v1/feed", {"limit": 10, "cursor": cursor}).json()
        found += [item["title"] for item in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    assert found == [f"№ {n}" for n in range(24, -1, -1)]
    assert anna.get("/api/v1/feed/unread").json() == {"unread": 25}
    newest = anna.get("/api/v1/feed", {"limit": 1}).json()["items"][0]
    assert newest["is_new"] and newest["kind"] == "news" and newest["is_own_house"]
    assert anna.put("/api/v1/feed/seen", {"upto": newest["id"]}, "application/json").json() == {"unread": 0}


def test_filters_and_search(anna: Client, cast: Cast, publish: Callable[..., int]) -> None:
    publish(kinds.NEWS, cast.house.pk, "Субботник")
    publish(AD, cast.house.pk, "Отдам грабли", excerpt="к субботнику")
    assert len(anna.get("/api/v1/feed", {"search": "субботник"}).json()["items"]) == 2
    assert len(anna.get("/api/v1/feed", {"search": "субботник", "kind": "news"}).json()["items"]) == 1
    assert anna.get("/api/v1/feed", {"house": cast.other_house.pk}).json()["items"] == []
    assert anna.get("/api/v1/feed", {"cursor": "xyz"}).status_code == 400
    assert anna.get("/api/v1/feed", {"house": 0}).status_code == 422


def test_outages_now_and_one_of_them(anna: Client, client: Client, cast: Cast, at: datetime) -> None:
    draft = outages.Draft(Service.HOT_WATER, emergency=True, starts_at=at, ends_at=None, details="Порыв")
    outage = some_outage(cast, draft, at)
    [shown] = anna.get("/api/v1/feed/ongoing").json()["items"]
    assert (shown["subject"], shown["urgent"], shown["state"]) == (f"outage:{outage.pk}", True, "сейчас")
    one = anna.get(f"/api/v1/feed/outages/{outage.pk}").json()
    assert (one["service"], one["state"], one["ends_at"]) == ("hot_water", "now", None)
    assert one["addresses"] == [cast.house.address] and one["company"] == "Жилищник Тест"
    client.force_login(cast.gleb)
    assert client.get(f"/api/v1/feed/outages/{outage.pk}").status_code == 404
    assert client.get("/api/v1/feed/ongoing").json()["items"] == []


def test_news_and_houses(anna: Client, client: Client, cast: Cast, at: datetime) -> None:
    piece = some_news(cast, at)
    assert anna.get(f"/api/v1/feed/news/{piece.pk}").json()["body"] == "В среду слесари промоют стояки."
    client.force_login(cast.gleb)
    assert client.get(f"/api/v1/feed/news/{piece.pk}").status_code == 404
    assert client.put(f"/api/v1/feed/houses/{cast.house.pk}").status_code == 204
    houses = client.get("/api/v1/feed/houses").json()["items"]
    assert [(house["id"], house["is_own"]) for house in houses] == [(cast.other_house.pk, True), (cast.house.pk, False)]
    assert houses[1]["kinds"] == ["news", "outage"]
    assert client.get(f"/api/v1/feed/news/{piece.pk}").status_code == 200
    assert client.delete(f"/api/v1/feed/houses/{cast.house.pk}").status_code == 204
    assert client.get(f"/api/v1/feed/news/{piece.pk}").status_code == 404
    assert client.put("/api/v1/feed/houses/999999").status_code == 404
