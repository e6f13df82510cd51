"""What the invented city charges for a service in a month, and the norms of those without a meter."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from dvor.bills.drafts import NewPayee

_TOLD: dict[str, Any] = tomllib.loads(Path(__file__).with_name("tariffs.toml").read_text(encoding="utf-8"))
NORM = {name: Decimal(text) for name, text in _TOLD["norm"].items()}
PAYEE = NewPayee(**_TOLD["payee"])


@dataclass(frozen=True, slots=True)
class Tariff:
    """Roubles a unit."""

    roubles: Decimal
    unit: str


@cache
def in_force(name: str, month: date) -> Tariff:
    """The tariff of a service in a month: the last one that began by its first day."""
    told = next(told for told in _TOLD["tariff"] if told["service"] == name)
    since = max(day for day in told["since"] if date.fromisoformat(day) <= month)
    return Tariff(Decimal(told["since"][since]), told["unit"])
