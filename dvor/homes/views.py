"""Pages of one's own flats: the list, adding one step by step, and each flat with what its status allows."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from dvor.base import clock, texts
from dvor.base.refusals import Refusal
from dvor.homes import queries, residencies, rights
from dvor.homes.forms import PAYER_CODE_SEEN, AddFlat, Prove, RefusableForm, Rename
from dvor.homes.models import Flat, Residency
from dvor.people.models import Resident


@login_required
@require_http_methods(["GET", "HEAD"])
def flats(request: HttpRequest) -> HttpResponse:
    """My flats, and those I left within a day, which I can take back."""
    resident = _resident(request)
    context = {"flats": rights.flats_of(resident), "left": queries.just_left(resident, at=clock.now())}
    return render(request, "homes/flats.html", context)


# ── Adding ───────────────────────────────────────────────────────────────────────────────────────────────────────
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def flat_add(request: HttpRequest) -> HttpResponse:
    """First the house is found by its address, then the flat by its number and payer code."""
    if request.method == "POST":
        return _add(request)
    searched = request.GET.get("search", "")
    context: dict[str, Any] = {"searched": searched, "found": queries.search_houses(searched)}
    if request.headers.get("HX-Target") == "houses":
        return render(request, "homes/flat_add.html#houses", context)
    house = queries.house(texts.number(request.GET.get("house", "")) or 0)
    seen = request.session.get(PAYER_CODE_SEEN, "")
    form = AddFlat(initial={"house": house.pk, "payer_code": seen}) if house else None
    return render(request, "homes/flat_add.html", {**context, "house": house, "form": form})


def _add(request: HttpRequest) -> HttpResponse:
    form = AddFlat(request.POST)
    status = 422
    if form.is_valid():
        try:
            residency = residencies.open(
                house_id=form.cleaned_data["house"],
                flat_number=form.cleaned_data["flat_number"],
                payer_code=form.cleaned_data["payer_code"],
                title=form.cleaned_data["title"],
                by=_resident(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            request.session.pop(PAYER_CODE_SEEN, None)
            proven = _("The flat is added. Now you can send its readings.")
            unproven = _("The flat is added. To send readings, confirm below that you live here.")
            messages.success(request, proven if residency.proven else unproven)
            return _see_other(reverse("flat", args=[residency.flat_id]))
    house = queries.house(texts.number(request.POST.get("house", "")) or 0)
    return render(request, "homes/flat_add.html", {"house": house, "form": form if house else None}, status=status)


# ── One flat ─────────────────────────────────────────────────────────────────────────────────────────────────────
@login_required
@require_http_methods(["GET", "HEAD"])
def flat(request: HttpRequest, flat_id: int) -> HttpResponse:
    """What is known of the flat and the house, what my status allows here, and how to raise it."""
    return _flat_page(request, _reach(request, flat_id))


@login_required
@require_POST
def flat_proof(request: HttpRequest, flat_id: int) -> HttpResponse:
    """Confirm by the payer code that one lives here."""
    own, form = _own(request, flat_id), Prove(request.POST)
    if not form.is_valid():
        return _flat_page(request, own, prove=form, status=422)
    try:
        residencies.prove(
            residency_id=_residency(own).pk,
            payer_code=form.cleaned_data["payer_code"],
            by=_resident(request),
            at=clock.now(),
        )
    except Refusal as refusal:
        if _residency(own).proven:  # its page has no such form any more, so the reason needs a page of its own
            raise
        form.refuse(refusal)
        return _flat_page(request, own, prove=form, status=refusal.status)
    messages.success(request, _("Confirmed: now you can send readings."))
    return _see_other(reverse("flat", args=[own.pk]))


@login_required
@require_POST
def flat_title(request: HttpRequest, flat_id: int) -> HttpResponse:
    """Name the flat."""
    own, form = _own(request, flat_id), Rename(request.POST)
    if not form.is_valid():
        return _flat_page(request, own, rename=form, status=422)
    try:
        residencies.rename(residency_id=_residency(own).pk, title=form.cleaned_data["title"], by=_resident(request))
    except Refusal as refusal:
        form.refuse(refusal)
        return _flat_page(request, own, rename=form, status=refusal.status)
    messages.success(request, _("Saved."))
    return _see_other(reverse("flat", args=[own.pk]))


@login_required
@require_POST
def flat_leave(request: HttpRequest, flat_id: int) -> HttpResponse:
    """Leave the flat; within a day this can be undone."""
    own = _own(request, flat_id)
    residencies.close(residency_id=_residency(own).pk, by=_resident(request), at=clock.now())
    messages.success(request, _("The flat is no longer among yours. You can undo it below within a day."))
    return _see_other(reverse("flats"))


@login_required
@require_POST
def residency_reopen(request: HttpRequest, residency_id: int) -> HttpResponse:
    """Undo leaving a flat."""
    residency = residencies.reopen(residency_id=residency_id, by=_resident(request), at=clock.now())
    messages.success(request, _("The flat is among yours again."))
    return _see_other(reverse("flat", args=[residency.flat_id]))


def _flat_page(
    request: HttpRequest,
    own: Flat,
    *,
    prove: RefusableForm | None = None,
    rename: RefusableForm | None = None,
    status: int = 200,
) -> HttpResponse:
    residency, resident = own.residency, _resident(request)
    context: dict[str, Any] = {"flat": own, "house": own.house, "company": own.house.management_company}
    if residency is not None:
        context |= {
            "residency": residency,
            "allowed": rights.acts_of(residency, level=resident.account_level),
            "closed": rights.closed_of(residency, level=resident.account_level),
            "code": own.payer_code_masked if residency.proven else "",
            "prove": (prove or Prove()) if not residency.proven else None,
            "rename": rename or Rename(initial={"title": residency.title}),
        }
    return render(request, "homes/flat.html", context, status=status)


def _reach(request: HttpRequest, flat_id: int) -> Flat:
    return rights.flat_for(_resident(request), flat_id, rights.Act.SEE_HOUSE, at=clock.now())


def _own(request: HttpRequest, flat_id: int) -> Flat:
    """A flat of one's own: operators look at flats, they have nothing to change there."""
    found = _reach(request, flat_id)
    if found.residency is None:
        raise rights.unknown()
    return found


def _residency(own: Flat) -> Residency:
    assert own.residency is not None, "reached through _own"
    return own.residency


def _resident(request: HttpRequest) -> Resident:
    return cast(Resident, request.user)


def _see_other(url: str) -> HttpResponse:
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response
