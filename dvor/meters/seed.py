"""What meters rely on: the city's windows, and partitions of readings from two years back to three months ahead."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from dvor.base import periods, sql, tables
from dvor.meters.resources import Resource

MONTHS_BACK, MONTHS_AHEAD = 25, 3
_SINCE = date(2000, 1, 1)


class _Given(NamedTuple):
    first_day: int
    last_day: int
    ru: str
    en: str
    assumption: bool = False


_WATER = _Given(15, 3, "Правила города: с 15-го по 3-е число", "City rules: from the 15th to the 3rd")
_POWER = _Given(15, 26, "Правила города: с 15-го по 26-е число", "City rules: from the 15th to the 26th")
_CHOSEN = _Given(
    15,
    26,
    "Допущение: как у электроэнергии, город срок не публикует",
    "Assumption: as for electricity, the city publishes no days",
    assumption=True,
)
WINDOWS = {
    Resource.COLD_WATER: _WATER,
    Resource.HOT_WATER: _WATER,
    Resource.ELECTRICITY: _POWER,
    Resource.HEAT: _CHOSEN,
    Resource.GAS: _CHOSEN,
}


def load(*, at: datetime) -> None:
    """Add what is missing."""
    sql.rows(
        "meters/seed_windows.sql",
        resources=[resource.value for resource in WINDOWS],
        first_days=[given.first_day for given in WINDOWS.values()],
        last_days=[given.last_day for given in WINDOWS.values()],
        crossing=[given.last_day < given.first_day for given in WINDOWS.values()],
        assumed=[given.assumption for given in WINDOWS.values()],
        ru=[given.ru for given in WINDOWS.values()],
        en=[given.en for given in WINDOWS.values()],
        since=_SINCE,
        at=at,
    )
    month = periods.month_of(at)
    open_months(periods.month_plus(month, -MONTHS_BACK), periods.month_plus(month, MONTHS_AHEAD))


def open_months(first: date, last: date) -> int:
    """Make the monthly partitions of readings between two months; return how many were missing."""
    return tables.ensure_months("meters_reading", first, last)
