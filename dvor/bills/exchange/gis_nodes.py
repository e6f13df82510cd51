"""Elements of XML by their names without namespaces, and their texts as values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dvor.base.files import Unreadable, cells
from dvor.base.refusals import Text
from dvor.bills.exchange import columns

_decimal = cells.decimal(places=6, least=-(10**8) + 1, most=10**8 - 1)
_guid = cells.guid()
_day = cells.day()


class Bad(Exception):
    """An element that cannot be read, with what the report says of it."""

    def __init__(self, element: Any, column: str, reason: Text, remedy: Text = "", value: str = "") -> None:
        super().__init__()
        self.line, self.column, self.value = int(element.sourceline or 0), column, value[:120]
        self.reason, self.remedy = reason, remedy


def name_of(element: Any) -> str:
    """The name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def node(element: Any, *path: str) -> Any:
    """The first element at the end of a path of names; none if there is none."""
    for name in path:
        if element is None:
            return None
        element = next(element.iterchildren(f"{{*}}{name}"), None)
    return element


def text_of(element: Any, *path: str) -> str:
    """Its text in one line; empty when there is none."""
    found = node(element, *path)
    return "" if found is None else " ".join((found.text or "").split())


def kopecks_of(element: Any, *path: str) -> int | None:
    """Its roubles in kopecks."""
    found: int | None = _read(element, path, columns.kopecks)
    return found


def decimal_of(element: Any, *path: str) -> Decimal | None:
    """Its number, with at most six digits after the point."""
    found: Decimal | None = _read(element, path, _decimal)
    return found


def day_of(element: Any, *path: str) -> date | None:
    """Its day; a time zone after it says nothing to a day."""
    found: date | None = _read(element, path, lambda text: _day(text[:10]))
    return found


def guid_of(element: Any, *path: str) -> UUID:
    """Its GUID, which must be there."""
    found = _read(element, path, _guid)
    if found is None:
        raise Bad(element, path[-1], _("The element is missing."), _("Fill it in."))
    return UUID(str(found))


def _read(element: Any, path: tuple[str, ...], read: cells.Read) -> Any:
    found = node(element, *path)
    if found is None or not (text := (found.text or "").strip()):
        return None
    try:
        return read(text)
    except Unreadable as wrong:
        raise Bad(found, name_of(found), wrong.reason, wrong.remedy, text) from None
