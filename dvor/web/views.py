"""The shell's own pages: more, language, colours."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from dvor.people.models import Resident
from dvor.web import navigation
from dvor.web.context import THEME_COOKIE, THEMES

YEAR_SECONDS = 365 * 24 * 3600


@require_http_methods(["GET", "HEAD"])
def more(request: HttpRequest) -> HttpResponse:
    """Everything that has no place in the dock."""
    mine = navigation.shown(navigation.MINE, request.path) if request.user.is_authenticated else []
    return render(request, "web/more.html", {"mine": mine, "public": navigation.shown(navigation.PUBLIC, request.path)})


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language in a cookie, and with the resident who signed in."""
    chosen = request.POST.get("language", "")
    response = _back(request)
    if chosen in dict(settings.LANGUAGES):
        _remember(response, settings.LANGUAGE_COOKIE_NAME, chosen)
        if request.user.is_authenticated:
            Resident.objects.filter(pk=request.user.pk).exclude(language=chosen).update(language=chosen)
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
