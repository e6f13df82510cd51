"""Public figures: nothing is typed in, everything is counted from the rows that residents' acts left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import formats
from django.utils.text import capfirst

from dvor.base import periods
from dvor.figures import months
from dvor.figures.models import Month


@dataclass(frozen=True, slots=True)
class Bar:
    """One month on a chart."""

    label: str
    value: int
    title: str
    accent: bool


@dataclass(frozen=True)
class Figures:
    """The city in figures; ``counted_at`` is honest about their age."""

    year: int
    points: int
    acts: int
    readings: int
    orders: int
    houses: int
    residents: int
    points_by_month: list[Bar]
    readings_by_month: list[Bar]
    counted_at: datetime | None


def public(*, at: datetime) -> Figures:
    """Figures of the running year and of the last 13 months. Four statements at most, two while they are fresh."""
    months.count(at=at)
    today = periods.day_of(at)
    shown = periods.months_back(periods.month_of(today), 13)
    known = {row.month: row for row in Month.objects.filter(month__gte=min(shown[0], today.replace(month=1, day=1)))}
    of_year = [row for month, row in known.items() if month.year == today.year]
    return Figures(
        year=today.year,
        points=sum(row.points for row in of_year),
        acts=sum(row.awards for row in of_year),
        readings=sum(row.readings for row in of_year),
        orders=sum(row.orders for row in of_year),
        houses=known[shown[-1]].houses if shown[-1] in known else 0,
        residents=known[shown[-1]].residents if shown[-1] in known else 0,
        points_by_month=[_bar(month, known[month].points if month in known else 0, today) for month in shown],
        readings_by_month=[_bar(month, known[month].readings if month in known else 0, today) for month in shown],
        counted_at=max((row.counted_at for row in known.values()), default=None),
    )


def _bar(month: date, value: int, today: date) -> Bar:
    return Bar(
        label=formats.date_format(month, "M").lower().rstrip("."),
        value=value,
        title=capfirst(formats.date_format(month, "F Y")),
        accent=month == periods.month_of(today),
    )
