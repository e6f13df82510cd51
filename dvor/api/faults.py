"""Every failure under /api/v1 becomes problem+json; nothing of the inside is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import DataError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from dvor.base import problems
from dvor.base.refusals import Refusal

log = structlog.get_logger()


def register(api: NinjaAPI) -> None:
    """Give the API its answers to failures."""
    for kind, answer in _ANSWERS.items():
        api.add_exception_handler(kind, answer)


def _status(status: int) -> HttpResponse:
    return problems.response(problems.of_status(status))


def _refusal(_request: HttpRequest, refusal: Refusal) -> HttpResponse:
    headers = {"Retry-After": "60"} if refusal.status == 429 else {}
    return problems.response(problems.of_refusal(refusal), headers=headers)


def _invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    return problems.response(problems.of_validation(error.errors))


def _unknown(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    return problems.response(problems.of_status(401), headers={"WWW-Authenticate": "Bearer"})


def _unfit(request: HttpRequest, error: DataError) -> HttpResponse:
    """A value that passed the schema and does not fit its column: the sender's value, but our gap, so it is logged."""
    log.error("api.value.unfit", path=_template(request), error=type(error.__cause__ or error).__name__)
    return _status(422)


def _busy(request: HttpRequest, error: OperationalError) -> HttpResponse:
    """Database away, pool empty, deadlock: the same request may succeed in a second."""
    log.error("api.database.busy", path=_template(request), error=type(error.__cause__ or error).__name__)
    return problems.response(problems.of_status(503), headers={"Retry-After": "1"})


def _failure(request: HttpRequest, error: Exception) -> HttpResponse:
    log.error("api.request.failed", path=_template(request), exc_info=error)
    return _status(500)


def _template(request: HttpRequest) -> Any:
    match = request.resolver_match
    return match.route if match else ""


_ANSWERS: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    Refusal: _refusal,
    ValidationError: _invalid,
    AuthenticationError: _unknown,
    HttpError: lambda _request, error: _status(error.status_code),
    Http404: lambda _request, _error: _status(404),
    PermissionDenied: lambda _request, _error: _status(403),
    RequestDataTooBig: lambda _request, _error: _status(413),
    SuspiciousOperation: lambda _request, _error: _status(400),
    DataError: _unfit,
    OperationalError: _busy,
    Exception: _failure,
}
