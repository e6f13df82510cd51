"""Months, days and half-open periods in the city's or a house's time zone."""

from __future__ import annotations

import calendar
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings


def zone(name: str = "") -> ZoneInfo:
    """The named time zone; the city's when the name is empty."""
    return ZoneInfo(name or settings.TIME_ZONE)


def day_of(at: datetime, zone_name: str = "") -> date:
    """The calendar day of a moment in the house's zone."""
    assert at.tzinfo is not None, "times are aware"
    return at.astimezone(zone(zone_name)).date()


def month_of(at: datetime | date, zone_name: str = "") -> date:
    """The first day of the month of a moment (in the house's zone) or of a day."""
    day = day_of(at, zone_name) if isinstance(at, datetime) else at
    return day.replace(day=1)


def month_plus(month: date, count: int) -> date:
    """The first day of the month that lies ``count`` months after (or before) the given day's month."""
    whole = month.year * 12 + month.month - 1 + count
    return date(whole // 12, whole % 12 + 1, 1)


def month_end(month: date) -> date:
    """The last day of the month."""
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def months_back(month: date, count: int) -> list[date]:
    """``count`` months that end with the given one, oldest first."""
    return [month_plus(month, -back) for back in range(count - 1, -1, -1)]


def day_start(day: date, zone_name: str = "") -> datetime:
    """The moment at which the day begins in the house's zone."""
    return datetime.combine(day, time.min, tzinfo=zone(zone_name))


def day_end(day: date, zone_name: str = "") -> datetime:
    """The moment at which the day is over (exclusive)."""
    return day_start(day + timedelta(days=1), zone_name)
