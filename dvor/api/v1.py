"""``/api/v1``: gathers the packages' routers; strict JSON in, problem+json on failure, OpenAPI 3.1 with examples."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any, cast

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.operation import Operation
from ninja.parser import Parser
from pydantic_core import from_json

from dvor.api import description, faults

PACKAGES = (
    "people",
    "homes",
    "notices",
    "feed",
    "moderation",
    "chats",
    "ads",
    "meters",
    "bills",
    "payments",
    "points",
    "rewards",
    "invites",
    "polls",
)


class StrictJson(Parser):
    """JSON as the standard has it: no NaN, no lone surrogates, nothing after the end; and no NUL characters."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        if rb"\u0000" in request.body:
            raise ValueError("PostgreSQL texts have no NUL")
        return cast(dict[str, Any], from_json(request.body, allow_inf_nan=False))


class Version1(NinjaAPI):
    """Our API: short operation names, and what all operations share written into the description once."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """`meters_submit`: package and function."""
        package = operation.view_func.__module__.split(".")[1]
        return f"{package}_{operation.view_func.__name__}"

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> Any:
        return description.completed(super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params))


api = Version1(
    title="Dvor API",
    version="1",
    urls_namespace="api",
    docs_url=None,
    parser=StrictJson(),
)
faults.register(api)
for package in PACKAGES:
    if find_spec(f"dvor.{package}.api"):
        api.add_router("", import_module(f"dvor.{package}.api").router)
