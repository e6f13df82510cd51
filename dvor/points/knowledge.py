"""The knowledge base, made from the rules themselves: nothing on its pages is typed in twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import ngettext

from dvor.base import periods
from dvor.people.levels import Level
from dvor.points import queries, rules
from dvor.points.kinds import Kind
from dvor.points.models import RuleVersion
from dvor.points.rules import Cap, Example, Period

BILL_KOPECKS = (485_000, 732_050)  # a usual bill of one and of a large family, for the examples


@dataclass(frozen=True, slots=True)
class Rate:
    """What one account level earns: points, a share of the sum, or nothing."""

    level: Level
    points: int | None
    permille: int | None

    @property
    def title(self) -> Promise:
        return self.level.title

    @property
    def percent(self) -> str:
        """``5`` or ``2,5``, as the language writes it."""
        if not self.permille:
            return ""
        whole, tenth = divmod(self.permille, 10)
        return number_format(f"{whole}.{tenth}" if tenth else str(whole), use_l10n=True)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a rule in words."""

    since: date
    until: date | None
    rates: list[Rate]
    caps: list[str]
    delay_days: int
    assumption: bool
    source: dict[str, str]
    source_url: str
    note: str
    once: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One kind in the list of all: what it pays now, and whether that changes soon."""

    kind: Kind
    now: Version | None
    next_since: date | None


@dataclass(frozen=True, slots=True)
class Article:
    """All that is known of one kind."""

    kind: Kind
    now: Version | None
    upcoming: list[Version]
    past: list[Version]
    examples: list[Example]


def entries(*, at: datetime) -> list[Entry]:
    """Every kind with what it pays today: those that can be done first. One query."""
    found = [
        Entry(rule.kind, version(rule.now) if rule.now else None, rule.next.since if rule.next else None)
        for rule in queries.rules(periods.day_of(at))
    ]
    return sorted(found, key=lambda entry: (entry.kind.soon, entry.kind.id))


def article(kind: Kind, *, at: datetime) -> Article:
    """One kind in full. Two queries: the versions, and the examples that the engine decides."""
    today = periods.day_of(at)
    stored = rules.history(kind)
    told = [version(row, until=after.since if after else None) for row, after in _with_next(stored)]
    now = next((place for place, row in enumerate(stored) if row.since <= today), None)
    if now is None:
        return Article(kind, None, told[::-1], [], [])
    terms = rules.terms_of(stored[now])
    return Article(
        kind,
        now=told[now],
        upcoming=told[:now][::-1],
        past=told[now + 1 :],
        examples=_telling(rules.examples(kind, terms, at=at, sums_kopecks=BILL_KOPECKS)),
    )


def version(row: RuleVersion, *, until: date | None = None) -> Version:
    """A stored version in words."""
    terms = rules.terms_of(row)
    return Version(
        since=row.since,
        until=until,
        rates=[Rate(level, terms.points.get(level), terms.permille.get(level)) for level in Level],
        caps=[sentence for cap in terms.caps for sentence in _sentences(cap)],
        delay_days=terms.delay_days,
        assumption=row.assumption,
        source=row.source,
        source_url=row.source_url,
        note=row.note,
        once=terms.once,
    )


def _telling(examples: Sequence[Example]) -> list[Example]:
    """The first act of each row of acts, and those where the answer changes because a limit is met."""
    told: list[Example] = []
    for before, example in zip([None, *examples[:-1]], examples, strict=True):
        if before is None or example.number == 1 or (before.points, before.reason) != (example.points, example.reason):
            told.append(example)
    return told


def _with_next(stored: Sequence[RuleVersion]) -> list[tuple[RuleVersion, RuleVersion | None]]:
    """Versions, newest first, each with the one that follows it."""
    return list(zip(stored, [None, *stored[:-1]], strict=True)) if stored else []


def _sentences(cap: Cap) -> list[str]:
    found = []
    if cap.count is not None:
        found.append(_times(cap.period, cap.count))
    if cap.points is not None:
        found.append(_points(cap.period, cap.points))
    return found


def _times(period: Period, count: int) -> str:
    sentence = {
        Period.DAY: ngettext("At most %(n)s time a day.", "At most %(n)s times a day.", count),
        Period.MONTH: ngettext("At most %(n)s time a month.", "At most %(n)s times a month.", count),
        Period.YEAR: ngettext("At most %(n)s time a year.", "At most %(n)s times a year.", count),
        Period.LIFETIME: ngettext("Only %(n)s time.", "At most %(n)s times in all.", count),
    }[period]
    return sentence % {"n": count}


def _points(period: Period, points: int) -> str:
    sentence = {
        Period.DAY: ngettext("At most %(n)s point a day.", "At most %(n)s points a day.", points),
        Period.MONTH: ngettext("At most %(n)s point a month.", "At most %(n)s points a month.", points),
        Period.YEAR: ngettext("At most %(n)s point a year.", "At most %(n)s points a year.", points),
        Period.LIFETIME: ngettext("At most %(n)s point in all.", "At most %(n)s points in all.", points),
    }[period]
    return sentence % {"n": number_format(points, use_l10n=True, force_grouping=True)}
