"""Files with readings in the console: loaded with an error report, written for a month."""

from __future__ import annotations

import tempfile
from datetime import date
from typing import Any, cast

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget

from dvor.base import audit, clock
from dvor.base.console import UPLOAD_BYTES_MAX, DateWidget, ReasonForm, site
from dvor.base.files import ErrorReport, kept
from dvor.base.refusals import Refusal
from dvor.meters import exchange
from dvor.meters.admin.devices import OPERATORS
from dvor.people.models import Resident

_FORMATS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


class ReadingsForm(ReasonForm):
    """A file with readings."""

    field_order = ["file", "reason"]

    file = forms.FileField(
        label=_("File"),
        widget=UnfoldAdminFileFieldWidget,
        help_text=_(
            "CSV, XLSX or ODS, up to 10 MB: the 21 columns of open-condo, those of the housing registry or mosgis, or "
            "our own export. A management company loads its own houses and the last three months; nothing is paid for. "
            "Larger files: dvor import readings."
        ),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > UPLOAD_BYTES_MAX:
            raise forms.ValidationError(_("The file is larger than 10 MB: load it with “dvor import readings”."))
        return file


class MonthForm(forms.Form):
    """Which month, as which file."""

    month = forms.DateField(label=_("A day of the billing month"), widget=DateWidget)
    file_format = forms.ChoiceField(
        label=_("File"), choices=[(code, code.upper()) for code in _FORMATS], widget=UnfoldAdminSelectWidget
    )


@site.page("readings/", title=_("Readings from files"), roles=OPERATORS, icon="upload_file")
@require_http_methods(["GET", "HEAD", "POST"])
def readings_import(request: HttpRequest) -> HttpResponse:
    """Load readings; the page says what was taken and which rows were not."""
    form = ReadingsForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "title": _("Readings from files")}
    if form.is_valid():
        by, at = _operator(request), clock.now()
        path = kept.new_report(owner_id=by.pk, at=at)
        file = form.cleaned_data["file"]
        audit.record(
            act="meters.readings.import_asked", subject=f"readings:{file.name}"[:120], by=by.pk, at=at,
            reason=form.cleaned_data["reason"],
        )  # fmt: skip
        try:
            with ErrorReport(path) as report:
                done = exchange.import_(file.file, report=report, by=by, at=at, filename=file.name)
        except Refusal as refusal:
            path.unlink(missing_ok=True)
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            errors = {"errors": report.first, "report": path.name if report.count else ""}
            return site.render(request, "meters/console/files.html", {**context, "done": done, **errors})
    context["month_form"] = MonthForm(initial={"month": clock.now().date(), "file_format": "xlsx"})
    return site.render(request, "meters/console/files.html", context, 422 if form.is_bound else 200)


@site.page("readings/export/", title=_("Readings as a file"), roles=OPERATORS, icon="download", in_menu=False)
@require_safe
def readings_export(request: HttpRequest) -> HttpResponse:
    """The readings of a month: of the whole city, or of the company's own houses."""
    form = MonthForm(request.GET)
    if not form.is_valid():
        context = {"form": ReadingsForm(), "month_form": form, "title": _("Readings from files")}
        return site.render(request, "meters/console/files.html", context, 422)
    by, at = _operator(request), clock.now()
    month: date = form.cleaned_data["month"]
    code = form.cleaned_data["file_format"]
    companies = exchange.scope_of(by, at=at).companies
    out = tempfile.TemporaryFile()  # noqa: SIM115 closed with the answer
    rows = exchange.export(out, month=month, as_xlsx=code == "xlsx", companies=companies)
    out.seek(0)
    audit.record(
        act="meters.readings.exported", subject=f"readings:{month:%Y-%m}", by=by.pk, at=at, facts={"rows": rows}
    )  # fmt: skip
    name = f"readings-{month:%Y-%m}.{code}"
    answer = FileResponse(out, as_attachment=True, filename=name, content_type=_FORMATS[code])
    return cast(HttpResponse, answer)  # the console's pages are typed by what most of them return


@site.page("readings/<str:name>", title=_("Error report"), roles=OPERATORS, icon="download", in_menu=False)
@require_safe
def readings_report(request: HttpRequest, name: str) -> HttpResponse:
    """The error report of a file that the operator loaded himself."""
    return kept.download(name, owner_id=request.user.pk or 0)


def _operator(request: HttpRequest) -> Resident:
    assert isinstance(request.user, Resident), "pages of the console are for residents with a role"
    return request.user
