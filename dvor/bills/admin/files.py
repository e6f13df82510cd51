"""Files with bills in the console: loaded with an error report."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe
from unfold.widgets import UnfoldAdminFileFieldWidget

from dvor.base import audit, clock
from dvor.base.console import ReasonForm, site
from dvor.base.files import ErrorReport, kept
from dvor.base.refusals import Refusal
from dvor.bills import exchange
from dvor.bills.admin.bills import OPERATORS
from dvor.people.models import Resident

UPLOAD_BYTES_MAX = 50 * 1024**2


class BillsForm(ReasonForm):
    """A file with bills."""

    field_order = ["file", "reason"]

    file = forms.FileField(
        label=_("File"),
        widget=UnfoldAdminFileFieldWidget,
        help_text=_(
            "CSV, XLSX or ODS with a row for each service, rows of a bill together, or XML of GIS ЖКХ, up to 50 MB. "
            "Needed: payer code, month, receiver with its bank details, service, accrued, total charged, total to pay. "
            "A management company loads its own houses. Larger files: dvor import bills."
        ),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > UPLOAD_BYTES_MAX:
            raise forms.ValidationError(_("The file is larger than 50 MB: load it with “dvor import bills”."))
        return file


@site.page("bill-files/", title=_("Bills from files"), roles=OPERATORS, icon="upload_file")
@require_http_methods(["GET", "HEAD", "POST"])
def bills_import(request: HttpRequest) -> HttpResponse:
    """Load bills; the page says what was taken and which rows were not."""
    form = BillsForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "title": _("Bills from files")}
    if form.is_valid():
        by, at = request.user, clock.now()
        assert isinstance(by, Resident), "pages of the console are for residents with a role"
        path = kept.new_report(owner_id=by.pk, at=at)
        file = form.cleaned_data["file"]
        reason, subject = form.cleaned_data["reason"], f"bills:{file.name}"[:120]
        audit.record(act="bills.import_asked", subject=subject, by=by.pk, at=at, reason=reason)
        try:
            with ErrorReport(path) as report:
                done = exchange.import_(file.file, report=report, by=by, at=at, filename=file.name)
        except Refusal as refusal:
            path.unlink(missing_ok=True)
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            errors = {"errors": report.first, "report": path.name if report.count else ""}
            return site.render(request, "bills/console/files.html", {**context, "done": done, **errors})
    return site.render(request, "bills/console/files.html", context, 422 if form.is_bound else 200)


@site.page("bill-files/<str:name>", title=_("Error report"), roles=OPERATORS, icon="download", in_menu=False)
@require_safe
def bills_report(request: HttpRequest, name: str) -> HttpResponse:
    """The error report of a file that the operator loaded himself."""
    return kept.download(name, owner_id=request.user.pk or 0)
