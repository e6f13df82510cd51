"""The proof of points: every activity has its award, every paid award its transfers, and nothing else was issued."""

from __future__ import annotations

from dvor.base import sql
from dvor.ledger.proof import Difference


def prove() -> list[Difference]:
    """Every difference, up to 1,000; an empty list is the proof. ``part`` names the activity.

    Checked: activities and awards are one to one; what an award paid (less its reversal) is what transfers of its
    cause moved from the account of its project; pending points become spendable when the award says; no transfer
    claims an award that does not exist.
    """
    return [
        Difference(row.what, row.part, row.wallet_id, row.proven, row.stored) for row in sql.rows("points/proof.sql")
    ]
