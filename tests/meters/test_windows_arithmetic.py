"""Windows over years and zones: every day has one answer, months do not overlap, nothing is lost at a month's end."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvor.base import periods
from dvor.meters import windows
from dvor.meters.windows import Rule

WATER, POWER = Rule(15, 3, crosses_month_end=True), Rule(15, 26, crosses_month_end=False)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    first, last = draw(st.integers(1, 31)), draw(st.integers(1, 31))
    return Rule(first, last, crosses_month_end=last < first)


days = st.dates(date(2000, 2, 1), date(2100, 1, 1))


@pytest.mark.parametrize(
    ("rule", "day", "is_open", "period"),
    [
        (WATER, date(2026, 12, 3), True, date(2026, 11, 1)),
        (WATER, date(2026, 12, 4), False, date(2026, 12, 1)),
        (WATER, date(2026, 12, 15), True, date(2026, 12, 1)),
        (WATER, date(2027, 1, 1), True, date(2026, 12, 1)),
        (WATER, date(2024, 2, 29), True, date(2024, 2, 1)),
        (POWER, date(2026, 12, 14), False, date(2026, 12, 1)),
        (POWER, date(2026, 12, 26), True, date(2026, 12, 1)),
        (POWER, date(2026, 12, 27), False, date(2027, 1, 1)),
        (Rule(20, 31, crosses_month_end=False), date(2026, 2, 28), True, date(2026, 2, 1)),
        (Rule(31, 5, crosses_month_end=True), date(2026, 4, 30), True, date(2026, 4, 1)),
    ],
)
def test_a_day_counts_for_one_billing_month(rule: Rule, day: date, is_open: bool, period: date) -> None:
    state = windows.on(day, rule, rule)
    assert state is not None and (state.is_open, state.period) == (is_open, period)


@given(rules(), days)
def test_an_open_window_contains_the_day_and_a_closed_one_lies_ahead(rule: Rule, day: date) -> None:
    state = windows.on(day, rule, rule)
    assert state is not None
    assert state.opens_on <= state.closes_on
    if state.is_open:
        assert state.opens_on <= day <= state.closes_on
        assert state.period in (day.replace(day=1), periods.month_plus(day, -1))
    else:
        assert day < state.opens_on, "when it opens is said, never when it was open"
        assert (state.opens_on - day).days <= 31


@given(rules(), days)
def test_windows_of_following_months_never_overlap(rule: Rule, day: date) -> None:
    month = day.replace(day=1)
    closes, opens = rule.closes_on(month), rule.opens_on(periods.month_plus(month, 1))
    assert closes < opens or (closes == opens == periods.month_end(opens)), "only where February has no 30th"


@given(rules(), st.integers(2001, 2099))
def test_each_month_of_a_year_has_its_window(rule: Rule, year: int) -> None:
    opened = {
        state.period
        for offset in range(-1, 400)
        if (state := windows.on(date(year, 1, 1) + timedelta(days=offset), rule, rule)) and state.is_open
    }
    assert {date(year, month, 1) for month in range(1, 13)} <= opened


def test_the_last_days_of_an_old_rule_are_kept_when_a_new_one_begins() -> None:
    state = windows.on(date(2026, 12, 2), Rule(1, 25, crosses_month_end=False), WATER)
    assert state is not None and state.period == date(2026, 11, 1) and state.is_open


def test_without_a_rule_there_is_no_window() -> None:
    assert windows.on(date(2026, 12, 2), None, None) is None


@given(st.sampled_from(["Europe/Moscow", "Asia/Vladivostok", "America/Los_Angeles", "Pacific/Kiritimati"]), days)
def test_the_day_is_the_houses_own(zone: str, day: date) -> None:
    last_second = periods.day_end(day, zone) - timedelta(seconds=1)
    assert periods.day_of(last_second.astimezone(UTC), zone) == day
    assert periods.day_of(periods.day_end(day, zone), zone) == day + timedelta(days=1)


def test_the_same_moment_is_another_day_further_east() -> None:
    at = datetime(2026, 12, 3, 20, 0, tzinfo=UTC)
    here, there = periods.day_of(at, "Europe/Moscow"), periods.day_of(at, "Asia/Vladivostok")
    assert windows.on(here, WATER, WATER).is_open  # type: ignore[union-attr]
    assert not windows.on(there, WATER, WATER).is_open  # type: ignore[union-attr]
