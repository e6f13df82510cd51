"""Pages of points: the statement with its months and its file, and the knowledge base that anyone may read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dvor.base import clock, periods
from dvor.base.files import Heading, csv_lines
from dvor.ledger import queries as ledger
from dvor.people.models import Resident
from dvor.points import kinds, knowledge, queries, statement
from dvor.points.forms import StatementFilters

FILE_LINES_MAX = 10_000
READ = ["GET", "HEAD"]


@dataclass(frozen=True, slots=True)
class Bar:
    """One month of the chart: awarded above the line, spent and expired below it."""

    label: str
    title: str
    value: int
    minus: int
    accent: bool


@login_required
@require_http_methods(READ)
def points(request: HttpRequest) -> HttpResponse:
    """The statement: balance, what expires when, and every move with its reason."""
    resident, at = _resident(request), clock.now()
    form = StatementFilters(request.GET, at=at)
    filters = form.filters()
    page = statement.page(resident.pk, filters, at=at, before=_moment(request.GET.get("before", "")))
    is_new = not page.lines and not filters.is_on and "before" not in request.GET
    context = {
        "balance": ledger.balance(resident.pk),
        "expiring": ledger.expiring(resident.pk, periods.day_of(at)),
        "page": page,
        "form": form,
        "filters": filters,
        "query": _query(request),
        "is_new": is_new,
        "start": [entry for entry in knowledge.entries(at=at) if not entry.kind.soon] if is_new else [],
        "level": resident.account_level,
    }
    return render(request, "points/points.html", context)


@login_required
@require_http_methods(READ)
def months(request: HttpRequest) -> HttpResponse:
    """Points by month: a fragment of the statement's page, and a page of its own."""
    found = queries.months(_resident(request).pk, at=clock.now())
    bars = [
        Bar(
            label=date_format(month.month, "b"),
            title=date_format(month.month, "F Y"),
            value=month.awarded,
            minus=month.spent + month.expired,
            accent=place == len(found) - 1,
        )
        for place, month in enumerate(found)
    ]
    template = "points/months.html#chart" if getattr(request, "htmx", False) else "points/months.html"
    return render(request, template, {"bars": bars, "months": found[::-1]})


@login_required
@require_http_methods(READ)
def statement_file(request: HttpRequest) -> HttpResponse:
    """The statement as CSV, under the same filters as the page."""
    at = clock.now()
    filters = StatementFilters(request.GET, at=at).filters()
    found = statement.everything(_resident(request).pk, filters, at=at, lines_max=FILE_LINES_MAX)
    rows = (
        (
            line.at.astimezone(periods.zone()).replace(tzinfo=None),
            line.title,
            line.subject,
            line.reason or line.reversal_reason,
            line.points,
            line.available_after,
        )
        for line in found
    )
    name = f"points-{periods.day_of(at):%Y-%m-%d}.csv"
    response = HttpResponse(b"".join(csv_lines(rows, _headings())), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(READ)
def index(request: HttpRequest) -> HttpResponse:
    """What points are given for, and how many by account level."""
    entries = knowledge.entries(at=clock.now())
    context = {
        "now": [entry for entry in entries if not entry.kind.soon],
        "soon": [entry for entry in entries if entry.kind.soon],
        "level": _level(request),
    }
    return render(request, "points/knowledge.html", context)


@require_http_methods(READ)
def article(request: HttpRequest, code: str) -> HttpResponse:
    """One kind: amounts, limits, examples, source, what changes next, how it was before."""
    kind = kinds.named(code)
    if kind is None:
        raise Http404
    found = knowledge.article(kind, at=clock.now())
    return render(request, "points/article.html", {"article": found, "level": _level(request)})


def _headings() -> list[Heading]:
    return [
        Heading(_("Date and time")), Heading(_("What")), Heading(_("Details")), Heading(_("Reason")),
        Heading(_("Points")), Heading(_("Available after that")),
    ]  # fmt: skip


def _resident(request: HttpRequest) -> Resident:
    assert isinstance(request.user, Resident)
    return request.user


def _level(request: HttpRequest) -> int | None:
    return request.user.level if isinstance(request.user, Resident) else None


def _moment(text: str) -> datetime | None:
    """A cursor of ours; anything else starts from the newest line."""
    try:
        found = datetime.fromisoformat(text[:40])
    except ValueError:
        return None
    return found if found.tzinfo and date(2000, 1, 1) < found.date() < date(2200, 1, 1) else None


def _query(request: HttpRequest) -> str:
    """The filters once more, for links to the next page and to the file."""
    chosen = request.GET.copy()
    for name in set(chosen) - {"month", "kind", "direction"}:
        del chosen[name]
    return chosen.urlencode()
