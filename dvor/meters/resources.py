"""What meters measure: resources, their units, and how much of each a household plausibly uses."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Unit(IntEnum):
    """What one whole step of a register stands for."""

    CUBIC_METRE = 1
    KILOWATT_HOUR = 2
    GIGACALORIE = 3
    MEGAWATT_HOUR = 4

    @property
    def sign(self) -> Promise:
        return _SIGNS[self]


class Resource(IntEnum):
    """A resource that a flat's meter counts."""

    COLD_WATER = 1
    HOT_WATER = 2
    ELECTRICITY = 3
    HEAT = 4
    GAS = 5

    @property
    def code(self) -> str:
        """The word of the API and of files."""
        return self.name.lower()

    @property
    def title(self) -> Promise:
        return TITLES[self]

    @property
    def of(self) -> Promise:
        """The resource in the genitive: «показания холодной воды»."""
        return _GENITIVES[self]

    @property
    def icon(self) -> str:
        return _ICONS[self]

    @property
    def usual(self) -> Usual:
        return _USUAL[self]

    def norm_in(self, unit: Unit) -> Decimal:
        """The norm of a person's consumption a month, in the unit that a meter counts in."""
        return _USUAL[self].norm * _FACTORS.get((_USUAL[self].unit, unit), _ONE)


@dataclass(frozen=True, slots=True)
class Usual:
    """How a meter of a resource usually is, and the norm of consumption: per person and month, in its unit."""

    unit: Unit
    digits_before: int
    digits_after: int
    norm: Decimal


_SIGNS = {
    Unit.CUBIC_METRE: _("m³"),
    Unit.KILOWATT_HOUR: _("kWh"),
    Unit.GIGACALORIE: _("Gcal"),
    Unit.MEGAWATT_HOUR: _("MWh"),
}
TITLES = {
    Resource.COLD_WATER: _("Cold water"),
    Resource.HOT_WATER: _("Hot water"),
    Resource.ELECTRICITY: _("Electricity"),
    Resource.HEAT: _("Heating"),
    Resource.GAS: _("Gas"),
}
_GENITIVES = {
    Resource.COLD_WATER: _("of cold water"),
    Resource.HOT_WATER: _("of hot water"),
    Resource.ELECTRICITY: _("of electricity"),
    Resource.HEAT: _("of heating"),
    Resource.GAS: _("of gas"),
}
_ICONS = {
    Resource.COLD_WATER: "water",
    Resource.HOT_WATER: "hot",
    Resource.ELECTRICITY: "electricity",
    Resource.HEAT: "heat",
    Resource.GAS: "gas",
}
# Water: the city's norms, 6.935 m³ cold and 4.745 m³ hot per person and month (reference: pgu.mos.ru). The others are
# our assumptions; they only decide when we ask «is this right?», never a bill.
_USUAL = {
    Resource.COLD_WATER: Usual(Unit.CUBIC_METRE, 5, 3, Decimal("6.935")),
    Resource.HOT_WATER: Usual(Unit.CUBIC_METRE, 5, 3, Decimal("4.745")),
    Resource.ELECTRICITY: Usual(Unit.KILOWATT_HOUR, 6, 1, Decimal(120)),
    Resource.HEAT: Usual(Unit.GIGACALORIE, 5, 3, Decimal(1)),
    Resource.GAS: Usual(Unit.CUBIC_METRE, 5, 3, Decimal(12)),
}

_ONE = Decimal(1)
_FACTORS = {
    (Unit.GIGACALORIE, Unit.KILOWATT_HOUR): Decimal(1163),
    (Unit.GIGACALORIE, Unit.MEGAWATT_HOUR): Decimal("1.163"),
    (Unit.KILOWATT_HOUR, Unit.MEGAWATT_HOUR): Decimal("0.001"),
}
