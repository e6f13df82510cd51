"""Sixteen connections publish, withdraw, read and write forms at once: nothing doubles, nothing is swallowed."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest
from django.db import connections, transaction

from dvor.feed import entries, follows, kinds, news, outages, queries, seen
from dvor.feed.models import Entry, Follow, News, Outage, Service, Stream
from dvor.feed.queries import Asked
from dvor.homes.models import House
from dvor.notices.models import Notice
from tests.attack.crowd import CONNECTIONS, storm
from tests.cast import Cast
from tests.feed.conftest import AD, card, to_house

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(transactional_db: None, at: datetime) -> Cast:
    return Cast.assemble(at=at)


def test_the_same_cards_published_by_all_are_published_once(town: Cast, at: datetime) -> None:
    places = [House.objects.create(unom=7000 + n, address=f"Улица, дом {n}").pk for n in range(8)]
    cards = [replace(card(AD, place, at), subject=f"ad:{n}") for place in places for n in range(5)]
    answers: list[list[int]] = [[] for _ in range(CONNECTIONS)]

    def publish(number: int) -> None:
        mine = cards[:]
        Random(number).shuffle(mine)  # each in another order: locks are taken in one all the same
        numbers = dict(zip([(one.subject, one.house_id) for one in mine], entries.publish(mine, at=at), strict=True))
        answers[number] = [numbers[one.subject, one.house_id] for one in cards]

    assert storm(publish) == {"done": CONNECTIONS}
    assert Entry.objects.count() == len(cards) and Stream.objects.count() == len(places)
    assert len({tuple(answer) for answer in answers}) == 1, "everybody is told the same numbers"


def test_publishing_and_withdrawing_at_once_ends_in_one_of_both(town: Cast, at: datetime) -> None:
    one = card(AD, town.house.pk, at)

    def act(number: int) -> None:
        if number % 2:
            entries.publish([one], at=at)
        else:
            entries.withdraw([one.subject], at=at)

    for _round in range(5):
        assert storm(act) == {"done": CONNECTIONS}
    assert Entry.objects.count() == 1


def test_a_form_sent_by_sixteen_fingers_is_one_and_tells_once(town: Cast, at: datetime) -> None:
    draft = outages.Draft(Service.LIFT, emergency=True, starts_at=at, ends_at=None)
    assert storm(lambda _n: outages.announce(draft, to_house(town), key="one", by=town.ivan, at=at)) == {"done": 16}
    assert storm(lambda _n: news.publish(news.Draft("a", "b"), to_house(town), key="n", by=town.ivan, at=at)) == {
        "done": 16
    }
    assert (Outage.objects.count(), News.objects.count(), Entry.objects.count()) == (1, 1, 2)
    assert Notice.objects.count() == 3, "each of three neighbours, once"


def test_an_outage_is_ended_or_cancelled_once(town: Cast, at: datetime) -> None:
    draft = outages.Draft(Service.LIFT, emergency=True, starts_at=at - timedelta(hours=1), ends_at=None)
    outage = outages.announce(draft, to_house(town), key="one", by=town.ivan, at=at)

    def act(number: int) -> None:
        what = outages.end if number % 2 else outages.cancel
        what(outage.pk, by=town.ivan, at=at, reason="все сразу")

    outcomes = storm(act)
    assert outcomes["done"] == 1 and sum(outcomes.values()) == CONNECTIONS
    assert Notice.objects.filter(kind="feed.changed").count() == 3


def test_what_comes_while_one_reads_is_never_swallowed(town: Cast, at: datetime) -> None:
    """A publisher that drew an early number and commits late must still be new to a reader who saw a later one."""
    later = at + timedelta(hours=1)
    other = House.objects.get(pk=town.other_house.pk)
    follows.choose(other.pk, by=town.anna, at=at)
    drawn, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                entries.publish([card(kinds.NEWS, other.pk, later, "Медленная")], at=later)
                drawn.set()
                assert may_commit.wait(timeout=30)
        finally:
            connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    assert drawn.wait(timeout=30)
    entries.publish([card(kinds.NEWS, town.house.pk, later, "Быстрая")], at=later)
    page = queries.page(town.anna, Asked(), at=later)
    assert [one.plain_title for one in page.shown] == ["Быстрая"]
    seen.mark(page.seen, by=town.anna, at=later)
    seen.mark_all(upto=page.newest or 0, by=town.anna, at=later)
    may_commit.set()
    thread.join(timeout=30)
    assert queries.unread(town.anna, at=later) == 1
    [slow_one] = [one for one in queries.page(town.anna, Asked(), at=later).shown if one.row.is_unread]
    assert slow_one.plain_title == "Медленная" and slow_one.row.id < (page.newest or 0)


def test_numbers_of_a_house_become_visible_in_their_order(town: Cast, at: datetime) -> None:
    """Sixteen publishers of one house, and a reader who never meets a number below one that he has seen."""
    stop, broken, highest = threading.Event(), [], [0]

    def read() -> None:
        try:
            known: set[int] = set()
            while not stop.is_set():
                found = set(Entry.objects.filter(house=town.house).values_list("pk", flat=True))
                broken.extend(number for number in found - known if number < highest[0])
                known |= found
                highest[0] = max(known, default=0)
        finally:
            connections.close_all()

    reader = threading.Thread(target=read)
    reader.start()

    def publish(number: int) -> None:
        for _turn in range(6):
            entries.publish([card(AD, town.house.pk, at) for _ in range(number % 3 + 1)], at=at)

    assert storm(publish) == {"done": CONNECTIONS}
    stop.set()
    reader.join(timeout=30)
    assert not broken


def test_one_reader_in_sixteen_tabs_has_one_row(town: Cast, at: datetime) -> None:
    later = at + timedelta(hours=1)
    entries.publish([card(AD, town.house.pk, later, f"№ {n}") for n in range(160)], at=later)
    numbers = list(Entry.objects.order_by("pk").values_list("pk", flat=True))

    def look(number: int) -> None:
        for one in numbers[number::CONNECTIONS]:
            seen.mark([(town.house.pk, one, one)], by=town.anna, at=later)

    assert storm(look) == {"done": CONNECTIONS}
    assert queries.unread(town.anna, at=later) == 0


def test_no_more_houses_are_chosen_at_once_than_one_by_one(town: Cast, at: datetime) -> None:
    others = [House.objects.create(unom=8000 + n, address=f"Улица, дом {n}").pk for n in range(CONNECTIONS)]
    outcomes = storm(lambda number: follows.choose(others[number], by=town.anna, at=at))
    assert outcomes == Counter(done=follows.FOLLOWED_MAX, houses_too_many=CONNECTIONS - follows.FOLLOWED_MAX)
    assert Follow.objects.count() == follows.FOLLOWED_MAX
