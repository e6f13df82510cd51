"""Search knows Russian words, stays inside one's own houses, and marks what it found without a bit of HTML."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection

from dvor.feed import queries
from dvor.feed.highlights import Piece, pieces
from dvor.feed.queries import Asked
from tests.cast import Cast
from tests.feed.conftest import AD

Publish = Callable[..., int]


@pytest.fixture
def board(cast: Cast, publish: Publish) -> None:
    publish(AD, cast.house.pk, "Отдам чёрного кота", excerpt="Ласковый, к лотку приучен")
    publish(AD, cast.house.pk, "Продам велосипеды", excerpt="Два, для детей")
    publish(AD, cast.other_house.pk, "Чёрный кот в другом доме")


def found(cast: Cast, typed: str, at: datetime) -> list[str]:
    return [one.plain_title for one in queries.page(cast.anna, Asked(typed=typed), at=at).shown]


@pytest.mark.parametrize(
    ("typed", "count"),
    [
        ("кот", 1), ("коты", 1), ("черный", 1), ("ЧЁРНЫЕ коты", 1), ("велосипед детям", 1), ('"чёрного кота"', 1),
        ("велосипед -дети", 0), ("кот OR велосипед", 2), ("собака", 0), ("и на в", 0), ("   ", 2),
    ],
)  # fmt: skip
def test_words_are_found_in_any_form(board: None, cast: Cast, at: datetime, typed: str, count: int) -> None:
    assert len(found(cast, typed, at)) == count


@pytest.mark.parametrize(
    "typed", ["'", "\\", "a:*", "!!!", "& | <->", "#1", "'#1'", "\x00кот", "(" * 500, "кот " * 200, "%", "\ue000"]
)
def test_whatever_is_typed_is_text(board: None, cast: Cast, at: datetime, typed: str) -> None:
    assert all("другом" not in title for title in found(cast, typed, at))


def test_the_number_of_a_house_is_no_word(board: None, cast: Cast, at: datetime) -> None:
    """Houses stand in the index as «#17»; nobody reaches another's by typing that."""
    assert found(cast, f"#{cast.other_house.pk}", at) == []
    assert found(cast, f"кот OR #{cast.other_house.pk}", at) == ["Отдам чёрного кота"]


def test_found_words_are_marked_as_they_were_written(board: None, cast: Cast, at: datetime) -> None:
    [card] = queries.page(cast.anna, Asked(typed="черный кот"), at=at).shown
    assert card.title == [Piece("Отдам "), Piece("чёрного", found=True), Piece(" "), Piece("кота", found=True)]


def test_marking_leaves_hostile_text_whole(cast: Cast, publish: Publish, at: datetime) -> None:
    publish(AD, cast.house.pk, "<b onclick=x>кот</b> \ue000 &amp;", excerpt="<script>alert(1)</script>")
    [card] = queries.page(cast.anna, Asked(typed="кот"), at=at).shown
    assert card.plain_title == "<b onclick=x>кот</b> &amp;" and card.plain_excerpt == "<script>alert(1)</script>"


def test_marks_that_do_not_fit_are_left_out() -> None:
    assert pieces("кот", "\ue000другое\ue001") == [Piece("кот")]
    assert pieces("", "") == []


def test_the_index_answers_words_in_a_house(board: None, cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute(
            "explain select id from feed_entry where search @@ feed_query(array[%s]::bigint[], 'кот')", [cast.house.pk]
        )
        assert any("feed_entry_search" in line for [line] in cursor.fetchall())
