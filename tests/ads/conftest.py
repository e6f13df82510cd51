"""What the tests of ads share: a board with people, words, pictures drawn on the spot."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count

import pytest
from PIL import Image

from dvor.ads import ads
from dvor.ads.drafts import Draft
from dvor.ads.models import Ad
from dvor.base.refusals import Refusal
from dvor.people.models import Resident
from tests.cast import Cast

Category, Reach = Ad.Category, Ad.Reach
_numbers = count(1)
Poster = Callable[..., Ad]


def draft(category: Ad.Category = Category.GIVE_AWAY, title: str = "Отдам диван", **more: object) -> Draft:
    return Draft(category, title, **more)  # type: ignore[arg-type]


def event(at: datetime, *, days: int = 3, **more: object) -> Draft:
    return draft(Category.EVENTS, "Субботник во дворе", starts_at=at + timedelta(days=days), place="у фонтана", **more)


def photo(colour: str = "teal", size: tuple[int, int] = (640, 480), form: str = "JPEG") -> io.BytesIO:
    """A picture as a telephone would send it."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, form)
    out.seek(0)
    return out


@contextmanager
def refused(code: str) -> Iterator[None]:
    """The block is refused with this code."""
    with pytest.raises(Refusal) as told:
        yield
    assert told.value.code == code, told.value


def new_key() -> str:
    return f"key-{next(_numbers)}"


@pytest.fixture
def post(cast: Cast, at: datetime) -> Poster:
    """Post an ad as Anna in her house, unless told otherwise."""

    def post(
        told: Draft | None = None, *, by: Resident | None = None, when: datetime | None = None, **more: object
    ) -> Ad:
        who = by or cast.anna
        house = cast.other_house if who == cast.gleb else cast.house
        given = {"house_id": house.pk, "key": new_key(), **more}
        ad, _award = ads.post(told or draft(), by=who, at=when or at, **given)  # type: ignore[arg-type]
        return ad

    return post
