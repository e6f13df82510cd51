"""A batch of readings on its way into the tables: checked one by one, written in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
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
        t1, t2, t3 = _columns([taken.checked.values for taken in self._fresh])
        moved = list({id(taken.standing): taken.standing for taken in self._fresh if taken.standing.changed}.values())
        last = _columns([standing.last for standing in moved])
        prior = _columns([standing.prior for standing in moved])
        sql.rows(
            "meters/store.sql",
            at=self.at,
            source=self.source.value,
            houses=[taken.standing.row.house_id for taken in self._fresh],
            meters=[taken.standing.row.id for taken in self._fresh],
            doers=[taken.doer_id for taken in self._fresh],
            periods=[taken.period for taken in self._fresh],
            versions=[taken.version for taken in self._fresh],
            t1=t1, t2=t2, t3=t3,
            moved=[standing.row.id for standing in moved],
            last_periods=[standing.last_period for standing in moved],
            last_versions=[standing.version for standing in moved],
            last_by=[standing.last_by for standing in moved],
            last_t1=last[0], last_t2=last[1], last_t3=last[2],
            prior_periods=[standing.prior_period for standing in moved],
            prior_t1=prior[0], prior_t2=prior[1], prior_t3=prior[2],
            recent=[_literal(list(map(str, standing.recent))) for standing in moved],
        )  # fmt: skip
        self._fresh = []


def _columns(rows: Sequence[Values | None]) -> tuple[str, str, str]:
    """Values of one to three registers as literals of three arrays: the driver's own dumper is ten times slower."""
    t1, t2, t3 = [], [], []
    for values in rows:
        zones = 0 if values is None else len(values)
        t1.append(str(values[0]) if values else "null")
        t2.append(str(values[1]) if values and zones > 1 else "null")
        t3.append(str(values[2]) if values and zones > 2 else "null")
    return _literal(t1), _literal(t2), _literal(t3)


def _literal(written: Sequence[str]) -> str:
    return "{" + ",".join(written) + "}"
