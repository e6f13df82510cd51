"""The one set of rules for a reading, whatever the way it came: page, app or file.

Pure functions: what is known of the meter goes in, the checked numbers come out, or a refusal that says why and what to
do. Nothing here asks the database or the clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils import formats
from django.utils.translation import gettext_lazy as _

from dvor.base import periods
from dvor.base.refusals import Refusal, Text
from dvor.meters import registers
from dvor.meters.registers import Values
from dvor.meters.resources import Resource, Unit

MONTHS_AVERAGED_MAX = 6  # PP 354, par. 59: an average needs three months and looks at six
MONTHS_AVERAGED_MIN = 3
# When we ask «is this right?». None of it decides a bill, so the numbers are ours.
_TIMES_AVERAGE = 3
_PERSONS_BESIDE_AVERAGE = 2  # who lives alone may have guests for a month
_PERSONS_UNKNOWN = 4


class Device(NamedTuple):
    """What a check needs to know of the meter itself."""

    resource: Resource
    unit: Unit
    zones: int
    digits_before: int
    digits_after: int


class Past(NamedTuple):
    """What is known around the month that a reading is for.

    ``previous`` is the newest version of the nearest earlier month (or what the meter showed when it was installed),
    ``current`` the newest version of the month itself, ``following`` of the nearest later month.
    """

    previous: Values | None
    previous_period: date | None
    current: Values | None
    version: int
    following: Values | None = None


class Checked(NamedTuple):
    """A reading that passed: its numbers, and what was consumed since the previous one, where that is known."""

    values: Values
    consumed: Values | None
    rolled_over: bool
    unchanged: bool


def reading(
    typed: Sequence[object], device: Device, past: Past, *, period: date, recent: Sequence[Decimal], confirmed: bool
) -> Checked:
    """Check what was typed for one meter and month.

    Raises:
        Refusal: ``zones_do_not_fit``, ``reading_missing``, ``reading_unreadable``, ``reading_negative``,
            ``too_many_decimals``, ``reading_too_large``, ``reading_below_previous``, ``reading_above_next``, and
            ``implausible_consumption`` unless ``confirmed``.
    """
    values = numbers(typed, device)
    limit = registers.capacity(device.digits_before)
    unchanged = values == past.current  # the same again: whatever it once was asked for, it has been answered
    consumed, rolled_over = None, False
    if past.previous is not None:
        rolled_over = any(value < before for before, value in zip(past.previous, values, strict=True))
        consumed = registers.consumed(past.previous, values, limit)
        if rolled_over and not unchanged:
            _not_below(values, past.previous, limit)
    if past.following is not None and not unchanged:
        _not_above(values, past.following, limit)
    if consumed is not None and not confirmed and not unchanged:
        _plausible(consumed, device, past, period=period, recent=recent)
    return Checked(values, consumed, rolled_over, unchanged)


def numbers(typed: Sequence[object], device: Device) -> Values:
    """What was typed as numbers that the meter's registers can show."""
    if len(typed) != device.zones:
        raise Refusal(
            "zones_do_not_fit",
            _("The meter has %(zones)s registers, and %(sent)s values came.")
            % {"zones": device.zones, "sent": len(typed)},
            remedy=_("Send one value for each tariff zone of the meter, in the order T1, T2, T3."),
            field="values",
        )
    return tuple([_number(one, device) for one in typed])


def _number(typed: object, device: Device) -> Decimal:
    if typed is None or (isinstance(typed, str) and not typed.strip()):
        raise Refusal(
            "reading_missing",
            _("The value is missing."),
            remedy=_("Copy all digits that the meter shows."),
            field="values",
        )
    try:
        number = registers.read(typed)
    except registers.Negative:
        raise Refusal(
            "reading_negative",
            _("A meter does not show numbers below zero."),
            remedy=_("Copy the digits that the meter shows, without a sign."),
            field="values",
        ) from None
    except registers.Unreadable:
        raise Refusal(
            "reading_unreadable",
            _("This is not a number of a meter."),
            remedy=_("Write digits, with a comma or a point before the fraction: 123,456."),
            field="values",
        ) from None
    if number >= registers.capacity(device.digits_before):
        raise _too_large(number, device)
    if registers.decimals(number) > device.digits_after:
        raise _too_many_decimals(device)
    return number


def _too_large(number: Decimal, device: Device) -> Refusal:
    return Refusal(
        "reading_too_large",
        _("The meter has %(digits)s digits before the point and cannot show %(number)s.")
        % {"digits": device.digits_before, "number": registers.show(number)},
        remedy=_("Look where the point is: the digits after it often have a red frame."),
        field="values",
    )


def _too_many_decimals(device: Device) -> Refusal:
    text: Text
    if device.digits_after == 0:
        text, remedy = _("The meter counts whole units only."), _("Write the number without a fraction.")
    else:
        text = _("The meter shows %(digits)s digits after the point.") % {"digits": device.digits_after}
        remedy = _("Leave out the others.")
    return Refusal("too_many_decimals", text, remedy=remedy, field="values")


def _not_below(values: Values, previous: Values, limit: Decimal) -> None:
    """Refuse a value below the previous one, unless the register rolled over."""
    for zone, (before, value) in enumerate(zip(previous, values, strict=True), start=1):
        if value < before and not registers.rolls_over(before, value, limit):
            name = _("T%(zone)s: ") % {"zone": zone} if len(values) > 1 else ""
            raise Refusal(
                "reading_below_previous",
                _("%(zone)s%(value)s is less than the previous reading, %(previous)s.")
                % {"zone": name, "value": registers.show(value), "previous": registers.show(before)},
                remedy=_(
                    "Look whether this is the right meter and all digits are there. If the previous reading is wrong, "
                    "or the meter was replaced, tell your management company."
                ),
                field="values",
            )


def _not_above(values: Values, following: Values, limit: Decimal) -> None:
    """Refuse a value of an earlier month that the known reading of a later month contradicts."""
    for value, later in zip(values, following, strict=True):
        if value > later and not registers.rolls_over(value, later, limit):
            raise Refusal(
                "reading_above_next",
                _("%(value)s is more than the reading of a later month, %(later)s.")
                % {"value": registers.show(value), "later": registers.show(later)},
                remedy=_("Compare both months; correct the later one first if it is wrong."),
                field="values",
            )


def _plausible(consumed: Values, device: Device, past: Past, *, period: date, recent: Sequence[Decimal]) -> None:
    """Ask for confirmation when far more was consumed than this household, or a household of four, ever uses."""
    months = months_between(past.previous_period, period)
    total = sum(consumed, Decimal())
    mean = average(recent)
    ceiling = ceiling_of(device, mean) * months
    if total <= ceiling:
        return
    shown = {
        "total": registers.show(total),
        "unit": device.unit.sign,
        "months": months,
        "month": formats.date_format(period, "F Y").lower(),
        "usual": registers.show((mean if mean is not None else ceiling / months).quantize(Decimal("0.1"))),
    }
    if mean is None:
        usual = _("Even a family of four seldom uses more than %(usual)s %(unit)s a month.") % shown
    else:
        usual = _("You usually use about %(usual)s %(unit)s a month.") % shown
    if months == 1:
        much = _("This makes %(total)s %(unit)s for %(month)s.") % shown
    else:
        much = _("This makes %(total)s %(unit)s for %(months)s months.") % shown
    raise Refusal(
        "implausible_consumption",
        f"{much} {usual}",
        remedy=_("Look at the point and the digits once more. If the value is right, confirm it."),
        field="values",
    )


def average(recent: Sequence[Decimal]) -> Decimal | None:
    """The mean monthly consumption of the closed months, once there are three of them."""
    if len(recent) < MONTHS_AVERAGED_MIN:
        return None
    return sum(recent, Decimal()) / len(recent)


def ceiling_of(device: Device, mean: Decimal | None) -> Decimal:
    """The monthly consumption above which we ask: three averages, but at least what two people use by the norm."""
    norm = device.resource.norm_in(device.unit)
    if mean is None:
        return norm * _PERSONS_UNKNOWN
    return max(mean * _TIMES_AVERAGE, norm * _PERSONS_BESIDE_AVERAGE)


def months_between(earlier: date | None, later: date) -> int:
    """How many months of consumption a reading brings: at least one."""
    if earlier is None:
        return 1
    return max(1, (later.year - earlier.year) * 12 + later.month - earlier.month)


def in_service(
    *, period: date, day: date, archived_on: date | None, verification_due_on: date | None, from_file: bool
) -> None:
    """Refuse readings of a meter that no longer counts.

    A file may bring months before a meter was archived. A meter whose verification interval is over counts as broken
    (Government decree 354, par. 81(12)); a month that was over before that day is still taken.

    Raises:
        Refusal: ``meter_archived``, ``verification_expired``.
    """
    if archived_on is not None and not (from_file and period < archived_on.replace(day=1)):
        raise Refusal(
            "meter_archived",
            _("The meter was taken out of service on %(day)s.") % {"day": _day(archived_on)},
            remedy=_("Send the readings of the meter that replaced it. If it is missing, add it."),
        )
    if verification_due_on is not None and verification_due_on < min(day, periods.month_end(period)):
        raise Refusal(
            "verification_expired",
            _(
                "The meter had to be verified by %(day)s. Until then it counts as broken, and its readings may not be "
                "taken: the bill goes by the average, later by the norm (Government decree 354, par. 81(12))."
            )
            % {"day": _day(verification_due_on)},
            remedy=_("Have it verified or replaced, and hand the certificate to your management company."),
        )


def _day(day: date) -> str:
    return formats.date_format(day, "j E Y")
