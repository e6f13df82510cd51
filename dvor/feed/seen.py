"""What a resident has seen: kept as a few ranges of numbers a house, never as a row an entry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from dvor.base import sql
from dvor.feed import scope
from dvor.people.models import Resident


@transaction.atomic
def mark(shown: Sequence[tuple[int, int, int]], *, by: Resident, at: datetime) -> None:
    """Note what a page has shown: (house, first number, last number), both ends included. One statement, no refusal."""
    if shown:
        houses, firsts, lasts = zip(*shown, strict=True)
        sql.rows("feed/see.sql", reader=by.pk, houses=list(houses), firsts=list(firsts), lasts=list(lasts), at=at)


@transaction.atomic
def mark_all(*, upto: int, by: Resident, at: datetime) -> None:
    """Note that everything up to this number was seen, in all feeds that the resident reads. One statement."""
    sql.rows("feed/see_all.sql", **scope.of(by), upto=upto, at=at)
