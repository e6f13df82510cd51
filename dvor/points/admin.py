"""The console's points: why an award is what it is, and new versions of rules, tried on the past before they begin."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from dvor.base import clock, periods
from dvor.base.console import ReasonForm, site
from dvor.base.refusals import Refusal
from dvor.people.models import Resident
from dvor.points import awards, kinds, knowledge, queries, rules
from dvor.points.awards import Key
from dvor.points.kinds import Kind
from dvor.points.rule_forms import AwardsForm, RuleForm

CITY_OPERATOR = "city_operator"
LINES = 50
DAYS = 30


# ── Awards ───────────────────────────────────────────────────────────────────────────────────────────────────────
@site.page("awards/", title=_("Awards"), roles=[CITY_OPERATOR], icon="award_star")
@require_safe
def awards_of(request: HttpRequest) -> HttpResponse:
    """What a resident was awarded, newest first, each with its reason."""
    form = AwardsForm(request.GET if "resident" in request.GET else None)
    context: dict[str, Any] = {"form": form, "title": _("Awards"), "lines": []}
    if form.is_valid():
        lines = queries.awards(form.cleaned_data["resident"], before=form.cleaned_data["before"], limit=LINES + 1)
        words = queries.subjects(lines)
        context |= {
            "lines": [(line, words[line.activity_id]) for line in lines],
            "resident": form.cleaned_data["resident"],
            "older": lines[-1].recorded_at.isoformat() if len(lines) > LINES else "",
        }
    return site.render(request, "points/console/awards.html", context, 422 if form.errors else 200)


@site.link("people.resident", title=_("Awards"), roles=[CITY_OPERATOR])
def awards_of_resident(resident: Resident) -> str:
    return reverse("admin:awards_of", query={"resident": resident.pk})


@site.page("awards/<int:kind_id>/<str:subject>/<str:month>/", title=_("Award"), roles=[CITY_OPERATOR], in_menu=False)
@require_http_methods(["GET", "HEAD", "POST"])
def award(request: HttpRequest, kind_id: int, subject: str, month: str) -> HttpResponse:
    """Why one award is what it is: the rule of that day, in words; and the way to take it back."""
    key = _key(kind_id, subject, month)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        taken = awards.reverse([key], reason=form.cleaned_data["reason"], by=_operator(request), at=clock.now())
        if taken:
            messages.success(request, _("The award was taken back."))
            return HttpResponseRedirect(request.path)
        form.add_error(None, _("There is nothing to take back: no points were given, or they were taken back before."))
    try:
        explanation = awards.explain(key)
    except Refusal as refusal:
        raise Http404 from refusal
    kind, version = kinds.find(kind_id), None
    if explanation.rule_version_id is not None and kind is not None:
        version = next((row for row in rules.history(kind) if row.pk == explanation.rule_version_id), None)
    context = {
        "title": explanation.title,
        "key": key,
        "explanation": explanation,
        "version": knowledge.version(version) if version else None,
        "form": form,
    }
    return site.render(request, "points/console/award.html", context, 422 if form.is_bound else 200)


def _key(kind_id: int, subject: str, month: str) -> Key:
    try:
        return Key(kind_id, subject, periods.month_of(date.fromisoformat(month)))
    except ValueError:
        raise Http404 from None


# ── Rules ────────────────────────────────────────────────────────────────────────────────────────────────────────
@site.page("rules/", title=_("Rules"), roles=[CITY_OPERATOR], icon="gavel")
@require_safe
def rule_list(request: HttpRequest) -> HttpResponse:
    """What every kind pays now, and what is published to come."""
    context = {"title": _("Rules"), "entries": knowledge.entries(at=clock.now())}
    return site.render(request, "points/console/rules.html", context)


@site.page("rules/<int:kind_id>/", title=_("Rule"), roles=[CITY_OPERATOR], in_menu=False)
@require_safe
def rule(request: HttpRequest, kind_id: int) -> HttpResponse:
    """All versions of one rule: to come, in force, past."""
    kind = _kind(kind_id)
    context = {"title": kind.title, "article": knowledge.article(kind, at=clock.now())}
    return site.render(request, "points/console/rule.html", context)


@site.page("rules/<int:kind_id>/new/", title=_("New version"), roles=[CITY_OPERATOR], in_menu=False)
@require_http_methods(["GET", "HEAD", "POST"])
def rule_version(request: HttpRequest, kind_id: int) -> HttpResponse:
    """A new version: fill in, see what the last 30 days would have paid, publish with the reason."""
    kind, at = _kind(kind_id), clock.now()
    now = rules.in_force(kind, periods.day_of(at))
    form = RuleForm(request.POST or None, initial=RuleForm.like(now, after=periods.day_of(at)))
    title = _("%(kind)s: new version") % {"kind": kind.title}
    context: dict[str, Any] = {"title": title, "kind": kind, "form": form, "days": DAYS}
    if form.is_valid():
        try:
            if "publish" in request.POST:
                rules.publish(
                    kind,
                    form.terms,
                    since=form.cleaned_data["since"],
                    grounds=form.grounds,
                    by=_operator(request),
                    at=at,
                )
                messages.success(request, _("The version is published."))
                return HttpResponseRedirect(reverse("admin:rule", args=[kind_id]))
            context["forecast"] = rules.dry_run(kind, form.terms, at=at, days=DAYS)
            context["examples"] = rules.examples(kind, form.terms, at=at, sums_kopecks=knowledge.BILL_KOPECKS)
            return site.render(request, "points/console/version.html", context)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    return site.render(request, "points/console/version.html", context, 422 if form.is_bound else 200)


def _kind(kind_id: int) -> Kind:
    kind = kinds.find(kind_id)
    if kind is None:
        raise Http404
    return kind


def _operator(request: HttpRequest) -> Resident:
    assert isinstance(request.user, Resident), "pages of the console are for residents with a role"
    return request.user
