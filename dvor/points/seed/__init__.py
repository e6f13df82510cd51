"""What points rely on: kinds that come with their rules, seed rule versions with their sources, monthly partitions.

``kinds.toml`` holds kinds of packages that do not exist yet; ``rules.toml`` what each kind pays since when, with the
source, or the word that the amount is our assumption.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from dvor.base import periods, tables
from dvor.people.levels import Level
from dvor.points import kinds, rules
from dvor.points.models import RuleVersion

FOLDER = Path(__file__).resolve().parent
MONTHS_AHEAD = 3
TABLES = ("points_activity", "points_award")


def declare() -> None:
    """Register the kinds whose package is still to come."""
    for entry in _read("kinds.toml")["kind"]:
        kinds.register(kinds.Kind(**entry, soon=True))


def load(*, at: datetime) -> None:
    """Add what is missing: the kinds' table, rule versions, partitions of this and the next months."""
    kinds.sync()
    RuleVersion.objects.bulk_create(
        [_version(entry, at) for entry in _read("rules.toml")["rule"]], ignore_conflicts=True
    )
    month = periods.month_of(at)
    open_months(periods.month_plus(month, -2), periods.month_plus(month, MONTHS_AHEAD))


def open_months(first: date, last: date) -> int:
    """Make the monthly partitions of activities and awards between two months; return how many were missing."""
    return sum(tables.ensure_months(table, first, last) for table in TABLES)


def terms_of(entry: Mapping[str, Any]) -> rules.Terms:
    """The terms of one entry of ``rules.toml``."""
    return rules.Terms(
        points={Level.of_code(level): rate for level, rate in entry.get("points", {}).items()},
        permille={Level.of_code(level): rate for level, rate in entry.get("permille", {}).items()},
        caps=tuple(
            rules.Cap(rules.Period[cap["period"].upper()], cap.get("count"), cap.get("points"))
            for cap in entry.get("caps", [])
        ),
        delay_days=entry.get("delay_days", 0),
    )


def _version(entry: Mapping[str, Any], at: datetime) -> RuleVersion:
    kind = kinds.named(entry["kind"])
    assert kind is not None, f"rules.toml names an unknown kind: {entry['kind']}"
    return RuleVersion(
        kind_id=kind.id, since=entry["since"], assumption=entry["assumption"], source=entry["source"],
        source_url=entry.get("source_url", ""), published_at=at, **rules.columns_of(terms_of(entry)),
    )  # fmt: skip


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
