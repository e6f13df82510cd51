"""Runs a package's ``sql/*.sql`` file: arrays in, typed rows out, one round trip.

The statement goes to PostgreSQL with server-side binding and is prepared on first use, because hot statements are
planned once a connection, not once a call. Query counts in tests see it, as they see the ORM's.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection
from psycopg.rows import namedtuple_row
from psycopg.types.json import JsonbLoader

_PACKAGES = Path(__file__).resolve().parent.parent


@cache
def text(name: str) -> str:
    """The text of ``<package>/<statement>.sql``, read once: ``ledger/post.sql`` lies in ``dvor/ledger/sql/``."""
    package, statement = name.split("/")
    return (_PACKAGES / package / "sql" / statement).read_text(encoding="utf-8")


def rows(name: str, /, **parameters: Any) -> list[Any]:
    """Run the statement and return its rows as named tuples (an empty list when it returns none)."""
    return _run(text(name), parameters, label=name)


def row(name: str, /, **parameters: Any) -> Any:
    """Run a statement that returns exactly one row."""
    found = rows(name, **parameters)
    assert len(found) == 1, f"{name} returned {len(found)} rows, expected one"
    return found[0]


def _run(query: str, parameters: Mapping[str, Any] | Sequence[Any], *, label: str) -> list[Any]:
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    started = time.monotonic() if connection.queries_logged else 0.0
    with (
        connection.wrap_database_errors,
        psycopg.Cursor(connection.connection, row_factory=namedtuple_row) as cursor,
    ):
        cursor.adapters.register_loader("jsonb", JsonbLoader)  # Django's own loader leaves jsonb as text
        cursor.execute(query, parameters, prepare=True)
        found = cursor.fetchall() if cursor.description else []
    if connection.queries_logged:
        connection.queries_log.append({"sql": f"/* {label} */", "time": f"{time.monotonic() - started:.3f}"})
    return found
