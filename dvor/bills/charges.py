"""Services of the bill: what stands on its lines, in which group, and how a volume was found."""

from __future__ import annotations

from django.db.models import IntegerChoices
from django.utils.translation import gettext_lazy as _


class Group(IntegerChoices):
    """Part of the bill that a line belongs to (groups of the payment document, GIS ЖКХ)."""

    HOUSING = 1, _("housing services")
    UTILITY = 2, _("utility services")
    CAPITAL_REPAIR = 3, _("capital repair")
    ADDITIONAL = 4, _("additional services")
    INSURANCE = 5, _("voluntary insurance")
    PENALTY = 6, _("penalty")


class Service(IntegerChoices):
    """A service by our own number; what a file calls it is kept in the line's ``title``."""

    MAINTENANCE = 1, _("Maintenance of the house")
    COLD_WATER = 2, _("Cold water")
    HOT_WATER = 3, _("Hot water")
    DRAINAGE = 4, _("Drainage")
    ELECTRICITY = 5, _("Electricity")
    HEATING = 6, _("Heating")
    GAS = 7, _("Gas")
    CAPITAL_REPAIR = 8, _("Contribution to capital repair")
    WASTE = 9, _("Waste collection")
    ANTENNA = 10, _("Antenna")
    INTERCOM = 11, _("Intercom")
    INSURANCE = 12, _("Voluntary insurance of the flat")
    PENALTY = 13, _("Penalty for late payment")
    OTHER = 14, _("Other")


class VolumeBy(IntegerChoices):
    """How the volume of a line was found (Government decree 354, par. 59 and 60 for the average and the norm)."""

    METER = 1, _("by the meter")
    AVERAGE = 2, _("by the average of the last months")
    NORM = 3, _("by the norm")
    COMMON = 4, _("share of the house's common use")
    AREA = 5, _("by the area of the flat")
    FIXED = 6, _("fixed sum")
