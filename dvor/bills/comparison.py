"""A bill beside another month's: what each line's difference is made of, which lines jumped, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from dvor.base import periods
from dvor.bills.charges import Group, Service, VolumeBy
from dvor.bills.explanation import product_kopecks
from dvor.bills.models import Line

# A line jumped when it changed by more than this share and by more than this sum; less is the life of a household.
JUMP_SHARE = Decimal("0.25")
JUMP_KOPECKS = 100_00
ROUNDING_KOPECKS = 2  # each of the two products is rounded once


@dataclass(frozen=True, slots=True)
class Effects:
    """What a difference is made of, in kopecks; the parts are the whole.

    ``volume``: more or less was used, at the old tariff. ``tariff``: what is used now costs another price.
    ``other``: what the document's own numbers do not tell.
    """

    volume: int = 0
    tariff: int = 0
    recalculation: int = 0
    benefit: int = 0
    factor: int = 0
    other: int = 0

    @property
    def total(self) -> int:
        return sum(getattr(self, part.name) for part in fields(self))


@dataclass(frozen=True, slots=True)
class Change:
    """One service in two months; ``now`` or ``then`` is missing where the other month does not have it."""

    now: Line | None
    then: Line | None
    effects: Effects
    tariff_since: date | None = None

    @property
    def line(self) -> Line:
        line = self.now or self.then
        assert line is not None, "a change has a line on one side at least"
        return line

    @property
    def difference_kopecks(self) -> int:
        return _payable(self.now) - _payable(self.then)

    @property
    def jumped(self) -> bool:
        """More than 25 % and more than 100 ₽, up or down."""
        before = abs(_payable(self.then))
        return is_jump(self.difference_kopecks, before)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A bill beside an earlier one. Sums are those of the month's own charges, debts and insurance aside."""

    period: date
    then: date
    changes: list[Change]

    @property
    def difference_kopecks(self) -> int:
        return sum(change.difference_kopecks for change in self.changes)

    @property
    def jumps(self) -> list[Change]:
        """The lines that jumped, the largest difference first."""
        found = [change for change in self.changes if change.jumped]
        return sorted(found, key=lambda change: -abs(change.difference_kopecks))

    def of(self, line: Line) -> Change | None:
        return next((change for change in self.changes if change.now is line), None)


def is_jump(difference_kopecks: int, before_kopecks: int) -> bool:
    """The rule of a jump, in one place."""
    return abs(difference_kopecks) > JUMP_KOPECKS and abs(difference_kopecks) > JUMP_SHARE * before_kopecks


def compare(period: date, now: Sequence[Line], then_period: date, then: Sequence[Line]) -> Comparison:
    """Lay two months side by side. Insurance stays out: it is nobody's charge until somebody chooses it."""
    mine, theirs = ([line for line in lines if line.group != Group.INSURANCE] for lines in (now, then))
    pairs = _paired(mine, theirs)
    return Comparison(period, then_period, [Change(one, other, effects(one, other)) for one, other in pairs])


def with_tariff_days(comparison: Comparison, months: Mapping[date, Sequence[Line]]) -> Comparison:
    """Say of each changed tariff since which month it stands, from the lines of the months between."""
    dated = [
        Change(change.now, change.then, change.effects, _since(change, comparison, months))
        for change in comparison.changes
    ]
    return Comparison(comparison.period, comparison.then, dated)


def effects(now: Line | None, then: Line | None) -> Effects:
    """Split a difference exactly: whatever the numbers do not explain is ``other``."""
    if now is None or then is None:
        only = now or then
        assert only is not None, "one of the two lines is there"
        sign = 1 if now is not None else -1
        return Effects(
            volume=sign * only.accrued_kopecks, recalculation=sign * only.recalculation_kopecks,
            benefit=-sign * only.benefit_kopecks, factor=sign * only.factor_excess_kopecks,
        )  # fmt: skip
    volume, tariff, other = _of_accrual(now, then)
    return Effects(
        volume=volume, tariff=tariff, other=other,
        recalculation=now.recalculation_kopecks - then.recalculation_kopecks,
        benefit=then.benefit_kopecks - now.benefit_kopecks,
        factor=now.factor_excess_kopecks - then.factor_excess_kopecks,
    )  # fmt: skip


def _of_accrual(now: Line, then: Line) -> tuple[int, int, int]:
    """Volume at the old tariff, tariff at the new volume, and what neither explains; rounding goes to the larger."""
    whole = now.accrued_kopecks - then.accrued_kopecks
    if now.unit != then.unit or product_kopecks(now) is None or product_kopecks(then) is None:
        return 0, 0, whole
    assert now.volume is not None and then.volume is not None and now.tariff is not None and then.tariff is not None
    volume = _kopecks((now.volume - then.volume) * then.tariff)
    tariff = _kopecks(now.volume * (now.tariff - then.tariff))
    rest = whole - volume - tariff
    if abs(rest) > ROUNDING_KOPECKS or (now.volume == then.volume and now.tariff == then.tariff):
        return volume, tariff, rest
    if now.tariff == then.tariff or (now.volume != then.volume and abs(volume) >= abs(tariff)):
        return volume + rest, tariff, 0
    return volume, tariff + rest, 0


def _paired(now: Sequence[Line], then: Sequence[Line]) -> list[tuple[Line | None, Line | None]]:
    """Lines of one service: by the same title, else whatever of the service is left, in the documents' order."""
    left = list(then)
    found: dict[int, Line | None] = {}
    for same_title in (True, False):
        for place, line in enumerate(now):
            if found.get(place) is None:
                found[place] = next((other for other in left if _same(line, other, same_title=same_title)), None)
                if found[place] is not None:
                    left.remove(found[place])  # type: ignore[arg-type]
    pairs: list[tuple[Line | None, Line | None]] = [(line, found[place]) for place, line in enumerate(now)]
    return pairs + [(None, line) for line in left]


def _same(one: Line, other: Line, *, same_title: bool) -> bool:
    """The share of the house's common use is never beside the flat's own volume; «other» services have only a title."""
    alike = (one.service, one.volume_by == VolumeBy.COMMON) == (other.service, other.volume_by == VolumeBy.COMMON)
    named_alike = one.title.casefold() == other.title.casefold()
    return alike and (named_alike or not (same_title or one.service == Service.OTHER))


def _since(change: Change, comparison: Comparison, months: Mapping[date, Sequence[Line]]) -> date | None:
    """The first month in a row, back from now, that has the tariff of now."""
    if change.now is None or change.then is None or change.now.tariff == change.then.tariff:
        return None
    since, month = comparison.period, periods.month_plus(comparison.period, -1)
    while month > comparison.then and month in months:
        before = next((line for line in months[month] if _same(change.now, line, same_title=True)), None)
        if before is None or before.tariff != change.now.tariff:
            break
        since, month = month, periods.month_plus(month, -1)
    return since


def _payable(line: Line | None) -> int:
    return line.payable_kopecks if line is not None else 0


def _kopecks(roubles: Decimal) -> int:
    return int((roubles * 100).quantize(Decimal(1), ROUND_HALF_UP))
