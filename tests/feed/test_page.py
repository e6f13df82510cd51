"""One list a resident: his own houses by his rights, others when chosen; pages by cursor; what is new to him."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dvor.feed import entries, kinds, queries, seen
from dvor.feed.models import Entry, Follow, Seen
from dvor.feed.queries import Asked
from dvor.homes.models import Flat, Residency
from dvor.people.models import Resident
from tests.cast import Cast
from tests.feed.conftest import AD, POLL, card

Publish = Callable[..., int]


def titles(resident: Resident, at: datetime, **asked: object) -> list[str]:
    page = queries.page(resident, Asked(**asked), at=at)  # type: ignore[arg-type]
    return [one.plain_title for one in page.shown]


def test_newest_first_of_my_house_only(cast: Cast, publish: Publish, at: datetime) -> None:
    publish(kinds.NEWS, cast.house.pk, "Первая")
    publish(kinds.NEWS, cast.house.pk, "Вторая")
    publish(kinds.NEWS, cast.other_house.pk, "Чужая")
    assert titles(cast.anna, at) == ["Вторая", "Первая"]
    assert titles(cast.gleb, at) == ["Чужая"]
    assert titles(cast.olga, at) == [], "an operator without a flat has no feed"


@pytest.mark.parametrize(
    ("status", "proof", "sees"),
    [
        (Residency.Status.GUEST, "none", {"news"}),
        (Residency.Status.GUEST, "invitation", {"news", "ad"}),
        (Residency.Status.OCCUPANT, "none", {"news", "ad"}),
        (Residency.Status.OCCUPANT, "payer_code", {"news", "ad", "poll"}),
        (Residency.Status.REGISTERED, "payer_code", {"news", "ad", "poll"}),
        (Residency.Status.OWNER, "registry", {"news", "ad", "poll"}),
    ],
)
def test_a_status_sees_the_kinds_of_its_rights(
    cast: Cast, publish: Publish, at: datetime, status: int, proof: str, sees: set[str]
) -> None:
    for kind, title in ((kinds.NEWS, "news"), (AD, "ad"), (POLL, "poll")):
        publish(kind, cast.house.pk, title)
    Residency.objects.filter(resident=cast.vera).delete()
    Residency.objects.create(
        resident=cast.vera, flat=cast.second_flat, status=status, proof=proof, since=at,
        proved_at=None if proof == "none" else at,
    )  # fmt: skip
    assert set(titles(cast.vera, at)) == sees
    assert set(titles(cast.vera, at, typed="news OR ad OR poll")) == sees
    Residency.objects.filter(resident=cast.vera).update(until=at + timedelta(minutes=1))
    assert titles(cast.vera, at) == []


def test_a_chosen_house_shows_open_kinds_only(cast: Cast, publish: Publish, at: datetime) -> None:
    publish(kinds.NEWS, cast.house.pk, "Новость")
    publish(AD, cast.house.pk, "Доска")
    Follow.objects.create(resident=cast.gleb, house=cast.house, since=at)
    Follow.objects.create(resident=cast.anna, house=cast.house, since=at)
    assert titles(cast.gleb, at) == ["Новость"]
    assert set(titles(cast.anna, at)) == {"Новость", "Доска"}, "one's own house is not lessened by choosing it"
    assert titles(cast.gleb, at, house_id=cast.other_house.pk) == []


def test_an_entrance_sees_what_is_for_it(cast: Cast, publish: Publish, at: datetime) -> None:
    Flat.objects.filter(pk=cast.flat.pk).update(entrance=1)
    publish(kinds.NEWS, cast.house.pk, "Подъезд 1", entrance=1)
    publish(kinds.NEWS, cast.house.pk, "Подъезд 2", entrance=2)
    assert titles(cast.anna, at) == ["Подъезд 1"]
    assert len(titles(cast.vera, at)) == 2, "of her flat no entrance is known"


def test_withdrawn_and_hidden_cards_are_not_shown(cast: Cast, publish: Publish, at: datetime) -> None:
    publish(AD, cast.house.pk, "Снята", subject="ad:1")
    publish(AD, cast.house.pk, "Скрыта", subject="ad:2")
    entries.withdraw(["ad:1"], at=at)
    entries.hide(["ad:2"], at=at)
    assert titles(cast.anna, at) == [] and titles(cast.anna, at, typed="снята OR скрыта") == []
    assert queries.unread(cast.anna, at=at) == 0
    entries.restore(["ad:2"], at=at)
    assert titles(cast.anna, at) == ["Скрыта"]


def test_pages_follow_one_another_without_gap_or_repeat(cast: Cast, at: datetime) -> None:
    batch = [card((kinds.NEWS, AD, POLL)[n % 3], cast.house.pk, at, f"№ {n}") for n in range(53)]
    entries.publish(batch, at=at)
    found: list[str] = []
    before = None
    for _page in range(3):
        page = queries.page(cast.anna, Asked(before=before), at=at)
        found += [one.plain_title for one in page.shown]
        before = page.older
    assert found == [f"№ {n}" for n in range(52, -1, -1)] and before is None
    assert titles(cast.anna, at, kind="test_ad", count=3) == ["№ 52", "№ 49", "№ 46"]


def test_filters_of_kind_and_house(cast: Cast, publish: Publish, at: datetime) -> None:
    Residency.objects.create(
        resident=cast.anna, flat=cast.other_flat, status=3, proof="registry", proved_at=at, since=at
    )
    publish(kinds.NEWS, cast.house.pk, "Новость здесь")
    publish(AD, cast.other_house.pk, "Доска там")
    assert titles(cast.anna, at) == ["Доска там", "Новость здесь"]
    assert titles(cast.anna, at, kind="news") == ["Новость здесь"]
    assert titles(cast.anna, at, house_id=cast.other_house.pk) == ["Доска там"]
    assert titles(cast.anna, at, kind="no_such_kind") == [] and titles(cast.anna, at, house_id=10**9) == []


# ── What is new ──────────────────────────────────────────────────────────────────────────────────────────────────
def test_what_a_page_showed_is_seen_and_what_comes_later_is_new(cast: Cast, publish: Publish, at: datetime) -> None:
    later = at + timedelta(hours=1)
    publish(kinds.NEWS, cast.house.pk, "Первая", published_at=later)
    assert queries.unread(cast.anna, at=later) == 1
    page = queries.page(cast.anna, Asked(), at=later)
    assert page.has_unread
    seen.mark(page.seen, by=cast.anna, at=later)
    assert queries.unread(cast.anna, at=later) == 0
    publish(kinds.NEWS, cast.house.pk, "Вторая", published_at=later)
    page = queries.page(cast.anna, Asked(), at=later)
    assert [one.row.is_unread for one in page.shown] == [True, False]
    assert queries.unread(cast.boris, at=later) == 2, "each reads for himself"


def test_pages_that_were_not_opened_stay_new(cast: Cast, at: datetime) -> None:
    later = at + timedelta(hours=1)
    entries.publish([card(AD, cast.house.pk, later, f"№ {n}") for n in range(45)], at=later)
    first = queries.page(cast.anna, Asked(), at=later)
    seen.mark(first.seen, by=cast.anna, at=later)
    assert queries.unread(cast.anna, at=later) == 25
    last = queries.page(
        cast.anna, Asked(before=queries.page(cast.anna, Asked(before=first.older), at=later).older), at=later
    )
    seen.mark(last.seen, by=cast.anna, at=later)
    assert queries.unread(cast.anna, at=later) == 20
    seen.mark_all(upto=first.newest or 0, by=cast.anna, at=later)
    assert queries.unread(cast.anna, at=later) == 0
    assert Seen.objects.count() == 1, "one row, however much was read"


def test_a_filtered_page_shows_only_what_it_shows(cast: Cast, publish: Publish, at: datetime) -> None:
    later = at + timedelta(hours=1)
    for kind in (AD, kinds.NEWS, AD):
        publish(kind, cast.house.pk, published_at=later)
    seen.mark(queries.page(cast.anna, Asked(kind="test_ad"), at=later).seen, by=cast.anna, at=later)
    assert queries.unread(cast.anna, at=later) == 1


def test_old_things_are_no_news_and_neither_is_what_was_before_moving_in(
    cast: Cast, publish: Publish, at: datetime
) -> None:
    publish(kinds.NEWS, cast.house.pk, "До заселения", published_at=at - timedelta(days=1))
    assert queries.unread(cast.anna, at=at) == 0
    publish(kinds.NEWS, cast.house.pk, "Старая", published_at=at + timedelta(hours=1))
    assert queries.unread(cast.anna, at=at + timedelta(days=2)) == 1
    assert queries.unread(cast.anna, at=at + timedelta(days=40)) == 0


def test_reading_in_many_places_ends_in_one_range(cast: Cast, at: datetime) -> None:
    for number in range(0, 900, 3):
        seen.mark([(cast.house.pk, number, number)], by=cast.anna, at=at)
    with connection.cursor() as cursor:
        cursor.execute("select array_length(array_agg(r), 1) from feed_seen, unnest(numbers) r")
        assert cursor.fetchone()[0] < 200


def test_a_page_is_one_query(cast: Cast, publish: Publish, at: datetime) -> None:
    for _number in range(5):
        publish(AD, cast.house.pk)
    with CaptureQueriesContext(connection) as asked:
        queries.page(cast.anna, Asked(), at=at)
    assert len(asked) == 1
    assert Entry.objects.count() == 5
