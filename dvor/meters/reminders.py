"""Reminders: a window opens, it closes soon and something is still missing, a verification is due.

Each is a set-based pass over ranges of flats, each range its own transaction. A fact has a key, so a second run on the
same day, or a catch-up after a day without one, tells nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from dvor.base import periods, sql
from dvor.homes.models import Flat, House
from dvor.meters import kinds, readings
from dvor.meters.models import Window
from dvor.meters.resources import Resource
from dvor.meters.windows import Rule
from dvor.notices import facts
from dvor.notices.facts import Fact
from dvor.notices.kinds import FactKind
from dvor.people.levels import Level
from dvor.points import rules

FLATS_RANGE = 20_000
CLOSES_IN_DAYS = 2
CATCH_UP_DAYS = 1  # a day on which no worker ran
VERIFICATION_DAYS = (60, 7)


def tell_opening(*, at: datetime) -> int:
    """Tell residents whose flats miss a reading that a window has opened; how many facts were new."""
    return _tell_windows(kinds.WINDOW_OPENS, at=at)


def tell_closing(*, at: datetime) -> int:
    """Tell those who have still not sent something that the window closes in two days; how many were new."""
    return _tell_windows(kinds.WINDOW_CLOSES, at=at)


def tell_verification(*, at: datetime) -> int:
    """Tell residents 60 and 7 days ahead that a meter has to be verified; how many facts were new."""
    told = 0
    day = periods.day_of(at)
    for ahead in VERIFICATION_DAYS:
        until = day + timedelta(days=ahead)
        found = sql.rows("meters/due.sql", since=until - timedelta(days=CATCH_UP_DAYS), until=until, at=at)
        told += facts.tell([_due(row, ahead) for row in found if _may_submit(row)], at=at)
    return told


def _tell_windows(kind: FactKind, *, at: datetime) -> int:
    told = 0
    points = _points(at)
    for zone in House.objects.values_list("time_zone", flat=True).distinct().order_by("time_zone"):
        day = periods.day_of(at, zone)
        for month, due in _due_rules(kind, day).items():
            for since in _ranges():
                found = sql.rows(
                    "meters/missing.sql", zone=zone, month=month, rules=list(due), since=since,
                    until=since + FLATS_RANGE, at=at, day=day,
                )  # fmt: skip
                batch = [_missing(kind, row, month, due, points) for row in found if _may_submit(row)]
                told += facts.tell(batch, at=at)
    return told


def _due_rules(kind: FactKind, day: date) -> Mapping[date, Mapping[int, date]]:
    """Window rules that open today, or close in two days, by billing month; each with its last day."""
    due: dict[date, dict[int, date]] = {}
    this = day.replace(day=1)
    for month in (this, periods.month_plus(this, -1)):
        for window in Window.objects.filter(since__lte=month):
            rule = Rule(window.first_day, window.last_day, window.crosses_month_end)
            if kind is kinds.WINDOW_OPENS:
                late = (day - rule.opens_on(month)).days
                is_due = 0 <= late <= CATCH_UP_DAYS and rule.holds(month, day)
            else:
                left = (rule.closes_on(month) - day).days
                is_due = CLOSES_IN_DAYS - CATCH_UP_DAYS <= left <= CLOSES_IN_DAYS and rule.holds(month, day)
            if is_due:
                due.setdefault(month, {})[window.pk] = rule.closes_on(month)
    return due


def _ranges() -> Iterator[int]:
    last = Flat.objects.aggregate(last=Max("pk"))["last"] or 0
    return iter(range(0, last + 1, FLATS_RANGE))


def _may_submit(row: Any) -> bool:
    return readings.may_submit(row.level, row.status, row.proven)


def _points(at: datetime) -> Mapping[Level, int]:
    version = rules.in_force(kinds.READING, periods.day_of(at))
    return rules.terms_of(version).points if version else {}


def _missing(
    kind: FactKind, row: Any, month: date, due: Mapping[int, date], points: Mapping[Level, int]
) -> Fact:  # fmt: skip
    closes_on = min(due[rule] for rule in row.rules)
    return Fact(
        kind=kind,
        resident_id=row.resident_id,
        key=f"{month:%Y-%m}:{closes_on.isoformat()}:flat:{row.flat_id}",
        context={
            "place": _place(row),
            "resources": _titles(row.resources),
            "closes_on": closes_on.isoformat(),
            "meters": row.meters,
            "points": points.get(Level(row.level), 0),
        },
        url=reverse("meters_flat", args=[row.flat_id]),
    )


def _due(row: Any, ahead: int) -> Fact:
    return Fact(
        kind=kinds.VERIFICATION_DUE,
        resident_id=row.resident_id,
        key=f"meter:{row.meter_id}:{row.verification_due_on.isoformat()}:{ahead}",
        context={
            "place": _place(row),
            "resources": _titles([row.resource]),
            "serial": row.serial,
            "due_on": row.verification_due_on.isoformat(),
        },
        url=reverse("meters_flat", args=[row.flat_id]),
    )


def _place(row: Any) -> str | dict[str, str]:
    """The resident's own name of the flat, or its address in both languages."""
    if row.title:
        return str(row.title)
    found = {}
    for language in ("ru", "en"):
        with translation.override(language):
            found[language] = _("%(address)s, flat %(number)s") % {"address": row.address, "number": row.number}
    return found


def _titles(resources: Iterable[int]) -> dict[str, str]:
    """The resources in both languages, as a list in a sentence."""
    found = {}
    for language in ("ru", "en"):
        with translation.override(language):
            found[language] = ", ".join(str(Resource(one).title).lower() for one in resources)
    return found
