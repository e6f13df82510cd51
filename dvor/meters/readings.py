"""Readings: what residents send of their meters, month by month. The act at the beginning of the road."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from dvor.base import periods, sql
from dvor.base.refusals import Outcome, Refusal, Text
from dvor.homes import rights
from dvor.homes.rights import Act
from dvor.meters import checks, kinds, windows
from dvor.meters.batch import Batch, Taken
from dvor.meters.models import Source
from dvor.meters.registers import Values
from dvor.meters.resources import Resource
from dvor.meters.standing import Standing
from dvor.people.levels import Level
from dvor.people.models import Resident
from dvor.points import activities
from dvor.points.activities import Activity
from dvor.points.awards import Award

BATCH_MAX = 20_000
_RESIDENTS_OWN = (Source.PAGE.value, Source.API.value)


@dataclass(frozen=True, slots=True)
class NewReading:
    """What somebody read off one meter: a value for each tariff zone, as typed or as numbers.

    ``confirmed``: the sender looked again at a value that had seemed implausible. ``index`` names the row in the
    sender's own list; without it, its place in the call.
    """

    meter_id: int
    values: Sequence[object]
    confirmed: bool = False
    index: int | None = None


class Submitted(NamedTuple):
    """An accepted reading. ``consumed`` is known once there is a previous one; ``award`` for first versions only.

    ``unchanged``: the same values stood there already, nothing was written.
    """

    meter_id: int
    resource: Resource
    period: date
    version: int
    values: Values
    consumed: Values | None
    rolled_over: bool
    unchanged: bool
    award: Award | None = None

    @property
    def is_correction(self) -> bool:
        return self.version > 1


Outcomes = list[Outcome[Submitted]]


def submit(readings: Sequence[NewReading], *, by: Resident, at: datetime, source: Source = Source.PAGE) -> Outcomes:
    """Take a resident's readings for the month whose window is open: of one flat, or of many.

    Good ones are kept, each bad one says why and what to do (:mod:`dvor.meters.checks`); besides, a row is refused as
    ``meter_unknown`` (404, also for other people's meters), ``not_allowed`` (403), ``reading_repeated`` or
    ``window_closed``. Sending again inside the window corrects: a new version, never a second award; the same values
    again change nothing and get the first answer. Two statements, and three of points for new readings.
    """
    return submit_all([(by, readings)], at=at, source=source)[0]


@transaction.atomic(savepoint=False)  # nobody goes on after a failure: each row has its own outcome
def submit_all(
    sets: Sequence[tuple[Resident, Sequence[NewReading]]], *, at: datetime, source: Source = Source.PAGE
) -> list[Outcomes]:
    """Take the readings of several residents, each set as :func:`submit` would; the same number of statements."""
    assert sum(len(readings) for _by, readings in sets) <= BATCH_MAX, f"at most {BATCH_MAX} readings a call"
    known = _load(sets, at=at)
    batch = Batch(source=source, at=at)
    desk = _Desk(batch, at)
    answers = [desk.answer(by, readings, known) for by, readings in sets]
    batch.store()
    desk.pay(sets[0][0] if len(sets) == 1 else None)
    return answers


def _load(
    sets: Sequence[tuple[Resident, Sequence[NewReading]]], *, at: datetime
) -> dict[tuple[int, int], tuple[Any, Standing]]:
    """Rights and standing by (resident, meter); locks the meters. One statement."""
    asked = {(by.pk, reading.meter_id) for by, readings in sets for reading in readings if 0 < reading.meter_id < 2**63}
    if not asked:
        return {}
    rows = sql.rows(
        "meters/load.sql",
        residents=[resident for resident, _meter in asked],
        meters=[meter for _resident, meter in asked],
        at=at,
        zone=settings.TIME_ZONE,
    )
    standings: dict[int, Standing] = {}
    found = {}
    for row in rows:
        standing = standings.get(row.id)
        if standing is None:
            standing = standings[row.id] = Standing(row)
        found[row.resident_id, row.id] = (row, standing)
    return found


class _Desk:
    """Answers readings one by one and remembers what is to be paid for."""

    def __init__(self, batch: Batch, at: datetime) -> None:
        self.batch, self.at = batch, at
        self._days: dict[str, date] = {}
        self._activities: list[Activity] = []
        self._awaiting: list[tuple[Outcomes, int]] = []

    def answer(
        self, by: Resident, readings: Iterable[NewReading], known: dict[tuple[int, int], tuple[Any, Standing]]
    ) -> Outcomes:
        """An outcome for each reading, in their order."""
        by_id = by.pk
        outcomes: Outcomes = []
        seen: set[int] = set()
        for place, reading in enumerate(readings):
            index = place if reading.index is None else reading.index
            try:
                found = known.get((by_id, reading.meter_id))
                if found is None:
                    raise _unknown()
                if reading.meter_id in seen:
                    raise _repeated()
                seen.add(reading.meter_id)
                taken = self._take(reading, by, *found)
            except Refusal as refusal:
                outcomes.append(Outcome(index, refusal=refusal))
            else:
                self._count(taken, by, outcomes, place)
                outcomes.append(Outcome(index, _submitted(taken)))
        return outcomes

    def _take(self, reading: NewReading, by: Resident, row: Any, standing: Standing) -> Taken:
        if not may_submit(by.level, row.status, row.proven):
            raise _not_allowed(by.level, row.status, row.proven)
        day = self._day(row.time_zone)
        period = _open_period(row, day)
        checks.in_service(
            period=period,
            day=day,
            archived_on=standing.archived_on(),
            verification_due_on=row.verification_due_on,
            from_file=False,
        )
        past = standing.past(period)
        if past is None:  # a file brought a later month already: that window is another's matter now
            raise _later_known()
        return self.batch.take(
            standing, reading.values, past, period=period, doer_id=by.pk, confirmed=reading.confirmed
        )

    def _day(self, zone: str) -> date:
        if zone not in self._days:
            self._days[zone] = periods.day_of(self.at, zone)
        return self._days[zone]

    def _count(self, taken: Taken, by: Resident, outcomes: Outcomes, place: int) -> None:
        """A first version is worth points; the same again gets the first answer, if it was this resident's own."""
        standing = taken.standing
        is_own = standing.last_by == by.pk and (standing.changed or standing.row.last_source in _RESIDENTS_OWN)
        if taken.version == 1 and is_own:
            self._activities.append(
                Activity(
                    kind=kinds.READING,
                    resident_id=by.pk,
                    level=by.level,
                    subject=f"meter:{standing.row.id}",
                    month=taken.period,
                    occurred_at=self.at,
                )
            )
            self._awaiting.append((outcomes, place))

    def pay(self, by: Resident | None) -> None:
        """Record the activities and put the awards into their outcomes. Three statements, or none."""
        awards = activities.record(self._activities, by=by, at=self.at)
        for (outcomes, place), award in zip(self._awaiting, awards, strict=True):
            submitted = outcomes[place].value
            assert submitted is not None
            outcomes[place] = Outcome(outcomes[place].index, submitted._replace(award=award))


def _submitted(taken: Taken) -> Submitted:
    checked, row = taken.checked, taken.standing.row
    return Submitted(
        row.id, taken.standing.device.resource, taken.period, taken.version, checked.values, checked.consumed,
        checked.rolled_over, checked.unchanged,
    )  # fmt: skip


@lru_cache
def may_submit(level: int, status: int, proven: bool) -> bool:  # noqa: FBT001 a cell of the rights' table
    """Whether residents of this level, status and proof may send readings of their flat."""
    return rights.allows(level=Level(level), status=rights.Status(status), proven=proven, act=Act.SUBMIT_READINGS)


def _not_allowed(level: int, status: int, proven: bool) -> Refusal:  # noqa: FBT001
    act = Act.SUBMIT_READINGS
    return Refusal(
        "not_allowed",
        _("Your status at this flat does not allow it: %(act)s.") % {"act": act.title},
        remedy=rights.remedy(level=Level(level), status=rights.Status(status), proven=proven, act=act),
        status=403,
    )


def _open_period(row: Any, day: date) -> date:
    """The billing month that the day counts for; refused when no window is open."""
    state = windows.of_row(row, day)
    if state is not None and state.is_open:
        return state.period
    text = _("Readings %(of)s are not taken today.") % {"of": Resource(row.resource).of}
    remedy: Text
    if state is None:
        remedy = _("Ask your management company when they are taken.")
    else:
        remedy = _("Send them from %(opens)s to %(closes)s.") % {
            "opens": formats.date_format(state.opens_on, "j E"),
            "closes": formats.date_format(state.closes_on, "j E"),
        }
    raise Refusal("window_closed", text, remedy=remedy, status=409)


def _unknown() -> Refusal:
    return Refusal(
        "meter_unknown", _("There is no such meter."), remedy=_("Choose a meter of one of your flats."), status=404
    )


def _repeated() -> Refusal:
    return Refusal(
        "reading_repeated",
        _("This meter is in the list twice."),
        remedy=_("Leave one value a meter; the first one counted."),
    )


def _later_known() -> Refusal:
    return Refusal(
        "later_month_known",
        _("A reading of a later month is known already."),
        remedy=_("If it is wrong, tell your management company."),
        status=409,
    )
