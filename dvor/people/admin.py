"""The console's residents, roles and organisations; operators see as little of a person as their role needs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from dvor.base import clock
from dvor.base.console import ReadOnlyAdmin, ReasonForm, holds, masked, operator_action, site
from dvor.base.refusals import Refusal
from dvor.people import organisations, queries, roles
from dvor.people.models import Organisation, Resident, Role

CITY_OPERATOR = "city_operator"


class GrantForm(ReasonForm):
    """Which role, and for whom it works."""

    name = forms.ChoiceField(label=_("Role"), choices=Role.Name.choices, widget=UnfoldAdminSelectWidget)
    organisation = forms.ModelChoiceField(
        label=_("Organisation"),
        queryset=Organisation.objects.order_by("title"),
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text=_("For a management company and a partner; empty for roles of the city."),
    )


@admin.register(Resident, site=site)
class ResidentAdmin(ReadOnlyAdmin):
    """Found by what a caller says: a name, a phone, a mail, or our number of them."""

    roles = (CITY_OPERATOR, "moderator")
    search_fields = ("last_name",)  # only shows the field; get_search_results does the search
    search_help_text = _("Surname and name, phone, e-mail, or number")
    list_filter = ("level",)
    ordering = ("-pk",)
    actions = ("grant_role",)

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        if holds(request, [CITY_OPERATOR]):
            return ("id", "full_name", "level", "email_masked", "mobile_masked", "joined_at", "deletion_requested_at")
        return ("id", "name_masked", "level", "joined_at")

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        shown = self.get_list_display(request)
        return (*shown, "language", "last_login", "deleted_at") if "full_name" in shown else shown

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return self.get_fields(request, obj)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        return queryset.filter(queries.who_is(search_term, by_number_only=not holds(request, [CITY_OPERATOR]))), False

    @admin.display(description=_("name"))
    def full_name(self, resident: Resident) -> str:
        return resident.full_name

    @admin.display(description=_("name"))
    def name_masked(self, resident: Resident) -> str:
        return masked(resident.full_name)

    @admin.display(description=_("e-mail"))
    def email_masked(self, resident: Resident) -> str:
        return masked(resident.email)

    @admin.display(description=_("mobile phone"))
    def mobile_masked(self, resident: Resident) -> str:
        return f"{resident.mobile[:2]}•••{resident.mobile[-2:]}" if resident.mobile else ""

    @operator_action(title=_("Give a role"), roles=[CITY_OPERATOR], form=GrantForm)
    def grant_role(self, resident: Resident, *, by: Resident, at: datetime, reason: str, **chosen: Any) -> None:
        roles.grant(resident, chosen["name"], chosen["organisation"], by=by, at=at, reason=reason)


@admin.register(Role, site=site)
class RoleAdmin(ReadOnlyAdmin):
    """Who works here, since when, given by whom."""

    roles = (CITY_OPERATOR,)
    list_display = ("resident", "name", "organisation", "granted_at", "granted_by", "revoked_at", "revoked_by")
    list_select_related = ("resident", "organisation", "granted_by", "revoked_by")
    list_filter = ("name", ("revoked_at", admin.EmptyFieldListFilter))
    ordering = ("-granted_at",)
    actions = ("revoke",)

    @operator_action(title=_("Revoke the role"), roles=[CITY_OPERATOR])
    def revoke(self, role: Role, *, by: Resident, at: datetime, reason: str) -> None:
        roles.revoke(role, by=by, at=at, reason=reason)


@admin.register(Organisation, site=site)
class OrganisationAdmin(ReadOnlyAdmin):
    """Management companies and partners, who see themselves alone; new ones are added on a page of its own."""

    roles = (CITY_OPERATOR, "moderator", "management_company", "partner")
    organisation_path = "pk"
    list_display = ("title", "kind", "inn", "phone", "email")
    list_filter = ("kind",)
    search_fields = ("title", "=inn")
    ordering = ("title",)


class OrganisationForm(ReasonForm):
    """A new organisation."""

    field_order = ["kind", "title", "inn", "phone", "email", "reason"]

    kind = forms.ChoiceField(label=_("Kind"), choices=Organisation.Kind.choices, widget=UnfoldAdminSelectWidget)
    title = forms.CharField(label=_("Title"), max_length=200, widget=UnfoldAdminTextInputWidget)
    inn = forms.CharField(label=_("Taxpayer number"), max_length=12, widget=UnfoldAdminTextInputWidget)
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False, widget=UnfoldAdminTextInputWidget)
    email = forms.EmailField(label=_("E-mail"), required=False, widget=UnfoldAdminEmailInputWidget)


@site.page("organisations/add/", title=_("Add an organisation"), roles=[CITY_OPERATOR], icon="domain_add")
def organisation_add(request: HttpRequest) -> HttpResponse:
    """A form that opens an organisation."""
    form = OrganisationForm(request.POST or None)
    if form.is_valid():
        told = dict(form.cleaned_data)
        reason, user = told.pop("reason"), request.user
        assert isinstance(user, Resident), "pages of the console are for residents with a role"
        try:
            made = organisations.open_(organisations.NewOrganisation(**told), by=user, at=clock.now(), reason=reason)
        except Refusal as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            messages.success(request, _("%(title)s is known now.") % {"title": made.title})
            return HttpResponseRedirect(reverse("admin:people_organisation_changelist"))
    status = 422 if form.is_bound else 200
    return site.render(
        request, "people/console/organisation.html", {"form": form, "title": _("Add an organisation")}, status
    )
