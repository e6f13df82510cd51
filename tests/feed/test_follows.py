"""Other houses: only those that were chosen, only a few."""

from __future__ import annotations

from datetime import datetime

import pytest

from dvor.base.refusals import Refusal
from dvor.feed import follows, seen
from dvor.feed.models import Follow, Seen
from dvor.homes.models import House
from tests.cast import Cast


def test_choosing_twice_is_choosing_once(cast: Cast, at: datetime) -> None:
    for _time in range(2):
        follows.choose(cast.other_house.pk, by=cast.anna, at=at)
    assert Follow.objects.count() == 1
    for _time in range(2):
        follows.drop(cast.other_house.pk, by=cast.anna)
    assert not Follow.objects.exists()


@pytest.mark.parametrize("house_id", [0, -1, 10**9, 2**70])
def test_a_house_that_does_not_exist_is_unknown(cast: Cast, at: datetime, house_id: int) -> None:
    with pytest.raises(Refusal) as refused:
        follows.choose(house_id, by=cast.anna, at=at)
    assert refused.value.code == "house_unknown"


def test_ones_own_house_is_there_already(cast: Cast, at: datetime) -> None:
    with pytest.raises(Refusal) as refused:
        follows.choose(cast.house.pk, by=cast.anna, at=at)
    assert refused.value.code == "house_own"


def test_five_are_enough(cast: Cast, at: datetime) -> None:
    others = House.objects.bulk_create([House(unom=5000 + n, address=f"Улица, дом {n}") for n in range(6)])
    for house in others[:5]:
        follows.choose(house.pk, by=cast.anna, at=at)
    with pytest.raises(Refusal) as refused:
        follows.choose(others[5].pk, by=cast.anna, at=at)
    assert refused.value.code == "houses_too_many"


def test_an_erased_resident_leaves_nothing_of_it(cast: Cast, at: datetime) -> None:
    for resident in (cast.anna, cast.boris):
        follows.choose(cast.other_house.pk, by=resident, at=at)
        seen.mark([(cast.house.pk, 1, 5)], by=resident, at=at)
    follows.erase(resident_ids=[cast.anna.pk], at=at)
    assert set(Follow.objects.values_list("resident_id", flat=True)) == {cast.boris.pk}
    assert set(Seen.objects.values_list("resident_id", flat=True)) == {cast.boris.pk}
