"""Bars of a chart as percentages of their field: the template draws, nothing stretches, no script is needed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format

HEADROOM_PERCENT = 13  # beyond the longest bar, for its number
GAP = 0.28  # of a column's width


@dataclass(frozen=True, slots=True)
class Column:
    """One bar and perhaps its counterpart below the line: where they stand and what they say."""

    label: str
    title: str
    text: str
    minus_text: str
    accent: bool
    is_key: bool
    is_empty: bool
    left: str
    width: str
    middle: str
    top: str
    height: str
    minus_height: str
    minus_end: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Columns over (and under) one base line."""

    columns: list[Column]
    base: str
    has_minus: bool


def draw(bars: Iterable[Any]) -> Chart:
    """A chart of ``bars``: any objects with ``label``, ``value``, ``title``, and perhaps ``accent`` and ``minus``.

    ``value`` stands above the line and ``minus`` hangs below it; both are zero or more, or None where nothing is known.
    On a phone only the key columns (the longest, the last and the accented ones) show their number.
    """
    given = list(bars)
    plus, minus = [_size(bar, "value") for bar in given], [_size(bar, "minus") for bar in given]
    highest, deepest = max(plus, default=0.0), max(minus, default=0.0)
    room = 100 - HEADROOM_PERCENT * (2 if deepest else 1)
    scale = room / (highest + deepest or 1)
    base = HEADROOM_PERCENT + highest * scale if deepest else 100.0
    keys = {plus.index(highest), len(given) - 1} if highest else set()
    keys |= {minus.index(deepest)} if deepest else set()
    columns = [
        _column(bar, place, len(given), base, scale, is_key=place in keys or bool(getattr(bar, "accent", False)))
        for place, bar in enumerate(given)
    ]
    return Chart(columns, _percent(base), bool(deepest))


def _column(bar: Any, place: int, count: int, base: float, scale: float, **looks: bool) -> Column:
    step = 100 / count
    plus, minus = _size(bar, "value"), _size(bar, "minus")
    height = max(plus * scale, 0.0 if minus else 1.0)  # an empty month is a line, not a hole
    return Column(
        label=str(bar.label),
        title=str(bar.title),
        text=_number(bar.value) if plus else "",
        minus_text=_number(bar.minus) if minus else "",
        accent=bool(getattr(bar, "accent", False)),
        is_empty=not plus,
        left=_percent(step * (place + GAP / 2)),
        width=_percent(step * (1 - GAP)),
        middle=_percent(step * (place + 0.5)),
        top=_percent(base - height),
        height=_percent(height),
        minus_height=_percent(minus * scale),
        minus_end=_percent(base + minus * scale),
        **looks,
    )


def _size(bar: Any, name: str) -> float:
    return max(float(getattr(bar, name, None) or 0), 0.0)


def _number(value: Any) -> str:
    return number_format(value, use_l10n=True, force_grouping=True)


def _percent(number: float) -> str:
    """With a point in every language: it goes into SVG attributes."""
    return f"{number:.2f}"
