"""What hostile tests share: an attack as one line of a table, a fingerprint of all that Dvor keeps, every address.

An attack is a request that must be refused: with its status, with a reason that a person or a program understands, and
with nothing changed. See hostile_scene.py for the world that it is sent to.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver

Fingerprint = dict[str, tuple[int, int]]
# Counters of tries, traces of browsers and sessions are meant to change under attack; nothing else is.
COUNTERS = {"base_attempt", "figures_month", "invites_trace"}
AUDIT = frozenset({"base_auditentry"})  # that an operator tried to load a file is noted before the file is opened


@dataclass(frozen=True, kw_only=True)
class Attack:
    """One hostile request. ``path`` may name ids of the scene in curly brackets; bodies may be made from the scene.

    ``says``: the problem's code (API) or words that stand on the page (everywhere else). ``by``: who asks; the API is
    asked with a bearer token, pages with a session. ``moved``: tables that may change, and why stands beside the case.
    """

    name: str
    path: str
    status: int
    says: str
    method: str = "POST"
    by: str = "anna"
    json: Any = None
    raw: bytes | None = None
    form: Any = None
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    at: str = "2026-10-20T12:00:00+03:00"
    moved: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return self.name


def resolved(value: Any, scene: Any) -> Any:
    """A body of the table with the scene's ids in it."""
    return value(scene) if isinstance(value, Callable) else value  # type: ignore[arg-type]


def assert_refused(answer: Any, attack: Attack) -> None:
    """The status, and a reason: problem+json with code, detail and remedy, or a page whose words say it."""
    assert answer.status_code == attack.status, f"{answer.status_code}: {said(answer)}"
    if attack.path.startswith("/api/"):
        assert answer["Content-Type"] == "application/problem+json"
        assert_problem(answer.json(), attack.says, status=attack.status)
    elif answer.status_code in {302, 303}:
        assert attack.says in answer["Location"], answer["Location"]
    else:
        assert answer["Content-Type"].startswith("text/html")
        assert attack.says in said(answer), said(answer)


def assert_problem(problem: Mapping[str, Any], code: str, *, status: int | None = None) -> None:
    """A problem that says what is wrong and what to do, to programs and to people, and nothing of the inside."""
    assert problem["code"] == code, problem
    assert status is None or problem["status"] == status, problem
    assert problem["type"] == f"urn:dvor:problem:{code}"
    assert problem["detail"] and problem["remedy"], problem
    assert "Traceback" not in str(problem) and "dvor_" not in str(problem).replace("dvor_4u0d", "")


def said(answer: Any) -> str:
    """The words of an answer, without its markup."""
    text = answer.content.decode(errors="replace") if not answer.streaming else ""
    body = re.sub(r"<(script|style|head)\b.*?</\1>", " ", text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body))).strip()


def fingerprint() -> Fingerprint:
    """Rows and a checksum of every table of ours: equal before and after means that nothing was changed."""
    tables = sorted(
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("dvor.") and model._meta.managed and model._meta.db_table not in COUNTERS
    )
    query = " union all ".join(
        f"select '{table}', count(*), coalesce(sum(hashtext(row::text)), 0)::bigint from {table} as row"  # noqa: S608 our own table names
        for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {table: (count, checksum) for table, count, checksum in cursor.fetchall()}


def routes() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every address with its parameters' converters: (``meters/<int:flat_id>/`` , {"flat_id": converter})."""
    yield from _walk(get_resolver().url_patterns, "", {})


def _walk(patterns: list[Any], prefix: str, converters: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern).lstrip("^").rstrip("$")
        found = converters | dict(getattr(pattern.pattern, "converters", {}))
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route, found)
        elif isinstance(pattern, URLPattern):
            yield route, found
