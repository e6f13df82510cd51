"""Points by month: a chart inside the statement, and a page of its own without scripts."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_the_page_shows_each_month_and_the_chart(
    client: Client, history: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(history.anna)
    with django_assert_num_queries(5):
        page = client.get("/points/months/").content.decode()
    assert page.count("<tr>") == 1 + 12 + 12, "heading, the table, the table of the chart"
    assert "October 2026" in page and "chart__bar--minus" in page


def test_the_fragment_is_the_chart_alone(client: Client, history: Cast) -> None:
    client.force_login(history.anna)
    page = client.get("/points/months/", headers={"HX-Request": "true"}).content.decode()
    assert "chart__plot" in page and "<html" not in page and "<h1" not in page
