"""The rule set for a reading, one rule at a time; and what holds whatever is typed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvor.base.refusals import Refusal
from dvor.meters import checks
from dvor.meters.checks import Checked, Device, Past
from dvor.meters.registers import Values
from dvor.meters.resources import Resource, Unit

WATER = Device(Resource.COLD_WATER, Unit.CUBIC_METRE, 1, 5, 3)
WHOLE = WATER._replace(digits_after=0)
POWER = Device(Resource.ELECTRICITY, Unit.KILOWATT_HOUR, 3, 6, 1)
OCTOBER, SEPTEMBER = date(2026, 10, 1), date(2026, 9, 1)


def _past(*previous: object, current: Values | None = None, since: date = SEPTEMBER) -> Past:
    values = tuple(Decimal(str(value)) for value in previous) or None
    return Past(values, since if values else None, current, 1 if current else 0)


def _check(
    typed: tuple[object, ...],
    past: Past,
    device: Device = WATER,
    *,
    recent: tuple[int, ...] = (),
    confirmed: bool = False,
) -> Checked:
    usual = [Decimal(one) for one in recent]
    return checks.reading(typed, device, past, period=OCTOBER, recent=usual, confirmed=confirmed)


def _code(*args: object, **options: object) -> str:
    with pytest.raises(Refusal) as refused:
        _check(*args, **options)  # type: ignore[arg-type]
    assert str(refused.value.text) and str(refused.value.remedy), "a refusal says why and what to do"
    return refused.value.code


@pytest.mark.parametrize(
    ("typed", "device", "code"),
    [
        ((), WATER, "zones_do_not_fit"),
        (("1", "2"), WATER, "zones_do_not_fit"),
        (("1", "2"), POWER, "zones_do_not_fit"),
        ((" ",), WATER, "reading_missing"),
        ((None,), WATER, "reading_missing"),
        (("1", "", "3"), POWER, "reading_missing"),
        (("twelve",), WATER, "reading_unreadable"),
        (("-1",), WATER, "reading_negative"),
        (("100000",), WATER, "reading_too_large"),
        (("9" * 20,), WATER, "reading_too_large"),
        (("1.2345",), WATER, "too_many_decimals"),
        (("1,5",), WHOLE, "too_many_decimals"),
        (("1", "1.25", "1"), POWER, "too_many_decimals"),
    ],
)
def test_a_value_that_the_meter_cannot_show_is_refused(typed: tuple[object, ...], device: Device, code: str) -> None:
    assert _code(typed, _past(), device) == code


def test_zeros_after_the_point_are_no_decimals() -> None:
    assert _check(("12,000",), _past(12), WHOLE).values == (Decimal(12),)


def test_a_value_below_the_previous_one_is_refused_with_both_numbers() -> None:
    with pytest.raises(Refusal) as refused:
        _check(("99.5",), _past("107.125"))
    assert "99" in str(refused.value) and "107" in str(refused.value)


def test_each_zone_is_compared_with_its_own() -> None:
    with pytest.raises(Refusal) as refused:
        _check(("110", "49", "30"), _past(100, 50, 30), POWER)
    assert refused.value.code == "reading_below_previous" and str(refused.value.text).startswith(("T2", "Т2"))


def test_a_register_in_its_last_tenth_may_go_through_zero() -> None:
    checked = _check(("3.5",), _past("99997"))
    assert checked.rolled_over and checked.consumed == (Decimal("6.5"),)
    assert _code(("3.5",), _past("89999")) == "reading_below_previous"
    assert _code(("20000",), _past("99997")) == "reading_below_previous"


def test_a_roll_over_that_used_too_much_asks_too() -> None:
    assert _code(("3000",), _past("99000")) == "implausible_consumption"
    assert _check(("3000",), _past("99000"), confirmed=True).rolled_over


@pytest.mark.parametrize(
    ("value", "previous", "recent", "asks"),
    [
        ("127.7", 100, (), False),  # what four people use by the norm
        ("127.8", 100, (), True),
        ("113", 100, (2, 2, 2), False),  # two people by the norm, whatever the average
        ("114", 100, (2, 2, 2), True),
        ("130", 100, (10, 10, 10), False),  # three averages
        ("130.1", 100, (10, 10, 10), True),
        ("114", 100, (2, 2), False),  # two months make no average
        ("100", 100, (10, 10, 10), False),  # nothing used is plausible: a vacation
    ],
)
def test_far_more_than_usual_asks_for_a_confirmation(
    value: str, previous: int, recent: tuple[int, ...], asks: bool
) -> None:
    if asks:
        assert _code((value,), _past(previous), recent=recent) == "implausible_consumption"
    assert _check((value,), _past(previous), recent=recent, confirmed=True).values == (Decimal(value),)


def test_months_without_a_reading_may_use_as_much_together() -> None:
    assert _code(("150",), _past(100)) == "implausible_consumption"
    assert _check(("150",), _past(100, since=date(2026, 7, 1))).consumed == (Decimal(50),)


def test_the_question_shows_the_numbers() -> None:
    with pytest.raises(Refusal) as refused:
        _check(("400",), _past(100), recent=(7, 7, 8))
    text = str(refused.value.text)
    assert "300" in text and "7" in text


def test_the_first_reading_of_a_meter_has_nothing_to_be_compared_with() -> None:
    assert _check(("54321",), _past()).consumed is None


def test_the_same_again_is_no_change_even_when_it_would_be_asked_for() -> None:
    assert _check(("900",), _past(100, current=(Decimal("900.000"),))).unchanged


def test_units_change_the_norm() -> None:
    heat = Device(Resource.HEAT, Unit.KILOWATT_HOUR, 1, 6, 0)
    assert _check(("4000",), _past(0), heat).values == (Decimal(4000),), "4 Gcal are 4652 kWh"
    assert _code(("4000",), _past(0), heat._replace(unit=Unit.GIGACALORIE)) == "implausible_consumption"


@pytest.mark.parametrize(
    ("due", "day", "taken"),
    [
        (date(2026, 10, 20), date(2026, 10, 20), True),
        (date(2026, 10, 19), date(2026, 10, 20), False),
        (date(2026, 10, 31), date(2026, 11, 2), True),  # October was over before the interval was
        (date(2026, 10, 30), date(2026, 11, 2), False),
        (None, date(2026, 10, 20), True),
    ],
)
def test_a_meter_counts_until_its_verification_interval_ends(due: date | None, day: date, taken: bool) -> None:
    options = {"period": OCTOBER, "day": day, "archived_on": None, "verification_due_on": due, "from_file": False}
    if taken:
        checks.in_service(**options)  # type: ignore[arg-type]
    else:
        with pytest.raises(Refusal) as refused:
            checks.in_service(**options)  # type: ignore[arg-type]
        assert refused.value.code == "verification_expired" and "354" in str(refused.value.text)


def test_a_file_may_bring_months_before_a_meter_was_archived() -> None:
    options = {"day": date(2026, 10, 20), "archived_on": date(2026, 10, 5), "verification_due_on": None}
    checks.in_service(period=SEPTEMBER, from_file=True, **options)  # type: ignore[arg-type]
    for period, from_file in ((SEPTEMBER, False), (OCTOBER, True)):
        with pytest.raises(Refusal):
            checks.in_service(period=period, from_file=from_file, **options)  # type: ignore[arg-type]


values = st.decimals(0, 99_999, places=3)


def _outcome(previous: Decimal, typed: str, *, recent: list[Decimal], confirmed: bool) -> Checked | Refusal:
    past = Past((previous,), SEPTEMBER, None, 0)
    try:
        return checks.reading((typed,), WATER, past, period=OCTOBER, recent=recent, confirmed=confirmed)
    except Refusal as refusal:
        return refusal


@given(previous=values, typed=st.one_of(values.map(str), st.text(max_size=30)), recent=st.lists(values, max_size=6))
def test_whatever_is_typed_is_taken_as_it_stands_or_refused_with_a_reason(
    previous: Decimal, typed: str, recent: list[Decimal]
) -> None:
    found = _outcome(previous, typed, recent=recent, confirmed=False)
    if isinstance(found, Refusal):
        assert 400 <= found.status < 500 and str(found.text) and str(found.remedy)
        return
    value = found.values[0]
    assert 0 <= value < 100_000
    assert found.consumed is not None and (previous + found.consumed[0]) % 100_000 == value
    assert found.rolled_over == (value < previous)


@given(previous=values, value=values)
def test_a_confirmation_only_answers_the_question_and_opens_nothing_else(previous: Decimal, value: Decimal) -> None:
    found = _outcome(previous, str(value), recent=[], confirmed=True)
    assert not isinstance(found, Refusal) or found.code == "reading_below_previous"
