"""Bars of a chart as percentages of their field: the template draws, nothing stretches, no script is needed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format

HEADROOM_PERCENT = 14  # above the tallest bar, for its number
GAP = 0.28  # of a column's width


@dataclass(frozen=True, slots=True)
class Column:
    """One bar: where it stands and what it says."""

    label: str
    title: str
    text: str
    accent: bool
    is_key: bool
    is_empty: bool
    left: str
    width: str
    middle: str
    top: str
    height: str


def columns(bars: Iterable[Any], *, unit: str = "") -> list[Column]:
    """Columns of ``bars``: any objects with ``label``, ``value`` and ``title``, and perhaps ``accent``.

    A value is zero or more, or None where nothing is known. On a phone only the key columns (the tallest, the last and
    the accented ones) show their number.
    """
    given = list(bars)
    values = [max(float(bar.value or 0), 0.0) for bar in given]
    tallest = max(values, default=0.0)
    keys = {values.index(tallest), len(values) - 1} if tallest else set()
    return [
        _column(bar, values, place, unit=unit, is_key=place in keys or bool(getattr(bar, "accent", False)))
        for place, bar in enumerate(given)
    ]


def _column(bar: Any, values: Sequence[float], place: int, *, unit: str, is_key: bool) -> Column:
    step = 100 / len(values)
    height = (100 - HEADROOM_PERCENT) * values[place] / max(max(values), 1e-9)
    height = max(height, 1.0)  # an empty month is a line, not a hole
    number = "" if bar.value is None else number_format(bar.value, use_l10n=True, force_grouping=True)
    return Column(
        label=str(bar.label),
        title=f"{bar.title}: {number} {unit}".strip() if number else str(bar.title),
        text=number if values[place] else "",
        accent=bool(getattr(bar, "accent", False)),
        is_key=is_key,
        is_empty=not values[place],
        left=_percent(step * (place + GAP / 2)),
        width=_percent(step * (1 - GAP)),
        middle=_percent(step * (place + 0.5)),
        top=_percent(100 - height),
        height=_percent(height),
    )


def _percent(number: float) -> str:
    """With a point in every language: it goes into SVG attributes."""
    return f"{number:.2f}"
