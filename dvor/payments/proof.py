"""The proof of payments: no money without points, no points without money, every sum adds up."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from dvor.base import sql
from dvor.homes import rights
from dvor.homes.rights import Act
from dvor.payments.kinds import BILL_PAID
from dvor.people.models import Resident


@dataclass(frozen=True, slots=True)
class Difference:
    """Something stored that payments do not say."""

    what: str
    subject: int
    proven: int | None
    stored: int | None

    def facts(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.what} {self.subject}: payments say {self.proven}, stored is {self.stored}"


def prove() -> list[Difference]:
    """Every difference, up to 1,000 of a sort; an empty list is the proof."""
    found = sql.rows("payments/proof.sql", kind=BILL_PAID.id)
    return [Difference(row.what, row.subject, row.proven, row.stored) for row in found] + _unearned()


def _unearned() -> list[Difference]:
    """Money without points: whoever might pay bills at the flat when he paid has an activity."""
    rows = sql.rows("payments/unearned.sql", kind=BILL_PAID.id)
    payers = Resident.objects.in_bulk({row.resident_id for row in rows})
    return [
        Difference("money.without_points", row.id, row.services_kopecks, None)
        for row in rows
        if row.flat_id in {flat.pk for flat in rights.flats_allowing(payers[row.resident_id], Act.PAY, at=row.paid_at)}
    ]
