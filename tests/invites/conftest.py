"""Neighbours who come by a link, step by step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from dvor.homes.models import Flat, House, Residency
from dvor.invites import checking, fingerprints, joining, links
from dvor.invites.joining import Opened, Outcome
from dvor.invites.models import Join, Link, Trace
from dvor.meters.kinds import READING
from dvor.people.levels import Level
from dvor.people.models import Resident
from dvor.points import activities
from dvor.points.activities import Activity
from tests.cast import Cast

MONTH = date(2026, 10, 1)


class Yard:
    """The house of the cast with more flats; newcomers come into it."""

    def __init__(self, cast: Cast, at: datetime) -> None:
        self.cast, self.at, self._flats, self._people = cast, at, 100, 0
        self.house: House = cast.house

    def link(self, by: Resident | None = None, key: str = "k", **more: object) -> Link:
        return links.issue(
            house_id=self.house.pk, sort=Link.Sort.PERSONAL, by=by or self.cast.anna, at=self.at, key=key, **more
        )  # type: ignore[arg-type]

    def person(self, *, joined: datetime | None = None, **more: object) -> Resident:
        self._people += 1
        number = self._people
        told = {"first_name": f"Новый{number}", "level": Level.FULL, "email": f"new{number}@people.example", **more}
        made = Resident.objects.create(city_id=f"new-{number}", **told)
        made.joined_at = joined or self.at + timedelta(minutes=5)
        made.save(update_fields=["joined_at"])
        return made

    def flat(self, house: House | None = None) -> Flat:
        self._flats += 1
        return Flat.objects.create(
            house=house or self.house, number=str(self._flats), payer_code=f"55000{self._flats:05d}"
        )

    def comes(
        self, link: Link, person: Resident | None = None, *, opened: datetime | None = None,
        device: str | None = None, address: str | None = None,
    ) -> tuple[Resident, Outcome]:  # fmt: skip
        """Open the link, sign in: on a device and in a network of one's own, where none is named."""
        person = person or self.person()
        seen = {
            Trace.Sort.DEVICE: fingerprints.of_device(device or f"device-of-{person.pk}".ljust(22, "x")[:22]),
            Trace.Sort.NETWORK: fingerprints.of_network(address or f"10.{person.pk % 250}.{person.pk // 250 % 250}.7"),
        }
        told = {sort: one for sort, one in seen.items() if one}
        outcome = joining.join(
            Opened(link.code, opened or self.at + timedelta(minutes=1)), seen=told, by=person,
            at=max(person.joined_at, self.at + timedelta(minutes=5)),
        )  # fmt: skip
        return person, outcome

    def moves_in(self, person: Resident, flat: Flat | None = None, *, proven: bool = True, **more: object) -> Flat:
        flat = flat or self.flat()
        moment = self.at + timedelta(minutes=10)
        told = {"status": Residency.Status.OCCUPANT, "since": moment, **more}
        Residency.objects.create(
            resident=person, flat=flat, proof="payer_code" if proven else "none", proved_at=moment if proven else None,
            **told,
        )  # fmt: skip
        return flat

    def acts(self, *people: Resident) -> None:
        moment = self.at + timedelta(minutes=20)
        activities.record(
            [
                Activity(READING, person.pk, person.level, f"meter:{900_000 + person.pk}", MONTH, moment)
                for person in people
            ],
            by=None, at=moment,
        )  # fmt: skip

    def all(self, link: Link, **how: object) -> Resident:
        """Somebody who comes and does all that counts."""
        person, outcome = self.comes(link, **how)  # type: ignore[arg-type]
        assert outcome == Outcome.JOINED
        self.moves_in(person)
        self.acts(person)
        return person

    def check(self, *, later: timedelta = timedelta(hours=1)) -> None:
        checking.check(at=self.at + later)

    def state(self, person: Resident) -> Join.State:
        return Join.objects.get(pk=person.pk).stage


@pytest.fixture
def yard(cast: Cast, at: datetime) -> Yard:
    return Yard(cast, at)


@pytest.fixture
def awarded(db: None) -> Callable[[Resident], dict[str, int]]:
    from dvor.points import queries

    def of(person: Resident) -> dict[str, int]:
        return {
            line.kind.code: line.points for line in queries.awards(person.pk) if line.kind and "invit" in line.kind.code
        }

    return of
