"""Bills in the console: found by flat, payer code or number, looked at with lines and versions, withdrawn."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import formats
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dvor.base import clock, money, periods
from dvor.base.console import ReadOnlyAdmin, operator_action, site
from dvor.bills import documents
from dvor.bills.models import Bill, Line
from dvor.homes.admin import of_address
from dvor.homes.flats import normal_number
from dvor.homes.models import Flat
from dvor.people.models import Resident

OPERATORS = ("city_operator", "management_company")
LOOKERS = (*OPERATORS, "accountant")
MONTHS_OFFERED = 25
_STATES = {
    "current": _("to be paid"),
    "withdrawn": pgettext_lazy("bill", "withdrawn"),
    "superseded": _("replaced by a newer version"),
}


class MonthFilter(admin.SimpleListFilter):
    """Bills of a month."""

    title = _("month")
    parameter_name = "month"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        months = periods.months_back(periods.month_plus(periods.month_of(clock.now()), 1), MONTHS_OFFERED)
        return [(f"{month:%Y-%m}", formats.date_format(month, "F Y").lower()) for month in reversed(months)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if match := re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", self.value() or ""):
            return queryset.filter(period=date(max(int(match[1]), 1), int(match[2]), 1))
        return queryset


class StateFilter(admin.SimpleListFilter):
    """Bills that stand, that were withdrawn, that were replaced."""

    title = pgettext_lazy("bill", "state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return list(_STATES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "superseded":
            return queryset.filter(superseded_at__isnull=False)
        if self.value() in _STATES:
            return queryset.filter(superseded_at__isnull=True, withdrawn_at__isnull=self.value() == "current")
        return queryset


@admin.register(Bill, site=site)
class BillAdmin(ReadOnlyAdmin):
    """All versions of all bills; every write is a verb with its reason."""

    roles = LOOKERS
    organisation_path = "flat__house__management_company"
    list_display = ("id", "month", "house", "flat_number", "kind", "payable", "state", "version", "number")
    list_select_related = ("flat__house",)
    list_filter = (MonthFilter, "kind", StateFilter)
    fields = (
        "month", "house", "flat_number", "kind", "number", "version", "state", "issued", "payable", "charged",
        "penalty", "insurance", "debt_before", "advance_before", "taken", "due_on", "payee_shown", "withdrawn_reason",
        "lines", "versions",
    )  # fmt: skip
    readonly_fields = fields
    search_fields = ("number",)  # only shows the field; get_search_results does the search
    search_help_text = _("Number of the bill, payer code, or address and flat: “garden 1, 12”")
    ordering = ("-pk",)
    actions = ("withdraw",)

    def named(self, row: Any) -> str:
        return str(_title(row))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        typed = search_term.strip()
        if not typed:
            return queryset, False
        if "," in typed:
            address, _comma, number = typed.rpartition(",")
            flats = Flat.objects.filter(of_address(address, path="house__"), number=normal_number(number))
            return queryset.filter(flat__in=flats), False
        if "\0" in typed:
            return queryset.none(), False
        wanted = Q(number=typed[:40])
        if re.fullmatch(r"[0-9]{10}", typed):
            wanted |= Q(flat__in=Flat.objects.filter(payer_code=typed))
        return queryset.filter(wanted), False

    @admin.display(description=_("month"), ordering="period")
    def month(self, bill: Bill) -> str:
        return formats.date_format(bill.period, "F Y").lower()

    @admin.display(description=_("house"))
    def house(self, bill: Bill) -> str:
        return bill.flat.house.address

    @admin.display(description=_("flat"))
    def flat_number(self, bill: Bill) -> str:
        return bill.flat.number

    @admin.display(description=pgettext_lazy("bill", "state"))
    def state(self, bill: Bill) -> str:
        if bill.superseded_at is not None:
            return str(_STATES["superseded"])
        return str(_STATES["current" if bill.withdrawn_at is None else "withdrawn"])

    @admin.display(description=_("came"))
    def issued(self, bill: Bill) -> str:
        return formats.date_format(bill.issued_at.astimezone(periods.zone()), "j E Y, H:i")

    @admin.display(description=_("to pay"))
    def payable(self, bill: Bill) -> str:
        return money.show(bill.payable_kopecks)

    @admin.display(description=_("charged for the month"))
    def charged(self, bill: Bill) -> str:
        return money.show(bill.charged_kopecks)

    @admin.display(description=_("penalty"))
    def penalty(self, bill: Bill) -> str:
        return money.show(bill.penalty_kopecks)

    @admin.display(description=_("voluntary insurance"))
    def insurance(self, bill: Bill) -> str:
        return money.show(bill.insurance_kopecks)

    @admin.display(description=_("debt before"))
    def debt_before(self, bill: Bill) -> str:
        return money.show(bill.debt_before_kopecks)

    @admin.display(description=_("advance before"))
    def advance_before(self, bill: Bill) -> str:
        return money.show(bill.advance_before_kopecks)

    @admin.display(description=_("payments counted"))
    def taken(self, bill: Bill) -> str:
        return money.show(bill.taken_kopecks)

    @admin.display(description=_("receiver"))
    def payee_shown(self, bill: Bill) -> str:
        payee = bill.payee
        return f"{payee.name}, {payee.inn}, {payee.account}, {payee.bank}, {payee.bic}"

    @admin.display(description=_("lines"))
    def lines(self, bill: Bill) -> SafeString:
        found = Line.objects.filter(house_id=bill.house_id, bill_id=bill.pk, period=bill.period).order_by("place")
        rows = [(line, _plain(line.tariff), _plain(line.volume)) for line in found]
        return mark_safe(render_to_string("bills/console/lines.html", {"lines": rows}))  # noqa: S308 a template's own

    @admin.display(description=_("versions"))
    def versions(self, bill: Bill) -> SafeString:
        same = Bill.objects.filter(flat_id=bill.flat_id, period=bill.period, kind=bill.kind).order_by("-version")
        rows = [(one, self.state(one), self.address_of(one), one.pk == bill.pk) for one in same]
        return mark_safe(render_to_string("bills/console/versions.html", {"versions": rows}))  # noqa: S308

    @operator_action(
        title=_("Withdraw the bill"), roles=OPERATORS,
        when=lambda bill: bill.superseded_at is None and bill.withdrawn_at is None,
    )  # fmt: skip
    def withdraw(self, bill: Bill, *, by: Resident, at: datetime, reason: str) -> None:
        documents.withdraw([bill.pk], reason=reason, by=by, at=at)


def _plain(number: Decimal | None) -> str:
    """Without idle zeros: 180, 34,53."""
    return "" if number is None else formats.number_format(number.normalize())


def _title(bill: Bill) -> Any:
    return _("bill of %(address)s, %(flat)s for %(month)s") % {
        "address": bill.flat.house.address,
        "flat": bill.flat.number,
        "month": formats.date_format(bill.period, "F Y").lower(),
    }


@site.link("homes.flat", title=_("Bills"), roles=LOOKERS)
def bills_of_flat(flat: Flat) -> str:
    return reverse("admin:bills_bill_changelist", query={"q": f"{flat.house.address}, {flat.number}"})


@site.link("bills.bill", title=_("Flat"), roles=OPERATORS)
def flat_of_bill(bill: Bill) -> str:
    return reverse("admin:homes_flat_change", args=[bill.flat_id])
