"""How many is too many: from data, in force on a day. Above a limit nothing is refused, somebody looks first."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files

from dvor.invites.models import Limit


@dataclass(frozen=True, slots=True)
class Limits:
    """What is in force on a day. Newcomers are counted by the city's day of their first sign-in."""

    inviter_day: int
    house_day: int
    network_day: int
    device: int
    days_to_count: int
    links: int


def of(day: date) -> Limits:
    """The limits of a day. One query."""
    found = Limit.objects.filter(since__lte=day).order_by("code", "-since").distinct("code")
    return Limits(**dict(found.values_list("code", "most")))


def load(*, at: datetime) -> None:
    """Add what is missing; nothing is changed."""
    del at
    lines = tomllib.loads((files("dvor.invites") / "seed" / "limits.toml").read_text(encoding="utf-8"))["limit"]
    Limit.objects.bulk_create([Limit(**line) for line in lines], ignore_conflicts=True)
