"""Sixteen at once: one first ad is paid, one key is one ad, six pictures are six, one talk a neighbour."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection

from dvor.ads import ads, album, answers
from dvor.ads.models import Ad, First, Picture
from dvor.base.refusals import Refusal
from dvor.chats.models import Chat, Message
from dvor.ledger import proof
from dvor.ledger import queries as ledger
from dvor.moderation.models import Pace
from dvor.points.models import Award
from tests.ads.conftest import draft, new_key, photo
from tests.cast import Cast

AT_ONCE = 16
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db: None, at: datetime) -> Cast:
    return Cast.assemble(at=at)


def at_once(act: Callable[[int], Any]) -> list[Any]:
    def run(number: int) -> Any:
        try:
            return act(number)
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, range(AT_ONCE)))


def unhurried() -> None:
    """Paces are not what is tested here."""
    acts = set(Pace.objects.values_list("act", flat=True))
    Pace.objects.bulk_create(Pace(act=act, since=date(2001, 1, 1), per_hour=1000, per_day=1000) for act in acts)


def test_sixteen_ads_are_one_first_ad(cast: Cast, at: datetime) -> None:
    unhurried()
    told = at_once(
        lambda n: ads.post(draft(title=f"Стул {n}"), house_id=cast.house.pk, by=cast.anna, at=at, key=f"k{n}")[1]
    )
    assert [award.points for award in told if award is not None] == [50]
    assert Ad.objects.count() == AT_ONCE and First.objects.count() == Award.objects.count() == 1
    assert ledger.balance(cast.anna.pk).available == 50 and not proof.prove()


def test_one_key_is_one_ad_with_its_pictures(cast: Cast, at: datetime) -> None:
    unhurried()
    told = at_once(
        lambda _n: ads.post(
            draft(), house_id=cast.house.pk, by=cast.anna, at=at, key="k", uploads=[photo()]
        )[0].pk
    )  # fmt: skip
    assert len(set(told)) == Ad.objects.count() == Picture.objects.count() == 1


def test_six_pictures_are_six_whoever_comes_first(cast: Cast, at: datetime) -> None:
    unhurried()
    ad, _award = ads.post(draft(), house_id=cast.house.pk, by=cast.anna, at=at, key="k")
    told = at_once(lambda n: album.add([photo((n * 9, n * 5, n))], ad_id=ad.pk, by=cast.anna, at=at))  # type: ignore[arg-type]
    assert told.count("pictures_too_many") == AT_ONCE - 6
    assert sorted(ad.pictures.values_list("position", flat=True)) == [1, 2, 3, 4, 5, 6]


def test_one_talk_a_neighbour_and_one_word_a_key(cast: Cast, at: datetime) -> None:
    unhurried()
    ad, _award = ads.post(draft(), house_id=cast.house.pk, by=cast.anna, at=at, key=new_key())
    told = at_once(lambda n: answers.send(f"Я {n % 4}", ad_id=ad.pk, by=cast.boris, at=at, key=f"k{n % 4}").pk)
    assert len(set(told)) == Message.objects.count() == 4 and Chat.objects.count() == 1
    assert sorted(Message.objects.values_list("revision", flat=True)) == [1, 2, 3, 4]
