"""One part of a file: its rows find their meters, pass the same checks as a resident's, and are stored at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from dvor.base import periods, sql
from dvor.base.files import Row
from dvor.base.refusals import Refusal, Text
from dvor.meters import checks, windows
from dvor.meters.batch import Batch, Taken
from dvor.meters.checks import Past
from dvor.meters.exchange.columns import Layout
from dvor.meters.exchange.scope import Scope
from dvor.meters.models import Source
from dvor.meters.standing import Standing


class Line(NamedTuple):
    """A row that found its meter."""

    number: int
    standing: Standing
    period: date
    typed: tuple[Any, ...]
    confirmed: bool


@dataclass(slots=True)
class Answer:
    """What became of a part; ``refused`` by the row's number: why, and the value."""

    taken: int = 0
    corrected: int = 0
    unchanged: int = 0
    refused: dict[int, tuple[Refusal, str]] = field(default_factory=dict)


class Part:
    """Takes some thousand rows in one transaction of the caller's. Five statements, a few more for past months."""

    def __init__(self, scope: Scope, layout: Layout, *, at: datetime) -> None:
        self.scope, self.layout, self.at = scope, layout, at
        self._batch = Batch(source=Source.FILE, at=at)
        self._answer = Answer()

    def take(self, rows: Sequence[Row], *, prepare: Callable[[Iterable[date]], None]) -> Answer:
        """Check and store; ``prepare`` is called with the months before anything is written there."""
        lines = self._lines(rows, self._find(rows))
        lines.sort(key=lambda line: (line.standing.row.id, line.period, line.number))
        if lines:
            prepare(line.period for line in lines)
        while lines:  # once; again only where several months of one meter lie before its last reading
            lines = self._round(lines)
        return self._answer

    def _find(self, rows: Sequence[Row]) -> dict[int, int]:
        """Meters by the numbers of their rows; rows without one are refused."""
        values = [row.values for row in rows]
        found = sql.rows(
            "meters/find.sql",
            places=[row.number for row in rows],
            guids=[str(one["guid"]) if one.get("guid") else None for one in values],
            serials=[one.get("serial") for one in values],
            resources=[None if one.get("resource") is None else int(one["resource"]) for one in values],
            codes=[one.get("payer_code") for one in values],
            unoms=[one.get("unom") for one in values],
            addresses=[one.get("address") for one in values],
            flats=[one.get("flat") for one in values],
            companies=self.scope.companies,
        )
        meters: dict[int, int] = {}
        flats: dict[int, set[int]] = {}
        for row in found:  # a meter in service comes before one that was archived
            meters.setdefault(row.place, row.id)
            flats.setdefault(row.place, set()).add(row.flat_id)
        for row in rows:
            if row.number not in meters:
                self._refuse(row, _not_found())
            elif len(flats[row.number]) > 1:
                del meters[row.number]
                self._refuse(row, _ambiguous())
        return meters

    def _lines(self, rows: Sequence[Row], meters: dict[int, int]) -> list[Line]:
        """The rows with their meters, locked, and billing months. One statement."""
        known = [row for row in rows if row.number in meters]
        loaded = sql.rows(
            "meters/load_found.sql",
            places=[row.number for row in known],
            meters=[meters[row.number] for row in known],
            days=[row.values.get("read_on") for row in known],
            zone=settings.TIME_ZONE,
            at=self.at,
        ) if known else []  # fmt: skip
        standings: dict[int, Standing] = {}
        by_number = {row.number: row for row in known}
        lines = []
        for found in loaded:
            standing = standings.get(found.id)
            if standing is None:
                standing = standings[found.id] = Standing(found)
            row = by_number[found.place]
            try:
                period = self._period(row, found)
                self._refuse_month(period, found.today)
                checks.in_service(
                    period=period,
                    day=row.values.get("read_on") or periods.month_end(period),
                    archived_on=standing.archived_on(),
                    verification_due_on=found.verification_due_on,
                    from_file=True,
                )
            except Refusal as refusal:
                self._refuse(row, refusal)
            else:
                lines.append(Line(row.number, standing, period, self._typed(row), bool(row.values.get("confirmed"))))
        return lines

    def _period(self, row: Row, found: Any) -> date:
        """The month that the file names; else that of its date, which a window may give to the month before."""
        month: date | None = row.values.get("month")
        if month is not None:
            return month
        day: date | None = row.values.get("read_on")
        if day is None:
            raise Refusal("month_missing", _("The month is missing."), remedy=_("Fill in the month or the date."))
        if self.layout is Layout.REGISTRY:  # there a reading belongs to the month of its date
            return day.replace(day=1)
        state = windows.of_row(found, day)
        return state.period if state is not None and state.is_open else day.replace(day=1)

    def _refuse_month(self, period: date, today: date) -> None:
        if period > today.replace(day=1):
            raise Refusal("month_to_come", _("This month has not begun."), remedy=_("Check the month and the year."))
        if period < self.scope.since:
            raise Refusal(
                "month_too_old",
                _("Readings are taken here since %(month)s.")
                % {"month": formats.date_format(self.scope.since, "F Y").lower()},
                remedy=_("Ask the city's operator to load older months."),
            )

    def _typed(self, row: Row) -> tuple[Any, ...]:
        values = [row.values.get(name) for name in ("t1", "t2", "t3", "t4")]
        while values and values[-1] is None:
            values.pop()
        return tuple(values)

    def _round(self, lines: list[Line]) -> list[Line]:
        """Take what can be taken with what is known; of months before a meter's last one, one a meter. The rest."""
        late = []
        for line in lines:
            past = line.standing.past(line.period)
            if past is None:
                late.append(line)
            else:
                self._take(line, past, is_ours=past.version > 0 and self._is_ours(line.standing))
        self._batch.store()
        return self._take_late(late) if late else []

    def _is_ours(self, standing: Standing) -> bool:
        """Whether the last reading of a meter came with this very file."""
        row = standing.row
        return standing.changed or (row.last_source == Source.FILE and row.last_at == self.at)

    def _take_late(self, lines: list[Line]) -> list[Line]:
        """Take months before the last reading of their meters: what stands around them, the partitions know."""
        present = {row.place: row for row in sql.rows("meters/present.sql", **_keys(lines))}
        first: dict[int, Line] = {}
        rest = []
        for line in lines:
            row = present[line.number]
            if line.standing.values(row.t1, row.t2, row.t3) == line.typed:
                self._answer.unchanged += 1  # the same file again: nothing more to look for
            elif first.setdefault(line.standing.row.id, line) is not line:
                rest.append(line)
        if first:
            self._take_between(list(first.values()), present)
        return rest

    def _take_between(self, lines: list[Line], present: Mapping[int, Any]) -> None:
        """One month a meter, between its neighbours; then the meters are told where they stand."""
        around = {row.place: row for row in sql.rows("meters/neighbours.sql", **_keys(lines))}
        for line in lines:
            row = present[line.number]
            is_ours = row.source == Source.FILE and row.submitted_at == self.at
            self._take(line, _past(line, row, around[line.number]), is_ours=is_ours)
        if not self._batch.is_empty:
            self._batch.store()
            keys = _keys(lines)
            standings = {line.standing.row.id: line.standing for line in lines}
            for row in sql.rows(
                "meters/restate.sql", houses=keys["houses"], meters=keys["meters"], months=checks.MONTHS_AVERAGED_MAX
            ):
                standings[row.id].restate(row)

    def _take(self, line: Line, past: Past, *, is_ours: bool) -> None:
        """``is_ours``: what stands for the month came with this very file, so another value is a contradiction."""
        try:
            if is_ours and checks.numbers(line.typed, line.standing.device) != past.current:
                raise _repeated()
            taken = self._batch.take(
                line.standing, line.typed, past, period=line.period, doer_id=self.scope.doer_id,
                confirmed=line.confirmed,
            )  # fmt: skip
        except Refusal as refusal:
            if refusal.code == "implausible_consumption":
                refusal.remedy = _("Correct it, or write “yes” in a column “Confirmed” if the value is right.")
            self._answer.refused[line.number] = (refusal, ", ".join(map(str, line.typed)))
        else:
            self._count(taken)

    def _count(self, taken: Taken) -> None:
        if taken.checked.unchanged:
            self._answer.unchanged += 1
        elif taken.version > 1:
            self._answer.corrected += 1
        else:
            self._answer.taken += 1

    def _refuse(self, row: Row, refusal: Refusal) -> None:
        shown: Text = row.values.get("serial") or row.values.get("guid") or ""
        self._answer.refused[row.number] = (refusal, str(shown))


def _keys(lines: Sequence[Line]) -> dict[str, list[Any]]:
    """Columns that name the months of some lines in SQL."""
    return {
        "places": [line.number for line in lines],
        "houses": [line.standing.row.house_id for line in lines],
        "meters": [line.standing.row.id for line in lines],
        "periods": [line.period for line in lines],
    }


def _past(line: Line, present: Any, around: Any) -> Past:
    standing = line.standing
    installed = standing.row.installed_on.replace(day=1)
    previous = standing.values(around.before_t1, around.before_t2, around.before_t3)
    previous_period = around.before_period
    if previous is None and installed <= line.period:
        previous, previous_period = standing.initial, installed
    current = standing.values(present.t1, present.t2, present.t3)
    following = standing.values(around.after_t1, around.after_t2, around.after_t3)
    return Past(previous, previous_period, current, present.version or 0, following)


def _not_found() -> Refusal:
    return Refusal(
        "meter_unknown",
        _("There is no such meter in the houses that you may load."),
        remedy=_("Compare the number, the resource and the flat; install the meter first if it is new."),
        status=404,
    )


def _repeated() -> Refusal:
    return Refusal(
        "reading_repeated",
        _("An earlier row of the file says something else about this meter and month."),
        remedy=_("Leave the row that is right."),
    )


def _ambiguous() -> Refusal:
    return Refusal(
        "meter_ambiguous",
        _("Several flats have a meter with this number."),
        remedy=_("Add the payer code, or the address and the flat."),
    )
