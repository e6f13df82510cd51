"""An ad comes on the board: clean words, the rules of its category, one ad a key, the first one pays."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dvor.ads import ads
from dvor.ads.models import Ad
from dvor.feed.models import Entry
from dvor.ledger import queries as ledger
from dvor.points.models import Award as AwardRow
from tests.ads.conftest import Category, Poster, Reach, draft, event, new_key, photo, refused
from tests.cast import Cast


def test_an_ad_is_on_the_board_with_its_pictures_and_a_card_in_the_feed(cast: Cast, at: datetime, post: Poster) -> None:
    ad = post(draft(text="Самовывоз, второй этаж."), uploads=[photo("teal"), photo("navy")])
    assert ad.is_live(at) and ad.expires_at == at + timedelta(days=14)
    assert [picture.position for picture in ad.pictures.all()] == [1, 2]
    entry = Entry.objects.get(subject=f"ad:{ad.pk}")
    assert (entry.house_id, entry.title, entry.url, entry.author_id) == (
        cast.house.pk, "Отдам диван", f"/ads/{ad.pk}/", cast.anna.pk,
    )  # fmt: skip


def test_the_same_key_is_the_same_ad(cast: Cast, at: datetime, post: Poster) -> None:
    first = post(key="k", uploads=[photo()])
    again = post(key="k", uploads=[photo()])
    assert first == again and Ad.objects.count() == 1
    with refused("idempotency_key_reused"):
        post(draft(title="Отдам шкаф"), key="k")
    assert post(key="k", by=cast.boris) != first, "keys of two residents do not meet"


@pytest.mark.parametrize("key", ["", "x" * 101, "a\x00b"])
def test_an_unusable_key_is_refused(post: Poster, key: str) -> None:
    with refused("idempotency_key_unusable"):
        post(key=key)


def test_the_first_ad_pays_by_level_and_the_second_does_not(cast: Cast, at: datetime) -> None:
    for who, points in ((cast.anna, 50), (cast.vera, 20)):
        told = []
        for title in ("Отдам диван", "Отдам шкаф"):
            _ad, award = ads.post(draft(title=title), house_id=cast.house.pk, by=who, at=at, key=new_key())
            told.append(award.points if award else None)
        assert told == [points, None]
        assert ledger.balance(who.pk).available == points
    assert AwardRow.objects.count() == 2


def test_words_become_plain_text(post: Poster) -> None:
    ad = post(draft(title="  Отдам\u202e \x00диван\n\nсрочно ", text="раз\r\n\r\n\r\n\r\nдва\u200b\tтри"))
    assert (ad.title, ad.text) == ("Отдам диван срочно", "раз\n\nдва три")


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (draft(title="  "), "title_missing"),
        (draft(title="\u200b\u202e\x00"), "title_missing"),
        (draft(title="я" * 101), "text_too_long"),
        (draft(text="я" * 3001), "text_too_long"),
        (draft(price_kopecks=100), "price_wrong"),
        (draft(Category.SELL, price_kopecks=0), "price_wrong"),
        (draft(Category.SELL, price_kopecks=-5), "price_wrong"),
        (draft(Category.SELL, price_kopecks=10**15), "price_wrong"),
        (draft(Category.EVENTS), "time_missing"),
    ],
)
def test_what_cannot_stand_on_the_board_is_refused(post: Poster, told: object, code: str) -> None:
    with refused(code):
        post(told)
    assert not Ad.objects.exists()


def test_an_event_has_its_day_ahead_and_stays_until_it_is_over(at: datetime, post: Poster) -> None:
    ad = post(event(at))
    assert ad.starts_at and ad.expires_at > ad.starts_at and ad.expires_at - ad.starts_at < timedelta(days=1)
    for days in (-1, 400):
        with refused("time_wrong"):
            post(event(at, days=days))
    with refused("time_wrong"):
        post(draft(starts_at=at + timedelta(days=1)))


def test_twenty_ads_are_enough_for_one_resident(cast: Cast, at: datetime, post: Poster) -> None:
    posted = post()
    Ad.objects.bulk_create(
        Ad(
            author=cast.anna, house=cast.house, published_at=at, expires_at=at + timedelta(days=9), category=1, reach=1,
            title="Ещё", key=f"bulk-{number}",
        )
        for number in range(19)
    )  # fmt: skip
    with refused("ads_too_many"):
        post()
    Ad.objects.filter(pk=posted.pk).update(done_at=at)
    post()


def test_new_accounts_are_paced(cast: Cast, at: datetime, post: Poster) -> None:
    for number in range(3):
        post(draft(title=f"Отдам стул {number}"), by=cast.vera)
    with refused("too_hasty"):
        post(draft(title="Отдам стол"), by=cast.vera)


def test_a_wide_ad_asks_for_a_proof_and_for_a_company(cast: Cast, at: datetime, post: Poster) -> None:
    assert post(draft(reach=Reach.COMPANY)).company_id == cast.company.pk
    with refused("reach_needs_proof"):
        post(draft(reach=Reach.COMPANY), by=cast.vera)
    with refused("reach_unknown"):
        post(draft(reach=Reach.DISTRICT))
    with refused("reach_unknown"):
        post(draft(reach=Reach.COMPANY), by=cast.gleb)


def test_nobody_posts_to_a_house_that_is_not_his(cast: Cast, post: Poster) -> None:
    for house_id in (cast.other_house.pk, 0, 10**9, -1):
        with refused("house_unknown"):
            post(house_id=house_id)
    with refused("house_unknown"):
        post(by=cast.olga)
