"""What was sent and when: two years of careful, forgetful and mistaken neighbours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import NamedTuple

from dvor.base import periods
from dvor.demo.district.dice import dice
from dvor.demo.district.fleet import MeterPlan, registers
from dvor.demo.district.households import Household
from dvor.demo.district.seasons import HEAT_SEASON, Resource

_EVENING = time(19, 30)
_SLIP = 0.04  # of evenings: about one reading in a hundred
_ROLLS_OVER_FROM = 99_990  # a slip must not take a register through its zero


class Sending(NamedTuple):
    """One value of one meter, sent for ``month`` by the person with this subject at ``at``."""

    at: datetime
    sub: str
    month: date
    serial: str
    values: tuple[Decimal, ...]


def of_flat(
    household: Household, meters: list[MeterPlan], *, seed: int, months: list[date], until: datetime
) -> Iterator[Sending]:
    """Everything that the household has sent before ``until``, meter by meter; corrections follow what they correct."""
    if household.joined is None or not _senders(household):
        return
    evenings = {month: _evening(household, month, seed) for month in months if _sends(household, month, seed)}
    evenings = {month: evening for month, evening in evenings.items() if evening.at < until - timedelta(days=1)}
    if "cast" in household.traits:  # those whom a visitor of the demo can be have this month's readings still to send
        evenings.pop(months[-1], None)
    whole = dice(seed, "habit", household.flat.name).random() < 0.7  # most leave the decimals out
    for place, meter in enumerate(meters):
        for month, shown in registers(meter, household, months, seed=seed):
            evening = evenings.get(month)
            if evening is None or evening.at.date() > meter.verification_due_on:
                continue
            if meter.resource is Resource.HEAT and month.month not in HEAT_SEASON:
                continue
            values = tuple(value.quantize(Decimal(1), ROUND_DOWN) if whole else value for value in shown)
            right = Sending(evening.at, evening.sub, month, meter.serial, values)
            yield from _with_slip(right, evening.slip) if place == evening.slip_place else (right,)


@dataclass(frozen=True, slots=True)
class _Evening:
    """When and by whom a month's readings are sent; on ``slip_place`` in the list of meters the finger slips."""

    at: datetime
    sub: str
    slip: int
    slip_place: int


def _sends(household: Household, month: date, seed: int) -> bool:
    assert household.joined is not None, "asked only of those who are on the site"
    if month < household.joined or (household.silent_since and month >= household.silent_since):
        return False
    return dice(seed, "sends", household.flat.name, month).random() < household.diligence


def _evening(household: Household, month: date, seed: int) -> _Evening:
    """The household's usual day, sometimes two days later: both resources' windows are open then.

    As a rule the first of the household sends, sometimes the other.
    """
    chance = dice(seed, "evening", household.flat.name, month)
    is_late, is_other = household.day < 23 and chance.random() < 0.3, chance.random() < 0.2
    people = _senders(household)
    at = datetime.combine(month.replace(day=household.day + 2 * is_late), _EVENING, tzinfo=periods.zone())
    slips = chance.random() < _SLIP and at.day < 25
    return _Evening(
        at,
        people[1 if is_other and len(people) > 1 else 0],
        chance.randint(1, 3),
        chance.randint(0, 3) if slips else -1,
    )


def _senders(household: Household) -> list[str]:
    """Those who have proven that they live there; a guest and a claim without a code cannot send."""
    return [person.sub for person in household.grown_ups if person.proof not in {"none", "invitation"}]


def _with_slip(right: Sending, slip: int) -> Iterator[Sending]:
    """A slip of the finger is sent first and corrected the next evening."""
    if right.values[0] < _ROLLS_OVER_FROM:
        yield right._replace(values=(right.values[0] + slip, *right.values[1:]))
        yield right._replace(at=right.at + timedelta(days=1))
    else:
        yield right
