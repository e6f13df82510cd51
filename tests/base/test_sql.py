"""Arrays of values as the literals that PostgreSQL reads, whatever is in them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from dvor.base import sql
from dvor.people.levels import Level

DAY, MOMENT = date(2026, 10, 20), datetime(2026, 10, 20, 12, 30, tzinfo=UTC)
WORDS = ["", "meter:17", 'a "word"', "back\\slash", "{1,2}", "null", "with, comma", "Садовая", '"', '","']


@pytest.mark.django_db
@pytest.mark.parametrize("times", [1, 40], ids=["few", "many"])
@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("bigint", [1, None, -5, 2**62]),
        ("smallint", [Level.FULL, Level.SIMPLIFIED]),
        ("text", WORDS),
        ("text", [*WORDS, None]),
        ("text", ["one", "two", "three"]),
        ("text", ['"', ""]),
        ("date", [DAY, None]),
        ("timestamptz", [MOMENT]),
        ("boolean", [True, False]),
        ("integer", []),
        ("integer", [None, None]),
    ],
)
def test_what_goes_in_comes_out(kind: str, values: list[Any], times: int) -> None:
    given = values * times
    [row] = sql._run(f"select %(values)s::{kind}[] as back", {"values": given}, label="test")
    assert row.back == given


@pytest.mark.django_db
def test_many_different_texts_come_out_too() -> None:
    words = [f"{word}{number}" for number, word in enumerate(WORDS * 3)]
    assert sql._run("select %(values)s::text[] as back", {"values": words}, label="test")[0].back == words
    plain = [f"meter:{number}" for number in range(50)]
    assert sql._run("select %(values)s::text[] as back", {"values": plain}, label="test")[0].back == plain


def test_a_column_of_one_value_goes_once() -> None:
    assert sql.column([7, 7, 7]) == [7]
    assert sql.column([None, None]) == [None]
    assert sql.column([7, None, 7]) == [7, None, 7]
    assert sql.column([]) == []
