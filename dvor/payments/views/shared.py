"""What the pages of payments share."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from dvor.people.models import Resident


def me(request: HttpRequest) -> Resident:
    """Who is signed in."""
    assert isinstance(request.user, Resident), "login_required stands before"
    return request.user


def see_other(url: str) -> HttpResponse:
    """Where to go after a write."""
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response


def number(text: str | None) -> int | None:
    """An id in a query; what cannot be one is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None
