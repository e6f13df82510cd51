"""Windows in the console: what is in force where, and new versions for months to come."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from dvor.base import clock, periods
from dvor.base.console import DateWidget, ReadOnlyAdmin, ReasonForm, site
from dvor.base.refusals import Refusal
from dvor.base.texts import pick
from dvor.homes.models import House
from dvor.meters import windows
from dvor.meters.models import RESOURCES, Window
from dvor.meters.resources import Resource
from dvor.meters.windows import NewWindow, Rule
from dvor.people.models import Organisation, Resident


@admin.register(Window, site=site)
class WindowAdmin(ReadOnlyAdmin):
    """Windows by resource; the newest version of the narrowest place is in force."""

    roles = ("city_operator",)
    list_display = ("resource", "first_day", "last_day", "crosses_month_end", "since", "company", "house", "assumption")
    list_select_related = ("company", "house")
    list_filter = ("resource", "assumption")
    fields = (*list_display, "written_in", "published_at", "published_by")
    readonly_fields = fields
    ordering = ("resource", "-since", "-pk")

    @admin.display(description=_("where it is written"))
    def written_in(self, window: Window) -> str:
        return pick(window.source)


class WindowForm(ReasonForm):
    """A window for months to come: of the city, of a company's houses, or of one house."""

    field_order = ["resource", "first_day", "last_day", "since", "company", "unom", "source_ru", "source_en", "reason"]

    resource = forms.TypedChoiceField(
        label=_("Resource"),
        choices=RESOURCES,
        coerce=lambda value: Resource(int(value)),
        widget=UnfoldAdminSelectWidget,
    )
    first_day = forms.IntegerField(
        label=_("First day"), min_value=1, max_value=31, widget=UnfoldAdminIntegerFieldWidget
    )
    last_day = forms.IntegerField(
        label=_("Last day"), min_value=1, max_value=31, widget=UnfoldAdminIntegerFieldWidget,
        help_text=_("Before the first day: it lies in the next month."),
    )  # fmt: skip
    since = forms.DateField(label=_("From the month of"), widget=DateWidget)
    company = forms.ModelChoiceField(
        label=_("Only houses of"), required=False, widget=UnfoldAdminSelectWidget,
        queryset=Organisation.objects.filter(kind=Organisation.Kind.MANAGEMENT_COMPANY).order_by("title"),
    )  # fmt: skip
    unom = forms.IntegerField(
        label=_("Only the house with UNOM"), required=False, widget=UnfoldAdminIntegerFieldWidget, max_value=2**62
    )
    source_ru = forms.CharField(
        label=_("Where it is written, in Russian"), max_length=300, widget=UnfoldAdminTextInputWidget
    )
    source_en = forms.CharField(
        label=_("Where it is written, in English"), max_length=300, widget=UnfoldAdminTextInputWidget
    )

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or {}
        if filled.get("company") and filled.get("unom"):
            self.add_error("unom", _("Choose either a company or a house."))
        if filled.get("unom"):
            filled["house"] = House.objects.filter(unom=filled["unom"]).first()
            if filled["house"] is None:
                self.add_error("unom", _("There is no such house."))
        return filled

    def window(self) -> NewWindow:
        """What was filled in, as the act takes it."""
        filled = self.cleaned_data
        first, last = filled["first_day"], filled["last_day"]
        house, company = filled.get("house"), filled["company"]
        return NewWindow(
            resource=filled["resource"],
            rule=Rule(first, last, crosses_month_end=last < first),
            since=periods.month_of(filled["since"]),
            house_id=house.pk if house else None,
            company_id=company.pk if company else None,
            source={"ru": filled["source_ru"], "en": filled["source_en"]},
        )


@site.page("windows/new/", title=_("New window for readings"), roles=["city_operator"], icon="date_range")
@require_http_methods(["GET", "HEAD", "POST"])
def window_version(request: HttpRequest) -> HttpResponse:
    """Publish a window; what holds until then stays in force until then."""
    form = WindowForm(request.POST or None)
    if form.is_valid():
        assert isinstance(request.user, Resident), "pages of the console are for residents with a role"
        try:
            windows.publish(form.window(), by=request.user, at=clock.now(), reason=form.cleaned_data["reason"])
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("The window is published."))
            return HttpResponseRedirect(reverse("admin:meters_window_changelist"))
    context = {"title": _("New window for readings"), "form": form, "button": _("Publish")}
    return site.render(request, "meters/console/form.html", context, 422 if form.is_bound else 200)
