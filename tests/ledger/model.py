"""The ledger again, in plain Python and by other means: dictionaries and loops, no sums of transfers."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass
class PlainHold:
    parts: list[tuple[date, int]]
    deadline: int
    state: str = "open"


@dataclass
class PlainWallet:
    """One resident's points; days are whole, moments are numbered."""

    lots: dict[date, int] = field(default_factory=dict)
    pending: dict[int, tuple[date, date, int]] = field(default_factory=dict)  # cause: spendable on, last day, amount
    holds: dict[int, PlainHold] = field(default_factory=dict)
    debt: int = 0

    @property
    def available(self) -> int:
        return sum(self.lots.values())

    @property
    def held(self) -> int:
        return sum(amount for hold in self.holds.values() if hold.state == "open" for _lot, amount in hold.parts)

    def gain(self, last_day: date, amount: int) -> None:
        """Points arrive; a debt is repaid from the oldest lots."""
        self.lots[last_day] = self.lots.get(last_day, 0) + amount
        repaid = min(self.debt, self.available)
        self.take(repaid, date.min)
        self.debt -= repaid

    def take(self, amount: int, since: date) -> list[tuple[date, int]]:
        """The oldest lots first; what they do not cover is left out."""
        parts = []
        for last_day in sorted(self.lots):
            part = min(amount, self.lots[last_day]) if last_day >= since else 0
            if part:
                self.lots[last_day] -= part
                amount -= part
                parts.append((last_day, part))
        return parts

    def spendable(self, today: date) -> int:
        return sum(amount for last_day, amount in self.lots.items() if last_day >= today)

    def hold(self, hold_id: int, amount: int, today: date, deadline: int) -> None:
        assert self.spendable(today) >= amount
        self.holds[hold_id] = PlainHold(self.take(amount, today), deadline)

    def give_back(self, hold_id: int, today: date, state: str) -> None:
        """Back to the lots they came from; an expired one becomes a short one. The debt is repaid when all are back."""
        hold = self.holds[hold_id]
        hold.state = state
        for last_day, amount in hold.parts:
            kept = last_day if last_day >= today else month_end(today + timedelta(days=30))
            self.lots[kept] = self.lots.get(kept, 0) + amount
        self.gain(today, 0)

    def reverse(self, cause: int, amount: int) -> None:
        if cause in self.pending:
            del self.pending[cause]
            return
        covered = sum(part for _lot, part in self.take(amount, date.min))
        self.debt += amount - covered

    def mature(self, today: date) -> None:
        due = {cause: row for cause, row in self.pending.items() if row[0] <= today}
        for cause, (_on, last_day, amount) in due.items():
            del self.pending[cause]
            self.lots[last_day] = self.lots.get(last_day, 0) + amount
        self.gain(today, 0)

    def expire(self, today: date) -> None:
        self.lots = {last_day: amount for last_day, amount in self.lots.items() if last_day >= today}


def month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def last_day(spendable_on: date) -> date:
    """Twelve months on, to the end of the month."""
    return month_end(date(spendable_on.year + 1, spendable_on.month, 1))
