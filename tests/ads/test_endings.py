"""Ads end and come back: done, withdrawn, prolonged; each twice is as good as once, and the feed follows."""

from __future__ import annotations

from datetime import datetime, timedelta

from dvor.ads import ads, endings, upkeep
from dvor.feed.models import Entry
from dvor.notices.models import Notice
from tests.ads.conftest import Category, Poster, Reach, draft, event, refused
from tests.cast import Cast

DAY = timedelta(days=1)


def in_feed(number: int) -> bool:
    return Entry.objects.get(subject=f"ad:{number}").withdrawn_at is None


def test_done_is_undone_within_a_day(cast: Cast, at: datetime, post: Poster) -> None:
    ad = post()
    for _twice in range(2):
        assert endings.finish(ad_id=ad.pk, by=cast.anna, at=at).done_at == at
    assert not in_feed(ad.pk)
    assert endings.bring_back(ad_id=ad.pk, by=cast.anna, at=at + DAY).is_live(at + DAY) and in_feed(ad.pk)
    endings.withdraw(ad_id=ad.pk, by=cast.anna, at=at + DAY)
    assert not in_feed(ad.pk)
    with refused("ad_over"):
        endings.finish(ad_id=ad.pk, by=cast.anna, at=at + DAY)
    with refused("undo_over"):
        endings.bring_back(ad_id=ad.pk, by=cast.anna, at=at + 3 * DAY)


def test_it_is_prolonged_in_its_last_week_and_a_month_after(cast: Cast, at: datetime, post: Poster) -> None:
    ad = post()
    with refused("prolong_early"):
        endings.prolong(ad_id=ad.pk, by=cast.anna, at=at + DAY)
    assert endings.prolong(ad_id=ad.pk, by=cast.anna, at=at + 10 * DAY).expires_at == at + 24 * DAY
    assert endings.prolong(ad_id=ad.pk, by=cast.anna, at=at + 30 * DAY).is_live(at + 31 * DAY) and in_feed(ad.pk)
    with refused("ad_over"):
        endings.prolong(ad_id=ad.pk, by=cast.anna, at=at + 90 * DAY)
    party = post(event(at))
    with refused("ad_over"):
        endings.prolong(ad_id=party.pk, by=cast.anna, at=at + DAY)


def test_an_edit_changes_the_card_too(cast: Cast, at: datetime, post: Poster) -> None:
    ad = post(draft(Category.SELL, "Велосипед", price_kopecks=500_000))
    told = draft(Category.SELL, "Велосипед «Кама»", price_kopecks=450_000, reach=Reach.COMPANY)
    changed = ads.edit(told, ad_id=ad.pk, by=cast.anna, at=at + DAY)
    assert (changed.title, changed.price_kopecks, changed.edited_at) == ("Велосипед «Кама»", 450_000, at + DAY)
    assert changed.company_id == cast.company.pk and changed.expires_at == ad.expires_at
    assert Entry.objects.get(subject=ad.subject).title == "Велосипед «Кама»"
    endings.withdraw(ad_id=ad.pk, by=cast.anna, at=at + DAY)
    with refused("ad_over"):
        ads.edit(told, ad_id=ad.pk, by=cast.anna, at=at + DAY)
    with refused("ad_unknown"):
        ads.edit(told, ad_id=ad.pk, by=cast.boris, at=at + DAY)


def test_the_author_is_warned_once(cast: Cast, at: datetime, post: Poster) -> None:
    ad, party = post(), post(event(at, days=12))
    assert upkeep.warn(at=at + 11 * DAY) == 0
    assert upkeep.warn(at=at + 13 * DAY) == 1 and upkeep.warn(at=at + 13 * DAY + DAY / 2) == 0
    notice = Notice.objects.get(kind="ads.expires_soon")
    assert notice.resident_id == cast.anna.pk and notice.url == f"/ads/{ad.pk}/" and party.pk != ad.pk
