"""Days and differences in the console: what is open stands first; each act has its reason."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from dvor.base import money
from dvor.base.console import DateWidget, ReadOnlyAdmin, ReasonForm, masked, operator_action, site
from dvor.base.refusals import Text
from dvor.people.models import Resident
from dvor.settlements import days, differences, recognition, reporting, rights
from dvor.settlements.models import Day, Difference, Entry
from dvor.settlements.reasons import REASONS

ORGANISATION_INN = 10  # digits; a person's number has twelve, and most have none in a statement


class StateFilter(admin.SimpleListFilter):
    """Open or not: of days and of differences."""

    title, parameter_name = _("state"), "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("open")), ("ended", _("closed"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        ends = ["closed_at"] if queryset.model is Day else ["resolved_at", "gone_at"]
        still = {f"{name}__isnull": True for name in ends}
        match self.value():
            case "open":
                return queryset.filter(**still)
            case "ended":
                return queryset.exclude(**still)
        return queryset


def _kopecks(field: str, title: Any) -> Any:
    """A column with a sum in roubles."""

    @admin.display(description=title, ordering=field)
    def column(_self: Any, row: Any) -> str:
        return money.show(getattr(row, field))

    return column


@admin.register(Day, site=site)
class DayAdmin(ReadOnlyAdmin):
    """Business days, the newest first, with what is left of each."""

    roles = rights.LOOKERS
    list_display = ("shown_day", "account", "expected", "received", "commission", "gap", "state")
    list_select_related = ("account",)
    list_filter = (StateFilter, "account")
    fields = (
        "shown_day", "account", "expected", "received", "commission", "explained", "gap", "direct", "open_count",
        "state", "closed_at", "closed_by_name",
    )  # fmt: skip
    readonly_fields = fields
    ordering = ("-day", "account", "-turn")
    date_hierarchy = "day"
    actions = ("close",)

    expected = _kopecks("expected_kopecks", _("payments less refunds"))
    received = _kopecks("received_kopecks", _("received"))
    commission = _kopecks("commission_kopecks", _("commission"))
    explained = _kopecks("explained_kopecks", _("explained"))
    gap = _kopecks("gap_kopecks", _("difference"))
    direct = _kopecks("direct_kopecks", _("residents' own transfers"))

    @admin.display(description=_("day"), ordering="day")
    def shown_day(self, day: Day) -> str:
        return str(day)

    @admin.display(description=_("state"))
    def state(self, day: Day) -> Text:
        if day.closed_at is not None:
            return _("the day is closed")
        told = _("the day is open, differences: %(count)s") if day.open_count else _("the day is open")
        return told % {"count": day.open_count}

    @admin.display(description=_("closed by"))
    def closed_by_name(self, day: Day) -> str:
        return masked(day.closed_by.full_name) if day.closed_by else ""

    @operator_action(
        title=_("Close the day"), roles=rights.ACTORS, when=lambda day: day.closed_at is None
    )  # fmt: skip
    def close(self, day: Day, *, by: Resident, at: datetime, reason: str) -> None:
        days.close(day.pk, by=by, at=at, reason=reason)


class BillForm(ReasonForm):
    """Which bill a transfer pays."""

    payer_code = forms.RegexField(
        r"^[0-9]{10}$", label=_("Payer code"), widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "numeric"})
    )
    period = forms.DateField(label=_("A day of the bill's month"), widget=DateWidget)


class DayForm(ReasonForm):
    """Which day a transfer of the acquirer is for."""

    day = forms.DateField(label=_("For which day"), widget=DateWidget)


def _can_match(difference: Difference) -> bool:
    return difference.is_open and difference.entry is not None and not difference.entry.matches.exists()


def _can_pay(difference: Difference) -> bool:
    return _can_match(difference) and difference.entry is not None and difference.entry.kind == Entry.Kind.DIRECT


@admin.register(Difference, site=site)
class DifferenceAdmin(ReadOnlyAdmin):
    """Differences, the newest first; who paid is masked, the purpose is shown on the difference's own page."""

    roles = rights.LOOKERS
    list_display = ("shown_day", "kind", "sum", "why", "state", "resolved_at")
    list_select_related = ("day__account", "entry")
    list_filter = (StateFilter, "kind", "code", "day__account")
    fields = (
        "shown_day", "kind", "sum", "why", "candidates", "entry_line", "payer", "purpose", "state", "found_at",
        "resolved_at", "resolved_by_name", "reason", "gone_at",
    )  # fmt: skip
    readonly_fields = fields
    ordering = ("-day__day", "-pk")
    actions = ("resolve", "to_bill", "to_day")

    sum = _kopecks("kopecks", _("sum"))

    def named(self, row: Any) -> str:
        return f"{row.day} {row.get_kind_display()} {money.show(row.kopecks)}"

    @admin.display(description=_("day"), ordering="day__day")
    def shown_day(self, difference: Difference) -> str:
        return str(difference.day)

    @admin.display(description=_("why"))
    def why(self, difference: Difference) -> Text:
        return REASONS[difference.code]

    @admin.display(description=_("state"))
    def state(self, difference: Difference) -> str:
        return reporting.state(difference)

    @admin.display(description=_("payment or refund of this sum"))
    def candidates(self, difference: Difference) -> SafeString:
        """Payments and refunds of the day that alone would be the gap."""
        words = {"payment": _("payment"), "refund": _("refund")}
        return format_html_join(
            ", ", "{} № {}", ((words[what], number) for what, number in reporting.suspects(difference))
        )

    @admin.display(description=_("entry of the statement"))
    def entry_line(self, difference: Difference) -> str:
        entry = difference.entry
        return f"{entry}, {money.show(entry.kopecks)}" if entry else ""

    @admin.display(description=_("payer"))
    def payer(self, difference: Difference) -> str:
        told = _told(difference)
        name = str(told.get("payer", ""))
        return name if len(told.get("payer_inn", "")) == ORGANISATION_INN else masked(name)

    @admin.display(description=_("purpose"))
    def purpose(self, difference: Difference) -> str:
        return str(_told(difference).get("purpose", ""))

    @admin.display(description=_("resolved by"))
    def resolved_by_name(self, difference: Difference) -> str:
        return masked(difference.resolved_by.full_name) if difference.resolved_by else ""

    @operator_action(title=_("Resolve with a reason"), roles=rights.ACTORS, when=lambda row: row.is_open)
    def resolve(self, difference: Difference, *, by: Resident, at: datetime, reason: str) -> None:
        differences.resolve(difference.pk, reason=reason, by=by, at=at, kopecks=difference.kopecks)

    @operator_action(title=_("It pays a bill"), roles=rights.ACTORS, form=BillForm, when=_can_pay)
    def to_bill(
        self, difference: Difference, *, by: Resident, at: datetime, reason: str, payer_code: str, period: date
    ) -> None:
        differences.to_bill(difference.pk, payer_code=payer_code, period=period, reason=reason, by=by, at=at)

    @operator_action(title=_("It is the acquirer's, for a day"), roles=rights.ACTORS, form=DayForm, when=_can_match)
    def to_day(self, difference: Difference, *, by: Resident, at: datetime, reason: str, day: date) -> None:
        differences.to_day(difference.pk, day=day, reason=reason, by=by, at=at)


def _told(difference: Difference) -> dict[str, Any]:
    return recognition.told(difference.entry) if difference.entry else {}


@site.link("settlements.day", title=_("Report of the day"), roles=rights.LOOKERS)
def report_address(day: Day) -> str:
    """The report of this day."""
    return reverse("admin:settlements_report", args=[day.account_id, day.day.isoformat()])


@site.link("settlements.difference", title=_("Report of the day"), roles=rights.LOOKERS)
def report_of_difference(difference: Difference) -> str:
    """The report of the day to which a difference belongs."""
    return report_address(difference.day)
