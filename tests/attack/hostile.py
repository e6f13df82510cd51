"""What hostile tests share: a fingerprint of all that Dvor keeps, and the addresses that it answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver

# Counters of tries and sessions are meant to change under attack; nothing else is.
COUNTERS = {"base_attempt"}


def fingerprint() -> dict[str, tuple[int, int]]:
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
