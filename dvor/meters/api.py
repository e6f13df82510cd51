"""Meters and readings for residents' apps."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import BaseModel, Field, Strict, StringConstraints

from dvor.base import clock, doors
from dvor.base.refusals import Outcome
from dvor.homes import rights
from dvor.homes.rights import Act
from dvor.meters import checks, queries, readings, registers, windows
from dvor.meters.models import Source
from dvor.meters.queries import FlatMeter
from dvor.meters.readings import NewReading, Submitted
from dvor.meters.resources import Resource, Unit

router = Router(tags=["Meters"], auth=doors.RESIDENT)

READINGS_MAX = 100  # of one request
ResourceCode = Literal["cold_water", "hot_water", "electricity", "heat", "gas"]
UnitCode = Literal["m3", "kWh", "Gcal", "MWh"]
SourceCode = Literal["page", "api", "file", "operator"]
_UNITS: dict[Unit, str] = {
    Unit.CUBIC_METRE: "m3", Unit.KILOWATT_HOUR: "kWh", Unit.GIGACALORIE: "Gcal", Unit.MEGAWATT_HOUR: "MWh",
}  # fmt: skip
Typed = Annotated[str, StringConstraints(max_length=60)] | Annotated[int, Strict()] | Annotated[float, Strict()]
Number = Annotated[str, Field(description="decimal number with a point", examples=["107.125"])]


# ── Meters ───────────────────────────────────────────────────────────────────────────────────────────────────────
class WindowShown(BaseModel):
    """When readings are taken: the window that is open, or the next one."""

    is_open: bool
    period: date = Field(description="first day of the billing month that readings count for")
    opens_on: date
    closes_on: date = Field(description="last day, inclusive, in the house's time zone")


class LastReading(BaseModel):
    """The newest reading of a meter."""

    period: date
    version: int
    values: list[Number]


class MeterShown(BaseModel):
    """A meter in service."""

    id: int
    flat_id: int
    resource: ResourceCode
    unit: UnitCode
    zones: int = Field(description="how many values a reading has: T1, T2, T3")
    digits_before: int = Field(description="whole digits: the register goes on from zero at 10 to this power")
    digits_after: int
    serial: str
    place: str
    installed_on: date
    verification_due_on: date | None
    is_verified: bool = Field(description="readings of a meter that is not verified are refused")
    window: WindowShown | None
    is_sent: bool = Field(description="the month of the window has its reading")
    last: LastReading | None
    monthly_average: Number | None = Field(description="of up to six months, once there are three")

    @classmethod
    def of(cls, meter: FlatMeter, *, flat_id: int) -> MeterShown:
        row, standing, average = meter.row, meter.standing, checks.average(meter.standing.recent)
        last = None
        if standing.last is not None and standing.last_period is not None:
            last = LastReading(period=standing.last_period, version=standing.version, values=_plain(standing.last))
        return cls(
            id=row.id, flat_id=flat_id, resource=standing.device.resource.code,  # type: ignore[arg-type]
            unit=_UNITS[standing.device.unit], zones=row.zones, digits_before=row.digits_before,  # type: ignore[arg-type]
            digits_after=row.digits_after, serial=row.serial, place=row.place, installed_on=row.installed_on,
            verification_due_on=row.verification_due_on, is_verified=meter.is_verified,
            window=_window(meter.window), is_sent=meter.is_sent, last=last,
            monthly_average=None if average is None else format(average.quantize(Decimal("0.001")), "f"),
        )  # fmt: skip


@router.get("/meters", response=list[MeterShown], summary="My meters")
def meters(
    request: HttpRequest, flat: Annotated[int | None, Query(ge=1, le=2**63 - 1, description="only of this flat")] = None
) -> list[MeterShown]:
    """Meters in service of one flat, or of all flats where I may see them: with windows, last readings, averages."""
    by, at = doors.caller(request), clock.now()
    if flat is not None:
        where = [rights.flat_for(by, flat, Act.SEE_METERS, at=at)]
    else:
        where = rights.flats_allowing(by, Act.SEE_METERS, at=at)
    return [
        MeterShown.of(meter, flat_id=one.pk)
        for one in where
        for meter in queries.of_flat(one, at=at)
        if meter.row.archived_at is None
    ]


# ── Readings ─────────────────────────────────────────────────────────────────────────────────────────────────────
class ReadingSent(doors.Body):
    """What one meter shows."""

    meter_id: doors.Id
    values: list[Typed] = Field(
        min_length=1, max_length=3, description="one value a tariff zone, as a number or a text: 107.125 or “107,125”"
    )
    confirmed: doors.Flag = Field(
        default=False, description="I looked again: the value that seemed implausible is right"
    )


class ReadingsSent(doors.Body):
    """Readings of one flat or of several."""

    readings: list[ReadingSent] = Field(min_length=1, max_length=READINGS_MAX)


class ReadingAward(BaseModel):
    """What a reading brought."""

    points: int
    reason: str = Field(description="code of the reason", examples=["paid"])
    text: str = Field(description="the reason in words")
    duplicate: bool = Field(description="the first answer, given again")
    spendable_at: datetime | None = Field(description="empty: at once")


class ReadingAccepted(BaseModel):
    """A reading as it stands now."""

    meter_id: int
    period: date
    version: int = Field(description="1, and one more with each correction")
    values: list[Number]
    consumed: list[Number] | None = Field(description="since the month before, by zone; empty where that is not known")
    rolled_over: bool
    unchanged: bool = Field(description="the same values stood there already")
    award: ReadingAward | None = Field(description="for a first version; corrections are not paid")


class ReadingOutcome(BaseModel):
    """What became of one reading: either ``reading`` or ``problem``."""

    index: int = Field(description="place in the request, from 0")
    accepted: bool
    reading: ReadingAccepted | None
    problem: doors.Problem | None


class ReadingOutcomes(BaseModel):
    """The answer to a request: good readings are kept whatever becomes of the others."""

    outcomes: list[ReadingOutcome]
    accepted: int
    points: int = Field(description="awarded by this request")


@router.post(
    "/readings",
    response=ReadingOutcomes,
    summary="Send readings",
    openapi_extra=doors.example(
        {"readings": [{"meter_id": 17, "values": ["107.125"]}, {"meter_id": 18, "values": [1100, 540]}]}
    ),
)
@doors.idempotent
def submit(request: HttpRequest, sent: ReadingsSent) -> ReadingOutcomes:
    """Send readings of a flat while the window is open.

    Good ones are kept; each bad one has its problem with `code`, `detail` and `remedy`. Sending again inside the window
    makes a new version and pays nothing. `implausible_consumption` wants the same reading again with `confirmed`.
    """
    new = [NewReading(one.meter_id, one.values, one.confirmed) for one in sent.readings]
    outcomes = readings.submit(new, by=doors.caller(request), at=clock.now(), source=Source.API)
    words: dict[int, str] = {}
    shown = [_outcome(outcome, words) for outcome in outcomes]
    fresh = [one.reading.award for one in shown if one.reading and one.reading.award]
    return ReadingOutcomes.model_construct(
        outcomes=shown,
        accepted=sum(one.accepted for one in shown),
        points=sum(award.points for award in fresh if not award.duplicate),
    )


class ReadingShown(BaseModel):
    """One version of a reading."""

    meter_id: int
    period: date
    version: int
    values: list[Number]
    source: SourceCode
    sent_at: datetime
    is_mine: bool = Field(description="I sent it myself")

    @classmethod
    def of(cls, row: Any, *, reader_id: int) -> ReadingShown:
        return cls(
            meter_id=row.meter_id, period=row.period, version=row.version,
            values=_plain([value for value in (row.t1, row.t2, row.t3) if value is not None]),
            source=Source(row.source).name.lower(),  # type: ignore[arg-type]
            sent_at=row.submitted_at, is_mine=row.submitted_by == reader_id,
        )  # fmt: skip


@router.get("/readings", response=doors.Page[ReadingShown], summary="History of readings")
def history(
    request: HttpRequest,
    flat: Annotated[int, Query(ge=1, le=2**63 - 1, description="flat whose meters are asked for")],
    paging: Query[doors.Paging],
    meter: Annotated[int | None, Query(ge=1, le=2**63 - 1, description="only this meter")] = None,
) -> doors.Page[ReadingShown]:
    """All versions of the readings of a flat's meters, those out of service too; newest month first."""
    by, at = doors.caller(request), clock.now()
    where = rights.flat_for(by, flat, Act.SEE_METERS, at=at)
    before = paging.keys(date, int, int)
    found = queries.readings(where, meter_id=meter, before=before, limit=paging.limit + 1)
    return doors.page(
        found,
        paging,
        show=lambda row: ReadingShown.of(row, reader_id=by.pk),
        keys=lambda row: (row.period, row.meter_id, row.version),
    )


def _outcome(outcome: Outcome[Submitted], words: dict[int, str]) -> ReadingOutcome:
    """Built without validation: it is our own answer, and the hot path. ``words``: reasons that were worded already."""
    problem = doors.problem(outcome.refusal) if outcome.refusal else None
    accepted = _accepted(outcome.value, words) if outcome.value else None
    return ReadingOutcome.model_construct(
        index=outcome.index, accepted=problem is None, reading=accepted, problem=problem
    )


def _accepted(submitted: Submitted, words: dict[int, str]) -> ReadingAccepted:
    award = submitted.award
    if award is not None and award.reason_number not in words:
        words[award.reason_number] = award.reason.text()
    return ReadingAccepted.model_construct(
        meter_id=submitted.meter_id,
        period=submitted.period,
        version=submitted.version,
        values=_plain(submitted.values),
        consumed=None if submitted.consumed is None else _plain(submitted.consumed),
        rolled_over=submitted.rolled_over,
        unchanged=submitted.unchanged,
        award=None
        if award is None
        else ReadingAward.model_construct(
            points=award.points, reason=award.reason.code, text=words[award.reason_number], duplicate=award.duplicate,
            spendable_at=award.spendable_at,
        ),
    )  # fmt: skip


def _plain(values: Any) -> list[str]:
    return [format(registers.short(value), "f") for value in values]


def _window(state: windows.State | None) -> WindowShown | None:
    if state is None:
        return None
    return WindowShown(
        is_open=state.is_open, period=state.period, opens_on=state.opens_on, closes_on=state.closes_on
    )  # fmt: skip


assert set(ResourceCode.__args__) == {resource.code for resource in Resource}  # type: ignore[attr-defined]
