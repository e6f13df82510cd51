"""Leaflets: a kind of content that only these tests know, kept in a dictionary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import pytest

from dvor.base.refusals import Refusal
from dvor.homes.rights import Act
from dvor.moderation import kinds
from dvor.moderation.kinds import Content, ContentKind
from dvor.people.models import Resident
from tests.cast import Cast


@dataclass
class Leaflet:
    author_id: int
    house_id: int
    text: str
    hidden: bool = False


LEAFLETS: dict[int, Leaflet] = {}


def _load(numbers: Sequence[int]) -> dict[int, Content]:
    return {
        number: Content(found.author_id, found.house_id, found.text, f"/leaflets/{number}/")
        for number in numbers
        if (found := LEAFLETS.get(number))
    }


def _hide(number: int, at: datetime) -> None:
    if number in LEAFLETS:
        LEAFLETS[number].hidden = True


def _restore(number: int, at: datetime) -> None:
    if number in LEAFLETS:
        LEAFLETS[number].hidden = False


LEAFLET = kinds.register(
    ContentKind("leaflet", {"ru": "Листовка", "en": "Leaflet"}, _load, _hide, _restore, act=Act.SEE_ADS)
)


@dataclass
class Board:
    """Where leaflets hang."""

    cast: Cast

    def post(self, author: Resident | None = None, text: str = "Отдам диван, самовывоз") -> int:
        number = len(LEAFLETS) + 1
        author = author or self.cast.anna
        LEAFLETS[number] = Leaflet(author.pk, self.cast.house.pk, text)
        return number


@contextmanager
def refused(code: str) -> Iterator[None]:
    """What is inside is refused with this code."""
    with pytest.raises(Refusal) as raised:
        yield
    assert raised.value.code == code
