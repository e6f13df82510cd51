"""Meters of a flat: which it has, since when, until when they are verified, which were replaced."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from dvor.demo.district.city import HouseKind
from dvor.demo.district.dice import dice
from dvor.demo.district.households import Household
from dvor.demo.district.seasons import Resource, by_zone, used

# Years between verifications, and the digits of a common model: before and after the point.
_YEARS = {"cold_water": 6, "hot_water": 4, "electricity": 16, "heat": 4, "gas": 10}
_DIGITS = {"cold_water": (5, 3), "hot_water": (5, 3), "electricity": (6, 1), "heat": (5, 3), "gas": (5, 3)}
_MAKES = {"cold_water": "ВСХ", "hot_water": "ВСГ", "electricity": "МК", "heat": "ТС", "gas": "СГ"}
_TYPICAL_MONTH = {"cold_water": 7.0, "hot_water": 4.0, "electricity": 190.0, "heat": 0.5, "gas": 15.0}
_ZONES, _ZONE_WEIGHTS = (1, 2, 3), (46, 34, 20)


@dataclass(frozen=True, slots=True)
class MeterPlan:
    """One meter. ``part`` of the flat's use runs through it; ``start`` are its registers when the demo's past begins
    or, for a replacement, when it was put in."""

    serial: str
    resource: Resource
    zones: int
    digits_before: int
    digits_after: int
    installed_on: date
    verification_due_on: date
    start: tuple[Decimal, ...]
    part: float = 1.0
    place: str = ""
    archived_on: date | None = None

    def is_in_use(self, month: date) -> bool:
        """Whether its readings are sent for a month: from the one it was put in, up to the one before it went."""
        return self.installed_on.replace(day=1) <= month and (
            self.archived_on is None or month < self.archived_on.replace(day=1)
        )


def of_flat(household: Household, *, seed: int, months: list[date]) -> list[MeterPlan]:
    """The meters of a flat over the demo's months; a replaced one is followed by the one that replaced it."""
    meters: list[MeterPlan] = []
    for place, (resource, part) in enumerate(_resources(household, seed), start=1):
        chance = dice(seed, "meter", household.flat.name, place)
        meter = _meter(household, resource, chance, months)
        # House, flat and place make it unlike any other of the district.
        number = f"{household.flat.house.unom % 100:02d}{int(household.flat.number):03d}{place}{meter.serial}"
        meter = replace(meter, serial=f"{_MAKES[resource]}-{number}", part=part)
        meters.extend(_with_replacement(meter, chance, months, traits=household.traits))
    return meters


def _resources(household: Household, seed: int) -> Iterator[tuple[Resource, float]]:
    """Which resources are metered, and what part of the use each meter sees."""
    kind, flat = household.flat.house.kind, household.flat
    chance = dice(seed, "resources", flat.name)
    if "four-meters" in household.traits:
        yield from ((one, 1.0) for one in (Resource.COLD_WATER, Resource.HOT_WATER, Resource.ELECTRICITY, Resource.GAS))
        return
    has_two_risers = flat.rooms >= 3 and kind in {HouseKind.PANEL_TALL, HouseKind.NEW_BUILD, HouseKind.BRICK_TOWER}
    if chance.random() < 0.93 or household.traits:  # a few flats still pay for water by the norm
        for part in (0.62, 0.38) if has_two_risers else (1.0,):
            yield Resource.COLD_WATER, part
            yield Resource.HOT_WATER, part
    yield Resource.ELECTRICITY, 1.0
    if not kind.has_electric_stoves and (chance.random() < 0.25 or "gas" in household.traits):
        yield Resource.GAS, 1.0
    if kind.has_heat_meters:
        yield Resource.HEAT, 1.0


def _place(resource: Resource, part: float) -> str:
    """Where it hangs."""
    if resource in {Resource.COLD_WATER, Resource.HOT_WATER}:
        return "Кухня" if part < 0.5 else "Ванная"
    return {Resource.ELECTRICITY: "Щиток на этаже", Resource.GAS: "Кухня", Resource.HEAT: "Коридор"}[resource]


def _meter(household: Household, resource: Resource, chance: Random, months: list[date]) -> MeterPlan:
    before, after = _DIGITS[resource]
    zones = 1
    if resource is Resource.ELECTRICITY:
        zones = 3 if "three-zones" in household.traits else chance.choices(_ZONES, _ZONE_WEIGHTS)[0]
    life = timedelta(days=365 * _YEARS[resource])
    today = months[-1]
    # The verification falls due at any day of the coming interval; that of a few has been forgotten for months.
    is_expired = ("expired" in household.traits and resource is Resource.COLD_WATER) or chance.random() < 0.03
    due_on = (
        today - timedelta(days=chance.randint(20, 400)) if is_expired else today + life * chance.uniform(0.05, 0.98)
    )
    # A meter that was verified in place within these two years is older by one interval more.
    installed_on = due_on - life if due_on - life < months[0] else due_on - 2 * life
    installed_on = max(installed_on, date(household.flat.house.built_in, 6, 1))
    months_run = max(0, (months[0] - installed_on).days / 30.4)
    total = min(_TYPICAL_MONTH[resource] * months_run * chance.uniform(0.7, 1.3), 10**before * 0.9)
    if resource is Resource.COLD_WATER and chance.random() < 0.01:
        total = 10**before - chance.uniform(20, 90)  # an old meter about to roll over to zero
    start = tuple(Decimal(str(round(share, after))) for share in by_zone(total, zones))
    number = f"{chance.randint(0, 99):02d}"
    return MeterPlan(number, resource, zones, before, after, installed_on, due_on, start)


def _with_replacement(
    meter: MeterPlan, chance: Random, months: list[date], *, traits: frozenset[str]
) -> Iterator[MeterPlan]:
    if len(months) < 6 or traits or chance.random() >= 0.05:
        yield meter
        return
    on = chance.choice(months[3:-2]) + timedelta(days=chance.randint(1, 12))
    yield replace(meter, archived_on=on)
    yield replace(
        meter,
        serial=f"{meter.serial}Н",
        installed_on=on,
        verification_due_on=on + timedelta(days=365 * _YEARS[meter.resource]),
        start=tuple(Decimal(0) for _zone in meter.start),
    )


def registers(
    meter: MeterPlan, household: Household, months: list[date], *, seed: int
) -> Iterator[tuple[date, tuple[Decimal, ...]]]:
    """What the meter shows at the end of each month in which it is in use, rolling over after its last digit."""
    step = Decimal(1).scaleb(-meter.digits_after)
    limit = Decimal(10) ** meter.digits_before
    shown = list(meter.start)
    for month in months:
        if not meter.is_in_use(month):
            continue
        shares = by_zone(used(household, meter.resource, month, seed=seed) * meter.part, meter.zones)
        shown = [(old + Decimal(str(share)).quantize(step)) % limit for old, share in zip(shown, shares, strict=True)]
        yield month, tuple(shown)
