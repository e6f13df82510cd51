"""Where a meter stands: the state of its last readings, moved on in memory while a batch is checked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from dvor.base import periods
from dvor.meters import checks, registers
from dvor.meters.checks import Device, Past
from dvor.meters.registers import Values
from dvor.meters.resources import Resource, Unit


class Standing:
    """One meter of a batch. Made from a row of ``meters/load.sql``; ``accept`` moves it on, ``changed`` says that."""

    __slots__ = (
        "changed", "device", "initial", "last", "last_by", "last_period", "prior", "prior_period", "recent", "row",
        "version",
    )  # fmt: skip

    def __init__(self, row: Any) -> None:
        self.row = row
        self.device = Device(_RESOURCES[row.resource], _UNITS[row.unit], row.zones, row.digits_before, row.digits_after)
        self.initial = self.values(row.initial_t1, row.initial_t2, row.initial_t3)
        self.last_period: date | None = row.last_period
        self.version: int = row.last_version or 0
        self.last = self.values(row.last_t1, row.last_t2, row.last_t3)
        self.last_by: int | None = row.last_by
        self.prior_period: date | None = row.prior_period
        self.prior = self.values(row.prior_t1, row.prior_t2, row.prior_t3)
        self.recent: list[Decimal] = row.recent
        self.changed = False

    @property
    def base(self) -> tuple[Values | None, date | None]:
        """The reading before the last one; at first, what the meter showed when it was installed."""
        if self.prior is not None:
            return self.prior, self.prior_period
        return self.initial, self.row.installed_on.replace(day=1)

    def past(self, period: date) -> Past | None:
        """What stands around a month; nothing when the month lies before the last reading: the partitions know it."""
        if self.last_period is None:
            return Past(*self.base, None, 0)
        if period > self.last_period:
            return Past(self.last, self.last_period, None, 0)
        if period == self.last_period:
            return Past(*self.base, self.last, self.version)
        return None

    def accept(self, values: Values, *, period: date, version: int, by: int | None) -> None:
        """Move on to a new reading of this month or a later one; the month that it closes joins the average."""
        assert self.last_period is None or period >= self.last_period, "an earlier month does not move the state"
        if self.last_period is not None and period > self.last_period:
            self._close()
        self.last_period, self.last, self.version, self.last_by, self.changed = period, values, version, by, True

    def _close(self) -> None:
        base, base_period = self.base
        assert self.last is not None and self.last_period is not None
        if base is not None:
            limit = registers.capacity(self.device.digits_before)
            used = sum(registers.consumed(base, self.last, limit), Decimal())
            monthly = used / checks.months_between(base_period, self.last_period)
            kept = self.recent[1 - checks.MONTHS_AVERAGED_MAX :]
            self.recent = [*kept, monthly.quantize(_THOUSANDTH)]
        self.prior, self.prior_period = self.last, self.last_period

    def restate(self, row: Any) -> None:
        """Take over what the tables say after an earlier month came in (``meters/restate.sql``)."""
        self.prior_period, self.recent = row.prior_period, row.recent
        self.prior = self.values(row.prior_t1, row.prior_t2, row.prior_t3)

    def values(self, t1: Decimal | None, t2: Decimal | None, t3: Decimal | None) -> Values | None:
        """Columns of registers as the values of this meter's zones."""
        if t1 is None:
            return None
        return tuple(value for value in (t1, t2, t3)[: self.row.zones] if value is not None)

    def archived_on(self) -> date | None:
        """The day on which the meter was archived, in its house's zone."""
        at = self.row.archived_at
        return None if at is None else periods.day_of(at, self.row.time_zone)


_THOUSANDTH = Decimal("0.001")
_RESOURCES = {resource.value: resource for resource in Resource}  # a dictionary is five times faster than the enum
_UNITS = {unit.value: unit for unit in Unit}
