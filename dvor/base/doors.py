"""What every package's ``api.py`` shares: who is asking, strict bodies, idempotency keys, pages of a list.

router = Router(tags=["Orders"], auth=doors.RESIDENT)

@router.post("/orders", response={201: OrderShown})
@doors.idempotent
def place(request: HttpRequest, order: NewOrder) -> Status[OrderShown]:     # NewOrder(doors.Body)
    placed = orders.place(reward_id=order.reward_id, by=doors.caller(request), at=clock.now())
    return Status(201, OrderShown.of(placed))

@router.get("/transfers", response=doors.Page[TransferShown])
def transfers(request: HttpRequest, paging: Query[doors.Paging]) -> doors.Page[TransferShown]:
    since = paging.keys(datetime, int)                                      # None on the first page
    found = queries.transfers(doors.caller(request).pk, before=since, limit=paging.limit + 1)
    return doors.page(found, paging, show=TransferShown.of, keys=lambda row: (row.posted_at, row.id))

A ``Refusal`` that a handler raises becomes problem+json with its status; a handler never builds one itself, except for
the rows of a batch: ``doors.problem(outcome.refusal)``.
"""

from __future__ import annotations

import base64
import binascii
import functools
import hashlib
import hmac
import inspect
import json
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Annotated, Any, Generic, Protocol, TypeVar

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja.responses import Status
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf, contribute_operation_callback
from pydantic import BaseModel, ConfigDict, Field, Strict, StringConstraints

from dvor.base import clock, requests
from dvor.base.problems import Problem, of_refusal
from dvor.base.refusals import Refusal

Shown = TypeVar("Shown")
Found = TypeVar("Found")
Handler = TypeVar("Handler", bound=Callable[..., Any])

# ── Values ───────────────────────────────────────────────────────────────────────────────────────────────────────
Id = Annotated[int, Strict(), Field(ge=1, le=2**63 - 1)]  # in bodies
Whole = Annotated[int, Strict()]  # 1, but not true, "1" or 1.0
Flag = Annotated[bool, Strict()]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
PathId = Annotated[int, Field(ge=1, le=2**63 - 1)]  # in addresses and queries, where everything is text


class Body(BaseModel):
    """Base of every request body: unknown names are refused, texts are stripped."""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, str_max_length=4_000, hide_input_in_errors=True
    )


problem = of_refusal
__all__ = [
    "RESIDENT", "Body", "Flag", "Id", "Line", "Page", "Paging", "PathId", "Problem", "Whole",
    "caller", "example", "idempotent", "key", "keyed", "page", "problem",
]  # fmt: skip


def example(body: Any) -> dict[str, Any]:
    """``openapi_extra=doors.example({...})``: the request body that the API's description shows."""
    return {"requestBody": {"content": {"application/json": {"example": body}}}}


# ── Who is asking ────────────────────────────────────────────────────────────────────────────────────────────────
class ResidentOf(Protocol):
    """Finds the resident of a token's secret; ``people.tokens.resident_of`` is the one, wired by ``dvor.api``."""

    def __call__(self, secret: str, *, at: datetime) -> Any: ...


class Bearer(HttpBearer):
    """``Authorization: Bearer <token>``: an app of a resident."""

    resident_of: ResidentOf | None = None

    def __call__(self, request: HttpRequest) -> Any:
        scheme, _space, secret = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer" or not secret:
            return None
        return self.authenticate(request, secret.strip())

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        assert self.resident_of is not None, "dvor.api wires people.tokens.resident_of"
        if len(token) > 200 or not token.isascii():
            return None
        return type(self).resident_of(token, at=clock.now())  # type: ignore[misc]


class OpenSession(APIKeyCookie):
    """The session of the site's own pages: for scripts of the site; writes carry the CSRF token."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Any:
        user = getattr(request, "user", None)
        if "HTTP_AUTHORIZATION" in request.META or user is None or not user.is_authenticated:
            return None
        if check_csrf(request) is not None:
            raise Refusal(
                "csrf_failed",
                _("The request does not come from the site's own page."),
                remedy=_("Send the X-CSRFToken header, or use a token instead of a session."),
                status=403,
            )
        return user

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        return None


RESIDENT = [Bearer(), OpenSession()]


def caller(request: HttpRequest) -> Any:
    """The resident who asks (``people.models.Resident``); only in handlers with ``auth=doors.RESIDENT``."""
    return request.auth  # type: ignore[attr-defined]


# ── The same command twice ───────────────────────────────────────────────────────────────────────────────────────
_KEY_PARAMETER = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": "Any text of 1 to 100 characters, new for each command. "
    "The same key with the same request gets the first answer again; with another request it is refused with 409.",
    "schema": {"type": "string", "minLength": 1, "maxLength": requests.KEY_LENGTH_MAX},
    "example": "7f1b6f0e-0b7d-4a55-9d2e-3f0a4a1c9a10",
}


def idempotent(handler: Handler) -> Handler:
    """Answer the same ``Idempotency-Key`` with the first answer; key, act and answer are one transaction.

    Stands between ``@router.post`` and the handler, which returns a pydantic model or ``Status(code, model)``.
    A refusal is not kept: the same key may try again when the reason is gone. Without the header it does nothing.
    """

    @functools.wraps(handler)
    def answer(request: HttpRequest, **values: Any) -> HttpResponse:
        key = request.META.get("HTTP_IDEMPOTENCY_KEY")
        if key is None:
            return _json(*_written(handler(request, **values)))
        owner_id = caller(request).pk
        asked = requests.fingerprint(request.method, request.get_full_path(), hashlib.sha256(request.body).hexdigest())
        with transaction.atomic():
            first = requests.claim(owner_id=owner_id, key=key, asked=asked, at=clock.now())
            if first is not None:
                return _json(first.status, json.dumps(first.body, ensure_ascii=False), replayed=True)
            status, body = _written(handler(request, **values))
            requests.keep_written(status, body, owner_id=owner_id, key=key)
        return _json(status, body)

    # The annotations are texts of the handler's module: ninja would look for their names in this one.
    answer.__signature__ = inspect.signature(handler, eval_str=True)  # type: ignore[attr-defined]
    contribute_operation_callback(answer, _document_key)
    return answer  # type: ignore[return-value]


def keyed(handler: Handler) -> Handler:
    """The act keeps its keys itself, outside of one transaction: the header is required, and described as such."""

    def document(operation: Any) -> None:
        _document_key(operation, required=True)

    contribute_operation_callback(handler, document)
    return handler


def key(request: HttpRequest) -> str:
    """The idempotency key of a request that must have one.

    Raises:
        Refusal: ``idempotency_key_missing`` (400).
    """
    found = request.headers.get("Idempotency-Key")
    if found is None:
        raise Refusal(
            "idempotency_key_missing",
            _("This request needs an idempotency key."),
            remedy=_("Send the Idempotency-Key header: any text of 1 to 100 characters, new for each command."),
            status=400,
        )
    return found


def _document_key(operation: Any, *, required: bool = False) -> None:
    extra = dict(operation.openapi_extra or {})
    others = [one for one in extra.get("parameters", []) if one.get("name") != _KEY_PARAMETER["name"]]
    operation.openapi_extra = {**extra, "parameters": [*others, {**_KEY_PARAMETER, "required": required}]}


def _written(result: Any) -> tuple[int, str]:
    """Status and JSON of what a handler returned. Written once: ninja would turn the model into a dict first."""
    status, model = (result.status_code, result.value) if isinstance(result, Status) else (200, result)
    assert isinstance(model, BaseModel), "an idempotent handler returns a model: its answer is kept"
    return status, model.model_dump_json()


def _json(status: int, body: str, *, replayed: bool = False) -> HttpResponse:
    answer = HttpResponse(body, status=status, content_type="application/json; charset=utf-8")
    if replayed:
        answer["Idempotency-Replayed"] = "true"
    return answer


# ── Pages of a list ──────────────────────────────────────────────────────────────────────────────────────────────
class Paging(BaseModel):
    """Query parameters of a list: the cursor that the page before gave, and how many to show."""

    cursor: str = Field("", max_length=400, description="`next` of the page before; empty for the first page")
    limit: int = Field(50, ge=1, le=100, description="how many to show")

    def keys(self, *kinds: type) -> tuple[Any, ...] | None:
        """The sort keys of the last line of the page before, of these types (int, str, date, datetime).

        Raises:
            Refusal: ``cursor_unusable`` (400) when it is not one of ours.
        """
        if not self.cursor:
            return None
        try:
            signature, packed = self.cursor[:16], self.cursor[16:]
            if not hmac.compare_digest(signature, _signature(packed)):
                raise ValueError
            values = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
            return tuple(_READ[kind](value) for kind, value in zip(kinds, values, strict=True))
        except (ValueError, TypeError, KeyError, binascii.Error):
            raise Refusal(
                "cursor_unusable",
                _("This page cannot be opened."),
                remedy=_("Start from the first page, and pass on `next` unchanged."),
                status=400,
                field="cursor",
            ) from None


class Page(BaseModel, Generic[Shown]):
    """A page of a list, newest or first things first; ``next`` is empty on the last one."""

    items: list[Shown]
    next: str = Field("", description="cursor of the next page")


def page(
    found: Iterable[Found], paging: Paging, *, show: Callable[[Found], Shown], keys: Callable[[Found], tuple[Any, ...]]
) -> Page[Shown]:
    """A page of what was found; ask for ``paging.limit + 1`` rows, so that the last page is known as the last."""
    rows = list(found)
    shown = rows[: paging.limit]
    more = len(rows) > paging.limit
    return Page(items=[show(row) for row in shown], next=_cursor(keys(shown[-1])) if more else "")


_READ: dict[type, Callable[[Any], Any]] = {
    int: int, str: str, date: date.fromisoformat, datetime: datetime.fromisoformat,
}  # fmt: skip


def _cursor(values: tuple[Any, ...]) -> str:
    plain = [value.isoformat() if isinstance(value, date) else value for value in values]
    packed = base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode().rstrip("=")
    return _signature(packed) + packed


def _signature(packed: str) -> str:
    return hmac.new(b"dvor.cursor:" + settings.SECRET_KEY.encode(), packed.encode(), "sha256").hexdigest()[:16]
