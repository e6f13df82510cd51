"""Why a line differs from another month, in words: the largest cause first."""

from __future__ import annotations

import calendar
from datetime import date
from decimal import Decimal

from django.utils import formats
from django.utils.translation import gettext as _

from dvor.base import money
from dvor.bills.charges import Service, VolumeBy
from dvor.bills.comparison import Change, Comparison
from dvor.bills.explanation import price, quantity
from dvor.bills.models import Line

_ESTIMATED = (VolumeBy.AVERAGE, VolumeBy.NORM)


def why(change: Change, comparison: Comparison) -> list[str]:
    """The causes of one line's difference; none where nothing changed."""
    if change.now is None or change.then is None:
        return [_come_or_gone(change)] if change.difference_kopecks else []
    return _both(change, change.now, change.then, comparison)


def _both(change: Change, now: Line, then: Line, comparison: Comparison) -> list[str]:
    parts = change.effects
    told = [
        (parts.volume, _volume(now, then, parts.volume, comparison) if parts.volume else ""),
        (parts.tariff, _tariff(change, now, then) if parts.tariff else ""),
        (parts.recalculation, _recalculation(now, then, parts.recalculation) if parts.recalculation else ""),
        (parts.factor, _factor(parts.factor) if parts.factor else ""),
        (parts.benefit, _benefit(parts.benefit) if parts.benefit else ""),
        (parts.other, _other(parts.other) if parts.other else ""),
    ]
    found = [words for _size, words in sorted(told, key=lambda one: -abs(one[0])) if words]
    way = _way(now, then)
    return [way, *found] if way and found else found


def _come_or_gone(change: Change) -> str:
    if change.line.service == Service.HEATING:
        return _("The heating season has begun.") if change.now else _("The heating season is over.")
    return _("This line was not in the other bill.") if change.now else _("This line is no longer in the bill.")


def _volume(now: Line, then: Line, effect: int, comparison: Comparison) -> str:
    values = {
        "now": quantity(now.volume, now.unit), "then": quantity(then.volume, then.unit), "sum": _signed(effect),
    }  # fmt: skip
    if now.service == Service.HEATING and not then.volume:
        return _("The heating season has begun: %(sum)s.") % values
    if now.service == Service.HEATING and not now.volume:
        return _("The heating season is over: %(sum)s.") % values
    if now.volume_by == VolumeBy.AREA:
        return _("Another area is counted: %(then)s before, %(now)s now, %(sum)s.") % values
    if effect > 0:
        text = _("More was used: %(now)s instead of %(then)s, %(sum)s.") % values
    else:
        text = _("Less was used: %(now)s instead of %(then)s, %(sum)s.") % values
    return f"{text} {more_days}" if (more_days := _days(now, then, comparison)) else text


def _days(now: Line, then: Line, comparison: Comparison) -> str:
    """Months have 28 to 31 days: where that alone makes the difference, it is said."""
    days, before = _length(comparison.period), _length(comparison.then)
    if days == before or now.volume is None or not then.volume:
        return ""
    grown = now.volume / then.volume - 1
    if grown * (days - before) <= 0 or abs(grown) > Decimal(abs(days - before)) / before + Decimal("0.001"):
        return ""
    return _("The month has %(days)s days, the other one %(before)s.") % {"days": days, "before": before}


def _tariff(change: Change, now: Line, then: Line) -> str:
    assert now.tariff is not None and then.tariff is not None, "an effect of the tariff has two tariffs"
    values = {"then": price(then.tariff), "now": price(now.tariff), "sum": _signed(change.effects.tariff)}
    if change.tariff_since is not None:
        values["day"] = formats.date_format(change.tariff_since, "j E Y")
        if now.tariff > then.tariff:
            return _("The tariff rose from %(then)s to %(now)s since %(day)s, %(sum)s.") % values
        return _("The tariff fell from %(then)s to %(now)s since %(day)s, %(sum)s.") % values
    return _("Another tariff, %(now)s instead of %(then)s: %(sum)s.") % values


def _recalculation(now: Line, then: Line, effect: int) -> str:
    values = {"sum": _signed(effect), "reason": now.recalculation_reason.rstrip(".")}
    if not now.recalculation_kopecks:
        return _("The other bill had a recalculation, this one has none: %(sum)s.") % values
    if now.recalculation_reason:
        return _("Recalculation, %(sum)s: %(reason)s.") % values
    return _("Recalculation without a stated reason: %(sum)s.") % values


def _factor(effect: int) -> str:
    return _("Multiplying factor to the norm: %(sum)s.") % {"sum": _signed(effect)}


def _benefit(effect: int) -> str:
    return _("Another benefit: %(sum)s.") % {"sum": _signed(effect)}


def _other(effect: int) -> str:
    return _("The numbers of the document do not tell the reason of %(sum)s.") % {"sum": _signed(effect)}


def _way(now: Line, then: Line) -> str:
    """The volume was found in another way than before."""
    if now.volume_by == then.volume_by:
        return ""
    if now.volume_by in _ESTIMATED and then.volume_by == VolumeBy.METER:
        if now.volume_by == VolumeBy.NORM:
            return _("Counted by the norm instead of the meter: send a reading or have the meter verified.")
        return _("Counted by the average instead of the meter: no reading had come.")
    if now.volume_by == VolumeBy.METER and then.volume_by in _ESTIMATED:
        return _("Counted by the meter again; the other bill went by an estimate.")
    return _("The volume is found in another way: %(now)s, before %(then)s.") % {
        "now": VolumeBy(now.volume_by).label, "then": VolumeBy(then.volume_by).label,
    }  # fmt: skip


def _length(month: date) -> int:
    return calendar.monthrange(month.year, month.month)[1]


def _signed(kopecks: int) -> str:
    return f"+{money.show(kopecks)}" if kopecks > 0 else money.show(kopecks)
