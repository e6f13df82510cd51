"""What the API says when it cannot do what was asked: ``application/problem+json`` (RFC 9457), translated.

``{type, title, status, code, detail, remedy, field, errors[]}``: ``code`` is for programs and stable, ``detail`` says
what is wrong, ``remedy`` what to do, ``field`` names the input at fault; ``errors`` has one line a wrong field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field

from dvor.base.refusals import Refusal, Text

CONTENT_TYPE = "application/problem+json"
ERRORS_MAX = 100  # lines of one answer: a hostile body does not get a long one


class FieldError(BaseModel):
    """One wrong input."""

    field: str = Field(examples=["readings.0.values"])
    reason: str = Field(examples=["This value is required."])
    remedy: str = Field(examples=["Add it."])


class Problem(BaseModel):
    """Why a request was refused (RFC 9457)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:dvor:problem:window_closed",
                    "title": "Unprocessable Entity",
                    "status": 422,
                    "code": "window_closed",
                    "detail": "Readings of cold water are not taken today.",
                    "remedy": "Send them from the 15th to the 3rd.",
                    "field": "readings.0",
                    "errors": [],
                }
            ]
        }
    )

    type: str
    title: str
    status: int
    code: str
    detail: str
    remedy: str = ""
    field: str = ""
    errors: list[FieldError] = []


def of_refusal(refusal: Refusal) -> Problem:
    """The problem that a refusal is; also what a batch answers for one of its rows."""
    return of(
        refusal.code, refusal.text, status=refusal.status, remedy=refusal.remedy, field=refusal.field,
    )  # fmt: skip


def of(
    code: str, text: Text, *, status: int, remedy: Text = "", field: str = "", errors: Sequence[FieldError] = ()
) -> Problem:
    """A problem in the language of the moment."""
    return Problem(
        type=f"urn:dvor:problem:{code}",
        title=HTTPStatus(status).phrase,
        status=status,
        code=code,
        detail=str(text),
        remedy=str(remedy),
        field=field,
        errors=list(errors[:ERRORS_MAX]),
    )


def response(problem: Problem, *, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """The HTTP answer of a problem."""
    answer = HttpResponse(problem.model_dump_json(), status=problem.status, content_type=CONTENT_TYPE)
    for name, value in (headers or {}).items():
        answer[name] = value
    return answer


# What the API says of a status that no refusal explains (a wrong address, a method, our own failure).
_BY_STATUS: dict[int, tuple[str, Promise, Promise]] = {
    400: ("request_unreadable", _("The request cannot be read."), _("Compare it with the description of the API.")),
    401: ("not_signed_in", _("We do not know who is asking."), _("Sign in with the city ID and send its token.")),
    403: ("not_allowed", _("This is not allowed."), _("Check with whose token the request was sent.")),
    404: ("not_found", _("There is nothing at this address."), _("Compare it with the description of the API.")),
    405: ("method_not_allowed", _("This address does not take this method."), _("The Allow header names the others.")),
    413: ("request_too_large", _("The request is too large."), _("Send it in smaller parts.")),
    415: ("media_type_unknown", _("The body is not JSON."), _("Send it as application/json.")),
    422: ("request_invalid", _("Some values are wrong."), _("Correct them and send again.")),
    429: ("too_many_requests", _("Too many requests."), _("Wait for as long as Retry-After says.")),
    500: ("our_failure", _("Something broke on our side."), _("Try again later; we have been told.")),
    503: ("not_available", _("The service is busy."), _("Try again in a few seconds.")),
}


def of_status(status: int, *, errors: Sequence[FieldError] = (), field: str = "") -> Problem:
    """The problem of a status that comes without a refusal."""
    known = status if status in _BY_STATUS else 400 if status < 500 else 500
    code, text, remedy = _BY_STATUS[known]
    return of(code, text, status=status, remedy=remedy, errors=errors, field=field)


def of_validation(errors: Sequence[Mapping[str, Any]]) -> Problem:
    """The problem of a request whose values do not fit their schema: one line a value."""
    lines = [_line(error) for error in errors[:ERRORS_MAX]]
    return of_status(422, errors=lines, field=lines[0].field if lines else "")


def _line(error: Mapping[str, Any]) -> FieldError:
    path = [str(part) for part in error["loc"][1:]]  # without the source: body, query or path
    kind = str(error["type"])
    reason, remedy = _REASONS.get(kind) or _REASONS.get(kind.rsplit("_", 1)[0]) or _OTHER
    context = {name: value for name, value in (error.get("ctx") or {}).items() if isinstance(value, int | float | str)}
    limit = next(iter(context.values()), "")
    return FieldError(
        field=".".join(path)[:200], reason=str(reason) % {"limit": limit}, remedy=str(remedy) % {"limit": limit}
    )


_OTHER = (_("The value is wrong."), _("Compare it with the description of the API."))
_WHOLE = (_("A whole number is expected."), _("Send it without quotes and without a fraction."))
_NUMBER = (_("A number is expected."), _("Send digits with a point, such as 12.5."))
_TEXT = (_("A text is expected."), _("Send it in quotes."))
_DAY = (_("A day is expected."), _("Send it as 2026-10-20."))
_MOMENT = (_("A moment is expected."), _("Send it as 2026-10-20T12:00:00+03:00."))
_MORE = (_("The value is too small."), _("The limit is %(limit)s."))
_LESS = (_("The value is too large."), _("The limit is %(limit)s."))
_REASONS: dict[str, tuple[Promise, Promise]] = {
    "missing": (_("This value is required."), _("Add it.")),
    "extra_forbidden": (_("This name is not known."), _("Remove it or correct the spelling.")),
    "int": _WHOLE,
    "int_from": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _LESS,
    "float": _NUMBER,
    "decimal": _NUMBER,
    "finite_number": _NUMBER,
    "decimal_max": (_("The number has too many digits."), _("At most %(limit)s digits are taken.")),
    "decimal_whole": (_("The number has too many digits."), _("At most %(limit)s digits are taken.")),
    "string": _TEXT,
    "string_too_short": (_("The text is too short."), _("At least %(limit)s characters are needed.")),
    "string_too_long": (_("The text is too long."), _("At most %(limit)s characters are taken.")),
    "string_pattern_mismatch": (_("The text has an unexpected form."), _("Compare it with the description.")),
    "too_short": (_("The list is too short."), _("Send more lines.")),
    "too_long": (_("The list is too long."), _("Send it in several requests.")),
    "list": (_("A list is expected."), _("Send it in square brackets.")),
    "bool": (_("true or false is expected."), _("Send it without quotes.")),
    "enum": (_("This value is not in the list."), _("Take one of: %(limit)s.")),
    "literal_error": (_("This value is not in the list."), _("Take one of: %(limit)s.")),
    "greater_than": _MORE,
    "greater_than_equal": _MORE,
    "less_than": _LESS,
    "less_than_equal": _LESS,
    "date": _DAY,
    "date_from_datetime": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "datetime": _MOMENT,
    "datetime_from_date": _MOMENT,
    "timezone": _MOMENT,
    "uuid": (_("A UUID is expected."), _("Send 36 characters, such as 8d8ac610-566d-4ef0-9c22-186b2a5ed793.")),
    "model_attributes": (_("An object is expected."), _("Send it in curly brackets.")),
    "dict": (_("An object is expected."), _("Send it in curly brackets.")),
}
