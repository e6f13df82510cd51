"""Tells residents that a bill has come: once a bill, in the transaction that stores it, and not of months long past."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dvor.base import periods, sql
from dvor.bills import kinds
from dvor.bills.papers import Paper
from dvor.homes import rights
from dvor.homes.models import Residency
from dvor.homes.rights import Act
from dvor.notices import facts
from dvor.notices.facts import Fact
from dvor.people.levels import Level


def issued(bills: Sequence[tuple[int, Paper, int]], *, at: datetime) -> int:
    """Tell whoever may see the bills (id, document, flat) of this month and the last; return how many were told.

    A corrected version tells nothing new: the fact's key is flat, month and kind.
    """
    since = periods.month_plus(periods.month_of(at), -1)
    recent: dict[int, list[tuple[int, Paper]]] = {}
    for bill_id, paper, flat_id in bills:
        if paper.period >= since:
            recent.setdefault(flat_id, []).append((bill_id, paper))
    if not recent:
        return 0
    return facts.tell(
        [
            _fact(row, bill_id, paper)
            for row in sql.rows("bills/audience.sql", flats=list(recent), at=at)
            if _may_see(row.level, row.status, proven=row.proven)
            for bill_id, paper in recent[row.flat_id]
        ],
        at=at,
    )


def _may_see(level: int, status: int, *, proven: bool) -> bool:
    return rights.allows(level=Level(level), status=Residency.Status(status), proven=proven, act=Act.SEE_BILL)


def _fact(row: Any, bill_id: int, paper: Paper) -> Fact:
    charged, penalty, insurance, debt, advance, taken, due_on = paper.row[:7]
    return Fact(
        kind=kinds.BILL_ISSUED,
        resident_id=row.resident_id,
        key=f"flat:{row.flat_id}:{paper.period:%Y-%m}:{paper.kind:d}",
        context={
            "place": row.title or f"{row.address}, {row.number}",
            "period_on": paper.period.isoformat(),
            "due_on": due_on.isoformat(),
            "kopecks": max(charged + penalty + debt - advance - taken, 0),
            "insurance_kopecks": insurance,
        },
        url=f"/bills/{bill_id}/",
    )
