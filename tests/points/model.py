"""A plain twin of `points_decide`: the same decisions, told in Python one act at a time, without a database.

It is written from the words of the README, not from the SQL: whoever changes one of them has to change both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from dvor.points.reasons import Reason
from dvor.points.rules import Cap, Period, Terms

_PREFIX = {Period.DAY: 10, Period.MONTH: 7, Period.YEAR: 4, Period.LIFETIME: 0}  # of 2026-10-20, for a period's name


@dataclass(frozen=True)
class Version:
    """Terms of a kind from a day on."""

    kind_id: int
    since: date
    terms: Terms


@dataclass(frozen=True)
class Act:
    """One act on a day of the city's calendar."""

    key: int
    kind_id: int
    resident_id: int
    level: int
    sum_kopecks: int | None
    day: date


@dataclass(frozen=True)
class Answer:
    """What the act earns, by which version, and why."""

    points: int
    reason: Reason
    since: date | None


@dataclass
class Twin:
    """The deciding city: its versions, whom it does not pay, and everything that it paid so far."""

    versions: Sequence[Version]
    blocked: frozenset[int] = frozenset()
    paid: dict[int, tuple[Act, int]] = field(default_factory=dict)

    def decide(self, acts: Iterable[Act]) -> dict[int, Answer]:
        """Answers by key; the earlier day first, acts of one day in the order of the call."""
        return {act.key: self._decide(act) for act in sorted(acts, key=lambda act: act.day)}

    def reverse(self, key: int) -> None:
        """An award that was taken back gives its room back."""
        self.paid.pop(key, None)

    def _decide(self, act: Act) -> Answer:
        begun = [one for one in self.versions if one.kind_id == act.kind_id and one.since <= act.day]
        if not begun:
            return Answer(0, Reason.NO_RULE, None)
        version = max(begun, key=lambda one: one.since)
        fixed = {int(level): rate for level, rate in version.terms.points.items()}.get(act.level)
        share = {int(level): rate for level, rate in version.terms.permille.items()}.get(act.level)
        if fixed is None and share is None:
            return Answer(0, Reason.LEVEL_TOO_LOW, version.since)
        due = (fixed or 0) + (act.sum_kopecks or 0) * (share or 0) // 100 // 1_000
        if due == 0:
            return Answer(0, Reason.NOTHING_DUE, version.since)
        if act.resident_id in self.blocked:
            return Answer(0, Reason.WALLET_BLOCKED, version.since)
        points, reason = self._under_caps(act, due, version.terms.caps)
        if points:
            self.paid[act.key] = (act, points)
        return Answer(points, reason, version.since)

    def _under_caps(self, act: Act, due: int, caps: Sequence[Cap]) -> tuple[int, Reason]:
        """The least room that any cap leaves; of caps that leave the same, the longest gives the reason."""
        rooms = [(self._room(act, due, cap), -cap.period, cap.period) for cap in caps]
        binding = [room for room in rooms if room[0] < due]
        if not binding:
            return due, Reason.PAID
        left, _order, period = min(binding)
        return left, Reason((20 if left else 10) + period)

    def _room(self, act: Act, due: int, cap: Cap) -> int:
        """How many points of ``due`` this cap lets through."""
        length = _PREFIX[cap.period]
        before = [
            points
            for other, points in self.paid.values()
            if (other.resident_id, other.kind_id) == (act.resident_id, act.kind_id)
            and other.day.isoformat()[:length] == act.day.isoformat()[:length]
        ]
        if cap.count is not None and len(before) >= cap.count:
            return 0
        return due if cap.points is None else max(0, min(due, cap.points - sum(before)))
