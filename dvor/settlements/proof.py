"""The proof of reconciliation: every day's sums come from its rows, and every row from money that was really paid."""

from __future__ import annotations

from django.conf import settings

from dvor.base import proofs, sql


class Difference(proofs.Difference):
    """Something stored that the rows behind it do not say. Sums in kopecks."""

    __slots__ = ()


def prove() -> list[Difference]:
    """Every difference, up to 1,000; an empty list is the proof.

    Checked: sums of days against payments, matches and explained gaps; closed days balance and have nothing open;
    a counted payment is done, of the account's acquirer, and stands on its own day; a refund too; no entry settles more
    than its sum, and each one that came in is matched whole or told as a difference.
    """
    rows = sql.rows("settlements/proof.sql", zone=settings.TIME_ZONE)
    return [Difference(row.what, row.subject, row.proven, row.stored) for row in rows]
