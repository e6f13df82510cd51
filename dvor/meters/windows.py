"""Windows: the days on which readings of a resource are taken, and the billing month that a day counts for.

Days are the house's own. A window may run into the next month: what is sent on 3 December then counts for November.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from dvor.base import audit, periods, sql
from dvor.base.refusals import Refusal
from dvor.homes.models import House
from dvor.meters.models import Window
from dvor.meters.resources import Resource
from dvor.people.models import Resident


class Rule(NamedTuple):
    """The first and the last day of a window, inclusive; in short months they are clamped to the month's end."""

    first_day: int
    last_day: int
    crosses_month_end: bool

    def opens_on(self, month: date) -> date:
        """The first day on which readings of a billing month are taken."""
        return _clamped(month, self.first_day)

    def closes_on(self, month: date) -> date:
        """The last day on which they are taken."""
        return _clamped(periods.month_plus(month, 1) if self.crosses_month_end else month, self.last_day)

    def holds(self, month: date, day: date) -> bool:
        """Whether readings of the month are taken on the day."""
        return self.opens_on(month) <= day <= self.closes_on(month)


@dataclass(frozen=True, slots=True)
class State:
    """A window as a day finds it: the billing month it is open for, or the next one it will open for."""

    is_open: bool
    period: date
    opens_on: date
    closes_on: date


@lru_cache(maxsize=4096)  # a day has a handful of rules, and thousands of readings
def on(day: date, now: Rule | None, before: Rule | None) -> State | None:
    """The state of a window on a day: ``now`` is the rule of the day's month, ``before`` of the month before it.

    The earlier month goes first, so that its last days are not lost; without any rule there is no window.
    """
    month = day.replace(day=1)
    if before is not None and before.crosses_month_end:
        earlier = periods.month_plus(month, -1)
        if before.holds(earlier, day):
            return State(
                is_open=True, period=earlier, opens_on=before.opens_on(earlier), closes_on=before.closes_on(earlier)
            )
    if now is None:
        return None
    if not now.crosses_month_end and day > now.closes_on(month):
        month = periods.month_plus(month, 1)
    return State(now.holds(month, day), month, now.opens_on(month), now.closes_on(month))


def of_row(row: Any, day: date) -> State | None:
    """The state of the window whose rules a row carries as ``now_*`` and ``before_*`` columns."""
    now = None if row.now_first is None else Rule(row.now_first, row.now_last, row.now_crosses)
    before = None if row.before_first is None else Rule(row.before_first, row.before_last, row.before_crosses)
    return on(day, now, before)


def open_at(house: House, *, at: datetime) -> Mapping[Resource, State]:
    """The windows of a house at a moment, resource by resource. One query."""
    return {resource: state for (_house, resource), state in of_houses([house], at=at).items()}


def of_houses(houses: Iterable[House], *, at: datetime) -> Mapping[tuple[int, Resource], State]:
    """The windows of some houses at a moment. One query."""
    known = {house.pk: house for house in houses}
    days = {house.pk: periods.day_of(at, house.time_zone) for house in known.values()}
    found = sql.rows(
        "meters/windows.sql",
        houses=list(known),
        companies=[house.management_company_id for house in known.values()],
        days=[days[pk] for pk in known],
        resources=[resource.value for resource in Resource],
    )
    states: dict[tuple[int, Resource], State] = {}
    for row in found:
        state = on(days[row.house_id], rule_of(row.now), rule_of(row.before))
        if state is not None:
            states[row.house_id, Resource(row.resource)] = state
    return states


def rule_of(row: tuple[int, int, bool] | None) -> Rule | None:
    """A rule from its three columns, if there is one."""
    return None if row is None else Rule(*row)


@dataclass(frozen=True, slots=True)
class NewWindow:
    """A window to publish: of one house, of a company's houses, or of the city; for billing months from ``since``."""

    resource: Resource
    rule: Rule
    since: date
    house_id: int | None = None
    company_id: int | None = None
    source: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def publish(new: NewWindow, *, by: Resident, at: datetime, reason: str) -> Window:
    """Let a window hold from a coming month on; what held before stays as it was.

    Raises:
        Refusal: ``window_unusable`` when the days make no window; ``window_retroactive`` when ``since`` is not a month
            still to come; ``window_exists`` (409) when another version begins that month.
    """
    _check(new.rule)
    if new.since.day != 1 or new.since <= periods.month_of(at):
        raise Refusal(
            "window_retroactive",
            _("A window cannot change for a month that has begun."),
            remedy=_("Let it begin with the next month or later."),
            field="since",
        )
    try:
        with transaction.atomic():
            window = Window.objects.create(
                resource=new.resource, house_id=new.house_id, company_id=new.company_id, since=new.since,
                first_day=new.rule.first_day, last_day=new.rule.last_day,
                crosses_month_end=new.rule.crosses_month_end, assumption=False, source=dict(new.source),
                published_at=at, published_by=by.pk,
            )  # fmt: skip
    except IntegrityError:
        raise Refusal(
            "window_exists",
            _("Another window begins that month."),
            remedy=_("Choose another month."),
            status=409,
            field="since",
        ) from None
    audit.record(
        act="meters.window.published", subject=f"window:{window.pk}", by=by.pk, at=at, reason=reason,
        facts={"resource": new.resource.code, "since": new.since.isoformat(), "days": list(new.rule[:2])},
    )  # fmt: skip
    return window


def _check(rule: Rule) -> None:
    inside = 1 <= rule.first_day <= 31 and 1 <= rule.last_day <= 31
    if not inside or (rule.last_day < rule.first_day) != rule.crosses_month_end:
        raise Refusal(
            "window_unusable",
            _("These days make no window."),
            remedy=_("The last day comes after the first one, or lies in the next month before the first day."),
            field="first_day",
        )


def _clamped(month: date, day: int) -> date:
    return month.replace(day=min(day, calendar.monthrange(month.year, month.month)[1]))
