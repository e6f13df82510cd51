"""Reads of meters: a flat's meters with their windows, the months of a chart, versions with who sent them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.conf import settings

from dvor.base import periods, sql
from dvor.homes.models import Flat
from dvor.meters import checks, kinds, registers, windows
from dvor.meters.models import Meter, Source
from dvor.meters.registers import Values
from dvor.meters.standing import Standing
from dvor.people.models import Resident
from dvor.points import rules
from dvor.points.kinds import Kind
from dvor.points.reasons import Reason

MONTHS_SHOWN = 13  # a year and the month to compare with
METERS_SHOWN_MAX = 60


@dataclass(frozen=True, slots=True)
class FlatMeter:
    """A meter of a flat as a page needs it: where it stands, and its window on this day."""

    standing: Standing
    window: windows.State | None
    day: date

    @property
    def row(self) -> Any:
        return self.standing.row

    @property
    def is_verified(self) -> bool:
        """Whether the verification interval holds for the month that is open."""
        due = self.row.verification_due_on
        if due is None or self.window is None:
            return due is None or due >= self.day
        return bool(due >= min(self.day, periods.month_end(self.window.period)))

    @property
    def is_sent(self) -> bool:
        """Whether the month that is open has its reading."""
        last = self.standing.last_period
        return self.window is not None and last is not None and last >= self.window.period


@dataclass(frozen=True, slots=True)
class Earned:
    """What the reader was awarded for a reading."""

    points: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a month's reading, and who sent it."""

    meter_id: int
    period: date
    version: int
    values: Values
    source: Source
    submitted_at: datetime
    submitted_by: int | None
    first_name: str
    award: Earned | None


@dataclass(frozen=True, slots=True)
class Month:
    """What a meter consumed in one month; nothing where that is not known."""

    month: date
    consumed: Decimal | None


def of_flat(flat: Flat, *, at: datetime) -> list[FlatMeter]:
    """The meters of a flat, those in service first. One query."""
    found = sql.rows("meters/page.sql", flat_id=flat.pk, at=at, zone=settings.TIME_ZONE, limit=METERS_SHOWN_MAX)
    day = periods.day_of(at, flat.house.time_zone)
    return [FlatMeter(Standing(row), windows.of_row(row, day), day) for row in found]


def history(
    house_id: int, meters: Sequence[int], *, since: date, awards_since: date, reader: Resident
) -> dict[int, list[Version]]:
    """All versions since a month by meter, newest first; with the reader's own awards since another month.

    One query over as many partitions as there are months.
    """
    found: dict[int, list[Version]] = {meter: [] for meter in meters}
    if not meters:
        return found
    for row in sql.rows(
        "meters/history.sql",
        house_id=house_id,
        meters=list(meters),
        since=since,
        awards_since=awards_since,
        kind_id=kinds.READING.id,
        resident_id=reader.pk,
    ):
        values = tuple(value for value in (row.t1, row.t2, row.t3) if value is not None)
        award = None if row.points is None else Earned(row.points, Reason(row.reason))
        found[row.meter_id].append(
            Version(
                row.meter_id, row.period, row.version, values, Source(row.source), row.submitted_at,
                row.submitted_by, row.first_name or "", award,
            )
        )  # fmt: skip
    return found


def readings(flat: Flat, *, meter_id: int | None, before: tuple[date, int, int] | None, limit: int) -> list[Any]:
    """A page of all versions of the readings of a flat's meters, newest month first. Two queries.

    ``before`` is (period, meter, version) of the last line of the page before.
    """
    meters = list(Meter.objects.filter(flat=flat).values_list("pk", flat=True))
    if meter_id is not None:
        meters = [pk for pk in meters if pk == meter_id]
    period, last_meter, version = before or (None, None, None)
    if not meters or (version is not None and not 0 <= version < 2**15):
        return []
    return sql.rows(
        "meters/readings.sql", house_id=flat.house_id, meters=meters, period=period, meter_id=last_meter,
        version=version, limit=limit,
    )  # fmt: skip


def consumption(standing: Standing, versions: Sequence[Version], *, until: date) -> list[Month]:
    """What a meter consumed in each of 13 months that end with ``until``; a gap is shared equally by its months."""
    newest = {version.period: version.values for version in reversed(versions)}
    points: list[tuple[date, Values]] = sorted(newest.items())
    if standing.initial is not None:
        installed = standing.row.installed_on.replace(day=1)
        if not points or installed <= points[0][0]:
            points.insert(0, (installed, standing.initial))
    limit = registers.capacity(standing.device.digits_before)
    known: dict[date, Decimal] = {}
    for (earlier, before), (later, values) in pairwise(points):
        months = checks.months_between(earlier, later)
        share = sum(registers.consumed(before, values, limit), Decimal()) / months
        for back in range(months):
            known[periods.month_plus(later, -back)] = share.quantize(Decimal("0.001"))
    return [Month(month, known.get(month)) for month in periods.months_back(until, MONTHS_SHOWN)]


def average_of(meter: Meter) -> Decimal | None:
    """The mean monthly consumption of a stored meter, once three months are closed."""
    mean = checks.average(meter.recent)
    return None if mean is None else mean.quantize(Decimal("0.1"))


def rate(kind: Kind, resident: Resident, *, at: datetime) -> int:
    """How many points an act of this kind brings the resident by the rule of the day, caps aside. One query."""
    version = rules.in_force(kind, periods.day_of(at))
    return rules.terms_of(version).points.get(resident.account_level, 0) if version else 0
