"""Meters with the state of their last reading, windows of submission, and readings: versions of one billing month."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dvor.homes.models import Flat, House
from dvor.meters.resources import TITLES, Resource, Unit
from dvor.people.models import Organisation

RESOURCES = [(resource.value, TITLES[resource]) for resource in Resource]
UNITS = [(unit.value, unit.sign) for unit in Unit]
SHOWN = (Decimal(0), Decimal("999999999.999"))  # what a register can show; PostgreSQL holds NaN greater than any number


class Source(models.IntegerChoices):
    """By which way a reading came."""

    PAGE = 1, pgettext_lazy("reading", "site")
    API = 2, pgettext_lazy("reading", "app")
    FILE = 3, _("file of the management company")
    OPERATOR = 4, pgettext_lazy("reading", "operator")


def register(*, null: bool = True, editable: bool = True, help_text: str = "") -> models.DecimalField[Any, Any]:
    """A column for what a register shows: up to nine whole digits and three after the point."""
    return models.DecimalField(max_digits=12, decimal_places=3, null=null, editable=editable, help_text=help_text)


class Meter(models.Model):
    """A device of a flat, with the state of its last accepted reading.

    ``last_*`` is the newest version of the newest month, ``prior_*`` the newest version of the month before it that
    has a reading, ``recent`` the monthly consumption of up to six closed months. They are written with the reading in
    one statement, so that a submission locks one row a meter and never searches the partitions.
    """

    flat = models.ForeignKey(Flat, models.PROTECT, related_name="meters")
    resource = models.SmallIntegerField(choices=RESOURCES)
    zones = models.SmallIntegerField(default=1)
    digits_before = models.SmallIntegerField(
        help_text="whole digits of the register: it rolls over at 10 to this power"
    )
    digits_after = models.SmallIntegerField(help_text="digits after the point")
    unit = models.SmallIntegerField(choices=UNITS)
    installed_on = models.DateField()
    verification_due_on = models.DateField(null=True, blank=True, help_text="last day of the verification interval")
    archived_at = models.DateTimeField(null=True, blank=True)
    archived_by = models.BigIntegerField(null=True, blank=True, help_text="id of the resident or operator")
    gis_guid = models.UUIDField(null=True, blank=True, unique=True, help_text="the meter's key in the housing registry")
    serial = models.CharField(max_length=40)
    place = models.CharField(max_length=60, blank=True)
    archived_reason = models.CharField(max_length=200, blank=True)
    initial_t1 = register(help_text="what it showed when it was installed")
    initial_t2 = register()
    initial_t3 = register()

    last_period = models.DateField(null=True, editable=False)
    last_at = models.DateTimeField(null=True, editable=False)
    last_by = models.BigIntegerField(null=True, editable=False)
    last_version = models.SmallIntegerField(null=True, editable=False)
    last_source = models.SmallIntegerField(null=True, editable=False, choices=Source.choices)
    last_t1 = register(editable=False)
    last_t2 = register(editable=False)
    last_t3 = register(editable=False)
    prior_period = models.DateField(null=True, editable=False)
    prior_t1 = register(editable=False)
    prior_t2 = register(editable=False)
    prior_t3 = register(editable=False)
    recent = ArrayField(
        models.DecimalField(max_digits=13, decimal_places=3), default=list, editable=False, help_text="oldest first"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["flat", "resource", "serial"], condition=Q(archived_at__isnull=True), name="meters_meter_once"
            ),
            models.CheckConstraint(condition=Q(resource__range=(1, 5)), name="meters_meter_resource"),
            models.CheckConstraint(
                condition=Q(zones=1) | Q(zones__range=(1, 3), resource=Resource.ELECTRICITY), name="meters_meter_zones"
            ),
            models.CheckConstraint(
                condition=Q(digits_before__range=(3, 9), digits_after__range=(0, 3)), name="meters_meter_digits"
            ),
            models.CheckConstraint(condition=~Q(serial=""), name="meters_meter_serial"),
            models.CheckConstraint(
                condition=Q(archived_at__isnull=True, archived_by__isnull=True, archived_reason="")
                | (Q(archived_at__isnull=False, archived_by__isnull=False) & ~Q(archived_reason="")),
                name="meters_meter_archived_at_by",
            ),
            models.CheckConstraint(
                condition=Q(verification_due_on__isnull=True) | Q(verification_due_on__gte=F("installed_on")),
                name="meters_meter_verification",
            ),
            models.CheckConstraint(
                condition=Q(last_period__isnull=True, last_version__isnull=True, last_t1__isnull=True)
                | Q(
                    last_period__isnull=False,
                    last_version__isnull=False,
                    last_version__gte=1,
                    last_at__isnull=False,
                    last_t1__isnull=False,
                    last_t1__range=SHOWN,
                ),
                name="meters_meter_last",
            ),
            models.CheckConstraint(
                condition=Q(prior_period__isnull=True, prior_t1__isnull=True)
                | Q(
                    prior_period__isnull=False,
                    prior_t1__isnull=False,
                    last_period__isnull=False,
                    prior_period__lt=F("last_period"),
                    prior_t1__range=SHOWN,
                ),
                name="meters_meter_prior",
            ),
        ]
        indexes = [
            models.Index(fields=["serial"], name="meters_meter_serial_search"),
            models.Index(
                fields=["verification_due_on"], condition=Q(archived_at__isnull=True), name="meters_meter_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_resource_display()} № {self.serial}"


class Window(models.Model):
    """From which to which day readings of a resource are taken, for billing months since ``since``.

    A window of a house goes before that of its management company, that before the city's. A version is in force until
    the next one begins; nothing is edited. ``crosses_month_end``: the last day lies in the next month (water: from the
    15th to the 3rd, and 3 December still counts for November).
    """

    resource = models.SmallIntegerField(choices=RESOURCES)
    house = models.ForeignKey(House, models.PROTECT, null=True, blank=True, related_name="+")
    company = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    since = models.DateField(help_text="first billing month")
    first_day = models.SmallIntegerField()
    last_day = models.SmallIntegerField(help_text="inclusive")
    crosses_month_end = models.BooleanField()
    assumption = models.BooleanField(help_text="not public: chosen by us")
    source = models.JSONField(default=dict, help_text='where it is written: {"ru": …, "en": …}')
    published_at = models.DateTimeField()
    published_by = models.BigIntegerField(null=True, help_text="empty: it came with the product")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resource", "house", "company", "since"], nulls_distinct=False, name="meters_window_once"
            ),
            models.CheckConstraint(
                condition=Q(first_day__range=(1, 31), last_day__range=(1, 31)), name="meters_window_days"
            ),
            models.CheckConstraint(
                condition=Q(crosses_month_end=True, last_day__lt=F("first_day"))
                | Q(crosses_month_end=False, last_day__gte=F("first_day")),
                name="meters_window_order",
            ),
            models.CheckConstraint(condition=Q(since__day=1), name="meters_window_month"),
            models.CheckConstraint(
                condition=Q(house__isnull=True) | Q(company__isnull=True), name="meters_window_one_owner"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_resource_display()} {self.first_day}–{self.last_day}"


class Reading(models.Model):
    """One version of what a meter showed for one billing month. Partitioned by month, append-only.

    The house leads the key: one house is one short range of each month's index, and a cluster can spread rows by it.
    """

    pk = models.CompositePrimaryKey("house_id", "meter_id", "period", "version")
    house_id = models.BigIntegerField()
    meter_id = models.BigIntegerField()
    submitted_at = models.DateTimeField()
    submitted_by = models.BigIntegerField(null=True, help_text="id of the resident or operator; empty: the system")
    period = models.DateField(help_text="first day of the billing month")
    version = models.SmallIntegerField()
    source = models.SmallIntegerField(choices=Source.choices)
    t1 = register(null=False)
    t2 = register()
    t3 = register()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(period__day=1), name="meters_reading_period"),
            models.CheckConstraint(condition=Q(version__gte=1), name="meters_reading_version"),
            models.CheckConstraint(
                condition=Q(t1__range=SHOWN)
                & (Q(t2__isnull=True, t3__isnull=True) | Q(t2__isnull=False, t2__range=SHOWN))
                & (Q(t3__isnull=True) | Q(t3__range=SHOWN)),
                name="meters_reading_shown",
            ),
        ]

    def __str__(self) -> str:
        return f"reading {self.meter_id}/{self.period}/{self.version}"
