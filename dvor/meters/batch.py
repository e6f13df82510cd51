"""A batch of readings on its way into the tables: checked one by one, written in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from dvor.base import sql
from dvor.meters import checks
from dvor.meters.checks import Checked, Past
from dvor.meters.models import Source
from dvor.meters.registers import Values
from dvor.meters.standing import Standing


class Taken(NamedTuple):
    """A reading that passed its checks: what is written, and the version that it became."""

    standing: Standing
    period: date
    version: int
    doer_id: int | None
    checked: Checked


class Batch:
    """Readings of one source at one moment. ``take`` them, then ``store`` once; the caller holds the meters' locks."""

    def __init__(self, *, source: Source, at: datetime) -> None:
        self.source, self.at = source, at
        self._fresh: list[Taken] = []

    def take(
        self,
        standing: Standing,
        typed: Sequence[object],
        past: Past,
        *,
        period: date,
        doer_id: int | None,
        confirmed: bool,
    ) -> Taken:
        """Check one reading and let the meter move on to it.

        Raises:
            Refusal: whatever :func:`checks.reading` refuses.
        """
        checked = checks.reading(
            typed, standing.device, past, period=period, recent=standing.recent, confirmed=confirmed
        )
        if checked.unchanged:
            return Taken(standing, period, past.version, doer_id, checked)
        taken = Taken(standing, period, past.version + 1, doer_id, checked)
        if standing.last_period is None or period >= standing.last_period:
            standing.accept(checked.values, period=period, version=taken.version, by=doer_id)
        self._fresh.append(taken)
        return taken

    @property
    def is_empty(self) -> bool:
        return not self._fresh

    def store(self) -> None:
        """Write what was taken and where the meters now stand. One statement, or none."""
        if not self._fresh:
            return
        fresh, moved = self._fresh, self._moved()
        t1, t2, t3 = _columns([taken.checked.values for taken in fresh])
        last = _columns([standing.last for standing in moved])
        prior = _columns([standing.prior for standing in moved])
        sql.rows(
            "meters/store.sql",
            at=self.at,
            source=self.source.value,
            houses=_literal([taken.standing.row.house_id for taken in fresh]),
            meters=_literal([taken.standing.row.id for taken in fresh]),
            doers=_literal([taken.doer_id for taken in fresh]),
            periods=_literal([taken.period for taken in fresh]),
            versions=_literal([taken.version for taken in fresh]),
            t1=t1, t2=t2, t3=t3,
            moved=_literal([standing.row.id for standing in moved]),
            last_periods=_literal([standing.last_period for standing in moved]),
            last_versions=_literal([standing.version for standing in moved]),
            last_by=_literal([standing.last_by for standing in moved]),
            last_t1=last[0], last_t2=last[1], last_t3=last[2],
            prior_periods=_literal([standing.prior_period for standing in moved]),
            prior_t1=prior[0], prior_t2=prior[1], prior_t3=prior[2],
            recent=["{" + ",".join(map(str, standing.recent)) + "}" for standing in moved],
        )  # fmt: skip
        self._fresh = []

    def _moved(self) -> list[Standing]:
        """The meters that stand elsewhere than before, each once."""
        return list({id(taken.standing): taken.standing for taken in self._fresh if taken.standing.changed}.values())


def _columns(rows: Sequence[Values | None]) -> tuple[str, str, str]:
    """Values of one to three registers as three arrays."""
    t1: list[Decimal | None] = []
    t2: list[Decimal | None] = []
    t3: list[Decimal | None] = []
    for values in rows:
        first, second, third, *_none = (*(values or ()), None, None, None)
        t1.append(first)
        t2.append(second)
        t3.append(third)
    return _literal(t1), _literal(t2), _literal(t3)


def _literal(values: Sequence[Decimal | date | int | None]) -> str:
    """The literal of an array: for numbers and days ten times cheaper than looking at what they are."""
    return "{" + ",".join(["null" if value is None else str(value) for value in values]) + "}"
