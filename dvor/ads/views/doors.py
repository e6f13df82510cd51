"""What the pages of ads share: who asks, and where a write leads."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from dvor.people.models import Resident


def resident(request: HttpRequest) -> Resident:
    assert isinstance(request.user, Resident)
    return request.user


def see_other(url: str) -> HttpResponse:
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response
