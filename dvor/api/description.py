"""What the OpenAPI description says of all operations alike, and the plain list that the page of it shows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from ninja.schema import NinjaGenerateJsonSchema

from dvor.base.problems import CONTENT_TYPE, Problem

INTRODUCTION: tuple[tuple[Promise, Promise], ...] = (
    (
        _("Who asks"),
        _(
            "`Authorization: Bearer <token>`. An app signs a resident in at the city ID (OpenID Connect, code with "
            "PKCE) and exchanges the ID token for a token of this API. The resident may revoke it at any time."
        ),
    ),
    (
        _("Failures"),
        _(
            "A failure is `application/problem+json`: `code` is stable and for programs, `detail` and `remedy` are for "
            "people, in the language of `Accept-Language` (ru, en); `errors` names every wrong field."
        ),
    ),
    (
        _("The same command twice"),
        _(
            "Send an `Idempotency-Key` with every POST. The same key with the same body gets the first answer again "
            "(`Idempotency-Replayed: true`); with another body it is refused with 409."
        ),
    ),
    (
        _("Lists"),
        _("A long list comes in pages: pass `next` of one page as `cursor` of the following one; the last has none."),
    ),
    (
        _("Limits"),
        _(
            "`RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset` (seconds) come with every answer. When the "
            "allowance is used up, the answer is 429 with `Retry-After`. A body has at most 1 MiB."
        ),
    ),
)


def introduction() -> str:
    """What holds for all operations, as Markdown in the language of the moment."""
    return "\n\n".join(f"**{title}.** {text}" for title, text in INTRODUCTION)


_REFUSED = {
    "description": "Refused; the body says why and what to do",
    "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_RATE_HEADERS = {
    name: {"schema": {"type": "integer"}, "description": meaning}
    for name, meaning in {
        "RateLimit-Limit": "requests a minute",
        "RateLimit-Remaining": "requests that are left",
        "RateLimit-Reset": "seconds until the count begins anew",
    }.items()
}


def completed(schema: Any) -> Any:
    """The description with the answers and headers that every operation may give."""
    problem = Problem.model_json_schema(
        ref_template="#/components/schemas/{model}", schema_generator=NinjaGenerateJsonSchema, mode="serialization"
    )
    definitions = schema["components"].setdefault("schemas", {})
    definitions.update(problem.pop("$defs", {}))
    definitions["Problem"] = problem
    schema["info"]["description"] = introduction()
    for _path, _method, operation in operations(schema):
        operation["responses"]["4XX"] = _REFUSED
        for status, answer in operation["responses"].items():
            if str(status).startswith("2"):
                answer.setdefault("headers", {}).update(_RATE_HEADERS)
        for parameter in operation["parameters"]:
            examples = parameter.pop("examples", None)  # pydantic gives a list, OpenAPI wants one or a map
            if examples:
                parameter.setdefault("example", examples[0])
    return schema


def operations(schema: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(path, method, operation) of a description; one operation that serves two methods comes twice."""
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


@dataclass(frozen=True, slots=True)
class Line:
    """A parameter or a field of a body, as the page shows it."""

    name: str
    kind: str
    required: bool
    meaning: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One operation, as the page shows it."""

    anchor: str
    method: str
    path: str
    summary: str
    text: str
    needs_token: bool
    parameters: tuple[Line, ...]
    body: tuple[Line, ...]
    body_example: str
    answers: tuple[tuple[str, str, str], ...]


def shown(schema: Any) -> dict[str, list[Shown]]:
    """Operations by tag, in the order of the description."""
    found: dict[str, list[Shown]] = {}
    for path, method, operation in operations(schema):
        tag = (operation.get("tags") or ["Dvor"])[0]
        found.setdefault(tag, []).append(_shown(schema, path, method, operation))
    return found


def _shown(schema: Any, path: str, method: str, operation: dict[str, Any]) -> Shown:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    body = _resolved(schema, content.get("schema", {}))
    return Shown(
        anchor=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        text=operation.get("description", ""),
        needs_token=bool(operation.get("security")),
        parameters=tuple(
            Line(line["name"], _kind(schema, line["schema"]), line["required"], line.get("description", ""))
            for line in operation["parameters"]
        ),
        body=tuple(
            Line(name, _kind(schema, field), name in body.get("required", []), field.get("description", ""))
            for name, field in body.get("properties", {}).items()
        ),
        body_example=_pretty(schema, content),
        answers=tuple(_answers(schema, operation)),
    )


def _answers(schema: Any, operation: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for status, answer in operation["responses"].items():
        if str(status) == "4XX":
            continue  # the introduction speaks of them
        content = answer.get("content", {}).get("application/json", {})
        yield str(status), answer["description"], _pretty(schema, content)


def _pretty(schema: Any, content: dict[str, Any]) -> str:
    """The example of a body or an answer as indented JSON; empty where there is no body."""
    if not content:
        return ""
    value = content.get("example") or _example(schema, content.get("schema", {}))
    return json.dumps(value, ensure_ascii=False, indent=2)


def _resolved(schema: Any, part: dict[str, Any]) -> dict[str, Any]:
    while True:
        if "$ref" in part:
            part = schema["components"]["schemas"][part["$ref"].rsplit("/", 1)[-1]]
        elif len(part.get("allOf", [])) == 1:
            part = part["allOf"][0]
        else:
            return part


def _kind(schema: Any, part: dict[str, Any]) -> str:
    whole = _resolved(schema, part)
    if "anyOf" in whole:
        return " | ".join(dict.fromkeys(_kind(schema, one) for one in whole["anyOf"]))
    if whole.get("type") == "array":
        return f"[{_kind(schema, whole.get('items', {}))}]"
    if "enum" in whole:
        return " | ".join(str(value) for value in whole["enum"])
    return str(whole.get("format") or whole.get("type") or whole.get("const") or "…")


def _example(schema: Any, part: dict[str, Any], depth: int = 0) -> Any:
    """An example made of the fields' own examples and defaults."""
    whole = _resolved(schema, part)
    if whole.get("examples"):
        return whole["examples"][0]
    for word in ("example", "default", "const"):
        if word in whole:
            return whole[word]
    if depth < 5 and "properties" in whole:
        return {name: _example(schema, field, depth + 1) for name, field in whole["properties"].items()}
    if depth < 5 and whole.get("type") == "array":
        return [_example(schema, whole.get("items", {}), depth + 1)]
    if "anyOf" in whole:
        return _example(schema, whole["anyOf"][0], depth + 1)
    if "enum" in whole:
        return whole["enum"][0]
    return _EXAMPLES.get(str(whole.get("format") or whole.get("type")))


_EXAMPLES = {
    "integer": 1,
    "number": 1.5,
    "string": "…",
    "boolean": True,
    "date": "2026-10-20",
    "date-time": "2026-10-20T12:00:00+03:00",
    "uuid": "8d8ac610-566d-4ef0-9c22-186b2a5ed793",
}
