"""Lists of payments and refunds: filters by time, state and payment; newest first; pages by cursor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from dvor.demo.stand_ins.acquirer.faults import invalid

PAGE, PAGE_MAX = 10, 100
MOMENTS = tuple(f"created_at.{edge}" for edge in ("gte", "gt", "lte", "lt"))
Row = TypeVar("Row", bound=Model)


def of(found: QuerySet[Row], asked: Mapping[str, str], show: Callable[[Row], dict[str, Any]]) -> dict[str, Any]:
    """One page of the list, as the API gives it."""
    for name in MOMENTS:
        if asked.get(name):
            found = found.filter(**{name.replace(".", "__"): _moment(asked[name], name)})
    for name in ("status", "payment_id"):
        if asked.get(name):
            found = found.filter(**{name: asked[name]})
    if asked.get("cursor"):
        moment, _dash, last = asked["cursor"].partition("_")
        after = _moment(moment, "cursor")
        found = found.filter(Q(created_at__lt=after) | Q(created_at=after, pk__lt=last))
    length = _length(asked.get("limit", ""))
    rows = list(found.order_by("-created_at", "-pk")[: length + 1])
    told: dict[str, Any] = {"type": "list", "items": [show(row) for row in rows[:length]]}
    if len(rows) > length:
        last_row: Any = rows[length - 1]
        told["next_cursor"] = f"{last_row.created_at.isoformat()}_{last_row.pk}"
    return told


def _moment(text: str, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise invalid("Incorrect moment", parameter=name) from None
    if moment.tzinfo is None:
        raise invalid("Incorrect moment", parameter=name)
    return moment


def _length(text: str) -> int:
    if not text:
        return PAGE
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= PAGE_MAX):
        raise invalid("Incorrect limit", parameter="limit")
    return int(text)
