"""Pages of meters: my flats, one flat's readings, meters that come and go."""

from __future__ import annotations

from collections.abc import Callable

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from dvor.base import clock
from dvor.base.refusals import Refusal
from dvor.homes import rights
from dvor.homes.models import Flat
from dvor.homes.rights import Act
from dvor.meters import cards, devices, kinds, overview, queries, readings
from dvor.meters.forms import NameplateForm, ReasonForm, Sheet
from dvor.meters.models import Meter, Source
from dvor.meters.readings import Outcomes
from dvor.meters.resources import Resource
from dvor.people.models import Resident


def _see_other(url: str) -> HttpResponse:
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response


def _resident(request: HttpRequest) -> Resident:
    assert isinstance(request.user, Resident)
    return request.user


@login_required
@require_http_methods(["GET", "HEAD"])
def index(request: HttpRequest) -> HttpResponse:
    """My flats: whose readings are due, what they bring."""
    by, at = _resident(request), clock.now()
    context = {"flats": overview.flats(by, at=at), "rate": queries.rate(kinds.READING, by, at=at)}
    return render(request, "meters/index.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def flat(request: HttpRequest, flat_id: int) -> HttpResponse:
    """One sheet for all meters of a flat; what is refused comes back with its reason, the rest is kept."""
    by, at = _resident(request), clock.now()
    where = rights.flat_for(by, flat_id, Act.SEE_METERS, at=at)
    sheet = Sheet(request.POST)
    outcomes: Outcomes = []
    if request.method == "POST":
        outcomes = readings.submit(sheet.readings(), by=by, at=at, source=Source.PAGE)
        _say(request, outcomes)
        if outcomes and all(outcome.accepted for outcome in outcomes):
            return _see_other(reverse("meters_flat", args=[where.pk]))
    page = cards.page(where, by=by, at=at, typed=sheet.typed, outcomes=dict(zip(sheet.typed, outcomes, strict=False)))
    context = {
        "flat": where,
        "page": page,
        "refused": sum(not outcome.accepted for outcome in outcomes),
        "is_empty": request.method == "POST" and not outcomes,
        "may_manage": devices.may_manage(where.residency),
        "may_send": where.residency is not None,
    }
    return render(request, "meters/flat.html", context, status=422 if request.method == "POST" else 200)


def _say(request: HttpRequest, outcomes: Outcomes) -> None:
    """What was accepted and what it brought, in one sentence."""
    accepted = [outcome.value for outcome in outcomes if outcome.value is not None]
    if not accepted:
        return
    text = ngettext("%(count)s reading accepted.", "%(count)s readings accepted.", len(accepted))
    awards = [one.award for one in accepted if one.award is not None and not one.award.duplicate]
    earned = sum(award.points for award in awards)
    text = text % {"count": len(accepted)}
    if earned:
        text += " " + ngettext("+%(count)s point.", "+%(count)s points.", earned) % {"count": earned}
    elif awards:
        text += " " + awards[0].reason.text()
    elif any(one.is_correction for one in accepted):
        text += " " + _("A correction replaces the reading; points are paid once a month.")
    messages.success(request, text)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, flat_id: int) -> HttpResponse:
    """Install a meter."""
    by, at = _resident(request), clock.now()
    where = rights.flat_for(by, flat_id, Act.SUBMIT_READINGS, at=at)
    form = NameplateForm(request.POST or None)

    def install() -> None:
        outcome = devices.install([form.nameplate(where.pk)], by=by, at=at)[0]
        if outcome.refusal is not None:
            raise outcome.refusal

    return _form_page(request, form, install, where=where, done=_("The meter is installed."))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def replace(request: HttpRequest, flat_id: int, meter_id: int) -> HttpResponse:
    """Put another meter in the place of one."""
    by, at = _resident(request), clock.now()
    where = rights.flat_for(by, flat_id, Act.SUBMIT_READINGS, at=at)
    meter = _meter_of(where, meter_id)
    resource = Resource(meter.resource)
    form = NameplateForm(request.POST or None, replaced=resource, initial={"place": meter.place, "zones": meter.zones})

    def act() -> None:
        new = form.nameplate(where.pk, resource)
        devices.replace(meter.pk, new, by=by, at=at, reason=form.cleaned_data["reason"])

    return _form_page(request, form, act, where=where, done=_("The meter is replaced."), meter=meter)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def archive(request: HttpRequest, flat_id: int, meter_id: int) -> HttpResponse:
    """Take a meter out of service."""
    by, at = _resident(request), clock.now()
    where = rights.flat_for(by, flat_id, Act.SUBMIT_READINGS, at=at)
    meter = _meter_of(where, meter_id)
    form = ReasonForm(request.POST or None)

    def act() -> None:
        devices.archive(meter.pk, by=by, at=at, reason=form.cleaned_data["reason"])

    return _form_page(request, form, act, where=where, done=_("The meter is out of service."), meter=meter)


@login_required
@require_POST
def restore(request: HttpRequest, flat_id: int, meter_id: int) -> HttpResponse:
    """Bring a meter back that was archived by mistake."""
    by, at = _resident(request), clock.now()
    where = rights.flat_for(by, flat_id, Act.SUBMIT_READINGS, at=at)
    meter = _meter_of(where, meter_id)
    devices.restore(meter.pk, by=by, at=at, reason=_("archived by mistake"))
    messages.success(request, _("The meter is in service again."))
    return _see_other(reverse("meters_flat", args=[where.pk]))


def _meter_of(where: Flat, meter_id: int) -> Meter:
    """A meter of this flat; of any other flat there is none."""
    found = Meter.objects.filter(flat=where, pk=meter_id).first() if meter_id < 2**63 else None
    if found is None:
        raise Refusal("meter_unknown", _("There is no such meter."), status=404)
    return found


def _form_page(
    request: HttpRequest,
    form: django_forms.Form,
    act: Callable[[], None],
    *,
    where: Flat,
    done: str,
    meter: Meter | None = None,
) -> HttpResponse:
    """A form that leads back to the flat; a refusal stands at its field."""
    if not devices.may_manage(where.residency):
        raise Refusal(
            "not_allowed",
            _("Meters are installed and removed by the owner of the flat."),
            remedy=_("Ask the owner or your management company."),
            status=403,
        )
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except Refusal as refusal:
            known = {"initial": "initial_values"}.get(refusal.field, refusal.field)
            form.add_error(known if known in form.fields else None, str(refusal))
        else:
            messages.success(request, done)
            return _see_other(reverse("meters_flat", args=[where.pk]))
    context = {"form": form, "flat": where, "meter": meter, "is_reason_only": isinstance(form, ReasonForm)}
    return render(request, "meters/device.html", context, status=422 if form.is_bound else 200)
