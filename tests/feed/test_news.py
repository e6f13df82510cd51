"""News: a card in each house, told when it is important, corrected and withdrawn."""

from __future__ import annotations

from datetime import datetime

import pytest

from dvor.base.refusals import Refusal
from dvor.feed import news, queries
from dvor.feed.models import Audience, Entry, News
from dvor.feed.news import Draft
from dvor.feed.queries import Asked
from dvor.feed.reach import Whom
from dvor.homes.models import House
from dvor.notices.models import Notice
from tests.cast import Cast
from tests.feed.conftest import some_news, to_house


def test_a_district_reads_it_in_each_house(cast: Cast, at: datetime) -> None:
    House.objects.update(district="Север")
    draft = Draft("Ярмарка", "В субботу\n\n\n\nво дворе", tell=True)
    piece = news.publish(draft, Whom(Audience.DISTRICT, None, district="Север"), key="k", by=cast.olga, at=at)
    assert piece.house_ids == sorted([cast.house.pk, cast.other_house.pk]) and piece.body == "В субботу\n\nво дворе"
    for resident in (cast.anna, cast.gleb):
        assert [one.plain_title for one in queries.page(resident, Asked(), at=at).shown] == ["Ярмарка"]
    assert Notice.objects.filter(kind="feed.news_told").count() == 4


def test_what_is_not_important_disturbs_nobody(cast: Cast, at: datetime) -> None:
    some_news(cast, at)
    assert not Notice.objects.exists() and queries.page(cast.anna, Asked(), at=at).shown


def test_corrected_news_keeps_its_place(cast: Cast, at: datetime) -> None:
    piece = some_news(cast, at)
    [number] = Entry.objects.values_list("pk", flat=True)
    news.correct(piece.pk, Draft("Иначе", "Другой текст"), by=cast.ivan, at=at, reason="опечатка в дате")
    entry = Entry.objects.get()
    assert (entry.pk, entry.title, entry.excerpt) == (number, "Иначе", "Другой текст")
    assert News.objects.get().version == 2


def test_withdrawn_news_is_gone_from_feeds_and_pages(cast: Cast, at: datetime) -> None:
    piece = some_news(cast, at)
    news.withdraw(piece.pk, by=cast.ivan, at=at, reason="написали не то")
    assert not queries.page(cast.anna, Asked(), at=at).shown
    with pytest.raises(Refusal) as refused:
        news.withdraw(piece.pk, by=cast.ivan, at=at, reason="ещё раз")
    assert refused.value.code == "news_withdrawn"
    with pytest.raises(Refusal):
        news.correct(piece.pk, Draft("a", "b"), by=cast.ivan, at=at, reason="поздно уже")


def test_the_same_form_twice_is_one_piece(cast: Cast, at: datetime) -> None:
    first = news.publish(Draft("a", "b"), to_house(cast), key="k", by=cast.ivan, at=at)
    assert news.publish(Draft("a", "b"), to_house(cast), key="k", by=cast.ivan, at=at).pk == first.pk
    with pytest.raises(Refusal) as refused:
        news.publish(Draft("a", "c"), to_house(cast), key="k", by=cast.ivan, at=at)
    assert refused.value.code == "key_used"


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (Draft("", "b"), "text_missing"),
        (Draft("a", " \n "), "text_missing"),
        (Draft("я" * 201, "b"), "text_too_long"),
        (Draft("a", "я" * 10_001), "text_too_long"),
        (Draft("\x00\u200b", ""), "text_missing"),
    ],
)
def test_empty_and_endless_texts_are_refused(cast: Cast, at: datetime, draft: Draft, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        news.publish(draft, to_house(cast), key="k", by=cast.ivan, at=at)
    assert refused.value.code == code and not News.objects.exists()
