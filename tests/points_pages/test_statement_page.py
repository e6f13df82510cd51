"""The statement: what I have, what comes, what expires, and every move with its reason; mine alone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dvor.points import activities, awards, statement
from dvor.points.awards import Key
from dvor.points.statement import Direction, Filters
from tests.cast import Cast
from tests.points_pages.conftest import MONTH, act

pytestmark = pytest.mark.django_db


def test_the_balance_is_told_in_its_parts(client: Client, history: Cast) -> None:
    client.force_login(history.anna)
    page = client.get("/points/").content.decode()
    assert '<span class="figure">480</span>' in page, "80 + 500 − 100"
    assert "On the way" in page and ">242<" in page
    assert "if not spent by" in page


def test_every_award_stands_there_with_its_reason_also_the_empty_one(client: Client, history: Cast) -> None:
    client.force_login(history.anna)
    page = client.get("/points/").content.decode()
    assert "+80<" in page and "4 × 20<" in page and "+500<" in page and "+242<" in page
    assert "the limit was already reached" in page
    assert "spendable from" in page


def test_readings_of_one_moment_are_taken_together_and_named_one_by_one(history: Cast, at: datetime) -> None:
    lines = [line for _day, lines in statement.page(history.anna.pk, Filters(), at=at).days for line in lines]
    assert [(line.points, line.count, line.each) for line in lines if line.kind and line.kind.code == "reading"] == [
        (80, 4, 20)
    ]
    assert sum(line.points for line in lines) == 480 + 242


def test_points_set_aside_and_spent_at_once_are_one_line(history: Cast, at: datetime) -> None:
    lines = statement.page(history.anna.pk, Filters(), at=at).lines
    assert [line.points for line in lines if line.points < 0] == [-100]


def test_the_lines_add_up_to_the_balance(history: Cast, at: datetime) -> None:
    lines = statement.page(history.anna.pk, Filters(), at=at).lines
    assert sum(line.points for line in lines) == 480 + 242
    assert lines[0].available_after == 480


def test_an_award_that_was_taken_back_says_when_and_why(client: Client, history: Cast, at: datetime) -> None:
    awards.reverse([Key(40, "bill:1", MONTH)], reason="the bill was refunded", by=None, at=at)
    client.force_login(history.anna)
    page = client.get("/points/").content.decode()
    assert "taken back on" in page and "the bill was refunded" in page and "spendable from" not in page


def test_the_page_costs_at_most_eight_queries(
    client: Client, history: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(history.anna)
    with django_assert_max_num_queries(8):
        client.get("/points/")


def test_a_newcomer_is_shown_where_to_begin(
    client: Client, cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(cast.vera)
    with django_assert_max_num_queries(8):
        page = client.get("/points/").content.decode()
    assert "No points yet" in page
    assert 'href="/knowledge/reading/"' in page and "+10<" in page, "what Vera's account earns"
    assert 'href="/knowledge/meeting_vote/"' not in page, "what cannot be done yet is no beginning"


def test_nobody_sees_the_points_of_another(client: Client, history: Cast) -> None:
    client.force_login(history.boris)
    page = client.get("/points/").content.decode()
    assert '<span class="figure">0</span>' in page and "+500" not in page


@pytest.mark.parametrize("address", ["/points/", "/points/months/", "/points/statement.csv"])
def test_a_stranger_signs_in_first(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 302 and response["Location"].startswith("/sign-in/")


def test_pages_go_back_in_time_and_lose_nothing(history: Cast, at: datetime) -> None:
    for number in range(30):
        when = at - timedelta(hours=300 - number)
        activities.record([act("poll_vote", f"poll:{number}", history.anna, when)], by=history.anna, at=when)
    whole = statement.page(history.anna.pk, Filters(), at=at, length=500).lines
    seen, before = [], None
    for _page in range(40):
        page = statement.page(history.anna.pk, Filters(), at=at, before=before, length=5)
        seen += page.lines
        before = page.older
        if before is None:
            break
    assert before is None and seen == whole and len(whole) > 30


def test_a_moment_with_more_lines_than_a_page_stays_whole(history: Cast, at: datetime) -> None:
    many = [act("reading", f"meter:{number}", history.anna, at) for number in range(100, 130)]
    activities.record(many, by=history.anna, at=at)
    page = statement.page(history.anna.pk, Filters(), at=at, length=10)
    assert len([line for line in page.lines if line.at == at]) == 30


@pytest.mark.parametrize(
    "before",
    ["", "x", "2026-10-20", "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59-23:59", "\x00", "2026-10-20T00:00:00"],
)
def test_a_spoiled_cursor_starts_from_the_newest_line(client: Client, history: Cast, before: str) -> None:
    client.force_login(history.anna)
    response = client.get("/points/", {"before": before})
    assert response.status_code == 200 and "+500<" in response.content.decode()


def test_filters_leave_only_what_was_asked_for(history: Cast, at: datetime) -> None:
    from dvor.points import kinds

    def shown(filters: Filters) -> list[int]:
        return [line.points for line in statement.page(history.anna.pk, filters, at=at).lines]

    assert shown(Filters(kind=kinds.named("reading"))) == [20] * 4
    assert shown(Filters(direction=Direction.MINUS)) == [-100]
    assert sorted(shown(Filters(direction=Direction.PLUS))) == [20, 20, 20, 20, 242, 500]
    assert shown(Filters(month=MONTH)) and not shown(Filters(month=MONTH.replace(month=9)))


@pytest.mark.parametrize(
    "query",
    ["month=2026-13", "month=1000-01", "kind=nope", "direction=sideways", "month=&kind=&direction=", "month=%00"],
)
def test_a_filter_that_nobody_offers_is_no_filter(client: Client, history: Cast, query: str) -> None:
    client.force_login(history.anna)
    response = client.get(f"/points/?{query}")
    assert response.status_code == 200 and "+500<" in response.content.decode()


def test_filters_that_find_nothing_say_so(client: Client, history: Cast) -> None:
    client.force_login(history.anna)
    page = client.get("/points/?month=2026-01").content.decode()
    assert "Nothing here under these filters" in page and "No points yet" not in page
