"""The console's houses, flats and residencies, and the page that loads the city's registry."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import BooleanField, F, Func, Model, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget

from dvor.base import audit, clock
from dvor.base.console import UPLOAD_BYTES_MAX, ReadOnlyAdmin, ReasonForm, masked, operator_action, site
from dvor.base.files import ErrorReport, kept
from dvor.base.refusals import Refusal
from dvor.homes import flats, registry, residencies
from dvor.homes.models import Flat, House, Residency
from dvor.people.models import Resident

CITY_OPERATOR, MANAGEMENT_COMPANY = "city_operator", "management_company"


def of_address(typed: str, *, path: str = "") -> Func:
    """The filter of houses by the words of an address, as ``queries.search_houses`` has it; ``path`` leads to them."""
    return Func(
        F(f"{path}search"),
        Value("".join(one if one.isprintable() else " " for one in typed)[:200]),
        template="(%(expressions)s, false))",
        arg_joiner=" @@ homes_address_query(",
        output_field=BooleanField(),
    )


@admin.register(House, site=site)
class HouseAdmin(ReadOnlyAdmin):
    """Houses by address or UNOM."""

    roles = (CITY_OPERATOR, MANAGEMENT_COMPANY, "moderator")
    organisation_path = "management_company"
    list_display = ("unom", "address", "district", "management_company", "connected_since")
    list_select_related = ("management_company",)
    fields = ("unom", "fias_guid", "address", "district", "time_zone", "management_company", "built_in", "floors",
              "connected_since")  # fmt: skip
    readonly_fields = fields
    search_fields = ("address",)  # only shows the field; get_search_results does the search
    search_help_text = _("Address or UNOM")
    ordering = ("address",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        typed = search_term.strip()
        if not typed:
            return queryset, False
        if re.fullmatch(r"[0-9]{1,12}", typed):
            return queryset.filter(unom=int(typed)), False
        return queryset.filter(of_address(typed)), False


@admin.register(Flat, site=site)
class FlatAdmin(ReadOnlyAdmin):
    """Flats by «address, flat» or by their payer code, which is never shown whole."""

    roles = (CITY_OPERATOR, MANAGEMENT_COMPANY)
    organisation_path = "house__management_company"
    list_display = ("id", "house", "number", "entrance", "floor", "area", "code")
    list_select_related = ("house",)
    fields = ("house", "number", "entrance", "floor", "area", "code")
    readonly_fields = fields
    search_fields = ("number",)  # only shows the field; get_search_results does the search
    search_help_text = _("Address and flat: “garden 1, 12”, or the ten digits of a payer code")
    ordering = ("-pk",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        typed = search_term.strip()
        if not typed:
            return queryset, False
        if re.fullmatch(r"[0-9]{10}", typed):
            return queryset.filter(payer_code=typed), False
        address, _comma, number = typed.rpartition(",") if "," in typed else typed.rpartition(" ")
        return queryset.filter(of_address(address, path="house__"), number=flats.normal_number(number)), False

    def named(self, row: Model) -> str:
        assert isinstance(row, Flat)
        return str(_("%(address)s, flat %(number)s") % {"address": row.house.address, "number": row.number})

    @admin.display(description=_("payer code"))
    def code(self, flat: Flat) -> str:
        return flat.payer_code_masked

    @admin.display(description=_("area, m²"))
    def area(self, flat: Flat) -> str:
        return "" if flat.area_m2 is None else str(flat.area_m2)


class ConfirmForm(ReasonForm):
    """What the documents say."""

    status = forms.TypedChoiceField(
        label=_("Status"),
        coerce=int,
        choices=[choice for choice in Residency.Status.choices if choice[0] != Residency.Status.GUEST],
        widget=UnfoldAdminSelectWidget,
    )


@admin.register(Residency, site=site)
class ResidencyAdmin(ReadOnlyAdmin):
    """Who is what at which flat; confirmed and ended with a reason."""

    roles = (CITY_OPERATOR, MANAGEMENT_COMPANY)
    numbered = True
    organisation_path = "flat__house__management_company"
    list_display = ("id", "person", "house", "flat", "status", "proof", "since", "until")
    list_select_related = ("resident", "flat__house")
    fields = ("person", "house", "flat", "status", "proof", "proved_at", "since", "until", "closed_by_number")
    readonly_fields = fields
    list_filter = ("status", "proof", ("until", admin.EmptyFieldListFilter))
    search_fields = ("resident_id",)  # only shows the field; get_search_results does the search
    search_help_text = _("Number of the resident, or address and flat: “garden 1, 12”")
    ordering = ("-pk",)
    actions = ("confirm", "end")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        typed = search_term.strip()
        if not typed:
            return queryset, False
        if re.fullmatch(r"[0-9]{1,18}", typed):
            return queryset.filter(resident=int(typed)), False
        address, _comma, number = typed.rpartition(",") if "," in typed else typed.rpartition(" ")
        wanted = of_address(address, path="flat__house__")
        return queryset.filter(wanted, flat__number=flats.normal_number(number)), False

    @admin.display(description=_("resident"))
    def person(self, residency: Residency) -> str:
        return f"{residency.resident_id}: {masked(residency.resident.full_name)}"

    @admin.display(description=_("house"))
    def house(self, residency: Residency) -> str:
        return residency.flat.house.address

    @admin.display(description=_("ended by"))
    def closed_by_number(self, residency: Residency) -> str:
        return str(residency.closed_by_id or "")

    @operator_action(
        title=_("Confirm the status"), roles=[CITY_OPERATOR, MANAGEMENT_COMPANY], form=ConfirmForm,
        when=lambda residency: residency.until is None,
    )  # fmt: skip
    def confirm(self, residency: Residency, *, by: Resident, at: datetime, reason: str, status: int) -> None:
        residencies.confirm(residency_id=residency.pk, status=status, by=by, at=at, reason=reason)

    @operator_action(
        title=_("End the residency"), roles=[CITY_OPERATOR, MANAGEMENT_COMPANY],
        when=lambda residency: residency.until is None,
    )  # fmt: skip
    def end(self, residency: Residency, *, by: Resident, at: datetime, reason: str) -> None:
        residencies.close(residency_id=residency.pk, by=by, at=at, reason=reason)


# ── From row to row ──────────────────────────────────────────────────────────────────────────────────────────────
@site.link("people.resident", title=_("Flats"), roles=[CITY_OPERATOR])
def flats_of_resident(resident: Resident) -> str:
    return reverse("admin:homes_residency_changelist", query={"resident": resident.pk})


@site.link("homes.flat", title=_("Who lives here"), roles=[CITY_OPERATOR, MANAGEMENT_COMPANY])
def residents_of_flat(flat: Flat) -> str:
    return reverse("admin:homes_residency_changelist", query={"q": f"{flat.house.address}, {flat.number}"})


@site.link("homes.residency", title=_("Flat"), roles=[CITY_OPERATOR, MANAGEMENT_COMPANY])
def flat_of_residency(residency: Residency) -> str:
    return reverse("admin:homes_flat_change", args=[residency.flat_id])


@site.link("homes.residency", title=_("Resident"), roles=[CITY_OPERATOR])
def resident_of_residency(residency: Residency) -> str:
    return reverse("admin:people_resident_change", args=[residency.resident_id])


# ── The city's registry ──────────────────────────────────────────────────────────────────────────────────────────
class RegistryForm(ReasonForm):
    """A file of the registry."""

    field_order = ["file", "reason"]

    file = forms.FileField(
        label=_("File"),
        widget=UnfoldAdminFileFieldWidget,
        help_text=_(
            "CSV, XLSX or ODS, a row a flat, up to 10 MB. Needed: UNOM and address; known besides: FIAS, district, "
            "management company and its taxpayer number, year built, floors, connected since, flat, entrance, floor, "
            "area, payer code. Larger files: dvor import homes."
        ),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > UPLOAD_BYTES_MAX:
            raise forms.ValidationError(_("The file is larger than 10 MB: load it with “dvor import homes”."))
        return file


@site.page("registry/", title=_("City registry"), roles=[CITY_OPERATOR], icon="upload_file")
@require_http_methods(["GET", "HEAD", "POST"])
def registry_import(request: HttpRequest) -> HttpResponse:
    """Load houses and flats; the page says what was done and which rows were not taken."""
    form = RegistryForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "title": _("City registry")}
    if form.is_valid():
        user, at = request.user, clock.now()
        assert isinstance(user, Resident), "pages of the console are for residents with a role"
        path = kept.new_report(owner_id=user.pk, at=at)
        file = form.cleaned_data["file"]
        reason, subject = form.cleaned_data["reason"], f"registry:{file.name}"[:120]
        audit.record(act="homes.registry.import_asked", subject=subject, by=user.pk, at=at, reason=reason)
        try:
            with ErrorReport(path) as report:
                done = registry.import_(file.file, report=report, by=user, at=at, filename=file.name)
        except Refusal as refusal:
            path.unlink(missing_ok=True)
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            errors = {"errors": report.first, "report": path.name if report.count else ""}
            return site.render(request, "homes/console/registry.html", {**context, "done": done, **errors})
    return site.render(request, "homes/console/registry.html", context, 422 if form.is_bound else 200)


@site.page("registry/<str:name>", title=_("Error report"), roles=[CITY_OPERATOR], icon="download", in_menu=False)
@require_http_methods(["GET", "HEAD"])
def registry_report(request: HttpRequest, name: str) -> HttpResponse:
    """The error report of a file that the operator loaded himself."""
    return kept.download(name, owner_id=request.user.pk or 0)
