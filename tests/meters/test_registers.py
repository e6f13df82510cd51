"""Arithmetic of registers: typed numbers, differences modulo the capacity, roll-over."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dvor.meters import registers

HOSTILE = (
    "", " ", "abc", "12a", "1e5", "1E5", "NaN", "nan", "Infinity", "-Infinity", "inf", "0x10", "1_000", "٣٤", "１２",
    "²", "1.2.3", "1,2,3", ".5", "5.", ",5", "+5", "--5", "5-", "1'000", "12\n", "\t12", "12\x00", "=1+1", "<b>1</b>",
    "9" * 30, "1" + "\u0660", "½", "Ⅻ", "12%", "$12", "1/2", True, False, None, [], {}, (1,), b"12", 1j, float("nan"),
    float("inf"), float("-inf"), Decimal("NaN"), Decimal("Infinity"), Decimal("sNaN"), Decimal("1e30"),
    Decimal("1e-30"), 10**40, 1e300, 1e-300, Ellipsis,
)  # fmt: skip


@pytest.mark.parametrize("typed", HOSTILE, ids=lambda one: ascii(one)[:30])
def test_what_is_no_number_of_a_register_is_refused(typed: object) -> None:
    with pytest.raises(registers.Unreadable):
        registers.read(typed)


@pytest.mark.parametrize("typed", ["-5", "−5", "-0,5", -5, -0.5, Decimal(-1)])
def test_numbers_below_zero_are_told_apart(typed: object) -> None:
    with pytest.raises(registers.Negative):
        registers.read(typed)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("123,45", "123.45"), ("123.450", "123.45"), (" 1 234 ", "1234"), ("1\u00a0234,5", "1234.5"),
        ("007", "7"), ("0", "0"), (12, "12"), (12.5, "12.5"), (Decimal("12.500"), "12.5"), ("1200", "1200"),
        (0.1 + 0.2, "0.30000000000000004"),
    ],
)  # fmt: skip
def test_people_write_numbers_in_many_ways(typed: object, number: str) -> None:
    assert registers.read(typed) == Decimal(number)


@given(st.integers(0, 10**9 - 1), st.integers(0, 999), st.sampled_from(".,"))
def test_every_number_that_a_register_shows_is_read_back(whole: int, thousandths: int, point: str) -> None:
    typed = f"{whole}{point}{thousandths:03}"
    number = registers.read(typed)
    assert number == Decimal(typed.replace(",", "."))
    assert registers.decimals(number) == len(f"{thousandths:03}".rstrip("0"))


@given(st.data(), st.integers(3, 9))
def test_consumption_carries_the_register_from_one_reading_to_the_next(data: st.DataObject, digits: int) -> None:
    limit = registers.capacity(digits)
    values = st.decimals(0, limit - 1, places=3)
    before, value = data.draw(values), data.draw(values)
    used = registers.consumed((before,), (value,), limit)[0]
    assert 0 <= used < limit
    assert (before + used) % limit == value


@given(st.data(), st.integers(3, 9))
@example(None, 5)
def test_a_register_rolls_over_only_from_its_last_tenth_into_its_first(data: st.DataObject | None, digits: int) -> None:
    limit = registers.capacity(digits)
    if data is None:
        assert registers.rolls_over(limit * Decimal("0.9"), limit * Decimal("0.1"), limit)
        assert not registers.rolls_over(limit * Decimal("0.9") - 1, Decimal(0), limit)
        return
    values = st.decimals(0, limit - 1, places=3)
    before, value = data.draw(values), data.draw(values)
    if registers.rolls_over(before, value, limit):
        assert value < before and before >= limit * Decimal("0.9") and value <= limit * Decimal("0.1")
        assert registers.consumed((before,), (value,), limit)[0] <= limit * Decimal("0.2")
