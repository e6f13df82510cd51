"""Data that the code itself relies on (accounts, kinds of activity, seed rules, months of partitioned tables).

A package registers its loader in ``AppConfig.ready``. The commands that leave tables without it, ``migrate`` and
``flush``, run all loaders; each only adds what is missing, so running them again changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from django.db import transaction


class Load(Protocol):
    """Adds the data of one package that is missing at this moment."""

    def __call__(self, *, at: datetime) -> None: ...


_loads: list[Load] = []


def register(load: Callable[..., None]) -> None:
    """Make a loader known, in the order of the packages' floors."""
    if load not in _loads:
        _loads.append(load)


def load(*, at: datetime) -> None:
    """Run every loader in one transaction."""
    with transaction.atomic():
        for one in _loads:
            one(at=at)
