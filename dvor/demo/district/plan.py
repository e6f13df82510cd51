"""The district as a plan, before the first row: who lives where, which meters hang there, what was sent when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from dvor.base import periods
from dvor.demo.district import cast, flats, fleet, history, households
from dvor.demo.district.fleet import MeterPlan
from dvor.demo.district.history import Sending
from dvor.demo.district.households import Household, Person


@dataclass(frozen=True)
class Plan:
    """Everything that will be, month by month; the same for the same seed, size and day."""

    seed: int
    at: datetime
    months: list[date]
    homes: list[tuple[Household, list[MeterPlan]]]
    sendings: dict[date, list[Sending]]

    def newcomers(self, month: date) -> Iterator[tuple[Household, Person]]:
        """Who comes to the site in a month."""
        for household, _meters in self.homes:
            if household.joined == month:
                for person in household.grown_ups:
                    yield household, person

    def meters(self, month: date | None) -> Iterator[tuple[Household, MeterPlan, MeterPlan | None]]:
        """Meters to install: those of the beginning, or those that replace another one in ``month``."""
        for household, meters in self.homes:
            for before, meter in zip([None, *meters], meters, strict=False):
                replaces = before if before is not None and before.archived_on == meter.installed_on else None
                installed_in = meter.installed_on.replace(day=1) if replaces else None
                if installed_in == month:
                    yield household, meter, replaces

    def evenings(self, month: date) -> Iterator[tuple[datetime, list[Sending]]]:
        """What was sent in a month, evening by evening."""
        by_moment: dict[datetime, list[Sending]] = defaultdict(list)
        for sending in self.sendings[month]:
            by_moment[sending.at].append(sending)
        yield from sorted(by_moment.items(), key=lambda pair: pair[0])


def draw(*, seed: int, count: int, months: int, at: datetime) -> Plan:
    """The plan of about ``count`` flats over ``months`` months that end with the month of ``at``."""
    past = periods.months_back(periods.month_of(at), months)
    settled = [households.settle(flat, seed=seed, months=past) for flat in flats.district(seed=seed, count=count)]
    homes = []
    sendings: dict[date, list[Sending]] = {month: [] for month in past}
    for household in cast.take_parts(settled, months=past):
        meters = fleet.of_flat(household, seed=seed, months=past)
        homes.append((household, meters))
        for sending in history.of_flat(household, meters, seed=seed, months=past, until=at):
            sendings[sending.month].append(sending)
    return Plan(seed, at, past, homes, sendings)
