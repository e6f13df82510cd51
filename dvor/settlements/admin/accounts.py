"""Accounts under reconciliation in the console."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from unfold.widgets import UnfoldAdminTextInputWidget

from dvor.base import clock
from dvor.base.console import DateWidget, ReadOnlyAdmin, ReasonForm, site
from dvor.base.refusals import Refusal
from dvor.people.models import Resident
from dvor.settlements import accounts, rights
from dvor.settlements.accounts import NewAccount
from dvor.settlements.models import Account


@admin.register(Account, site=site)
class AccountAdmin(ReadOnlyAdmin):
    """Our accounts."""

    roles = rights.LOOKERS
    list_display = ("title", "number", "acquirer", "since")
    fields = (*list_display, "acquirer_inn", "opened_at")
    readonly_fields = fields
    ordering = ("title",)


class AccountForm(ReasonForm):
    """An account, and whose daily transfers come there."""

    title = forms.CharField(label=_("What it is called"), max_length=100, widget=UnfoldAdminTextInputWidget)
    number = forms.RegexField(
        r"^[0-9A-Z]{20}$",
        label=_("Account, 20 digits"),
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "numeric"}),
    )
    since = forms.DateField(label=_("First day to reconcile"), widget=DateWidget)
    acquirer = forms.CharField(
        label=_("Acquirer"), max_length=20, required=False, widget=UnfoldAdminTextInputWidget,
        help_text=_("Its word in payments, such as yookassa; empty when only residents' own transfers come here."),
    )  # fmt: skip
    acquirer_inn = forms.CharField(
        label=_("Acquirer's taxpayer number"), max_length=12, required=False, widget=UnfoldAdminTextInputWidget
    )


@site.page("bank-account/", title=_("New account at a bank"), roles=rights.ACTORS, icon="account_balance")
@require_http_methods(["GET", "HEAD", "POST"])
def settlements_account(request: HttpRequest) -> HttpResponse:
    """Open an account for reconciliation."""
    assert isinstance(request.user, Resident), "pages of the console are for residents with a role"
    form = AccountForm(request.POST if request.method == "POST" else None, initial={"since": clock.now().date()})
    if form.is_valid():
        filled: dict[str, Any] = dict(form.cleaned_data)
        reason = filled.pop("reason")
        try:
            accounts.open_(NewAccount(**filled), by=request.user, at=clock.now(), reason=reason)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            return HttpResponseRedirect(reverse("admin:settlements_account_changelist"))
    context = {"form": form, "title": _("New account at a bank")}
    return site.render(request, "settlements/console/account.html", context, 422 if form.is_bound else 200)
