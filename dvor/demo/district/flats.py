"""Flats of a house: numbered as builders do, entrance by entrance and floor by floor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from dvor.base.money import share
from dvor.demo.district.city import HOUSES, HousePlan
from dvor.demo.district.dice import dice


@dataclass(frozen=True, slots=True)
class FlatPlan:
    """One flat as the city's registry knows it."""

    house: HousePlan
    number: str
    entrance: int
    floor: int
    rooms: int
    area_cm2: int
    payer_code: str

    @property
    def name(self) -> str:
        """The flat's name for its own dice."""
        return f"{self.house.unom}-{self.number}"


def district(*, seed: int, count: int) -> list[FlatPlan]:
    """About ``count`` flats (1,500 at most), shared between the twelve houses by their size."""
    total = sum(house.flats_total for house in HOUSES)
    parts = share(min(count, total), [house.flats_total for house in HOUSES])
    taken: set[str] = set()
    return [flat for house, part in zip(HOUSES, parts, strict=True) for flat in _flats(house, seed, part, taken)]


def _flats(house: HousePlan, seed: int, count: int, taken: set[str]) -> Iterator[FlatPlan]:
    floors = range(house.first_floor, house.floors + 1)
    places = [
        (entrance, floor, place)
        for entrance in range(1, house.entrances + 1)
        for floor in floors
        for place in range(house.flats_per_floor)
    ]
    for number, (entrance, floor, place) in enumerate(places[:count], start=1):
        chance = dice(seed, house.unom, "flat", number)
        # One stack of flats, from the lowest to the highest floor, has one plan.
        rooms = dice(seed, house.unom, "stack", entrance, place).choices((1, 2, 3, 4), (28, 38, 28, 6))[0]
        area_m2 = house.kind.areas_m2[rooms - 1] + dice(seed, house.unom, "plan", entrance, place).uniform(-1.8, 1.8)
        yield FlatPlan(
            house=house,
            number=str(number),
            entrance=entrance,
            floor=floor,
            rooms=rooms,
            area_cm2=round(area_m2 * 10) * 1_000,  # to a tenth of a square metre, as passports of houses have it
            payer_code=_free_code(chance, taken),
        )


def _free_code(chance: Random, taken: set[str]) -> str:
    """Ten digits that say nothing about the flat, so that one code does not give away the neighbour's."""
    while True:
        code = str(chance.randint(1_000_000_000, 9_999_999_999))
        if code not in taken:
            taken.add(code)
            return code
