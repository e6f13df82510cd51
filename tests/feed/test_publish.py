"""Cards come into the feeds of houses, are changed, withdrawn, hidden; publishing again changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from dvor.feed import entries
from dvor.feed.entries import NewEntry
from dvor.feed.kinds import EntryKind
from dvor.feed.models import Entry
from tests.cast import Cast

AD = EntryKind("test_ad", {"ru": "Объявления", "en": "Ads"}, "megaphone")


@pytest.fixture
def card(cast: Cast, at: datetime) -> NewEntry:
    return NewEntry(
        AD, "ad:1", cast.house.pk, "Отдам диван", "Почти новый, самовывоз", "/ads/1/", at, author_id=cast.anna.pk
    )


def test_a_card_is_published_once_and_keeps_its_number(card: NewEntry, at: datetime) -> None:
    first = entries.publish([card], at=at)
    again = entries.publish([card], at=at + timedelta(hours=1))
    assert first == again and Entry.objects.count() == 1


def test_publishing_again_updates_and_keeps_the_place(card: NewEntry, at: datetime) -> None:
    [number] = entries.publish([card], at=at)
    later = replace(card, title="Отдам диван и кресло", until=at + timedelta(days=30))
    assert entries.publish([later], at=at) == [number]
    entry = Entry.objects.get()
    assert (entry.title, entry.until, entry.published_at) == (later.title, later.until, at)


def test_numbers_come_back_in_the_order_given(card: NewEntry, cast: Cast, at: datetime) -> None:
    batch = [
        replace(card, subject=f"ad:{n}", house_id=house)
        for n in range(5)
        for house in (cast.other_house.pk, cast.house.pk)
    ]
    numbers = entries.publish(batch, at=at)
    assert [Entry.objects.get(pk=number).subject for number in numbers] == [one.subject for one in batch]
    assert entries.publish(batch[::-1], at=at) == numbers[::-1]


def test_a_withdrawn_card_comes_back_by_publishing(card: NewEntry, at: datetime) -> None:
    entries.publish([card], at=at)
    assert entries.withdraw([card.subject], at=at) == 1
    assert entries.withdraw([card.subject], at=at) == 0
    assert Entry.objects.get().withdrawn_at == at
    entries.publish([card], at=at)
    assert Entry.objects.get().withdrawn_at is None


def test_what_moderation_hid_stays_hidden_until_it_restores(card: NewEntry, at: datetime) -> None:
    entries.publish([card], at=at)
    assert entries.hide([card.subject], at=at) == 1
    entries.withdraw([card.subject], at=at)
    entries.publish([replace(card, title="Другое")], at=at)
    assert Entry.objects.get().hidden_at == at
    assert entries.restore([card.subject], at=at) == 1
    assert Entry.objects.get().hidden_at is None


def test_texts_become_one_plain_line_and_are_cut_at_a_word() -> None:
    assert entries.plain("  a\x00b\n\nc\t\ue000d ", 20) == "a b c d"
    assert entries.plain("раз два три четыре", 12) == "раз два три…"
    assert len(entries.plain("я" * 300, 200)) == 200


def test_nothing_is_published_for_nothing(db: None, at: datetime) -> None:
    assert entries.publish([], at=at) == [] and entries.withdraw([], at=at) == 0
