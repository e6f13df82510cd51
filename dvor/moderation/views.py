"""How moderation works, for everybody; reporting; an author's own cases and appeals."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dvor.base import clock
from dvor.base.refusals import Refusal
from dvor.moderation import appeals, kinds, queries, reasons, refusals, reports, transparency
from dvor.moderation.forms import AppealForm, ReportForm
from dvor.moderation.kinds import Content, ContentKind
from dvor.moderation.models import APPEAL_DAYS
from dvor.people.models import Resident


@require_http_methods(["GET", "HEAD"])
def about(request: HttpRequest) -> HttpResponse:
    """The public list of reasons, how a decision is made, and the counts of the last year."""
    at = clock.now()
    context = {
        "reasons": reasons.in_force(at=at),
        "months": transparency.months(at=at),
        "appeal_days": APPEAL_DAYS,
        "least_shown": transparency.LEAST_SHOWN,
    }
    return render(request, "moderation/about.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Report a publication that one may see; `?content=ad:17`."""
    by, at = _me(request), clock.now()
    kind, content_id = _named(request.GET.get("content", ""))
    content = reports.seen(kind, content_id, by=by, at=at)
    if request.method != "POST":
        return _form(request, kind, content, ReportForm(initial={"key": str(uuid4())}))
    form = ReportForm(request.POST)
    if not form.is_valid():
        return _form(request, kind, content, form, status=422)
    try:
        reports.report(kind, content_id, by=by, at=at, **form.cleaned_data)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _form(request, kind, content, form, status=refusal.status)
    messages.success(request, _("Thank you. A moderator will look at it, and you will be told what came of it."))
    return _see_other(reverse("moderation_cases"))


def _form(
    request: HttpRequest, kind: ContentKind, content: Content, form: ReportForm, status: int = 200
) -> HttpResponse:
    context = {"form": form, "kind": kind, "content": content}
    return render(request, "moderation/report.html", context, status=status)


def _named(text: str) -> tuple[ContentKind, int]:
    """The content that an address names.

    Raises:
        Refusal: ``content_unknown`` (404).
    """
    code, _colon, number = text.partition(":")
    kind = kinds.find(code)
    if kind is None or not (number.isascii() and number.isdigit() and len(number) < 20):
        raise refusals.content_unknown()
    return kind, int(number)


@login_required
@require_http_methods(["GET", "HEAD"])
def cases(request: HttpRequest) -> HttpResponse:
    """What moderators decided about my publications, and what became of my reports."""
    by, at = _me(request), clock.now()
    reported = [(queries.title_of(one.case.kind), one) for one in queries.reports(by.pk)]
    context = {"cases": queries.cases(by.pk, at=at), "reports": reported}
    return render(request, "moderation/cases.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """One case about my publication; the post appeals."""
    by, at = _me(request), clock.now()
    told = queries.case(case_id, resident_id=by.pk, at=at)
    form = AppealForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                appeals.appeal(case_id, by=by, at=at, words=form.cleaned_data["words"])
            except Refusal as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
                status = refusal.status
            else:
                messages.success(request, _("Your appeal is with another moderator. You will be told."))
                return _see_other(reverse("moderation_case", args=[case_id]))
    return render(request, "moderation/case.html", {"told": told, "form": form}, status=status)


def _me(request: HttpRequest) -> Resident:
    assert isinstance(request.user, Resident), "login_required stands before"
    return request.user


def _see_other(url: str) -> HttpResponse:
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response
