"""Reads of the shell's own pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dvor.base import sql
from dvor.feed import scope
from dvor.homes.models import House
from dvor.people.models import Resident


def counts(resident: Resident, *, at: datetime) -> Any:
    """What is new to the resident: ``notices``, and ``feed`` (a hundred stands for more). One query for the frame."""
    return sql.row("web/frame.sql", **scope.of(resident), at=at)


def houses_of(resident_id: int) -> list[House]:
    """The houses where a resident lives now, each with its management company. One query."""
    return list(
        House.objects.filter(flats__residencies__resident_id=resident_id, flats__residencies__until__isnull=True)
        .select_related("management_company")
        .distinct()
        .order_by("address")
    )


def zone_of(resident_id: int) -> str:
    """The time zone of the house where a resident lives; empty is the city's. One query."""
    zones = House.objects.filter(flats__residencies__resident_id=resident_id, flats__residencies__until__isnull=True)
    return zones.exclude(time_zone="").order_by("pk").values_list("time_zone", flat=True).first() or ""
