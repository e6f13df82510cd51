"""A flat's account at the settlement centre: what each meter measured in a month, or what stands in for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from dvor.bills.charges import VolumeBy
from dvor.demo.district.fleet import MeterPlan
from dvor.demo.district.households import Household
from dvor.demo.district.seasons import HEAT_SEASON, Resource
from dvor.demo.district.tariffs import NORM

_AVERAGED = 3  # months by the average; later by the norm
_NORM_OF = {
    Resource.COLD_WATER: "cold_water",
    Resource.HOT_WATER: "hot_water",
    Resource.ELECTRICITY: "electricity",
    Resource.GAS: "gas",
}
_RECOUNTED = 6  # months back; what is older is settled (par. 61)
_COUNTED_ANEW = "Показания переданы после расчёта по среднему или нормативу"
_STEP = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Measured:
    """The use of one meter in one month, zone by zone: by readings, by the average or by the norm.

    ``recalculated`` is what months before were charged too little (or, negative, too much).
    """

    volumes: tuple[Decimal, ...]
    by: VolumeBy
    recalculated: tuple[Decimal, ...]
    before: tuple[Decimal, ...] = ()
    after: tuple[Decimal, ...] = ()
    reason: str = ""


@dataclass(slots=True)
class _State:
    """Where a meter stands in the centre's books."""

    shown: tuple[Decimal, ...]
    charged: list[tuple[Decimal, ...]] = field(default_factory=list)  # since the last reading, without one
    recent: list[tuple[Decimal, ...]] = field(default_factory=list)  # the last months that were measured


class Account:
    """Measures the meters of one flat; months have to be asked in their order, each resource once."""

    def __init__(
        self, household: Household, meters: list[MeterPlan], sent: Mapping[tuple[str, date], tuple[Decimal, ...]]
    ) -> None:
        self.household, self._meters, self._sent = household, meters, sent
        self._states = {meter.serial: _State(meter.start) for meter in meters}

    def measure(self, resource: Resource, month: date) -> list[Measured]:
        """What the meters of a resource measured in a month; nothing where there is no meter."""
        return [
            self._measure(meter, month)
            for meter in self._meters
            if meter.resource is resource and meter.is_in_use(month)
        ]

    def _measure(self, meter: MeterPlan, month: date) -> Measured:
        state = self._states[meter.serial]
        nothing = tuple(Decimal(0) for _zone in meter.start)
        if meter.resource is Resource.HEAT and month.month not in HEAT_SEASON:
            return Measured(nothing, VolumeBy.METER, nothing)
        values = self._sent.get((meter.serial, month))
        if values is None:
            volumes, by = self._stand_in(meter, state)
            state.charged.append(volumes)
            return Measured(volumes, by, nothing)
        limit = Decimal(10) ** meter.digits_before
        used = tuple(_used(after, before, limit) for after, before in zip(values, state.shown, strict=True))
        before, state.shown = state.shown, values
        gap, state.charged = state.charged, []
        if len(gap) > _RECOUNTED:  # too long ago: what was charged stays, and from now on it goes by the meter
            volumes, by = self._stand_in(meter, state)
            return Measured(volumes, by, nothing)
        if not gap:
            state.recent = [*state.recent, used][-6:]
            return Measured(used, VolumeBy.METER, nothing, before, values)
        shares = tuple((volume / (len(gap) + 1)).quantize(_STEP) for volume in used)
        state.recent = [*state.recent, shares][-6:]
        anew = tuple(
            used[zone] - shares[zone] - sum((month_[zone] for month_ in gap), Decimal(0)) for zone in range(len(used))
        )
        return Measured(shares, VolumeBy.METER, anew, reason=_COUNTED_ANEW)

    def _stand_in(self, meter: MeterPlan, state: _State) -> tuple[tuple[Decimal, ...], VolumeBy]:
        """The average of what was measured, for three months; then, or with nothing to average, the norm."""
        if state.recent and len(state.charged) < _AVERAGED:
            count = len(state.recent)
            means = (sum(zone, Decimal(0)) / count for zone in zip(*state.recent, strict=True))
            return tuple(mean.quantize(_STEP) for mean in means), VolumeBy.AVERAGE
        if meter.resource is Resource.HEAT:
            total = NORM["heating"] * self.household.flat.area_cm2 / 10_000 * 12 / len(HEAT_SEASON)
        else:
            total = NORM[_NORM_OF[meter.resource]] * max(self.household.persons, 1) * Decimal(str(meter.part))
        zones = len(meter.start)
        return tuple((total / zones).quantize(_STEP) for _zone in range(zones)), VolumeBy.NORM


def _used(after: Decimal, before: Decimal, limit: Decimal) -> Decimal:
    """Over the zero of the register too; who left the decimals out may seem to go back by a part of a unit."""
    used = after - before
    return used + limit if used < -limit / 2 else max(used, Decimal(0))
