"""Bank statements in the console: loaded with a report of what was found and what cannot be read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from unfold.widgets import UnfoldAdminFileFieldWidget

from dvor.base import clock, money
from dvor.base.console import ReadOnlyAdmin, ReasonForm, masked, site
from dvor.base.files import ErrorReport
from dvor.base.refusals import Refusal
from dvor.people.models import Resident
from dvor.settlements import rights, statements
from dvor.settlements.exchange import BYTES_MAX
from dvor.settlements.models import Account, Statement


@admin.register(Statement, site=site)
class StatementAdmin(ReadOnlyAdmin):
    """Statements that were loaded, the newest first."""

    roles = rights.LOOKERS
    list_display = ("period", "account", "opening", "came", "left", "closing", "entries_read", "loaded_at")
    list_select_related = ("account", "loaded_by")
    list_filter = ("account",)
    fields = (*list_display, "encoding", "loader")
    readonly_fields = fields
    ordering = ("-until", "-pk")

    @admin.display(description=_("period"), ordering="until")
    def period(self, statement: Statement) -> str:
        return str(statement)

    @admin.display(description=_("opening balance"))
    def opening(self, statement: Statement) -> str:
        return money.show(statement.opening_kopecks)

    @admin.display(description=_("came in"))
    def came(self, statement: Statement) -> str:
        return money.show(statement.incoming_kopecks)

    @admin.display(description=_("went out"))
    def left(self, statement: Statement) -> str:
        return money.show(statement.outgoing_kopecks)

    @admin.display(description=_("closing balance"))
    def closing(self, statement: Statement) -> str:
        return money.show(statement.closing_kopecks)

    @admin.display(description=_("loaded by"))
    def loader(self, statement: Statement) -> str:
        return masked(statement.loaded_by.full_name) if statement.loaded_by else ""


class StatementForm(ReasonForm):
    """A statement from the bank's program."""

    field_order = ["file"]

    file = forms.FileField(
        label=_("File"),
        widget=UnfoldAdminFileFieldWidget,
        help_text=_(
            "The bank's export to 1C (1CClientBankExchange), up to 32 MB. The same file, or one that overlaps, "
            "adds nothing twice."
        ),
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        del self.fields["reason"]  # a statement is the bank's word: it needs no reason, and it stands in the audit

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > BYTES_MAX:
            raise forms.ValidationError(_("The file is larger than %(limit)s MB."), params={"limit": BYTES_MAX >> 20})
        return file


@site.page("bank-statement/", title=_("Bank statements"), roles=rights.ACTORS, icon="upload_file")
@require_http_methods(["GET", "HEAD", "POST"])
def settlements_statement(request: HttpRequest) -> HttpResponse:
    """Load a statement; the page says what it settled, what differs, and which lines cannot be read."""
    assert isinstance(request.user, Resident), "pages of the console are for residents with a role"
    form = StatementForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    context: dict[str, Any] = {
        "form": form, "title": _("Bank statements"), "no_account": not Account.objects.exists(),
    }  # fmt: skip
    if form.is_valid():
        report = ErrorReport()
        try:
            done = statements.import_(form.cleaned_data["file"].file, report=report, by=request.user, at=clock.now())
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            context |= {"errors": report.first, "more": report.count - len(report.first)}
        else:
            return site.render(request, "settlements/console/statement.html", {**context, "done": done})
    return site.render(request, "settlements/console/statement.html", context, 422 if form.is_bound else 200)
