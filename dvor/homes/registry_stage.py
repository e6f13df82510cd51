"""The first pass over a registry file: good rows stream into temporary tables, bad ones into the report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from dvor.base.files import CellError, ErrorReport, Row, Rows
from dvor.base.refusals import Refusal
from dvor.homes.registry_columns import HOUSE
from dvor.people.models import Organisation

HOUSES_MAX = 200_000  # kept in memory while the file is read: about 600 bytes each
_CHUNK = 2_000
_FLATS = "copy homes_registry_flat (row, unom, number, entrance, floor, area_cm2, payer_code) from stdin"
_HOUSES = (
    "copy homes_registry_house (row, unom, fias_guid, address, district, inn, built_in, floors, connected_since) "
    "from stdin"
)
_NAMES = tuple(column.name for column in HOUSE)


@dataclass(slots=True)
class _House:
    row: int
    facts: tuple[Any, ...]  # in the order of _NAMES; what a row leaves empty another may fill


def stage(rows: Rows, report: ErrorReport, read: Callable[[int], None]) -> None:
    """Copy the rows; ``read`` is told how many were read since the last call.

    Raises:
        Refusal: ``too_many_houses``.
    """
    houses: dict[int, _House] = {}
    companies: dict[str, str] = {}
    lines: list[str] = []
    count = 0
    with connection.cursor() as cursor, cursor.copy(_FLATS) as copy:
        for count, row in enumerate(rows, start=1):
            errors = row.errors or _note_house(row, houses, rows)
            if errors:
                report.add(errors)
            else:
                lines.append(_flat_line(row))
                if row.values.get("company_inn"):
                    companies.setdefault(row.values["company_inn"], row.values.get("company_title") or "")
            if count % _CHUNK == 0:
                copy.write("".join(lines))
                lines.clear()
                read(_CHUNK)
        copy.write("".join(lines))
    read(count % _CHUNK)
    _copy_houses(houses)
    _ensure_companies(companies)


def _note_house(row: Row, houses: dict[int, _House], rows: Rows) -> list[CellError]:
    """Remember what the row says of its house; an error if another row said something else."""
    values = row.values
    facts = tuple([values.get(name) for name in _NAMES])
    known = houses.get(values["unom"])
    if known is None:
        if len(houses) >= HOUSES_MAX:
            raise Refusal(
                "too_many_houses",
                _("The file has more than %(limit)s houses.") % {"limit": HOUSES_MAX},
                remedy=_("Split it into several files."),
                field="file",
            )
        houses[values["unom"]] = _House(row.number, facts)
    elif known.facts != facts:
        for name, before, now in zip(_NAMES, known.facts, facts, strict=True):
            if before is not None and now is not None and before != now:
                reason = _("Row %(row)s says something else about this house: %(value)s.") % {
                    "row": known.row,
                    "value": before,
                }
                remedy = _("Make all rows of a house say the same.")
                return [CellError(row.number, rows.headings[name], str(now), reason, remedy)]
        known.facts = tuple([now if before is None else before for before, now in zip(known.facts, facts, strict=True)])
    return []


def _flat_line(row: Row) -> str:
    """A line for COPY. Numbers and codes hold nothing that COPY would take for a control character."""
    values = row.values
    if values.get("flat") is None:
        return ""
    return (
        f"{row.number}\t{values['unom']}\t{values['flat']}\t{_cell(values.get('entrance'))}\t"
        f"{_cell(values.get('floor'))}\t{_cell(values.get('area'))}\t{_cell(values.get('payer_code'))}\n"
    )


def _cell(value: Any) -> str:
    return r"\N" if value is None else str(value)


def _copy_houses(houses: dict[int, _House]) -> None:
    with connection.cursor() as cursor, cursor.copy(_HOUSES) as copy:
        for unom, house in houses.items():
            copy.write_row((house.row, unom, *house.facts))


def _ensure_companies(companies: dict[str, str]) -> None:
    """Management companies that are not known yet; a known one keeps the title that it has."""
    Organisation.objects.bulk_create(
        (
            Organisation(kind=Organisation.Kind.MANAGEMENT_COMPANY, title=title or inn, inn=inn)
            for inn, title in companies.items()
        ),
        batch_size=1_000,
        ignore_conflicts=True,
    )
