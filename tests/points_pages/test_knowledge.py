"""The knowledge base: open to everybody, and made from the rules alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dvor.people.levels import Level
from dvor.points import kinds, knowledge, rules
from dvor.points.rules import Cap, Grounds, Period, Terms
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def publish(code: str, terms: Terms, cast: Cast, at: datetime, *, days: int = 10) -> None:
    kind = kinds.named(code)
    assert kind is not None
    grounds = Grounds(note="The city raises it", source={"ru": "Приказ 7", "en": "Order 7"})
    rules.publish(kind, terms, since=(at + timedelta(days=days)).date(), grounds=grounds, by=cast.olga, at=at)


def test_all_kinds_stand_in_the_index_with_their_amounts(
    client: Client, db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        page = client.get("/knowledge/").content.decode()
    for kind in kinds.every():
        assert f'href="/knowledge/{kind.code}/"' in page
    assert "+10<" in page and "+500<" in page and "5 %<" in page


def test_what_cannot_be_done_yet_is_marked(client: Client) -> None:
    now, soon = client.get("/knowledge/").content.decode().split("Coming soon")
    assert "/knowledge/bill_paid/" in now and "/knowledge/meeting_vote/" in soon and "soon</span>" in soon


@pytest.mark.parametrize("code", [kind.code for kind in kinds.every()])
def test_each_kind_has_its_article(
    client: Client, code: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        response = client.get(f"/knowledge/{code}/")
    assert response.status_code == 200
    assert "Computed by the same program" in response.content.decode()


def test_an_article_names_amounts_source_and_assumption(client: Client) -> None:
    page = client.get("/knowledge/reading/").content.decode()
    assert "+10<" in page and "+20<" in page
    assert "Knowledge base of the source city" in page and "https://ed.mos.ru/knowledge/" in page
    assert "assumption" in page and "1 September 2021" in page


def test_a_share_of_a_bill_is_shown_by_examples_of_the_engine(client: Client) -> None:
    page = client.get("/knowledge/bill_paid/").content.decode()
    assert "5 %" in page and "4\xa0850,00\xa0₽" in page and "+242" in page and "7 days later" in page


def test_an_example_shows_what_a_limit_does(at: datetime, db: None) -> None:
    kind = kinds.named("meeting_first")
    assert kind is not None
    full = [example for example in knowledge.article(kind, at=at).examples if example.level == Level.FULL]
    assert [(example.number, example.points) for example in full] == [(1, 500), (2, 0)]


def test_a_change_is_announced_before_it_comes_and_is_history_afterwards(
    client: Client, cast: Cast, at: datetime
) -> None:
    terms = Terms(points=dict.fromkeys(Level, 33), caps=(Cap(Period.MONTH, count=8),))
    publish("reading", terms, cast, at)
    page = client.get("/knowledge/reading/").content.decode()
    before, after = page.split("What changes next")
    assert "+33<" not in before and "+33<" in after and "From 30 October 2026" in after
    assert "At most 8 times a month." in after
    assert "changes on 30 October 2026" in client.get("/knowledge/").content.decode()
    kind = kinds.named("reading")
    assert kind is not None
    later = knowledge.article(kind, at=at + timedelta(days=20))
    assert later.now and later.now.rates[0].points == 33 and not later.now.assumption
    assert [(version.since, version.until) for version in later.past] == [(date(2021, 9, 1), date(2026, 10, 30))]


def test_the_page_keeps_how_it_was_before(client: Client, cast: Cast, at: datetime) -> None:
    publish("reading", Terms(points=dict.fromkeys(Level, 33)), cast, at)
    with time_machine.travel(at + timedelta(days=20), tick=False):
        now, before = client.get("/knowledge/reading/").content.decode().split("How it was before")
    assert "+33<" in now and "+20<" not in now and "assumption</a>" not in now
    assert "+20<" in before and "1 September 2021" in before and "30 October 2026" in before


def test_ones_own_level_is_marked(client: Client, cast: Cast) -> None:
    assert "yours" not in client.get("/knowledge/reading/").content.decode()
    client.force_login(cast.vera)
    mine = client.get("/knowledge/reading/").content.decode().split('class="is-mine"')[1].split("</div>")[0]
    assert "yours" in mine and "simplified" in mine and "+10" in mine


@pytest.mark.parametrize("code", ["nope", "x" * 300, "READING", "10"])
def test_an_unknown_kind_is_not_found(client: Client, code: str) -> None:
    assert client.get(f"/knowledge/{code}/").status_code == 404


@pytest.mark.parametrize(
    ("cap", "sentence"),
    [
        (Cap(Period.DAY, count=1), "At most 1 time a day."),
        (Cap(Period.YEAR, points=1_200), "At most 1,200 points a year."),
        (Cap(Period.LIFETIME, count=1), "Only 1 time."),
        (Cap(Period.MONTH, count=2, points=50), "At most 2 times a month."),
    ],
)
def test_limits_are_told_in_sentences(client: Client, cast: Cast, at: datetime, cap: Cap, sentence: str) -> None:
    publish("invite", Terms(points={Level.FULL: 7}, caps=(cap,)), cast, at)
    assert sentence in client.get("/knowledge/invite/").content.decode()
