"""The proof of payments: no money without points, no points without money, every sum adds up."""

from __future__ import annotations

from dvor.base import proofs, sql
from dvor.homes import rights
from dvor.homes.rights import Act
from dvor.payments.kinds import BILL_PAID
from dvor.people.models import Resident


class Difference(proofs.Difference):
    """Something stored that payments do not say."""

    __slots__ = ()
    witness = "payments"


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
