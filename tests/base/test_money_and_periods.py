"""Sums and months as properties: nothing is lost, nothing depends on the day one asks."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvor.base import money, periods
from dvor.base.refusals import Refusal

sums = st.integers(min_value=0, max_value=10**15 - 1)
days = st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 12, 31))


@given(sums)
def test_a_shown_sum_reads_back_to_the_same_kopecks(kopecks: int) -> None:
    assert money.parse(money.show(kopecks)) == kopecks


@given(sums, st.lists(st.integers(min_value=0, max_value=10**6), min_size=1, max_size=40).filter(any))
def test_sharing_loses_no_kopeck_and_is_fair_to_one(kopecks: int, weights: list[int]) -> None:
    parts = money.share(kopecks, weights)
    assert sum(parts) == kopecks
    assert all(0 <= part - kopecks * weight // sum(weights) <= 1 for part, weight in zip(parts, weights, strict=True))


@pytest.mark.parametrize("text", ["", "abc", "-1", "1.234,5", "1e5", "NaN", "1,234", "٣", "12 34", "1" * 20])
def test_what_is_not_an_amount_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        money.parse(text)
    assert refused.value.code == "amount_unreadable"


@given(days, st.integers(min_value=-600, max_value=600))
def test_months_add_and_take_away(day: date, count: int) -> None:
    month = periods.month_of(day)
    assert periods.month_plus(periods.month_plus(month, count), -count) == month
    assert periods.month_end(month) < periods.month_plus(month, 1)


def test_a_day_belongs_to_the_houses_zone() -> None:
    moment = datetime(2026, 10, 31, 22, 0, tzinfo=UTC)
    assert periods.day_of(moment, "Europe/Moscow") == date(2026, 11, 1)
    assert periods.day_of(moment, "Europe/London") == date(2026, 10, 31)
    assert periods.month_of(moment, "Asia/Vladivostok") == date(2026, 11, 1)


@given(days)
def test_a_day_is_as_long_as_the_zone_makes_it(day: date) -> None:
    start, end = periods.day_start(day, "Europe/Berlin"), periods.day_end(day, "Europe/Berlin")
    assert periods.day_of(start, "Europe/Berlin") == day
    assert 23 <= (end - start).total_seconds() / 3600 <= 25 or start.utcoffset() != end.utcoffset()
