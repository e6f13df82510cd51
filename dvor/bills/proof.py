"""The proof of bills: lines sum to their bill, one version stands, versions have no gap."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from dvor.base import sql


@dataclass(frozen=True, slots=True)
class Difference:
    """Something stored that lines and versions do not say. ``subject`` is a bill; sums in kopecks."""

    what: str
    subject: int
    proven: int | None
    stored: int | None

    def facts(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.what} {self.subject}: its rows say {self.proven}, stored is {self.stored}"


def prove() -> list[Difference]:
    """Every difference, up to 1,000 of a sort; an empty list is the proof. One statement, so one moment."""
    return [Difference(row.what, row.subject, row.proven, row.stored) for row in sql.rows("bills/proof.sql")]
