"""Pages of invites: mine, one link with its QR code and notice, and the page that a neighbour opens."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dvor.base import clock, periods
from dvor.base.refusals import Refusal
from dvor.invites import addresses, fingerprints, joining, limits, links, middleware, pdf, qr, queries, traces
from dvor.invites.forms import NewLink
from dvor.invites.models import Link
from dvor.people.levels import Level
from dvor.people.models import Resident


# ── Mine ─────────────────────────────────────────────────────────────────────────────────────────────────────────
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """My links, whom they brought, what it earns, how it works; the post issues a link."""
    by, at = _me(request), clock.now()
    houses = links.houses(by, at=at)
    form, status = NewLink(houses=houses), 200
    if request.method == "POST":
        form = NewLink(request.POST, houses=houses)
        status = 422
        if form.is_valid():
            try:
                issued = links.issue(**form.cleaned_data, by=by, at=at)
            except Refusal as refusal:
                form.refuse(refusal)
                status = refusal.status
            else:
                return _with_device(request, _see_other(reverse("invite_link", args=[issued.pk])), by, at)
    response = render(request, "invites/invites.html", _overview(request, by, at, houses, form), status=status)
    return _with_device(request, response, by, at)


def _overview(request: HttpRequest, by: Resident, at: datetime, houses: list[Any], form: NewLink) -> dict[str, Any]:
    found = queries.invited(
        by, houses=[house.pk for house in houses], after=_cursor(request.GET.get("before", "")),
        limit=queries.SHOWN_MAX + 1,
    )  # fmt: skip
    shown, older = found[: queries.SHOWN_MAX], ""
    if len(found) > queries.SHOWN_MAX:
        last = shown[-1].join
        older = f"{int(last.signed_in_at.timestamp() * 1_000_000)}-{last.pk}"
    return {
        "houses": houses,
        "links": queries.links(by),
        "guests": shown,
        "older": older,
        "counts": [(state, count) for state, count in queries.counts(by).items() if count],
        "form": form,
        "mine": queries.mine(by),
        "earns": _earned(by.level, at),
        "useful": queries.useful(),
        "days": limits.of(periods.day_of(at)).days_to_count,
    }


@login_required
@never_cache
@require_safe
def link(request: HttpRequest, link_id: int) -> HttpResponse:
    """One link: its QR code, a text to send, the notice, the way to end it."""
    found, at = links.own(link_id, by=_me(request)), clock.now()
    context = {
        "link": found,
        "url": addresses.url_of(found),
        "spoken": addresses.spoken_of(found),
        "qr": qr.svg(addresses.url_of(found)),
        "works": found.revoked_at is None and links.invites(_me(request), found.house_id, at=at),
        "earned": _earned(Level.FULL, at)["joiner"],
    }
    return render(request, "invites/link.html", context)


@login_required
@never_cache
@require_safe
def notice(request: HttpRequest, link_id: int) -> HttpResponse:
    """The notice for the entrance as PDF."""
    found = _working(request, link_id)
    content = pdf.render(found, points=_earned(Level.FULL, clock.now())["joiner"])
    return _file(content, "application/pdf", f"invite-{found.pk}.pdf")


@login_required
@never_cache
@require_safe
def picture(request: HttpRequest, link_id: int) -> HttpResponse:
    """The QR code as a picture to send."""
    found = _working(request, link_id)
    return _file(qr.png(addresses.url_of(found)), "image/png", f"invite-{found.pk}.png")


@login_required
@never_cache
@require_safe
def drawing(request: HttpRequest, link_id: int) -> HttpResponse:
    """The QR code as a drawing, for a notice of one's own."""
    found = _working(request, link_id)
    return _file(qr.svg_file(addresses.url_of(found)), "image/svg+xml", f"invite-{found.pk}.svg")


@login_required
@require_POST
def revoke(request: HttpRequest, link_id: int) -> HttpResponse:
    """End a link of mine."""
    links.revoke(link_id=link_id, by=_me(request), at=clock.now())
    messages.success(request, _("The link is revoked: nobody comes by it any more."))
    return _see_other(reverse("invites"))


# ── What a neighbour opens ───────────────────────────────────────────────────────────────────────────────────────
@never_cache
@require_safe
def open_invite(request: HttpRequest, code: str) -> HttpResponse:
    """An invite: which house, what one gets, one button. Remembered in the browser until the first sign-in."""
    at = clock.now()
    try:
        found = links.opened(code, at=at)
    except Refusal as refusal:
        return render(request, "invites/over.html", {"refusal": refusal}, status=refusal.status)
    known = request.user if isinstance(request.user, Resident) else None
    context = {
        "link": found,
        "name": found.resident.first_name if found.names_inviter else "",
        "earned": _earned(Level.FULL, at)["joiner"],
        "onward": f"{reverse('flat_add')}?{urlencode({'house': found.house_id})}",
        "is_own": known is not None and known.pk == found.resident_id,
        "known": known,
        "useful": queries.useful(),
    }
    response = render(request, "invites/invite.html", context)
    response["X-Robots-Tag"] = "noindex"
    if known is None and request.method == "GET":
        middleware.remember(response, middleware.INVITE_COOKIE, joining.Opened(found.code, at).sealed())
        _mark(request, response)
    return response


def _mark(request: HttpRequest, response: HttpResponse) -> None:
    """A browser that has no name yet gets one: random, for thirty days."""
    if fingerprints.of_device(request.COOKIES.get(middleware.DEVICE_COOKIE, "")) is None:
        middleware.remember(response, middleware.DEVICE_COOKIE, fingerprints.new_device())


def _with_device(request: HttpRequest, response: HttpResponse, by: Resident, at: datetime) -> HttpResponse:
    """Whoever invites leaves a trace of his device: a second account on it is held for review."""
    _mark(request, response)
    fresh = response.cookies.get(middleware.DEVICE_COOKIE)
    if fresh is not None:
        request.COOKIES[middleware.DEVICE_COOKIE] = fresh.value
    traces.note(middleware.seen(request), by=by, at=at)
    return response


def _earned(level: int, at: datetime) -> dict[str, int]:
    """Points by the rules of today: of the inviter at his level, of a newcomer with a full account."""
    of_inviter, of_joiner = queries.rules(periods.day_of(at))
    return {"inviter": queries.paid(of_inviter, level), "joiner": queries.paid(of_joiner, Level.FULL)}


def _working(request: HttpRequest, link_id: int) -> Link:
    found = links.own(link_id, by=_me(request))
    return links.opened(found.code, at=clock.now())


def _file(content: bytes, mime: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=mime)
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _cursor(text: str) -> tuple[datetime, int] | None:
    moment, _dash, number = text.partition("-")
    if not (text.isascii() and moment.isdigit() and number.isdigit() and len(moment) < 17 and len(number) < 19):
        return None
    return datetime.fromtimestamp(int(moment) / 1_000_000, tz=periods.zone()), int(number)


def _me(request: HttpRequest) -> Resident:
    assert isinstance(request.user, Resident), "login_required stands before"
    return request.user


def _see_other(url: str) -> HttpResponse:
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response
