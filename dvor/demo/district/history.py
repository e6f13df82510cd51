"""What was sent and when: two years of careful, forgetful and mistaken neighbours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_DOWN, Decimal

from dvor.base import periods
from dvor.demo.district.dice import dice
from dvor.demo.district.fleet import MeterPlan, registers
from dvor.demo.district.households import Household
from dvor.demo.district.seasons import HEAT_SEASON, Resource

_EVENING = time(19, 30)
_SLIP = 0.012


@dataclass(frozen=True, slots=True)
class Sending:
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
    sent_in = {month: at for month, at in evenings.items() if at < until - timedelta(days=1)}
    if household.traits:  # those whom a visitor of the demo can be have this month's readings still to send
        sent_in.pop(months[-1], None)
    for meter in meters:
        whole = dice(seed, "habit", household.flat.name).random() < 0.7  # most leave the decimals out
        for month, shown in registers(meter, household, months, seed=seed):
            at = sent_in.get(month)
            if at is None or periods.day_of(at) > meter.verification_due_on:
                continue
            if meter.resource is Resource.HEAT and month.month not in HEAT_SEASON:
                continue
            values = tuple(value.quantize(Decimal(1), ROUND_DOWN) if whole else value for value in shown)
            yield from _with_slip(
                household, meter, Sending(at, _sender(household, month, seed), month, meter.serial, values), seed
            )


def _sends(household: Household, month: date, seed: int) -> bool:
    assert household.joined is not None, "asked only of those who are on the site"
    if month < household.joined or (household.silent_since and month >= household.silent_since):
        return False
    return dice(seed, "sends", household.flat.name, month).random() < household.diligence


def _evening(household: Household, month: date, seed: int) -> datetime:
    """The household's usual day; half of the time two days later. Both resources' windows are open then."""
    day = household.day + (
        2 if household.day < 23 and dice(seed, "day", household.flat.name, month).random() < 0.3 else 0
    )
    return datetime.combine(month.replace(day=day), _EVENING, tzinfo=periods.zone())


def _senders(household: Household) -> list[str]:
    """Those who have proven that they live there; a guest and a claim without a code cannot send."""
    return [person.sub for person in household.grown_ups if person.proof not in {"none", "invitation"}]


def _sender(household: Household, month: date, seed: int) -> str:
    """As a rule the first of the household; sometimes the other."""
    people = _senders(household)
    is_other = len(people) > 1 and dice(seed, "sender", household.flat.name, month).random() < 0.2
    return people[1 if is_other else 0]


def _with_slip(household: Household, meter: MeterPlan, right: Sending, seed: int) -> Iterator[Sending]:
    """A slip of the finger is sent first and corrected the next evening."""
    chance = dice(seed, "slip", meter.serial, right.month)
    limit = Decimal(10) ** meter.digits_before
    if chance.random() < _SLIP and right.values[0] + 3 < limit and right.at.day < 25:
        wrong = (right.values[0] + chance.randint(1, 3), *right.values[1:])
        yield Sending(right.at, right.sub, right.month, right.serial, wrong)
        yield Sending(right.at + timedelta(days=1), right.sub, right.month, right.serial, right.values)
    else:
        yield right
