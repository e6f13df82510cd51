"""Whether years of activities slow the next ten thousand down: the batch again after the tables have grown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dvor.base import clock, periods
from dvor.demo.bench import batch
from dvor.people.levels import Level
from dvor.points import activities, kinds
from dvor.points.activities import Activity

ROWS = 10_000
RESIDENTS = 50_000
MONTHS = 24


@dataclass(frozen=True, slots=True)
class Growth:
    """Speed by number of activities that were there before."""

    rows_s: dict[int, float]

    @property
    def largest(self) -> int:
        return max(self.rows_s)

    @property
    def ratio(self) -> float:
        """Speed at the largest size, of the speed at the smallest."""
        return self.rows_s[self.largest] / self.rows_s[min(self.rows_s)]


def measure(*, sizes: Sequence[int], rounds: int, say: Callable[[str], None]) -> Growth:
    """Grow the tables to each size by the product's own act, then measure the batch. Two years of months are filled."""
    residents = batch.prepare(min(RESIDENTS, max(sizes)) or ROWS)
    rows_s: dict[int, float] = {}
    recorded = 0
    for size in sizes:
        while recorded < size:
            _record(residents, call=recorded // ROWS)
            recorded += ROWS
            if recorded % 1_000_000 == 0:
                say(f"  {recorded:,} activities".replace(",", " "))
        rows_s[size] = batch.measure(rows=ROWS, rounds=rounds).record_rows_s
    return Growth(rows_s)


def _record(residents: Sequence[int], *, call: int) -> None:
    at = clock.now()
    month = periods.month_plus(periods.month_of(at), -(call % MONTHS))
    kind = kinds.named("reading")
    assert kind is not None
    first = call * ROWS
    activities.record(
        [
            Activity(
                kind, residents[(first + place) % len(residents)], Level.STANDARD, f"growth:{first + place}", month, at
            )
            for place in range(ROWS)
        ],
        by=None,
        at=at,
    )
