"""The proof: wallets, lots, holds, pendings and the tally recomputed from transfers alone."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from dvor.base import sql


@dataclass(frozen=True, slots=True)
class Difference:
    """Something stored that transfers do not say (or the other way round)."""

    what: str
    part: str
    wallet_id: int | None
    proven: int | None
    stored: int | None

    def facts(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        owner = f" of wallet {self.wallet_id}" if self.wallet_id else ""
        return f"{self.what}{owner}, {self.part}: transfers say {self.proven}, stored is {self.stored}"


def prove() -> list[Difference]:
    """Every difference, up to 1,000; an empty list is the proof. One statement, so one moment of the database.

    Checked: balances, gap-free numbers and the running balance of each wallet, lots, open and captured holds,
    pendings, system accounts against the tally, and that what all accounts hold sums to zero in each currency.
    """
    return [
        Difference(row.what, row.part, row.wallet_id, row.proven, row.stored) for row in sql.rows("ledger/proof.sql")
    ]
