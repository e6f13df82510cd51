"""The report of a business day in the console, as a page and as a file."""

from __future__ import annotations

import tempfile
from datetime import date
from typing import cast

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from dvor.base import audit, clock, files
from dvor.base.console import holds, masked, site
from dvor.settlements import reporting, rights
from dvor.settlements.models import Account
from dvor.settlements.reasons import REASONS

_FORMATS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
_ROUTE = "bank-day/<int:account_id>/<str:day>"


@site.page(f"{_ROUTE}/", title=_("Report of the day"), roles=rights.LOOKERS, in_menu=False)
@require_safe
def settlements_report(request: HttpRequest, account_id: int, day: str) -> HttpResponse:
    """What was paid on a day, what came, what differs, and what is left."""
    report = reporting.of(*_asked(account_id, day))
    lines = [
        {"row": one, "why": REASONS[one.code], "state": reporting.state(one),
         "by": masked(one.resolved_by.full_name) if one.resolved_by else "", "is_open": one.is_open}
        for one in report.differences
    ]  # fmt: skip
    names = ("expected", "received", "commission", "explained", "gap", "direct")
    context = {
        "title": _("Report of the day"), "report": report, "lines": lines,
        "sums": {name: report.total(name) for name in names}, "may_close": holds(request, rights.ACTORS),
        "directs": report.directs[: reporting.LINES_MAX],
    }  # fmt: skip
    return site.render(request, "settlements/console/report.html", context)


@site.page(f"{_ROUTE}.<str:code>", title=_("Report of the day"), roles=rights.LOOKERS, in_menu=False)
@require_safe
def settlements_report_file(request: HttpRequest, account_id: int, day: str, code: str) -> HttpResponse:
    """The same as CSV or XLSX."""
    if code not in _FORMATS:
        raise Http404
    report = reporting.of(*_asked(account_id, day))
    out = tempfile.TemporaryFile()  # noqa: SIM115 closed with the answer
    write = files.write_xlsx if code == "xlsx" else files.write_csv
    write(reporting.rows(report), reporting.headings(), out)
    out.seek(0)
    audit.record(act="settlements.report.exported", subject=f"account:{account_id}", by=request.user.pk,
                 at=clock.now(), facts={"day": day})  # fmt: skip
    name = f"reconciliation-{day}.{code}"
    return cast(HttpResponse, FileResponse(out, as_attachment=True, filename=name, content_type=_FORMATS[code]))


def _asked(account_id: int, day: str) -> tuple[Account, date]:
    account = Account.objects.filter(pk=account_id).first() if account_id < 2**63 else None
    try:
        on = date.fromisoformat(day)
    except ValueError:
        raise Http404 from None
    if account is None or len(day) != 10:
        raise Http404
    return account, on
