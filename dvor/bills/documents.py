"""Documents come in: issued, corrected by a new version, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dvor.base.refusals import Outcome
from dvor.bills.drafts import Fate, Issued, NewBill, NewLine, NewPayee
from dvor.people.models import Resident

__all__ = ["Fate", "Issued", "NewBill", "NewLine", "NewPayee", "issue", "withdraw"]


def issue(docs: Sequence[NewBill], *, by: Resident | None, at: datetime) -> list[Outcome[Issued]]:
    """Take documents: each is issued, a correction of the one that stands, or nothing new; else its refusal."""
    raise NotImplementedError


def withdraw(bill_ids: Sequence[int], *, reason: str, by: Resident | None, at: datetime) -> int:
    """Say that current versions are not to be paid; return how many were not withdrawn before."""
    raise NotImplementedError
