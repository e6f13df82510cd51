"""Who lives in a flat and how: how many, how careful, since when on the site."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum

from dvor.base.periods import month_plus
from dvor.demo.district.dice import dice
from dvor.demo.district.flats import FlatPlan
from dvor.demo.district.names import Name, family
from dvor.people.levels import Level


class Way(Enum):
    """How a household lives: (persons from, persons to, water, light, share of weeks spent at home in summer)."""

    PENSIONERS = (1, 2, 0.85, 0.80, 0.55)
    FAMILY = (3, 5, 1.00, 1.05, 0.60)
    COUPLE = (2, 2, 1.05, 1.00, 0.80)
    SINGLE = (1, 1, 1.15, 1.10, 0.85)
    TENANTS = (2, 4, 1.20, 1.10, 0.95)
    EMPTY = (0, 0, 0.00, 0.06, 0.00)

    @property
    def water(self) -> float:
        return self.value[2]

    @property
    def light(self) -> float:
        return self.value[3]

    @property
    def summer_at_home(self) -> float:
        return self.value[4]


@dataclass(frozen=True, slots=True)
class Person:
    """A grown-up of the household who signs in. ``sub`` is their subject at the city ID."""

    sub: str
    name: Name
    level: Level
    status: str
    proof: str


@dataclass(frozen=True, slots=True)
class Household:
    """The people of a flat. ``joined`` is the month when the first of them came to the site, nothing when nobody did;
    ``diligence`` the chance that they send readings in a month; ``day`` when they usually do."""

    flat: FlatPlan
    way: Way
    persons: int
    joined: date | None
    diligence: float
    day: int
    grown_ups: tuple[Person, ...] = ()
    leak: tuple[date, int] | None = None
    silent_since: date | None = None
    traits: frozenset[str] = field(default_factory=frozenset)


_WAYS = (Way.PENSIONERS, Way.FAMILY, Way.COUPLE, Way.SINGLE, Way.TENANTS, Way.EMPTY)
_WAYS_BY_ROOMS = {
    1: (26, 6, 20, 32, 12, 4),
    2: (26, 28, 20, 10, 13, 3),
    3: (20, 50, 14, 4, 9, 3),
    4: (16, 66, 8, 2, 6, 2),
}
_LEVELS = ((Level.FULL, 34), (Level.STANDARD, 46), (Level.SIMPLIFIED, 20))
# Most neighbours send on the first evenings of the window or on the last ones; a few in between.
_DAYS, _DAY_WEIGHTS = (15, 16, 18, 20, 22, 24, 25), (16, 14, 12, 18, 12, 14, 14)


def settle(flat: FlatPlan, *, seed: int, months: list[date]) -> Household:
    """The household of a flat, over the months of the demo's past (oldest first)."""
    chance = dice(seed, "household", flat.name)
    way = chance.choices(_WAYS, _WAYS_BY_ROOMS[flat.rooms])[0]
    persons = chance.randint(way.value[0], way.value[1])
    joined = None
    if persons and chance.random() < 0.78:
        # Half were there when the two years began; the others heard of it from neighbours, one by one.
        joined = months[0] if chance.random() < 0.5 else chance.choice(months[:-2] or months)
    leak = None
    if persons and len(months) > 6 and chance.random() < 0.04:
        leak = (month_plus(months[0], chance.randint(2, len(months) - 4)), chance.randint(1, 3))
    household = Household(
        flat=flat,
        way=way,
        persons=persons,
        joined=joined,
        diligence=min(0.99, chance.betavariate(7, 1.4)),
        day=chance.choices(_DAYS, _DAY_WEIGHTS)[0],
        leak=leak,
        silent_since=chance.choice(months[-5:]) if joined and chance.random() < 0.06 else None,
    )
    return replace(household, grown_ups=_grown_ups(household, seed)) if joined else household


def _grown_ups(household: Household, seed: int) -> tuple[Person, ...]:
    """One or two of the flat are on the site; in a rented flat nobody owns."""
    flat, chance = household.flat, dice(seed, "people", household.flat.name)
    count = 2 if household.persons > 1 and chance.random() < 0.2 else 1
    people = []
    for place, name in enumerate(family(chance, count)):
        level = chance.choices([level for level, _weight in _LEVELS], [weight for _level, weight in _LEVELS])[0]
        if household.way is Way.TENANTS:
            status, proof = "occupant", "payer_code" if chance.random() < 0.75 else "none"
        elif place == 0 and level is not Level.SIMPLIFIED:
            status, proof = "owner", "registry"
        else:
            status, proof = "registered", "payer_code"
        people.append(Person(f"demo-{flat.name}-{place + 1}", name, level, status, proof))
    return tuple(people)
