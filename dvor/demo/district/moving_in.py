"""Neighbours come: they sign in, add their flats, are confirmed as owners; meters are installed and replaced."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from dvor.demo.district import cast, founding
from dvor.demo.district.dice import dice
from dvor.demo.district.flats import FlatPlan
from dvor.demo.district.fleet import MeterPlan
from dvor.demo.district.households import Household, Person
from dvor.demo.district.plan import Plan
from dvor.homes import residencies
from dvor.homes.models import Flat, Residency
from dvor.meters import devices
from dvor.meters.nameplates import Nameplate
from dvor.meters.resources import Resource
from dvor.people.models import Resident

_STATUS = {status.name.lower(): status for status in Residency.Status}
_TITLES = ("", "", "", "", "Дом", "Наша квартира", "У родителей")


class Neighbourhood:
    """The district's people, flats and meters by their names in the plan, as they come into being."""

    def __init__(self, plan: Plan, *, operator: Resident, people: dict[str, Resident]) -> None:
        self.plan, self.operator, self.people = plan, operator, people
        self.meters: dict[str, int] = {}
        self._told: dict[str, dict[str, Any]] = {person["sub"]: person for person in cast.persons()}
        found = Flat.objects.values_list("house__unom", "number", "pk", "house_id")
        self._flats = {(unom, number): (flat_id, house_id) for unom, number, flat_id, house_id in found}

    def flat_id(self, flat: FlatPlan) -> int:
        """The row of a planned flat."""
        return self._flats[flat.house.unom, flat.number][0]

    def house_id(self, flat: FlatPlan) -> int:
        """The row of its house."""
        return self._flats[flat.house.unom, flat.number][1]

    def welcome(self, month: date, *, at: datetime) -> int:
        """Take in the newcomers of a month; how many there were."""
        count = 0
        for household, person in self.plan.newcomers(month):
            if person.sub not in self.people:
                self.people[person.sub] = founding.register(self._profile(person), at=at)
            self._settle(household, person, at=at)
            count += 1
        return count

    def _profile(self, person: Person) -> dict[str, Any]:
        """What the city ID tells: of the cast what its file says, of others what their name and flat suggest."""
        if person.sub in self._told:
            return self._told[person.sub]
        chance = dice(self.plan.seed, "profile", person.sub)
        return {
            "sub": person.sub, "first_name": person.name.first, "middle_name": person.name.middle,
            "last_name": person.name.last, "email": f"{person.sub}@people.example",
            "mobile": f"+7000{chance.randint(1_000_000, 9_999_999)}", "level": person.level.code,
            "birthdate": date(chance.randint(1940, 2005), chance.randint(1, 12), chance.randint(1, 28)),
        }  # fmt: skip

    def _settle(self, household: Household, person: Person, *, at: datetime) -> None:
        """Add the flat, with its code where the person has it; an operator confirms what the registry knows."""
        flat = household.flat
        _flat_id, house_id = self._flats[flat.house.unom, flat.number]
        residency = residencies.open(
            house_id=house_id,
            flat_number=flat.number,
            payer_code="" if person.proof in {"none", "invitation"} else flat.payer_code,
            title="" if person.sub in self._told else dice(self.plan.seed, "title", person.sub).choice(_TITLES),
            by=self.people[person.sub],
            at=at,
        )
        if person.proof != "none" and person.status != "occupant":
            residencies.confirm(
                residency_id=residency.pk, status=_STATUS[person.status], by=self.operator, at=at,
                reason="Сверено с городским реестром",
            )  # fmt: skip

    def install(self, *, at: datetime) -> int:
        """Put the meters of the beginning into service, all in one call; how many there are."""
        planned = [(household, meter) for household, meter, _replaces in self.plan.meters(None)]
        self._install([(household.flat, meter) for household, meter in planned], at=at, reason="Перенос из реестра")
        return len(planned)

    def replace(self, month: date, *, at: datetime) -> int:
        """Meters that broke or whose time was over go, and others come; how many."""
        planned = list(self.plan.meters(month))
        for _household, _meter, old in planned:
            assert old is not None, "a meter of this month replaces another one"
            devices.archive(self.meters[old.serial], by=self.operator, at=at, reason="Замена по сроку службы")
        self._install([(household.flat, meter) for household, meter, _old in planned], at=at, reason="Замена")
        return len(planned)

    def _install(self, planned: list[tuple[FlatPlan, MeterPlan]], *, at: datetime, reason: str) -> None:
        plates = [self._plate(flat, meter) for flat, meter in planned]
        outcomes = devices.install(plates, by=self.operator, at=at, reason=reason) if plates else []
        for (_flat, meter), outcome in zip(planned, outcomes, strict=True):
            assert outcome.value is not None, f"{meter.serial}: {outcome.refusal!r}"
            self.meters[meter.serial] = outcome.value

    def _plate(self, flat: FlatPlan, meter: MeterPlan) -> Nameplate:
        is_new = not any(meter.start)
        return Nameplate(
            flat_id=self.flat_id(flat),
            resource=Resource[meter.resource.name],
            serial=meter.serial,
            installed_on=meter.installed_on,
            zones=meter.zones,
            digits_before=meter.digits_before,
            digits_after=meter.digits_after,
            place=meter.place,
            verification_due_on=meter.verification_due_on,
            initial=meter.start if is_new else (),
        )
