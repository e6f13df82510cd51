"""Whose feeds a resident reads: his own houses by the rights table, and those he chose. SQL joins it with his flats."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dvor.feed import kinds
from dvor.feed.kinds import EntryKind
from dvor.homes import rights
from dvor.homes.models import Residency
from dvor.people.models import Resident


def of(resident: Resident, *, only: str = "") -> dict[str, Any]:
    """The parameters of ``feed_scope``: what each status lets one see; ``only`` one kind, if it is named. No query."""
    wanted = [kind for kind in kinds.every() if only in ("", kind.code)]
    cells = [(status, proven) for status in Residency.Status for proven in (False, True)]
    return {
        "reader": resident.pk,
        "statuses": [status.value for status, _proven in cells],
        "provens": [proven for _status, proven in cells],
        "allowed": [
            _codes(
                kind
                for kind in wanted
                if rights.allows(level=resident.account_level, status=status, proven=proven, act=kind.act)
            )
            for status, proven in cells
        ],
        "open_kinds": _codes(kind for kind in wanted if kind.is_open),
    }


def _codes(found: Iterable[EntryKind]) -> str:
    return ",".join(kind.code for kind in found)
