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
