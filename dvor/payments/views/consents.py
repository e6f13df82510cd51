"""Automatic payment: what goes on, the consent, its end, and the means of payment that are kept."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from dvor.base import clock
from dvor.base.refusals import Refusal
from dvor.bills.models import Bill
from dvor.homes import rights
from dvor.homes.models import Flat
from dvor.homes.rights import Act
from dvor.payments import autopay, choosing, methods, runs, wording
from dvor.payments.forms import ConsentForm
from dvor.payments.models import Autopay, AutopayRun
from dvor.payments.views.shared import me, see_other

RUNS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Place:
    """One flat: its consent, if there is one of mine or somebody else's, and what it did or will do."""

    flat: Flat
    consent: Autopay | None
    is_taken: bool
    runs: list[tuple[AutopayRun, Bill | None, str]]


@login_required
@never_cache
@require_http_methods(["GET", "HEAD"])
def index(request: HttpRequest) -> HttpResponse:
    """My flats with their automatic payments, and the means that are kept for me."""
    resident = me(request)
    kept = choosing.methods(resident)
    context = {"places": _places(request), "methods": [(one, wording.method_title(one)) for one in kept]}
    return render(request, "payments/autopay.html", context)


def _places(request: HttpRequest) -> list[Place]:
    """Four queries for any number of flats."""
    resident = me(request)
    flats = rights.flats_allowing(resident, Act.PAY, at=clock.now())
    ids = [flat.pk for flat in flats]
    consents = {
        one.flat_id: one for one in Autopay.objects.filter(flat__in=ids, ended_at__isnull=True).select_related("method")
    }
    found = runs.of_flats(ids, resident.pk)
    bills = Bill.objects.in_bulk({run.bill_id for group in found.values() for run in group[:RUNS_SHOWN]})
    places = []
    for flat in flats:
        consent = consents.get(flat.pk)
        mine = consent if consent is not None and consent.resident_id == resident.pk else None
        shown = [(run, bills.get(run.bill_id), str(wording.run_state(run))) for run in found[flat.pk][:RUNS_SHOWN]]
        places.append(Place(flat, mine, is_taken=consent is not None and mine is None, runs=shown))
    return places


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest, flat_id: int) -> HttpResponse:
    """Agree to have the bills of a flat paid by themselves."""
    resident, at = me(request), clock.now()
    flat = rights.flat_for(resident, flat_id, Act.PAY, at=at)
    kept = choosing.methods(resident)
    form = ConsentForm(request.POST if request.method == "POST" else None, kept)
    if form.is_valid():
        filled = form.cleaned_data
        try:
            autopay.give(
                flat_id=flat.pk, method_id=filled["method"].pk, ceiling_kopecks=filled["ceiling"],
                with_insurance=filled["insurance"], by=resident, at=at,
            )  # fmt: skip
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Automatic payment is on. We write to you two days before each payment."))
            return see_other(reverse("autopay"))
    context = {"flat": flat, "form": form, "has_methods": bool(kept), "days": runs.NOTICE.days}
    return render(request, "payments/consent.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def end(request: HttpRequest, consent_id: int) -> HttpResponse:
    """End a consent."""
    autopay.end(consent_id, by=me(request), at=clock.now())
    messages.success(request, _("Automatic payment is off."))
    return see_other(reverse("autopay"))


@login_required
@require_POST
def stop(request: HttpRequest, run_id: int) -> HttpResponse:
    """Do not pay one announced bill by itself."""
    try:
        autopay.stop(run_id, by=me(request), at=clock.now())
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("This bill will not be paid by itself."))
    return see_other(reverse("autopay"))


@login_required
@require_POST
def remove(request: HttpRequest, method_id: int) -> HttpResponse:
    """Forget a kept means of payment; what pays with it ends."""
    methods.remove(method_id, by=me(request), at=clock.now())
    messages.success(request, _("The means of payment is removed."))
    return see_other(reverse("autopay"))
