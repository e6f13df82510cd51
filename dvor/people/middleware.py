"""Keeps «last seen» of a session true to the hour, without a write at each request."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from dvor.base import clock
from dvor.people import sessions


class SessionActivity:
    """Once an hour a session that signed in here notes that it is alive, and lives on for its full age.

    A request without our session cookie (an app's bearer token) costs nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            sessions.touch(request, at=clock.now())
        return self.get_response(request)
