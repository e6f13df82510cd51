"""Meters in the console: found by number, looked at with all versions of their readings, archived, verified."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from dvor.base.console import DateWidget, ReadOnlyAdmin, ReasonForm, operator_action, site
from dvor.homes.admin import of_address
from dvor.homes.flats import normal_number
from dvor.homes.models import Flat
from dvor.meters import devices, queries, registers
from dvor.meters.models import Meter, Source
from dvor.meters.resources import Resource, Unit
from dvor.people.models import Resident

OPERATORS = ("city_operator", "management_company")
HISTORY_LINES = 500


class VerificationForm(ReasonForm):
    """What the certificate says."""

    field_order = ["due_on", "reason"]

    due_on = forms.DateField(label=_("Next verification"), widget=DateWidget)


@admin.register(Meter, site=site)
class MeterAdmin(ReadOnlyAdmin):
    """Meters by their number; every write is a verb with its reason."""

    roles = OPERATORS
    organisation_path = "flat__house__management_company"
    list_display = ("serial", "resource", "house", "flat_number", "last_shown", "last_period", "verification_due_on")
    list_select_related = ("flat__house",)
    list_filter = ("resource", ("archived_at", admin.EmptyFieldListFilter))
    fields = (
        "serial", "resource", "house", "flat_number", "place", "zones", "digits_before", "digits_after", "unit",
        "gis_guid", "installed_on", "initial_shown", "verification_due_on", "last_period", "last_shown", "average",
        "history", "archived_at", "archived_by", "archived_reason",
    )  # fmt: skip
    readonly_fields = fields
    search_fields = ("serial",)  # only shows the field; get_search_results does the search
    search_help_text = _("Number of the meter, or address and flat: “garden 1, 12”")
    ordering = ("-pk",)
    actions = ("archive", "restore", "verify")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        typed = search_term.strip()
        if not typed:
            return queryset, False
        if re.fullmatch(r"[0-9a-f-]{36}", typed, re.IGNORECASE):
            return queryset.filter(gis_guid=typed), False
        if "," in typed:
            address, _comma, number = typed.rpartition(",")
            return queryset.filter(of_address(address, path="flat__house__"), flat__number=normal_number(number)), False
        return queryset.filter(serial__startswith=typed[:40]), False

    @admin.display(description=_("house"))
    def house(self, meter: Meter) -> str:
        return meter.flat.house.address

    @admin.display(description=_("flat"))
    def flat_number(self, meter: Meter) -> str:
        return meter.flat.number

    @admin.display(description=_("last reading"))
    def last_shown(self, meter: Meter) -> str:
        return _shown(meter.last_t1, meter.last_t2, meter.last_t3)

    @admin.display(description=_("when installed"))
    def initial_shown(self, meter: Meter) -> str:
        return _shown(meter.initial_t1, meter.initial_t2, meter.initial_t3)

    @admin.display(description=_("monthly average"))
    def average(self, meter: Meter) -> str:
        mean = queries.average_of(meter)
        return "" if mean is None else f"{registers.show(mean)} {Unit(meter.unit).sign}"

    @admin.display(description=_("readings"))
    def history(self, meter: Meter) -> SafeString:
        return format_html(
            '<a class="underline" href="{}">{}</a>', reverse("admin:meter_readings", args=[meter.pk]), _("all versions")
        )

    @operator_action(title=_("Take out of service"), roles=OPERATORS, when=lambda meter: meter.archived_at is None)
    def archive(self, meter: Meter, *, by: Resident, at: datetime, reason: str) -> None:
        devices.archive(meter.pk, by=by, at=at, reason=reason)

    @operator_action(
        title=_("Bring back into service"), roles=OPERATORS, when=lambda meter: meter.archived_at is not None
    )
    def restore(self, meter: Meter, *, by: Resident, at: datetime, reason: str) -> None:
        devices.restore(meter.pk, by=by, at=at, reason=reason)

    @operator_action(title=_("Note a verification"), roles=OPERATORS, form=VerificationForm)
    def verify(self, meter: Meter, *, by: Resident, at: datetime, reason: str, due_on: date) -> None:
        devices.verify(meter.pk, due_on=due_on, by=by, at=at, reason=reason)


@site.link("homes.flat", title=_("Meters"), roles=OPERATORS)
def meters_of_flat(flat: Flat) -> str:
    return reverse("admin:meters_meter_changelist", query={"q": f"{flat.house.address}, {flat.number}"})


@site.page("meters/<int:meter_id>/readings/", title=_("Readings"), roles=OPERATORS, in_menu=False)
@require_safe
def meter_readings(request: HttpRequest, meter_id: int) -> HttpResponse:
    """All versions of a meter's readings, newest month first; who sent them by number only."""
    visible = site._registry[Meter].get_queryset(request)
    meter = visible.select_related("flat__house").filter(pk=meter_id).first() if meter_id < 2**63 else None
    if meter is None:
        raise Http404
    found = queries.readings(meter.flat, meter_id=meter.pk, before=None, limit=HISTORY_LINES)
    lines = [
        {
            "period": row.period,
            "values": _shown(row.t1, row.t2, row.t3),
            "version": row.version,
            "source": Source(row.source).label,
            "sent_at": row.submitted_at,
            "by": row.submitted_by,
        }
        for row in found
    ]
    title = f"{Resource(meter.resource).title} № {meter.serial}"
    return site.render(request, "meters/console/readings.html", {"title": title, "meter": meter, "lines": lines})


def _shown(*values: Any) -> str:
    known = [value for value in values if value is not None]
    return registers.show_all(known) if known else ""
