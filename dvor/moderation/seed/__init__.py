"""What moderation starts with: the public list of reasons and how often one may act. Afterwards the tables say it."""

from __future__ import annotations

import tomllib
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from dvor.moderation.models import Pace, Reason


def load(*, at: datetime) -> None:
    """Add what is missing; nothing is changed."""
    del at
    reasons = _read("reasons.toml")["reason"]
    Reason.objects.bulk_create(
        [Reason(position=number, **line) for number, line in enumerate(reasons)], ignore_conflicts=True
    )
    Pace.objects.bulk_create([Pace(**line) for line in _read("paces.toml")["pace"]], ignore_conflicts=True)


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files(__package__) / name).read_text(encoding="utf-8"))
