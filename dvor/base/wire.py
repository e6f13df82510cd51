"""Runs one prepared statement on psycopg's connection by the shortest way (decision 0014).

A cursor parses the query, decides whether to prepare, describes columns and builds row makers at each call, and lets go
of the interpreter's lock several times. Here all of that is remembered with the connection, and one call of libpq sends
and waits; psycopg still adapts every value and names every error.
"""

from __future__ import annotations

import re
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import count
from threading import get_ident, main_thread
from typing import Any, NamedTuple

import psycopg
from django.conf import settings
from psycopg import errors, generators
from psycopg.adapt import AdaptersMap, PyFormat, Transformer
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult
from psycopg.types.json import JsonbLoader

Connection = psycopg.Connection[Any]
Maker = Callable[[Sequence[Any]], Any]

PREPARED_MAX = 100  # of a connection; the server keeps a plan for each

_PLACE = re.compile(r"%\((\w+)\)s")
_FINE = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)
# The server no longer knows a statement (DISCARD, a pooler gave another connection), knows another of that name, or its
# columns changed under it (a migration).
_STALE = (errors.InvalidSqlStatementName, errors.DuplicatePreparedStatement, errors.FeatureNotSupported)
_MAIN = main_thread().ident


class _Statement(NamedTuple):
    """One that the server has prepared. ``maker`` of its rows: its columns stay while it lives."""

    name: bytes
    maker: Maker


class Wire:
    """What is remembered with one connection: statements that the server knows, makers of their rows."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.adapters = AdaptersMap(connection.adapters)
        self.adapters.register_loader("jsonb", JsonbLoader)  # Django's own loader leaves jsonb as text
        self._transformer = Transformer(self)
        self._numbers = count()
        self._prepared: dict[tuple[str, tuple[int, ...]], _Statement] = {}

    def run(self, query: str, parameters: Mapping[str, Any]) -> list[Any]:
        """Send the query with its parameters; its rows as named tuples."""
        pgconn = self.connection.pgconn
        if not self.connection.autocommit and pgconn.transaction_status == TransactionStatus.IDLE:
            self._begin()
        if not settings.PREPARED_STATEMENTS:
            return self._run(query, parameters, prepare=False)
        try:
            return self._run(query, parameters, prepare=True)
        except _STALE:
            self._prepared.clear()
            if pgconn.transaction_status != TransactionStatus.IDLE:
                raise  # the transaction is lost; the next one prepares afresh
            return self._run(query, parameters, prepare=True)

    def _run(self, query: str, parameters: Mapping[str, Any], *, prepare: bool) -> list[Any]:
        text, names = _parsed(query)
        transformer, pgconn = self._transformer, self.connection.pgconn
        values = transformer.dump_sequence([parameters[name] for name in names], [PyFormat.AUTO] * len(names))
        types, formats = transformer.types or (), transformer.formats
        in_main = get_ident() == _MAIN  # Ctrl-C reaches the main thread alone: there psycopg waits and cancels
        if not prepare:
            if in_main:
                pgconn.send_query_params(text, values, types, formats)
                return self._rows(self._waited(), None)
            return self._rows(pgconn.exec_params(text, values, types, formats), None)
        statement = self._prepared.get((query, types)) or self._prepare(text, (query, types))
        if in_main:
            pgconn.send_query_prepared(statement.name, values, formats)
            return self._rows(self._waited(), statement.maker)
        return self._rows(pgconn.exec_prepared(statement.name, values, formats), statement.maker)  # type: ignore[arg-type]

    def _begin(self) -> None:
        if get_ident() == _MAIN:
            self.connection.wait(self.connection._start_query())
        else:
            self._fine(self.connection.pgconn.exec_(self.connection._get_tx_start_command()))

    def _waited(self) -> PGresult:
        result: PGresult = self.connection.wait(generators.execute(self.connection.pgconn))[-1]
        return result

    def _prepare(self, text: bytes, key: tuple[str, tuple[int, ...]]) -> _Statement:
        pgconn = self.connection.pgconn
        if len(self._prepared) >= PREPARED_MAX:
            oldest = next(iter(self._prepared))
            self._fine(pgconn.exec_(b"deallocate " + self._prepared.pop(oldest).name))
        name = b"dvor_%d" % next(self._numbers)
        self._fine(pgconn.prepare(name, text, key[1]))
        columns = self._fine(pgconn.describe_prepared(name))
        statement = self._prepared[key] = _Statement(name, _maker(_columns(columns)))
        return statement

    def _rows(self, result: PGresult, maker: Maker | None) -> list[Any]:
        if self._fine(result).status == ExecStatus.COMMAND_OK:
            return []
        transformer = self._transformer
        transformer.set_pgresult(result)
        rows = transformer.load_rows(0, result.ntuples, maker or _maker(_columns(result)))
        transformer.set_pgresult(None)  # rows of ten thousand must not wait for the next call
        return rows

    def _fine(self, result: PGresult) -> PGresult:
        """The result, unless it is a failure."""
        if result.status not in _FINE:
            if self.connection.pgconn.status == ConnStatus.BAD:
                raise psycopg.OperationalError(result.get_error_message())
            raise errors.error_from_result(result)
        return result


def of(connection: Connection) -> Wire:
    """The wire of a connection, which lives and dies with it."""
    known = vars(connection)
    wire: Wire | None = known.get("dvor_wire")
    if wire is None:
        wire = known["dvor_wire"] = Wire(connection)
    return wire


def _columns(result: PGresult) -> tuple[str, ...]:
    return tuple([(result.fname(number) or b"").decode() for number in range(result.nfields)])


@cache
def _maker(names: tuple[str, ...]) -> Maker:
    """Makes named tuples of these columns."""
    row = namedtuple("Row", names, rename=True)  # type: ignore[misc]
    maker: Maker = row._make
    return maker


@cache
def _parsed(query: str) -> tuple[bytes, tuple[str, ...]]:
    """The query with ``$1`` for its first name, and the names in that order."""
    names: dict[str, int] = {}
    numbered = _PLACE.sub(lambda place: f"${names.setdefault(place[1], len(names) + 1)}", query)
    return numbered.replace("%%", "%").encode(), tuple(names)
