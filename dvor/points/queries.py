"""Reads of points: awards with reasons, the resident's statement, months for a chart, rules of the knowledge base."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from dvor.base import periods, sql
from dvor.ledger import queries as ledger
from dvor.ledger.currencies import Currency
from dvor.points import kinds
from dvor.points.kinds import Kind
from dvor.points.models import RuleVersion
from dvor.points.reasons import Reason

ISSUES = {ledger.Operation.ISSUED, ledger.Operation.PROMISED}


@dataclass(frozen=True, slots=True)
class AwardLine:
    """One award as its resident sees it."""

    activity_id: int
    recorded_at: datetime
    occurred_on: date
    kind_id: int
    subject: str
    month: date
    points: int
    reason_number: int
    spendable_at: datetime | None
    rule_version_id: int | None
    reversed_at: datetime | None
    reversal_reason: str | None

    @property
    def kind(self) -> Kind | None:
        return kinds.find(self.kind_id)

    @property
    def reason(self) -> Reason:
        return Reason(self.reason_number)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a statement: an award (also of zero) or another move of points.

    ``change`` is what it did to the spendable balance, ``available_after`` the balance then; both are empty for an
    award that moved nothing. ``subject`` names what was done, in words where the kind's package knows them.
    """

    at: datetime
    award: AwardLine | None
    entry: ledger.Entry | None
    subject: str = ""

    @property
    def change(self) -> int:
        return self.entry.change if self.entry else 0

    @property
    def available_after(self) -> int | None:
        return self.entry.available_after if self.entry else None

    @property
    def title(self) -> str:
        if self.award is not None:
            return self.award.kind.title if self.award.kind else ""
        assert self.entry is not None
        return str(self.entry.operation.label)


@dataclass(frozen=True, slots=True)
class Month:
    """Points of one month: what was awarded and what was spent or given away."""

    month: date
    awarded: int
    spent: int
    expired: int


@dataclass(frozen=True, slots=True)
class Rule:
    """What one kind pays now and what changes next."""

    kind: Kind
    now: RuleVersion | None
    next: RuleVersion | None


def awards(
    resident_id: int,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    before: datetime | None = None,
    kind_id: int | None = None,
    limit: int = 50,
) -> list[AwardLine]:
    """Awards of a resident recorded in ``since`` … ``until``, newest first. One query.

    ``before`` is the ``recorded_at`` of the last line of the page before; awards of one moment stay on one page.
    """
    found = sql.rows(
        "points/awards.sql",
        resident_id=resident_id,
        since=since,
        until=min(filter(None, (until, before)), default=None),
        kind_id=kind_id,
        limit=limit,
    )
    return [AwardLine(*row) for row in found]


def statement(
    resident_id: int,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    before: datetime | None = None,
    limit: int = 50,
    currency: Currency = Currency.CITY,
) -> list[Line]:
    """Everything that happened to a resident's points, newest first: awards with reasons, orders, expiry, reversals.

    The next page is asked with ``before`` set to the last line's ``at``. Two queries, and one a kind for its words.
    """
    given = awards(resident_id, since=since, until=until, before=before, limit=limit)
    given = [award for award in given if award.kind is None or award.kind.currency == currency]
    moves = ledger.statement(
        resident_id, since=since, until=until, before=(before, 0) if before else None, limit=limit, currency=currency
    )
    words = subjects(given)
    paid = {(entry.posted_at, entry.cause_id): entry for entry in moves if entry.operation in ISSUES}
    lines = [
        Line(award.recorded_at, award, paid.pop((award.recorded_at, award.activity_id), None), words[award.activity_id])
        for award in given
    ]
    lines += [Line(entry.posted_at, None, entry) for entry in moves if entry.operation not in ISSUES]
    lines.sort(key=lambda line: (line.at, line.entry.seq if line.entry else 0), reverse=True)
    return _whole_moments(lines, limit, [moves[-1].posted_at] if len(moves) == limit else [], given)


def _whole_moments(lines: list[Line], limit: int, cut: list[datetime], given: list[AwardLine]) -> list[Line]:
    """Drop the moments that one of the two sources did not reach completely."""
    if len(given) >= limit:
        cut = [*cut, given[-1].recorded_at]
    if not cut:
        return lines
    whole = [line for line in lines if line.at > max(cut)]
    return whole or lines


def subjects(lines: Iterable[AwardLine]) -> dict[int, str]:
    """The words for what was done, by activity; one query a kind that knows words."""
    found: dict[int, str] = {}
    by_kind: dict[int, list[AwardLine]] = {}
    for line in lines:
        by_kind.setdefault(line.kind_id, []).append(line)
    for kind_id, group in by_kind.items():
        kind = kinds.find(kind_id)
        words = kind.describe({line.subject for line in group}) if kind and kind.describe else {}
        found |= {line.activity_id: words.get(line.subject, "") for line in group}
    return found


def months(resident_id: int, *, at: datetime, count: int = 12, currency: Currency = Currency.CITY) -> list[Month]:
    """Awarded, spent and expired points of the last ``count`` months, oldest first, empty months included."""
    wanted = periods.months_back(periods.month_of(at), count)
    found = {
        row.month: row
        for row in ledger.months(resident_id, since=periods.day_start(wanted[0]), zone=settings.TIME_ZONE,
                                 currency=currency)
    }  # fmt: skip
    return [
        Month(
            month, *((found[month].awarded, found[month].spent, found[month].expired) if month in found else (0, 0, 0))
        )
        for month in wanted
    ]


def first_earned(resident_ids: Sequence[int], of: Iterable[Kind], *, at: datetime) -> dict[int, datetime]:
    """By resident, when the first act of these kinds brought points that can be spent and were not taken back.

    Who has none is missing. One query.
    """
    numbers = [kind.id for kind in of]
    if not numbers or not resident_ids:
        return {}
    found = sql.rows("points/first_earned.sql", residents=list(resident_ids), kinds=numbers, at=at)
    return {row.resident_id: row.earned_at for row in found}


def rules(on: date) -> list[Rule]:
    """What every kind pays on a day and what is published to come, by kind. One query."""
    versions: dict[int, list[RuleVersion]] = {}
    for version in RuleVersion.objects.order_by("kind_id", "since"):
        versions.setdefault(version.kind_id, []).append(version)
    return [
        Rule(
            kind,
            next((version for version in reversed(versions.get(kind.id, [])) if version.since <= on), None),
            next((version for version in versions.get(kind.id, []) if version.since > on), None),
        )
        for kind in kinds.every()
    ]
