"""Tells both sides what became of an invite, in the transaction of the act. Nobody learns the other's name from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.utils import translation

from dvor.invites import kinds
from dvor.invites.models import Join
from dvor.notices import facts
from dvor.notices.facts import Fact
from dvor.notices.kinds import FactKind

URL = "/invites/"


def counted(sides: Sequence[tuple[Join, str, int, int]], *, at: datetime) -> None:
    """An invite counted: (join, side, resident, points)."""
    facts.tell(
        [
            Fact(
                kind=kinds.COUNTED, resident_id=resident_id, key=f"join:{join.pk}", url=URL,
                context={"side": side, "points": points, "address": join.house.address},
            )
            for join, side, resident_id, points in sides
        ],
        at=at,
    )  # fmt: skip


def held(joins: Sequence[Join], *, at: datetime) -> None:
    """Somebody of the city looks first, and why."""
    _tell_both(kinds.HELD, joins, at)


def denied(join: Join, *, at: datetime) -> None:
    """It did not count; the operator's words say why."""
    _tell_both(kinds.DENIED, [join], at)


def _tell_both(kind: FactKind, joins: Sequence[Join], at: datetime) -> None:
    facts.tell(
        [
            Fact(
                kind=kind, resident_id=person, key=f"join:{join.pk}", url=URL,
                context={
                    "side": side, "address": join.house.address, "note": join.note,
                    "doubts": _doubts(join),
                },
            )
            for join in joins
            for side, person in (("inviter", join.inviter_id), ("joiner", join.joiner_id))
        ],
        at=at,
    )  # fmt: skip


def _doubts(join: Join) -> dict[str, str]:
    """In each language, because the reader chooses it."""
    told = {}
    for language, _title in settings.LANGUAGES:
        with translation.override(language):
            told[language] = "; ".join(str(doubt.label) for doubt in join.doubted)
    return told
