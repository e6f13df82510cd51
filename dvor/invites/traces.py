"""Traces: keyed hashes of a resident's devices and networks, thirty days from when they were seen last."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from dvor.base import sql
from dvor.invites.erasure import DEPARTED_KEPT
from dvor.invites.models import Departed, Trace
from dvor.people.models import Resident

KEPT = timedelta(days=30)
Seen = Mapping[Trace.Sort, bytes]  # what a request shows of its device and network, hashed


def note(seen: Seen, *, by: Resident, at: datetime) -> None:
    """Keep what was seen of a resident; once more moves the day on which it is forgotten. One statement."""
    if seen:
        sql.rows(
            "invites/note.sql", resident=by.pk, sorts=[int(sort) for sort in seen],
            hashes=[told.hex() for told in seen.values()], at=at,
        )  # fmt: skip


def forget(*, at: datetime) -> int:
    """Forget traces that are thirty days old, and departures that are too old to matter; how many there were."""
    gone = Trace.objects.filter(seen_at__lte=at - KEPT).delete()[0]
    return gone + Departed.objects.filter(erased_at__lte=at - DEPARTED_KEPT).delete()[0]
