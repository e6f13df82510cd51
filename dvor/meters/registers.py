"""Arithmetic of registers: what a person typed becomes a number, two numbers become a consumption.

A register counts up to its capacity and goes on from zero: consumption is a difference modulo the capacity.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cache

from django.utils import formats

Values = tuple[Decimal, ...]

TYPED_LENGTH_MAX = 24
_SPACES = str.maketrans("", "", " \u00a0\u202f\u2009")
_NUMBER = re.compile(r"[0-9]{1,20}(?:[.,][0-9]{1,20})?", re.ASCII)

# A register that stands in its last tenth may roll over; what it then shows is in its first tenth.
_NEAR = Decimal("0.9")


class Unreadable(ValueError):
    """What was typed is not a number of a register."""


class Negative(Unreadable):
    """A number below zero: registers do not show such."""


def read(typed: object) -> Decimal:
    """The number that was typed: ``123,45``, ``123.45`` or ``1 234``; digits are ASCII, trailing zeros go.

    Raises:
        Unreadable: for anything else: letters, exponents, infinities, digits of other scripts, yes and no.
    """
    if isinstance(typed, Decimal):
        text = format(typed, "f") if typed.is_finite() and abs(typed.adjusted()) < TYPED_LENGTH_MAX else ""
    elif isinstance(typed, str):
        text = typed
    elif isinstance(typed, int | float) and not isinstance(typed, bool):
        text = repr(typed) if abs(typed) < 10**TYPED_LENGTH_MAX else ""
    else:
        text = ""
    if len(text) > TYPED_LENGTH_MAX:
        raise Unreadable
    text = text.translate(_SPACES)
    if _NUMBER.fullmatch(text):
        return short(Decimal(text.replace(",", ".")))
    if text[:1] in "-−" and _NUMBER.fullmatch(text[1:]):
        raise Negative
    raise Unreadable


def short(number: Decimal) -> Decimal:
    """Without trailing zeros after the point, and never with an exponent: 12.500 is 12.5, 1200 stays 1200."""
    if number == number.to_integral_value():
        return number.quantize(_ONE)
    return number.normalize()


_ONE = Decimal(1)


@cache
def capacity(digits_before: int) -> Decimal:
    """The first number that a register with so many whole digits cannot show: 10 to their power."""
    return Decimal(10) ** digits_before


def decimals(number: Decimal) -> int:
    """How many digits stand after the point."""
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int), "numbers of registers are finite"
    return max(0, -exponent)


def rolls_over(previous: Decimal, value: Decimal, limit: Decimal) -> bool:
    """Whether a lower value is explained by the register having gone through zero.

    Only from the last tenth of the capacity into the first one: anything else is a mistake of typing.
    """
    return value < previous and previous >= limit * _NEAR and value <= limit - limit * _NEAR


def consumed(previous: Values, values: Values, limit: Decimal) -> Values:
    """What each register counted between two readings, roll-over included."""
    return tuple(
        value - before if value >= before else value - before + limit
        for before, value in zip(previous, values, strict=True)
    )


def show(number: Decimal) -> str:
    """The number in the language of the moment, without needless zeros: ``12,5`` in Russian, ``12.5`` in English."""
    return str(formats.number_format(short(number), use_l10n=True, force_grouping=True))


def show_all(numbers: Sequence[Decimal]) -> str:
    """Values of several registers: ``T1 12, T2 5``; of one register the number alone."""
    if len(numbers) == 1:
        return show(numbers[0])
    return ", ".join(f"T{zone} {show(number)}" for zone, number in enumerate(numbers, start=1))
