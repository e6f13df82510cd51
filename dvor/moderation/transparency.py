"""What everybody may know of moderation: counts by month from the rows themselves, and nothing that names a person.

A breakdown shows no count under five: small ones are put together, with the next one if need be, so that none can be
found by subtraction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from dvor.base import periods, sql
from dvor.moderation.models import Reason
from dvor.moderation.reasons import line_of

LEAST_SHOWN = 5
MONTHS = 12
OTHER = ""


@dataclass(frozen=True, slots=True)
class Month:
    """One month: reports, contents held by checks, decisions that left or took something, appeals and their ends.

    ``reasons`` are what was taken away by the reasons for it, each in its newest words; the rest, too small to be
    shown, stands without one.
    """

    month: date
    reports: int = 0
    held: int = 0
    left: int = 0
    taken: int = 0
    appeals: int = 0
    changed: int = 0
    upheld: int = 0
    reasons: list[tuple[Reason | None, int]] = field(default_factory=list)

    @property
    def decisions(self) -> int:
        return self.left + self.taken


def months(*, at: datetime) -> list[Month]:
    """The last twelve months with something in them, newest first. Two queries."""
    newest = periods.month_of(at)
    rows = sql.rows(
        "moderation/months.sql",
        since=periods.day_start(periods.month_plus(newest, 1 - MONTHS)),
        until=periods.day_start(periods.month_plus(newest, 1)),
        zone=str(periods.zone()),
    )
    begun = Reason.objects.filter(since__lte=periods.day_of(at)).order_by("since", "code")
    known = {reason.line: reason for reason in begun}
    counts: dict[date, Counter[str]] = {}
    by_reason: dict[date, Counter[str]] = {}
    for row in rows:
        counts.setdefault(row.month, Counter())[row.what] += row.count
        if row.what == "taken":
            by_reason.setdefault(row.month, Counter())[line_of(row.reason)] += row.count
    return [
        Month(
            month,
            **counts[month],
            reasons=[(known.get(code), count) for code, count in grouped(by_reason.get(month, {}))],
        )
        for month in sorted(counts, reverse=True)
    ]


def grouped(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """The counts that may be shown, largest first; what is too small alone is together, last, under ``OTHER``.

    They add up to the same; when all of it is too small there is no breakdown.
    """
    large = sorted(((code, count) for code, count in counts.items() if count >= LEAST_SHOWN), key=lambda one: -one[1])
    rest = sum(counts.values()) - sum(count for _code, count in large)
    while 0 < rest < LEAST_SHOWN and large:
        rest += large.pop()[1]
    if 0 < rest < LEAST_SHOWN:
        return []
    return [*large, (OTHER, rest)] if rest else large
