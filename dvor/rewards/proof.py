"""The proof of the shop: every order has its codes and its points, every counter adds up."""

from __future__ import annotations

from django.db.models import F, OuterRef, Q, Subquery

from dvor.base import proofs, sql
from dvor.ledger.models import Hold
from dvor.rewards.models import Order


class Difference(proofs.Difference):
    """Something stored that orders do not say."""

    __slots__ = ()
    witness = "orders"


def prove() -> list[Difference]:
    """Every difference, up to 1,000 of a sort; an empty list is the proof.

    Checked: an order of codes has as many as it asked for and a cancelled one has none; counted units that are left
    and ordered are all there ever were; each order's hold was captured for its points, and given back if cancelled.
    """
    found = [Difference(row.what, row.subject, row.proven, row.stored) for row in sql.rows("rewards/proof.sql")]
    return found + _unpaid()


def _unpaid() -> list[Difference]:
    hold = Hold.objects.filter(pk=OuterRef("hold_id"), purpose__startswith="order:")
    kept, undone = Q(cancelled_at__isnull=True), Q(cancelled_at__isnull=False)
    wrong = Order.objects.annotate(
        held=Subquery(hold.values("amount")[:1]),
        outcome=Subquery(hold.values("outcome")[:1]),
        reversed_at=Subquery(hold.values("reversed_at")[:1]),
    ).filter(
        Q(held__isnull=True)
        | ~Q(held=F("points"))
        | (Q(fulfilled_at__isnull=False) & ~Q(outcome=Hold.Outcome.CAPTURED))
        | (kept & Q(reversed_at__isnull=False))
        | (undone & Q(fulfilled_at__isnull=False, reversed_at__isnull=True))
    )
    rows = wrong.order_by("id").values_list("id", "points", "held")[:1_000]
    return [Difference("order.points", pk, points, held) for pk, points, held in rows]
