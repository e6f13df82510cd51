"""Runs a package's ``sql/*.sql`` file: arrays in, typed rows out, one round trip.

The statement goes to PostgreSQL with server-side binding and is prepared on first use, because hot statements are
parsed once a connection, not once a call (:mod:`dvor.base.wire`). Query counts in tests see it, as they see the ORM's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

from dvor.base import wire

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


def _run(query: str, parameters: Mapping[str, Any], *, label: str) -> list[Any]:
    database = connections[DEFAULT_DB_ALIAS]  # asked once: the proxy `connection` costs a thread-local at each touch
    database.ensure_connection()
    database.validate_no_broken_transaction()
    logged = database.queries_logged
    started = time.monotonic() if logged else 0.0
    arrays = {name: array(value) if isinstance(value, list) else value for name, value in parameters.items()}
    with database.wrap_database_errors:
        found = wire.of(database.connection).run(query, arrays)
    if logged:
        database.queries_log.append({"sql": f"/* {label} */", "time": f"{time.monotonic() - started:.3f}"})
    return found


def array(values: list[Any]) -> str | list[Any]:
    """The literal of an array whose type the statement's cast tells.

    Ten times faster than the driver's own dumper, which looks at each element; and the same statement stays one
    prepared statement, while the driver would choose ``smallint[]`` or ``bigint[]`` by the values at hand.
    """
    sorts = set(map(type, values))
    plain = sorts - {type(None)}
    write = _writer(plain)
    if write is None:
        return values
    if len(values) > _FEW:
        distinct = set(values)
        if len(distinct) * 4 < len(values):  # kinds, levels, days repeat a lot in a batch
            words = {value: "null" if value is None else write(value) for value in distinct}
            return "{" + ",".join(map(words.__getitem__, values)) + "}"
    if write is _quoted and len(plain) == len(sorts):
        joined = '","'.join(values)
        if "\\" not in joined and joined.count('"') == 2 * (len(values) - 1):  # no text asks to be written otherwise
            return '{"' + joined + '"}'
    if len(plain) != len(sorts):
        return "{" + ",".join(["null" if value is None else write(value) for value in values]) + "}"
    return "{" + ",".join(map(write, values)) + "}"


def column(values: list[Any]) -> list[Any]:
    """A list for a statement that takes one element for all rows: what is the same ten thousand times goes once."""
    return values[:1] if values and values.count(values[0]) == len(values) else values


def _writer(sorts: set[type]) -> Callable[[Any], str] | None:
    """Who writes values of all these sorts, enumerations among them."""
    if len(sorts) == 1:
        exact = _EXACT.get(next(iter(sorts)))
        if exact is not None:
            return exact
    if bool in sorts:
        return None
    return next((write for sort, write in _WRITERS if all(issubclass(one, sort) for one in sorts)), None)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


_FEW = 16  # so few are written sooner than compared
_WRITERS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (int, str),
    (str, _quoted),
    (datetime, lambda moment: f'"{moment.isoformat()}"'),
    (date, date.isoformat),
)
_EXACT = dict(_WRITERS)
