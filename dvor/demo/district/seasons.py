"""How much a household uses in a month: seasons, holidays, leaks. Pure arithmetic, so that a test can hold it.

Norms behind it: a person uses about 4 m³ of cold and 2.5 m³ of hot water a month (the city's norm is 6.9 and 4.7, and
those who have meters use less); a flat with a gas stove about 60 kWh plus 45 a person, with an electric one half as
much again; heating takes 0.02 Gcal a square metre in a January of −9 °C.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import lru_cache
from random import Random

from dvor.demo.district.dice import dice
from dvor.demo.district.households import Household, Way


class Resource(StrEnum):
    """The five metered resources, by the product's own codes."""

    COLD_WATER = "cold_water"
    HOT_WATER = "hot_water"
    ELECTRICITY = "electricity"
    HEAT = "heat"
    GAS = "gas"


# By month, January first.
_WATER = (1.02, 1.00, 1.00, 1.00, 0.98, 0.96, 0.94, 0.94, 1.02, 1.03, 1.03, 1.08)
_LIGHT = (1.16, 1.08, 1.02, 0.95, 0.88, 0.84, 0.86, 0.88, 0.97, 1.06, 1.14, 1.24)
_HEAT = (1.00, 0.94, 0.74, 0.34, 0.00, 0.00, 0.00, 0.00, 0.05, 0.40, 0.68, 0.92)
HEAT_SEASON = frozenset(month for month, part in enumerate(_HEAT, start=1) if part > 0)
_LEAK_M3 = (5.0, 16.0)


def at_home(household: Household, month: date, *, seed: int) -> float:
    """The part of a month that the household spends at home: summers away, a week of winter holidays, travel."""
    return _at_home(seed, household.flat.name, household.way, "traveller" in household.traits, month)


@lru_cache(maxsize=1_000)  # asked for each meter of a flat in turn
def _at_home(seed: int, flat: str, way: Way, travels: bool, month: date) -> float:  # noqa: FBT001 a key of the cache
    if way is Way.EMPTY:
        return 1.0
    chance = dice(seed, "away", flat, month)
    if travels:
        return chance.uniform(0.15, 0.7)
    if month.month in (6, 7, 8):
        return chance.choice((1.0, way.summer_at_home, way.summer_at_home * chance.uniform(0.3, 1.0)))
    if month.month in (1, 5) and chance.random() < 0.2:
        return 0.75
    return 1.0 if chance.random() < 0.94 else chance.uniform(0.4, 0.8)


def used(household: Household, resource: Resource, month: date, *, seed: int) -> float:
    """Use of one resource in one month: m³, kWh or Gcal."""
    chance = dice(seed, "use", household.flat.name, resource.value, month)
    present = at_home(household, month, seed=seed)
    ripple = chance.uniform(0.88, 1.12)
    measure = {
        Resource.COLD_WATER: _cold_water,
        Resource.HOT_WATER: _hot_water,
        Resource.ELECTRICITY: _electricity,
        Resource.HEAT: _heat,
        Resource.GAS: _gas,
    }[resource]
    return max(0.0, measure(household, month, present, chance) * ripple)


def _cold_water(household: Household, month: date, present: float, chance: Random) -> float:
    shared = household.persons * 4.1 * household.way.water * _WATER[month.month - 1] * present
    if is_hot_water_off(household, month):
        shared *= 1.12  # kettles and showers of cold water
    return shared + (chance.uniform(*_LEAK_M3) if is_leaking(household, month) else 0.0)


def _hot_water(household: Household, month: date, present: float, _chance: Random) -> float:
    off = 0.62 if is_hot_water_off(household, month) else 1.0
    winter = 1.08 if month.month in (11, 12, 1, 2) else 1.0
    return household.persons * 2.5 * household.way.water * winter * present * off


def _electricity(household: Household, month: date, present: float, _chance: Random) -> float:
    if household.way is Way.EMPTY:
        return 6.0
    per_person = 45.0 * (1.5 if household.flat.house.kind.has_electric_stoves else 1.0)
    fridge = 35.0
    cooling = 30.0 if household.flat.house.built_in > 2015 and month.month == 7 else 0.0
    living = (25.0 + per_person * household.persons) * household.way.light * _LIGHT[month.month - 1] + cooling
    return fridge + living * present


def _heat(household: Household, month: date, _present: float, _chance: Random) -> float:
    return household.flat.area_cm2 / 10_000 * 0.020 * _HEAT[month.month - 1]


def _gas(household: Household, _month: date, present: float, _chance: Random) -> float:
    return (1.5 + 6.5 * household.persons) * present if household.persons else 0.0


def is_leaking(household: Household, month: date) -> bool:
    """Whether the household's tap or cistern leaks in this month, unnoticed until the bill comes."""
    if household.leak is None:
        return False
    start, months = household.leak
    return 0 <= (month.year - start.year) * 12 + month.month - start.month < months


def is_hot_water_off(household: Household, month: date) -> bool:
    """Each summer the hot water of a house is off for ten days, in a month that goes round from house to house."""
    return month.month == 5 + (household.flat.house.unom + month.year) % 4


def by_zone(total: float, zones: int) -> list[float]:
    """Electricity by tariff zone: one; day and night; peak, night and half-peak."""
    shares = {1: (1.0,), 2: (0.69, 0.31), 3: (0.33, 0.27, 0.40)}[zones]
    return [total * share for share in shares]
