"""Pages of the feed: what they show to whom, what they mark, how few questions they ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dvor.feed import entries, kinds, news, outages, queries
from dvor.feed.models import Follow, Service
from dvor.feed.news import Draft
from tests.cast import Cast
from tests.feed.conftest import AD, card, some_news, some_outage, to_house

Publish = Callable[..., int]
HOSTILE = [
    "<script>alert(1)</script>",
    "<svg onload=alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7|add:7 }} {% csrf_token %}",
    "javascript:alert(1)",
    "\u202e\u0000кот\u200b",
]


@pytest.fixture(autouse=True)
def _today(at: datetime) -> Iterator[None]:
    with time_machine.travel(at, tick=False):
        yield


@pytest.fixture
def anna(client: Client, cast: Cast) -> Client:
    client.force_login(cast.anna)
    return client


def outage_draft(at: datetime, **more: object) -> outages.Draft:
    start = at + timedelta(days=1)
    given = {"service": Service.LIFT, "emergency": False, "starts_at": start, "ends_at": start + timedelta(hours=2)}
    return outages.Draft(**{**given, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize("path", ["/feed/", "/feed/houses/", "/feed/news/1/", "/feed/outages/1/"])
def test_a_stranger_is_asked_to_sign_in(client: Client, db: None, path: str) -> None:
    assert client.get(path).headers["Location"].startswith("/sign-in/")


def test_who_has_no_house_is_led_to_adding_a_flat(client: Client, cast: Cast) -> None:
    client.force_login(cast.olga)
    page = client.get("/feed/").content.decode()
    assert "Вашего дома здесь пока нет" in page and 'href="/flats/add/"' in page


def test_an_empty_house_is_quiet(anna: Client) -> None:
    assert "В доме тихо" in anna.get("/feed/").content.decode()


def test_the_count_in_the_navigation_goes_when_the_page_was_opened(
    anna: Client, cast: Cast, publish: Publish, at: datetime
) -> None:
    for _number in range(3):
        publish(kinds.NEWS, cast.house.pk, published_at=at + timedelta(minutes=1))
    with time_machine.travel(at + timedelta(hours=1), tick=False):
        assert "</span>3</span>" in anna.get("/contacts/").content.decode().split('class="dock"')[1]
        anna.head("/feed/")
        anna.get("/feed/", headers={"sec-purpose": "prefetch"})
        assert queries.unread(cast.anna, at=at + timedelta(hours=1)) == 3, "nobody has looked yet"
        assert anna.get("/feed/").content.decode().count(">новое<") == 3
        assert "dock__new" not in anna.get("/contacts/").content.decode()
        assert ">новое<" not in anna.get("/feed/").content.decode()


def test_many_new_ones_are_marked_at_once(anna: Client, cast: Cast, at: datetime) -> None:
    later = at + timedelta(hours=1)
    entries.publish([card(AD, cast.house.pk, later, f"№ {n}") for n in range(150)], at=later)
    with time_machine.travel(later, tick=False):
        assert "99+" in anna.get("/contacts/").content.decode()
        page = anna.get("/feed/").content.decode()
        upto = page.split('name="upto" value="')[1].split('"')[0]
        assert anna.post("/feed/seen/", {"upto": upto}).status_code == 303
        assert "99+" not in anna.get("/contacts/").content.decode()
    assert queries.unread(cast.anna, at=later) == 0


@pytest.mark.parametrize("query", ["kind=nothing", "house=x", "house=99999999999999999999", "before=-1", "before=0",
                                   "q=%00", "q=" + "я" * 3000, "kind[]=1", "house=١"])  # fmt: skip
def test_an_address_that_asks_for_nonsense_still_has_an_answer(anna: Client, query: str) -> None:
    assert anna.get(f"/feed/?{query}").status_code == 200


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_was_written_is_text(anna: Client, cast: Cast, publish: Publish, at: datetime, text: str) -> None:
    publish(AD, cast.house.pk, text, excerpt=text)
    some_outage(cast, outage_draft(at, details=text), at)
    piece = news.publish(Draft(text, text), to_house(cast), key="h", by=cast.ivan, at=at)
    for path in ("/feed/", "/feed/?q=alert", f"/feed/?q={text}", f"/feed/news/{piece.pk}/", "/"):
        page = anna.get(path).content.decode()
        for told in ("<script>alert", "<svg onload", "<img src=x"):
            assert told not in page, path
    assert "7|add" in anna.get("/feed/").content.decode() or "add" not in text


def test_news_and_outages_open_for_those_in_whose_feed_they_are(client: Client, cast: Cast, at: datetime) -> None:
    piece = some_news(cast, at)
    outage = some_outage(cast, outage_draft(at), at)
    paths = [f"/feed/news/{piece.pk}/", f"/feed/outages/{outage.pk}/"]
    for resident, status in ((cast.anna, 200), (cast.vera, 200), (cast.gleb, 404), (cast.olga, 404)):
        client.force_login(resident)
        assert [client.get(path).status_code for path in paths] == [status, status], resident.city_id
    Follow.objects.create(resident=cast.gleb, house=cast.house, since=at)
    client.force_login(cast.gleb)
    assert [client.get(path).status_code for path in paths] == [200, 200]
    entries.hide([f"news:{piece.pk}", f"outage:{outage.pk}"], at=at)
    assert [client.get(path).status_code for path in paths] == [404, 404]
    for path in ("/feed/news/999999999/", "/feed/outages/99999999999999999999/"):
        assert client.get(path).status_code == 404


def test_another_house_is_chosen_and_dropped(anna: Client, cast: Cast, publish: Publish) -> None:
    publish(kinds.NEWS, cast.other_house.pk, "Новость чужого дома")
    assert "Лесная" in anna.get("/feed/houses/?search=лесная").content.decode()
    assert anna.post(f"/feed/houses/{cast.other_house.pk}/", {"followed": "on"}).status_code == 303
    assert "Новость чужого дома" in anna.get("/feed/").content.decode()
    anna.post(f"/feed/houses/{cast.other_house.pk}/", {})
    assert "Новость чужого дома" not in anna.get("/feed/").content.decode()
    assert anna.post("/feed/houses/999999/", {"followed": "on"}).status_code == 404
    assert anna.post(f"/feed/houses/{cast.house.pk}/", {"followed": "on"}).status_code == 409


def test_the_pages_ask_few_questions(
    anna: Client, cast: Cast, at: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    later = at + timedelta(minutes=1)
    entries.publish([card((kinds.NEWS, AD)[n % 2], cast.house.pk, later) for n in range(60)], at=later)
    some_outage(cast, outage_draft(at), at)
    piece = some_news(cast, at)
    with time_machine.travel(at + timedelta(hours=1), tick=False):
        anna.get("/feed/")
        entries.publish([card(AD, cast.house.pk, later)], at=later)
        with django_assert_max_num_queries(9):  # frame four, page, houses, and what is seen: a transaction's two more
            anna.get("/feed/")
        with django_assert_max_num_queries(9):
            anna.get("/feed/?q=диван&kind=news")
        with django_assert_max_num_queries(6):
            anna.get(f"/feed/news/{piece.pk}/")
