"""Rules: dated, immutable versions of what a kind of activity pays; forecasts and examples by the deciding function."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dvor.base import audit, periods, sql
from dvor.base.refusals import Refusal
from dvor.people.levels import Level
from dvor.people.models import Resident
from dvor.points.kinds import Kind
from dvor.points.models import POINTS_MAX, RuleVersion
from dvor.points.reasons import Reason


class Period(IntEnum):
    """What a cap counts over; days, months and years are the city's."""

    DAY = 1
    MONTH = 2
    YEAR = 3
    LIFETIME = 4

    @property
    def title(self) -> Promise:
        return {
            Period.DAY: _("a day"),
            Period.MONTH: _("a month"),
            Period.YEAR: _("a year"),
            Period.LIFETIME: _("for all time"),
        }[self]


@dataclass(frozen=True, slots=True)
class Cap:
    """At most ``count`` paid acts, or ``points`` points, of one resident and kind in a period."""

    period: Period
    count: int | None = None
    points: int | None = None


@dataclass(frozen=True)
class Terms:
    """What a version says: fixed points and per mille of the sum by level, caps, delay until spendable.

    A level that is in neither mapping earns nothing. The award is the fixed points plus the per mille of the sum in
    roubles, rounded down.
    """

    points: Mapping[Level, int] = field(default_factory=dict)
    permille: Mapping[Level, int] = field(default_factory=dict)
    caps: tuple[Cap, ...] = ()
    delay_days: int = 0

    @property
    def once(self) -> bool:
        """Paid a single time in a resident's life."""
        return any(cap.period == Period.LIFETIME and cap.count == 1 for cap in self.caps)


@dataclass(frozen=True)
class Grounds:
    """Why a version is published, and where the decision is written (both languages)."""

    note: str
    source: Mapping[str, str] = field(default_factory=dict)
    source_url: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """What the deciding function itself gives for an imagined act, the ``number``-th of the same day."""

    level: Level
    number: int
    sum_kopecks: int | None
    points: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Forecast:
    """What acts of the past would have paid under trial terms, beside what they paid."""

    acts: int
    residents: int
    paid: int
    would_pay: int
    gain: int
    lose: int


def terms_of(version: RuleVersion) -> Terms:
    """The terms of a stored version."""
    return Terms(
        points={level: rate for level, rate in zip(Level, version.points, strict=True) if rate is not None},
        permille={level: rate for level, rate in zip(Level, version.permille, strict=True) if rate is not None},
        caps=tuple(
            Cap(period, count, points)
            for period, count, points in zip(Period, version.cap_counts, version.cap_points, strict=True)
            if count is not None or points is not None
        ),
        delay_days=version.delay_days,
    )


def columns_of(terms: Terms) -> dict[str, Any]:
    """The terms as columns of a version."""
    caps = {cap.period: cap for cap in terms.caps}
    assert len(caps) == len(terms.caps), "one cap a period"
    return {
        "points": [terms.points.get(level) for level in Level],
        "permille": [terms.permille.get(level) for level in Level],
        "cap_counts": [caps[period].count if period in caps else None for period in Period],
        "cap_points": [caps[period].points if period in caps else None for period in Period],
        "delay_days": terms.delay_days,
    }


def in_force(kind: Kind, on: date) -> RuleVersion | None:
    """The version of a kind that is in force on a day."""
    return RuleVersion.objects.filter(kind_id=kind.id, since__lte=on).order_by("-since").first()


def upcoming(kind: Kind, after: date) -> list[RuleVersion]:
    """Versions that are published and have not begun, soonest first."""
    return list(RuleVersion.objects.filter(kind_id=kind.id, since__gt=after).order_by("since"))


def history(kind: Kind) -> list[RuleVersion]:
    """All versions of a kind, newest first."""
    return list(RuleVersion.objects.filter(kind_id=kind.id).order_by("-since"))


def publish(kind: Kind, terms: Terms, *, since: date, grounds: Grounds, by: Resident, at: datetime) -> RuleVersion:
    """Publish a version that begins on a later day; it cannot be changed any more.

    A version published by an operator is the city's decision and no longer an assumption of ours.

    Raises:
        Refusal: ``rule_retroactive`` when ``since`` is not in the future; ``rule_exists`` (409) when another version
            begins that day; ``rule_unusable`` when a rate, cap or delay is out of bounds; ``reason_missing``.
    """
    _check(terms)
    if not grounds.note.strip():
        raise Refusal("reason_missing", _("Say why the rule changes."), field="note")
    if since <= periods.day_of(at):
        raise _retroactive()
    try:
        with transaction.atomic():
            version = RuleVersion.objects.create(
                kind_id=kind.id, since=since, source=dict(grounds.source), source_url=grounds.source_url,
                assumption=False, published_at=at, published_by=by.pk, note=grounds.note.strip(), **columns_of(terms),
            )  # fmt: skip
            audit.record(
                act="points.rule.published", subject=f"kind:{kind.id}", by=by.pk, at=at, reason=grounds.note.strip(),
                facts={"version": version.pk, "since": since.isoformat()},
            )  # fmt: skip
    except IntegrityError as broken:
        raise _refusal(broken) or broken from None
    return version


def _refusal(broken: IntegrityError) -> Refusal | None:
    """What the table's constraints say of a version; any other is a fault of ours."""
    name = getattr(getattr(broken.__cause__, "diag", None), "constraint_name", None)
    if name == "points_ruleversion_once":
        return Refusal("rule_exists", _("Another version of this rule begins that day."), status=409, field="since")
    return _retroactive() if name == "points_ruleversion_never_retroactive" else None


def _retroactive() -> Refusal:
    return Refusal(
        "rule_retroactive", _("A rule never works backwards."), remedy=_("Let it begin tomorrow or later."),
        field="since",
    )  # fmt: skip


def _check(terms: Terms) -> None:
    """Refuse terms that are out of bounds; the table's constraints say the same."""
    rates = [*terms.points.values(), *(cap.points for cap in terms.caps), *(cap.count for cap in terms.caps)]
    fine = (
        all(rate is None or 0 <= rate <= POINTS_MAX for rate in rates)
        and all(0 <= rate <= 1_000 for rate in terms.permille.values())
        and 0 <= terms.delay_days <= 366
        and (terms.points or terms.permille)
    )
    if not fine:
        raise Refusal(
            "rule_unusable",
            _("These amounts cannot be a rule."),
            remedy=_("Points and limits are whole numbers from 0 to 1,000,000, shares up to 1,000 per mille."),
        )


def dry_run(kind: Kind, terms: Terms, *, at: datetime, days: int = 30) -> Forecast:
    """What the acts of the last ``days`` days would have paid under these terms; nothing is written.

    The same function decides that decides payments. Caps see what was really paid before that time, and then only what
    the trial itself gives. One statement.
    """
    row = sql.row(
        "points/dry_run.sql",
        kind=kind.id,
        since=periods.day_start(periods.day_of(at) - timedelta(days=days)),
        until=at,
        trial=_trial(kind, terms),
        zone=settings.TIME_ZONE,
    )
    return Forecast(row.acts, row.residents, row.paid, row.would_pay, row.gain, row.lose)


def examples(kind: Kind, terms: Terms, *, at: datetime, sums_kopecks: tuple[int, ...] = (485_000,)) -> list[Example]:
    """What the deciding function gives for imagined acts of each level: the first act, and the one that meets a cap."""
    by_sum = bool(terms.permille)
    cases = [
        (level, number, kopecks if by_sum else None)
        for level in Level
        for kopecks in (sums_kopecks if by_sum else (0,))
        for number in range(1, _acts_to_show(terms) + 1)
    ]
    imagined = {case: -1 - place for place, case in enumerate((level, kopecks) for level, _n, kopecks in cases)}
    found = sql.rows(
        "points/decide_trial.sql",
        ids=list(range(len(cases))),
        kinds=[kind.id] * len(cases),
        residents=[imagined[level, kopecks] for level, _number, kopecks in cases],
        levels=[level for level, _number, _kopecks in cases],
        sums=[kopecks for _level, _number, kopecks in cases],
        day=periods.day_of(at),
        trial=_trial(kind, terms),
        zone=settings.TIME_ZONE,
    )
    return [
        Example(level, number, kopecks, row.points, Reason(row.reason))
        for row in found
        for level, number, kopecks in [cases[row.id]]
    ]


def _acts_to_show(terms: Terms) -> int:
    """One act, or as many as it takes to meet the smallest cap by count, within reason."""
    counts = [cap.count for cap in terms.caps if cap.count is not None]
    return min(counts) + 1 if counts and min(counts) < 10 else 1


def _trial(kind: Kind, terms: Terms) -> str:
    return json.dumps({"kind_id": kind.id, **columns_of(terms)})
