"""The short lane of /api: a request with a bearer token meets none of the pages' middleware.

Sessions, messages, CSRF tokens, htmx and CSP are the pages' business; skipping them saves a third of a request's CPU
(docs/benchmarks.md). A request without a token goes on through the pages' chain, because it may carry a session. On
both ways this middleware bounds what comes in and turns every refusal that goes out into problem+json.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, ResolverMatch, get_resolver
from django.utils import translation

from dvor.base import problems
from dvor.base.allowances import Allowance, Window, address_of

BODY_BYTES_MAX = 1024 * 1024
FAILURES_MAX = 60  # wrong tokens a minute from one address
KNOWN_MAX, KNOWN_SECONDS = 50_000, 3_600

_PREFIX = "/api/"
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


class ApiLane:
    """Middleware; stands right behind SecurityMiddleware."""

    def __init__(self, through_pages: Callable[[HttpRequest], HttpResponse]) -> None:
        self._through_pages = through_pages
        self._requests = Window()
        self._failures = Window()
        # Tokens that opened something, and when last: guesses from the same address do not stop them.
        self._known: dict[str, float] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(_PREFIX):
            return self._through_pages(request)
        language = translation.get_language_from_request(request)
        with translation.override(language):
            response = self._answer(request)
            if response.status_code >= 400:
                response = _as_problem(response)
        response["Content-Language"] = language
        response["Vary"] = "Accept-Language, Authorization, Cookie"
        response.setdefault("Cache-Control", "no-store")
        if not response.streaming:
            response["Content-Length"] = str(len(response.content))
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        status = _unfit(request)
        if status:
            return problems.response(problems.of_status(status))
        bearer = request.META.get("HTTP_AUTHORIZATION", "")
        moment = time.time()
        address = address_of(request.META, proxies=settings.PROXIES)
        actor = "token:" + hashlib.sha256(bearer.encode()).hexdigest()[:32] if bearer else "address:" + address
        allowance = self._requests.spend(actor, limit=settings.API_RATE_MAX, moment=moment)
        guessing = self._failures.count(address, moment=moment) >= FAILURES_MAX
        if allowance.spent or (guessing and self._known.get(actor, 0) < moment - KNOWN_SECONDS):
            return _too_many(allowance)
        response = self._direct(request) if bearer else self._through_pages(request)
        if response.status_code == 401:
            self._failures.spend(address, limit=FAILURES_MAX, moment=moment)
        elif bearer:
            self._remember(actor, moment)
        for name, value in allowance.headers().items():
            response[name] = value
        return response

    def _remember(self, actor: str, moment: float) -> None:
        if len(self._known) >= KNOWN_MAX:
            self._known = {}
        self._known[actor] = moment

    def _direct(self, request: HttpRequest) -> HttpResponse:
        """Straight to the view: what Django's handler does behind the last middleware."""
        match = _match(request.path_info)
        if match is None:
            return problems.response(problems.of_status(404))
        request.resolver_match = match
        try:
            answer: HttpResponse = match.func(request, *match.args, **match.kwargs)
        except Http404:  # of what stands beside the operations, such as the root of the API
            return problems.response(problems.of_status(404))
        return answer


_plain: dict[tuple[str, str], ResolverMatch] = {}  # addresses without parameters: as many as the API has, found once


def _match(path: str) -> ResolverMatch | None:
    """The view of an address. Django tries its patterns one by one, 50 µs in all; most addresses have no parameter."""
    key = (settings.ROOT_URLCONF, path)
    found = _plain.get(key)
    if found is None:
        try:
            found = get_resolver().resolve(path)
        except Resolver404:
            return None
        if not found.args and not found.kwargs:
            _plain[key] = found
    return found


def _unfit(request: HttpRequest) -> int:
    """The status that refuses a request before anything reads it; 0 when it may pass."""
    try:
        request.get_host()
    except DisallowedHost:
        return 400
    if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
        return 400  # PostgreSQL has no such character
    if request.method not in _WITH_BODY:
        return 0
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdecimal()):
        return 400
    if int(length) > BODY_BYTES_MAX:
        return 413
    if length != "0" and request.content_type != "application/json":
        return 415
    return 0


def _too_many(allowance: Allowance) -> HttpResponse:
    headers = {"Retry-After": str(allowance.reset_seconds), **allowance.headers()}
    return problems.response(problems.of_status(429), headers=headers)


def _as_problem(response: HttpResponse) -> HttpResponse:
    """An answer that Django itself made (a wrong method or host, a missing page) in the API's own shape."""
    if response.headers.get("Content-Type", "").startswith(problems.CONTENT_TYPE):
        return response
    kept = {name: response[name] for name in ("Allow", "Retry-After") if name in response}
    return problems.response(problems.of_status(response.status_code), headers=kept)
