"""The statement as a table: the same lines as the page, safe in a spreadsheet."""

from __future__ import annotations

import csv
import io
from datetime import datetime

import pytest
from django.test import Client

from dvor.points import awards
from dvor.points.awards import Key
from tests.cast import Cast
from tests.points_pages.conftest import MONTH

pytestmark = pytest.mark.django_db


def rows(client: Client, query: str = "") -> list[list[str]]:
    response = client.get(f"/points/statement.csv{query}")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="points-2026-10-20.csv"'
    assert response["Cache-Control"] == "no-store"
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))


def test_it_has_every_line_newest_first(client: Client, history: Cast) -> None:
    client.force_login(history.anna)
    heading, *lines = rows(client)
    assert heading == ["Date and time", "What", "Details", "Reason", "Points", "Available after that"]
    assert sum(int(line[4].lstrip("'")) for line in lines) == 480 + 242
    assert [line[0] for line in lines] == sorted((line[0] for line in lines), reverse=True)
    assert lines[-1][0] == "2026-10-11 12:00", "the time of the city, not of Greenwich"


def test_it_obeys_the_filters_of_the_page(client: Client, history: Cast) -> None:
    client.force_login(history.anna)
    assert [line[4] for line in rows(client, "?kind=reading")[1:]] == ["20"] * 4


def test_a_reason_that_looks_like_a_formula_is_harmless(client: Client, history: Cast, at: datetime) -> None:
    awards.reverse([Key(10, "meter:1", MONTH)], reason='=HYPERLINK("http://evil")', by=None, at=at)
    client.force_login(history.anna)
    assert any(line[3] == '\'=HYPERLINK("http://evil")' for line in rows(client))


def test_somebody_without_points_gets_an_empty_table(client: Client, cast: Cast) -> None:
    client.force_login(cast.vera)
    assert len(rows(client)) == 1
