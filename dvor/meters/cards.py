"""Cards of the page of a flat: each meter with what to type, what was sent, what it used; ready for the template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dvor.base import periods
from dvor.base.refusals import Outcome, Refusal
from dvor.homes.models import Flat
from dvor.meters import checks, kinds, queries, registers
from dvor.meters.models import Source
from dvor.meters.queries import Earned, FlatMeter, Version
from dvor.meters.readings import Submitted
from dvor.meters.resources import Unit
from dvor.people.models import Resident

DUE_SOON_DAYS = 60
# In which steps consumption is shown: enough to compare months, few enough digits for a phone.
_STEPS = {
    Unit.CUBIC_METRE: Decimal("0.1"),
    Unit.KILOWATT_HOUR: Decimal(1),
    Unit.GIGACALORIE: Decimal("0.01"),
    Unit.MEGAWATT_HOUR: Decimal("0.01"),
}
_ZONES: dict[int, tuple[Promise | str, ...]] = {
    1: ("",),
    2: (gettext_lazy("T1, day"), gettext_lazy("T2, night")),
    3: (gettext_lazy("T1, peak"), gettext_lazy("T2, night"), gettext_lazy("T3, half-peak")),
}


@dataclass(frozen=True, slots=True)
class Input:
    """One register to type in. ``capacity`` and ``previous_plain`` let a script show the difference."""

    name: str
    label: Promise | str
    typed: str
    previous: str
    previous_plain: str
    capacity: str


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    title: str
    value: object
    accent: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A version in the history: who sent it and which way."""

    month: date
    values: str
    version: int
    sent_at: datetime
    sender: str
    source: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What stands for the open month, and what it brought me."""

    line: Line
    award: Earned | None


@dataclass(slots=True)
class Card:
    """One meter of the page. ``asks`` is set when only a confirmation is missing: the value to be confirmed."""

    meter: FlatMeter
    inputs: list[Input]
    bars: list[Bar]
    lines: list[Line]
    average: str
    sent: Sent | None
    submitted: Submitted | None = None
    refusal: Refusal | None = None
    asks: str = ""
    due_soon: bool = False
    window_text: str = field(default="")

    @property
    def takes_values(self) -> bool:
        """Whether something can be typed today."""
        window = self.meter.window
        return self.row.archived_at is None and self.meter.is_verified and window is not None and window.is_open

    @property
    def row(self) -> Any:
        return self.meter.row


@dataclass(frozen=True, slots=True)
class Page:
    """Everything the template of a flat shows."""

    cards: list[Card]
    archived: list[FlatMeter]
    rate: int
    left: int
    periods: list[date]


def page(
    flat: Flat,
    *,
    by: Resident,
    at: datetime,
    typed: Mapping[int, Sequence[str]],
    outcomes: Mapping[int, Outcome[Submitted]],
) -> Page:
    """The cards of a flat's meters. Three queries: meters, history with awards, the rate."""
    meters = queries.of_flat(flat, at=at)
    shown = [meter for meter in meters if meter.row.archived_at is None]
    month = periods.month_of(at, flat.house.time_zone)
    since = periods.month_plus(month, -queries.MONTHS_SHOWN - 1)
    history = queries.history(
        flat.house_id,
        [meter.row.id for meter in shown],
        since=since,
        awards_since=periods.month_plus(month, -1),
        reader=by,
    )
    cards = [
        _card(meter, history[meter.row.id], typed.get(meter.row.id, ()), outcomes.get(meter.row.id), by)
        for meter in shown
    ]
    waiting = [card for card in cards if card.takes_values and card.sent is None]
    return Page(
        cards=cards,
        archived=[meter for meter in meters if meter.row.archived_at is not None],
        rate=queries.rate(kinds.READING, by, at=at),
        left=len(waiting),
        periods=sorted({card.meter.window.period for card in cards if card.takes_values and card.meter.window}),
    )


def _card(
    meter: FlatMeter,
    versions: list[Version],
    typed: Sequence[str],
    outcome: Outcome[Submitted] | None,
    by: Resident,
) -> Card:
    window = meter.window
    lines = [_line(version, by) for version in versions]
    sent = None
    if meter.is_sent and window is not None:
        newest = next((line for line in lines if line.month == window.period), None)
        awards = (version.award for version in versions if version.period == window.period)
        sent = Sent(newest, next(filter(None, awards), None)) if newest else None
    refusal = outcome.refusal if outcome else None
    average = checks.average(meter.standing.recent)
    due = meter.row.verification_due_on
    return Card(
        meter=meter,
        inputs=_inputs(meter, typed if refusal else ()),
        bars=_bars(meter, versions),
        lines=lines,
        average="" if average is None else registers.show(_rounded(average, meter)),
        sent=sent,
        submitted=outcome.value if outcome else None,
        refusal=refusal,
        asks="|".join(typed) if refusal and refusal.code == "implausible_consumption" else "",
        due_soon=due is not None and 0 <= (due - meter.day).days <= DUE_SOON_DAYS,
        window_text=_window_text(meter),
    )


def _inputs(meter: FlatMeter, typed: Sequence[str]) -> list[Input]:
    past = meter.standing.past(meter.window.period) if meter.window else None
    previous = past.previous if past else meter.standing.last
    zones = meter.row.zones
    return [
        Input(
            name=f"m{meter.row.id}-{zone + 1}",
            label=_ZONES[zones][zone],
            typed=typed[zone] if zone < len(typed) else "",
            previous="" if previous is None else registers.show(previous[zone]),
            previous_plain="" if previous is None else format(previous[zone], "f"),
            capacity=format(registers.capacity(meter.row.digits_before), "f"),
        )
        for zone in range(zones)
    ]


def _bars(meter: FlatMeter, versions: Sequence[Version]) -> list[Bar]:
    until = meter.window.period if meter.window else meter.day.replace(day=1)
    if meter.window and not meter.window.is_open and meter.standing.last_period:
        until = max(meter.standing.last_period, periods.month_plus(meter.day.replace(day=1), -1))
    months = queries.consumption(meter.standing, versions, until=until)
    if all(month.consumed is None for month in months):
        return []
    return [
        Bar(
            formats.date_format(month.month, "b"),
            formats.date_format(month.month, "F Y").lower(),
            None if month.consumed is None else _rounded(month.consumed, meter),
            accent=month.month == until,
        )
        for month in months
    ]


def _rounded(consumed: Decimal, meter: FlatMeter) -> Decimal:
    return registers.short(consumed.quantize(_STEPS[meter.standing.device.unit]))


def _line(version: Version, by: Resident) -> Line:
    return Line(
        month=version.period,
        values=registers.show_all(version.values),
        version=version.version,
        sent_at=version.submitted_at,
        sender=_sender(version, by),
        source=str(version.source.label),
    )


def _sender(version: Version, by: Resident) -> str:
    """«you», a neighbour in the flat by the first name, or nobody: a file or an operator has no name here."""
    if version.submitted_by == by.pk:
        return _("you")
    return version.first_name if version.source in (Source.PAGE, Source.API) else ""


def _window_text(meter: FlatMeter) -> str:
    window = meter.window
    if window is None:
        return _("The days are not known: ask your management company.")
    if window.is_open:
        return _("for %(month)s, until %(day)s") % {
            "month": formats.date_format(window.period, "F").lower(),
            "day": formats.date_format(window.closes_on, "j E"),
        }
    return _("from %(opens)s to %(closes)s") % {
        "opens": formats.date_format(window.opens_on, "j E"),
        "closes": formats.date_format(window.closes_on, "j E"),
    }
