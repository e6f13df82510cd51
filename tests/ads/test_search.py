"""Search: Russian words in any form, «ё» as «е», and no text that breaks it."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dvor.ads import audience, queries
from tests.ads.conftest import Category, Poster, draft
from tests.cast import Cast


def found(cast: Cast, text: str, at: datetime) -> list[str]:
    cards, _more = queries.board(audience.of(cast.anna, at=at), queries.Wanted(text), at=at)
    return [card.ad.title for card in cards]


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("велосипеды", ["Велосипед"]),
        ("елка", ["Ёлка живая"]),
        ("ЁЛКИ", ["Ёлка живая"]),
        ("звонок", ["Велосипед"]),
        ("велосипед or ёлка", ["Ёлка живая", "Велосипед"]),
        ("велосипед -звонок", []),
        ('"живая ёлка"', []),
        ("и", []),
        ("рояль", []),
    ],
)
def test_words_are_found_in_any_form(cast: Cast, at: datetime, post: Poster, text: str, titles: list[str]) -> None:
    post(draft(Category.SELL, "Велосипед", text="Новый звонок"))
    post(draft(title="Ёлка живая"))
    assert found(cast, text, at) == titles


def test_search_and_filters_go_together(cast: Cast, at: datetime, post: Poster) -> None:
    post(draft(Category.SELL, "Велосипед"))
    post(draft(title="Велосипед детский"))
    sight = audience.of(cast.anna, at=at)
    wanted = queries.Wanted("велосипед", category=Category.SELL, own_only=True)
    assert [card.ad.title for card in queries.board(sight, wanted, at=at)[0]] == ["Велосипед"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=120) | st.text(alphabet="&|!():*<->'\"\\ ёЁаб\0-", max_size=40))
def test_no_text_breaks_the_search(cast: Cast, at: datetime, text: str) -> None:
    assert found(cast, text, at) == []
