"""Manners at the door: refusals become pages, an ended session leads to signing in and back."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _

from dvor.base.refusals import Refusal
from dvor.web import errors

_ELSEWHERE = ("/api/", "/static/")  # they answer in their own language


class Manners:
    """Stands last in the chain, nearest to the views, so that messages and session are still open."""

    def __init__(self, view: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._view = view

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._view(request)
        if request.path.startswith(_ELSEWHERE):
            return response
        if response.status_code == 302 and response["Location"].startswith(f"{settings.LOGIN_URL}?"):
            return _to_sign_in(request, response)
        if response.status_code == 405 and not getattr(response, "content", b""):
            page = errors.page(request, 405)
            page["Allow"] = response["Allow"]
            return page
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """An uncaught Refusal is an answer, not a failure."""
        if isinstance(exception, Refusal) and not request.path.startswith(_ELSEWHERE):
            return errors.of_refusal(request, exception)
        return None


def _to_sign_in(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Sign in and come back to the page one was on, also when what was sent was a form or a fragment."""
    htmx = bool(getattr(request, "htmx", False))
    if request.method in {"GET", "HEAD"} and not htmx:
        return response
    messages.info(request, _("You were away for long. Sign in again, and we will bring you back here."))
    target = f"{settings.LOGIN_URL}?{urlencode({'next': _page_of(request)})}"
    if htmx:
        return HttpResponse(headers={"HX-Redirect": target})
    again = HttpResponseRedirect(target)
    again.status_code = 303
    return again


def _page_of(request: HttpRequest) -> str:
    """The page that the form or fragment stood on."""
    came_from = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came_from, allowed_hosts={request.get_host()}):
        return "/"
    parts = urlsplit(came_from)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
