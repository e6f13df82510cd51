"""The shell's own pages: contacts, more, language, colours, and the gallery of components."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from dvor.base import clock
from dvor.chats import queries as chats
from dvor.people import residents
from dvor.web import gallery, navigation, queries, stylesheet
from dvor.web.context import THEME_COOKIE, THEMES

# The same in every city of the country; the gas line is a setting of the city.
EMERGENCY_LINES = (
    {"phone": "112", "title": _("Any emergency")},
    {"phone": "101", "title": _("Fire")},
    {"phone": "102", "title": _("Police")},
    {"phone": "103", "title": _("Ambulance")},
)
YEAR_SECONDS = 365 * 24 * 3600


@require_http_methods(["GET", "HEAD"])
def more(request: HttpRequest) -> HttpResponse:
    """Everything that has no place in the dock."""
    mine: tuple[navigation.Door, ...] = ()
    new: dict[str, int] = {}
    if request.user.is_authenticated:
        mine = (*navigation.MINE, navigation.CONSOLE) if request.user.is_staff else navigation.MINE
        new = {navigation.CHATS.name: chats.unread(request.user, at=clock.now())}
    doors = {
        "mine": navigation.shown(mine, request.path, new),
        "public": navigation.shown(navigation.PUBLIC, request.path),
    }
    return render(request, "web/more.html", doors)


@require_http_methods(["GET", "HEAD"])
def contacts(request: HttpRequest) -> HttpResponse:
    """Emergency lines, the city's help, and who manages my houses."""
    houses = queries.houses_of(request.user.pk) if request.user.pk else []
    return render(request, "web/contacts.html", {"houses": houses, "lines": EMERGENCY_LINES})


@login_required
@require_http_methods(["GET", "HEAD"])
def components(request: HttpRequest) -> HttpResponse:
    """Every component of the site on one page; for operators, designers and tests."""
    if not request.user.is_staff:
        raise PermissionDenied
    return render(request, "web/gallery.html", gallery.samples(at=clock.now()))


@require_http_methods(["GET", "HEAD"])
def styles(request: HttpRequest, digest: str) -> HttpResponse:
    """The joined stylesheet. An old address, kept by an open page, gets the new text but may not keep it."""
    sheet = stylesheet.joined()
    packs = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(sheet.packed if packs else sheet.plain, content_type="text/css; charset=utf-8")
    if packs:
        response["Content-Encoding"] = "gzip"
    response["Vary"] = "Accept-Encoding"
    response["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable" if digest == sheet.digest else "no-store"
    return response


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language in a cookie, and with the resident who signed in."""
    chosen = request.POST.get("language", "")
    response = _back(request)
    if chosen in dict(settings.LANGUAGES):
        _remember(response, settings.LANGUAGE_COOKIE_NAME, chosen)
        if request.user.is_authenticated and request.user.language != chosen:
            residents.choose_language(language=chosen, by=request.user)
    return response


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen colours in a cookie: light, dark, or as the device has them."""
    chosen = request.POST.get("theme", "")
    response = _back(request)
    if chosen in THEMES:
        _remember(response, THEME_COOKIE, chosen)
    return response


def _back(request: HttpRequest) -> HttpResponse:
    """See other: the page that asked, if it is ours."""
    url = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(url if safe else "/")
    response.status_code = 303
    return response


def _remember(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=YEAR_SECONDS, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )
