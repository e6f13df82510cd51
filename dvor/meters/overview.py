"""My flats at a glance: which meters wait for a reading, until when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from dvor.base import periods
from dvor.homes import rights
from dvor.homes.models import Flat
from dvor.homes.rights import Act
from dvor.meters import windows
from dvor.meters.models import Meter
from dvor.meters.resources import Resource
from dvor.people.models import Resident


@dataclass(slots=True)
class Window:
    """Meters of one resource and how their window stands."""

    resource: Resource
    state: windows.State | None
    meters: int = 0
    waiting: int = 0
    expired: int = 0


@dataclass(slots=True)
class Place:
    """One of my flats. ``is_open``: I may see its meters; ``waiting``: readings that can be sent today."""

    flat: Flat
    is_open: bool
    windows: list[Window] = field(default_factory=list)

    @property
    def waiting(self) -> int:
        return sum(window.waiting for window in self.windows)

    @property
    def closes_on(self) -> date | None:
        """The first day on which a window closes that still waits for something."""
        return min((one.state.closes_on for one in self.windows if one.waiting and one.state), default=None)


def flats(resident: Resident, *, at: datetime) -> list[Place]:
    """The resident's flats with the state of their windows. Three queries."""
    own = rights.flats_of(resident, at=at)
    allowed = [flat for flat in own if _may_see(resident, flat)]
    states = windows.of_houses([flat.house for flat in allowed], at=at) if allowed else {}
    places = {flat.pk: Place(flat, flat in allowed) for flat in own}
    meters = Meter.objects.filter(flat__in=allowed, archived_at__isnull=True).order_by("resource") if allowed else []
    for meter in meters:
        place = places[meter.flat_id]
        resource = Resource(meter.resource)
        if not place.windows or place.windows[-1].resource is not resource:
            place.windows.append(Window(resource, states.get((place.flat.house_id, resource))))
        _count(place.windows[-1], meter, periods.day_of(at, place.flat.house.time_zone))
    return list(places.values())


def _count(window: Window, meter: Meter, day: date) -> None:
    window.meters += 1
    state, due = window.state, meter.verification_due_on
    if due is not None and due < (min(day, periods.month_end(state.period)) if state else day):
        window.expired += 1
    elif state is not None and state.is_open and (meter.last_period is None or meter.last_period < state.period):
        window.waiting += 1


def _may_see(resident: Resident, flat: Flat) -> bool:
    own = flat.residency
    assert own is not None, "a resident's own flats come with their residency"
    return rights.allows(
        level=resident.account_level, status=rights.Status(own.status), proven=own.proven, act=Act.SEE_METERS
    )
