"""Gives the readings of a month as XLSX or CSV: streamed, in columns that ``import_`` takes again.

Payer codes are left out: they are keys to flats.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, BinaryIO
from uuid import uuid4

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dvor.base import periods, sql
from dvor.base.files import Heading, Progress, Silent, write_csv, write_xlsx
from dvor.meters.models import Source
from dvor.meters.resources import Resource, Unit

_FETCHED_ROWS = 5_000


def export(
    out: BinaryIO,
    *,
    month: date,
    as_xlsx: bool,
    progress: Progress | None = None,
    house_id: int | None = None,
    companies: list[int] | None = None,
) -> int:
    """Write the newest version of each reading of a billing month; return how many there were.

    Of one house, of some management companies' houses, or of the whole city. Memory does not grow with the rows.
    """
    counted = _Counted(progress or Silent())
    rows = counted.through(_rows(month=month.replace(day=1), house_id=house_id, companies=companies))
    write = write_xlsx if as_xlsx else write_csv
    write(rows, _headings(), out)
    return counted.rows


def _rows(*, month: date, house_id: int | None, companies: list[int] | None) -> Iterator[tuple[Any, ...]]:
    """The rows of the file, fetched some thousand at a time by a cursor of the server's."""
    resources = {resource.value: str(resource.title) for resource in Resource}
    units = {unit.value: str(unit.sign) for unit in Unit}
    sources = {source.value: str(source.label) for source in Source}
    with transaction.atomic():
        connection.ensure_connection()
        with connection.connection.cursor(name=f"meters_export_{uuid4().hex}") as cursor:
            cursor.itersize = _FETCHED_ROWS
            parameters = {"month": month, "house_id": house_id, "companies": companies}
            cursor.execute(sql.text("meters/export.sql"), parameters)
            for (
                unom,
                address,
                flat,
                resource,
                serial,
                guid,
                t1,
                t2,
                t3,
                unit,
                period,
                sent_at,
                source,
                version,
            ) in cursor:
                yield (
                    unom, address, flat, resources[resource], serial, str(guid or ""), t1, t2, t3, units[unit],
                    period.strftime("%m.%Y"), periods.day_of(sent_at), sources[source], version,
                )  # fmt: skip


def _headings() -> list[Heading]:
    return [
        Heading(_("UNOM"), 10), Heading(_("Address"), 40), Heading(pgettext("reading", "Flat"), 8),
        Heading(_("Resource"), 18), Heading(_("Serial number"), 18), Heading(_("Meter GUID"), 38),
        Heading("T1", 12), Heading("T2", 12), Heading("T3", 12), Heading(pgettext("reading", "Unit"), 8),
        Heading(_("Billing month"), 10), Heading(pgettext("reading", "Sent"), 12), Heading(_("Source"), 26),
        Heading(_("Version"), 8),
    ]  # fmt: skip


class _Counted:
    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self.rows = 0

    def through(self, rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        for row in rows:
            yield row
            self.rows += 1
            self._progress.advance(1)
