"""Pages of the board: whatever is typed is text, empty places say what to do, few queries, forms that come back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dvor.ads import answers
from dvor.ads.models import Ad
from dvor.chats.models import Chat
from dvor.homes.models import Residency
from dvor.people.levels import Level
from dvor.people.models import Resident
from tests.ads.conftest import Category, Poster, draft, new_key, photo
from tests.cast import Cast

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<svg onload=alert(1)>",
    "{{ settings.SECRET_KEY }}{% load i18n %}",
    "'; drop table ads_ad; --",
    "javascript:alert(1)",
    "\u202eтекст\u200b",
]


@pytest.fixture
def anna(client: Client, cast: Cast, at: datetime) -> Iterator[Client]:
    client.force_login(cast.anna)
    with time_machine.travel(at, tick=False):
        yield client


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_typed_is_text_everywhere(anna: Client, cast: Cast, at: datetime, text: str) -> None:
    form = {"title": f"Вот {text}", "text": text, "place": text, "reach": "1", "key": new_key(),
            "starts_on": "2026-10-25", "starts_time": "12:00"}  # fmt: skip
    assert anna.post("/ads/new/?category=6", form).status_code == 303
    ad = Ad.objects.get()
    boris = Client()
    boris.force_login(cast.boris)
    assert boris.post(f"/ads/{ad.pk}/answer/", {"text": text, "key": new_key()}).status_code == 303
    for path in (
        "/ads/",
        f"/ads/{ad.pk}/",
        "/ads/mine/",
        f"/ads/{ad.pk}/edit/",
        f"/chats/{Chat.objects.get().pk}/",
        "/chats/",
    ):
        page = anna.get(path)
        assert page.status_code == 200, path
        found = page.content.decode()
        assert text.strip() not in found or "<" not in text, path
        assert "<img src=x" not in found and "<svg onload" not in found and "\u202e" not in found and "\0" not in found


@pytest.mark.parametrize("text", [*HOSTILE, "&&", "ё" * 500, "!!! ( | ) :*", "%", "\\"])
def test_any_search_is_answered(anna: Client, post: Poster, text: str) -> None:
    post()
    page = anna.get("/ads/", {"q": text, "category": text, "before": text, "own": text})
    assert page.status_code == 200 and "<script>alert" not in page.content.decode()


def test_a_form_that_is_refused_comes_back_with_its_words(anna: Client) -> None:
    form = {"title": "Велосипед", "text": "На ходу", "price": "дорого", "reach": "1", "key": "k"}
    page = anna.post("/ads/new/?category=2", form)
    assert page.status_code == 422
    assert "На ходу" in page.content.decode() and "aria-invalid" in page.content.decode()
    answer = anna.post("/ads/new/?category=2", {**form, "price": "4 500,50"})
    assert answer.status_code == 303 and Ad.objects.get().price_kopecks == 450_050
    assert "+50 баллов за первое объявление" in anna.get(answer["Location"]).content.decode()
    again = anna.post("/ads/new/?category=2", {**form, "price": "4 500,50"})
    assert again["Location"] == answer["Location"], "sent twice it is one ad"


def test_each_category_has_its_own_fields(anna: Client) -> None:
    for category in Category:
        page = anna.get(f"/ads/new/?category={category.value}").content.decode()
        assert ('name="price"' in page) == (category in (Category.SELL, Category.SERVICES))
        assert ('name="starts_on"' in page) == (category == Category.EVENTS)
        assert ('name="place"' in page) == (category in (Category.EVENTS, Category.LOST_AND_FOUND))
        assert 'type="file"' in page and "multiple" in page
    for nonsense in ("7", "0", "x", "²", "9" * 30):
        assert 'name="title"' not in anna.get("/ads/new/", {"category": nonsense}).content.decode()


def test_empty_places_say_what_to_do(anna: Client, cast: Cast, at: datetime) -> None:
    assert "На доске пока пусто" in anna.get("/ads/").content.decode()
    assert "Ничего не нашлось" in anna.get("/ads/", {"q": "рояль"}).content.decode()
    assert "Вы ещё ничего не размещали" in anna.get("/ads/mine/").content.decode()
    newcomer = Resident.objects.create(city_id="nina", first_name="Нина", level=Level.SIMPLIFIED)
    anna.force_login(newcomer)
    for path in ("/ads/", "/ads/new/", "/ads/new/?category=1"):
        assert "/flats/add/" in anna.get(path).content.decode(), path
    Residency.objects.create(
        resident=newcomer, flat=cast.flat, status=0, proof="invitation", since=at, proved_at=at
    )  # fmt: skip
    assert "Гости читают" in anna.get("/ads/new/?category=1").content.decode()


def test_the_pages_are_read_in_few_queries(anna: Client, cast: Cast, at: datetime, post: Poster) -> None:
    ads = [
        post(draft(title=f"Отдам стул {n}"), by=cast.anna if n % 2 else cast.boris, uploads=[photo()]) for n in range(6)
    ]
    mine = next(ad for ad in ads if ad.author_id == cast.anna.pk)
    for who in (cast.boris, cast.vera):
        answers.send("Привет", ad_id=mine.pk, by=who, at=at, key=new_key())
    picture = mine.pictures.get()
    most = {"/ads/": 8, f"/ads/{mine.pk}/": 11, "/ads/mine/": 10, f"/ads/{mine.pk}/pictures/{picture.pk}/": 5,
            "/ads/new/?category=1": 7}  # fmt: skip
    for path, count in most.items():
        with CaptureQueriesContext(connection) as queries:
            assert anna.get(path).status_code == 200
        assert len(queries) <= count, (path, len(queries), [query["sql"][:90] for query in queries])


def test_older_ads_follow_without_gaps(anna: Client, cast: Cast, at: datetime) -> None:
    Ad.objects.bulk_create(
        Ad(author=cast.boris, house=cast.house, published_at=at, expires_at=at.replace(month=11), category=1, reach=1,
           title=f"Стул № {number}.", key=f"k{number}")
        for number in range(30)
    )  # fmt: skip
    first = anna.get("/ads/").content.decode()
    [older] = {part.split('"')[0] for part in first.split('rel="next" href="')[1:]}
    second = anna.get(f"/ads/{older}").content.decode()
    shown = [sum(f"Стул № {n}." in page for page in (first, second)) for n in range(30)]
    assert shown == [1] * 30
