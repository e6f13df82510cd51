"""The stand-in's pages: choose who you are, or go back without signing in."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlsplit

from allauth.idp.oidc.internal.clientkit import is_redirect_uri_allowed
from allauth.idp.oidc.models import Client
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from dvor.demo.stand_ins.city_id import persons, settings
from dvor.demo.stand_ins.city_id.models import Person

TITLES = {
    "full": _("Full account"),
    "standard": _("Standard account"),
    "simplified": _("Simplified account"),
    "operators": _("Operators"),
}


@require_http_methods(["GET"])
def home(request: HttpRequest) -> HttpResponse:
    """What this is, for somebody who came by the bare address."""
    return render(request, "city_id/home.html", {"site_url": settings.SITE_URL, "city": _city()})


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the invented persons, and go on to where the site asked."""
    onward = _onward(request)
    if request.method == "POST":
        if "deny" in request.POST:
            return _deny(onward)
        person = get_object_or_404(Person, sub=request.POST.get("sub", ""), is_active=True)
        login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])  # type: ignore[arg-type]  # its own user
        return redirect(onward)
    persons.refresh()
    asked = request.GET.get("q", "")[:100]
    language = (get_language() or "ru")[:2]
    groups = [
        (name, TITLES[name], [(person, TITLES.get(person.level), person.who.get(language, "")) for person in found])
        for name, found in persons.groups(asked)
    ]
    return render(
        request, "city_id/sign_in.html", {"groups": groups, "asked": asked, "onward": onward, "city": _city()}
    )


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Forget who was signed in here."""
    logout(request)
    return redirect("home")


def _onward(request: HttpRequest) -> str:
    """Where to go after signing in: only within this provider, which itself knows its clients' addresses."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else reverse("home")


def _deny(onward: str) -> HttpResponse:
    """Tell the site that the person refused, as OAuth 2.0 has it (RFC 6749, 4.1.2.1)."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(onward).query).items()}
    client = Client.objects.filter(id=asked.get("client_id", "")).first()
    back = asked.get("redirect_uri", "")
    if client is None or not is_redirect_uri_allowed(back, client.get_redirect_uris(), client.allow_uri_wildcards):
        return HttpResponseBadRequest()
    told = {"error": "access_denied", **({"state": asked["state"]} if "state" in asked else {})}
    response = HttpResponse(status=302)  # an app's address has a scheme of its own, which Django's redirect refuses
    response["Location"] = f"{back}{'&' if '?' in back else '?'}{urlencode(told)}"
    return response


def _city() -> str:
    return str(settings.CITY.get((get_language() or "ru")[:2], settings.CITY["ru"]))
