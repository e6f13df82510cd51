"""A line of a bill in words: what was multiplied by what, what was added or taken off, and whether it adds up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils import formats
from django.utils.translation import gettext as _

from dvor.base import money
from dvor.bills.charges import Group, Service, VolumeBy
from dvor.bills.models import Line

# Volumes are printed with few digits; what an unprinted one can make is no mistake. Beyond it we say so.
ROUNDING_KOPECKS_MAX = 100


@dataclass(frozen=True, slots=True)
class Explained:
    """A line in words. ``how`` is the multiplication; ``more`` what was added or taken off, and the sum.

    ``doubt`` stands where the document does not add up by its own numbers, and says by how much.
    """

    line: Line
    how: str
    more: tuple[str, ...] = ()
    doubt: str = ""

    @property
    def sentences(self) -> list[str]:
        return [part for part in (self.how, *self.more, self.doubt) if part]


def of(line: Line) -> Explained:
    """Explain a line from its own numbers alone."""
    return Explained(line, _how(line), tuple(_more(line)), _doubt(line))


def product_kopecks(line: Line) -> int | None:
    """Volume × tariff in kopecks, halves up; nothing where the document does not give both."""
    if line.volume is None or line.tariff is None:
        return None
    return int((line.volume * line.tariff * 100).quantize(Decimal(1), ROUND_HALF_UP))


def quantity(volume: Decimal | None, unit: str = "") -> str:
    """``5,3 м³``: no zeros at the end, the sign of the unit behind a no-break space."""
    if volume is None:
        return ""
    shown = formats.number_format(_short(volume), use_l10n=True, force_grouping=True)
    return f"{shown}\u00a0{unit}" if unit else shown


def price(tariff: Decimal) -> str:
    """``243,16 ₽``: kopecks always, further digits where the tariff has them."""
    shown = _short(tariff)
    exponent = shown.as_tuple().exponent
    if not isinstance(exponent, int) or exponent > -2:
        shown = shown.quantize(Decimal("0.01"))
    return f"{formats.number_format(shown, use_l10n=True, force_grouping=True)}\u00a0₽"


# ── How the sum came about ───────────────────────────────────────────────────────────────────────────────────────
def _how(line: Line) -> str:
    multiplied = _multiplied(line)
    if line.group == Group.INSURANCE or line.service == Service.INSURANCE:
        return _("Insurance is voluntary: you may leave it out, and this is no debt. It is not inside the sum to pay.")
    if line.group == Group.PENALTY or line.service == Service.PENALTY:
        return _("For each day of delay the law adds a share of the unpaid sum (Housing Code, art. 155, part 14).")
    if line.group == Group.CAPITAL_REPAIR:
        return _("A contribution of the owner for each square metre: %(sum)s.") % {"sum": multiplied}
    return _BY.get(VolumeBy(line.volume_by), _fixed)(line, multiplied)


def _by_meter(line: Line, multiplied: str) -> str:
    if line.meter_before is None or line.meter_after is None:
        return _("By the meter: %(sum)s.") % {"sum": multiplied}
    return _("The meter stood at %(before)s and now stands at %(after)s: %(sum)s.") % {
        "before": quantity(line.meter_before), "after": quantity(line.meter_after), "sum": multiplied,
    }  # fmt: skip


def _by_average(line: Line, multiplied: str) -> str:
    return _("There was no reading, so the average of your last months was taken (decree 354, par. 59): %(sum)s.") % {
        "sum": multiplied
    }


def _by_norm(line: Line, multiplied: str) -> str:
    if line.service == Service.HEATING:  # its norm is for the area, not for people (decree 354, par. 42.1)
        return _("By the norm of heating for the area of the flat: %(sum)s.") % {"sum": multiplied}
    return _(
        "There was no meter, no reading for long or no verification, so the norm for all who live here was taken "
        "(decree 354, par. 42 and 60): %(sum)s."
    ) % {"sum": multiplied}


def _by_common(line: Line, multiplied: str) -> str:
    return _("Your flat's share of what the whole house used (stairs, lifts, washing of floors): %(sum)s.") % {
        "sum": multiplied
    }


def _by_area(line: Line, multiplied: str) -> str:
    return _("By the area of the flat: %(sum)s.") % {"sum": multiplied}


def _fixed(line: Line, multiplied: str) -> str:
    return _("A fixed sum, the same each month whatever is used: %(sum)s.") % {"sum": multiplied}


_BY = {
    VolumeBy.METER: _by_meter, VolumeBy.AVERAGE: _by_average, VolumeBy.NORM: _by_norm, VolumeBy.COMMON: _by_common,
    VolumeBy.AREA: _by_area,
}  # fmt: skip


def _multiplied(line: Line) -> str:
    """``5,3 м³ × 243,16 ₽ = 1 288,75 ₽``; with ≈ where the document's sum is another one."""
    product = product_kopecks(line)
    if product is None or line.volume is None or line.tariff is None:
        return money.show(line.accrued_kopecks)
    sign = "=" if product == line.accrued_kopecks else "≈"
    return f"{quantity(line.volume, line.unit)} × {price(line.tariff)} {sign} {money.show(line.accrued_kopecks)}"


# ── What was added or taken off ──────────────────────────────────────────────────────────────────────────────────
def _more(line: Line) -> Iterator[str]:
    if line.factor_excess_kopecks:
        yield _("A multiplying factor adds %(sum)s to the norm: where a meter is missing or out of order.") % {
            "sum": money.show(line.factor_excess_kopecks)
        }
    if line.recalculation_kopecks:
        yield _recalculated(line)
    if line.benefit_kopecks:
        yield _("Benefit: %(sum)s are taken off.") % {"sum": money.show(line.benefit_kopecks)}
    if line.payable_kopecks != line.accrued_kopecks:
        yield _("Together %(sum)s.") % {"sum": money.show(line.payable_kopecks)}


def _recalculated(line: Line) -> str:
    values = {"sum": money.show(abs(line.recalculation_kopecks)), "reason": line.recalculation_reason.rstrip(".")}
    if line.recalculation_reason:
        if line.recalculation_kopecks < 0:
            return _("Recalculation in your favour, −%(sum)s: %(reason)s.") % values
        return _("Recalculation, +%(sum)s: %(reason)s.") % values
    if line.recalculation_kopecks < 0:
        return _("Recalculation in your favour, −%(sum)s. The document does not say why.") % values
    return _("Recalculation, +%(sum)s. The document does not say why: ask your management company.") % values


# ── Whether it adds up ───────────────────────────────────────────────────────────────────────────────────────────
def _doubt(line: Line) -> str:
    return " ".join(part for part in (_of_the_readings(line), _of_the_product(line)) if part)


def _of_the_readings(line: Line) -> str:
    if line.volume_by != VolumeBy.METER or None in (line.meter_before, line.meter_after, line.volume):
        return ""
    assert line.meter_before is not None and line.meter_after is not None and line.volume is not None
    consumed = line.meter_after - line.meter_before
    if consumed == line.volume:
        return ""
    if consumed < 0:
        return _("The register of the meter went through zero.")
    return _("By these readings it would be %(consumed)s, but %(volume)s were counted.") % {
        "consumed": quantity(consumed, line.unit), "volume": quantity(line.volume, line.unit),
    }  # fmt: skip


def _of_the_product(line: Line) -> str:
    product = product_kopecks(line)
    if product is None or product == line.accrued_kopecks:
        return ""
    values = {"product": money.show(product), "difference": money.show(abs(product - line.accrued_kopecks))}
    if abs(product - line.accrued_kopecks) <= ROUNDING_KOPECKS_MAX:
        return (
            _("Multiplied exactly it is %(product)s; the difference of %(difference)s is from rounding by the issuer.")
            % values
        )
    return (
        _(
            "Multiplied exactly it is %(product)s, %(difference)s away from the document, and the document does "
            "not say why: ask your management company."
        )
        % values
    )


def _short(number: Decimal) -> Decimal:
    """Without zeros at the end, and never as 1E+2."""
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()
