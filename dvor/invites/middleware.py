"""Takes over what an opened link left in the browser, when its visitor has signed in: wherever that leads first."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from dvor.base import clock
from dvor.base.allowances import address_of
from dvor.base.refusals import Text
from dvor.invites import fingerprints, joining, traces
from dvor.invites.joining import Opened, Outcome
from dvor.invites.models import Trace
from dvor.people.models import Resident

INVITE_COOKIE, DEVICE_COOKIE = "invite", "device"

_TOLD: dict[Outcome, Text] = {
    Outcome.JOINED: _("You came by a neighbour's invite. Add your flat in the same house: then it can count."),
    Outcome.OWN: _("This is your own link: it is for neighbours who are not in Dvor yet."),
    Outcome.NOT_NEW: _(
        "You have been with us before, so the neighbour's invite does not count. Everything else works."
    ),
    Outcome.OVER: _("The neighbour's invite is no longer valid. Everything else works."),
}


class Invited:
    """A request without the cookie costs nothing; one with it is looked at once, after the first sign-in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = request.COOKIES.get(INVITE_COOKIE)
        resident = getattr(request, "user", None) if told else None
        if told is None or not isinstance(resident, Resident) or request.path.startswith("/i/"):
            return self.get_response(request)
        opened = Opened.of(told)
        if opened is not None:
            outcome = joining.join(opened, seen=seen(request), by=resident, at=clock.now())
            if outcome in _TOLD:
                messages.info(request, str(_TOLD[outcome]))
        response = self.get_response(request)
        response.delete_cookie(INVITE_COOKIE, samesite="Lax")
        return response


def remember(response: HttpResponse, name: str, value: str) -> None:
    """Give the browser a cookie of thirty days that scripts cannot read."""
    response.set_cookie(
        name, value, max_age=int(traces.KEPT.total_seconds()), httponly=True, samesite="Lax", secure=settings.HTTPS
    )


def seen(request: HttpRequest) -> traces.Seen:
    """What a request shows of its device and its network, hashed."""
    told = {
        Trace.Sort.DEVICE: fingerprints.of_device(request.COOKIES.get(DEVICE_COOKIE, "")),
        Trace.Sort.NETWORK: fingerprints.of_network(address_of(request.META, proxies=settings.PROXIES)),
    }
    return {sort: one for sort, one in told.items() if one is not None}
