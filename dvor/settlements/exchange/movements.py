"""What a statement says, read: money that moved, and an account's period with its balances."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that came to an account or left it. ``line``: where its document begins."""

    line: int = field(compare=False)
    number: str
    booked_on: date
    kopecks: int
    incoming: bool
    payer: str
    payer_account: str
    payer_inn: str
    payee: str
    payee_account: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Statement:
    """An account's period with its balances; opening + incoming − outgoing = closing."""

    account: str
    since: date
    until: date
    opening_kopecks: int
    incoming_kopecks: int
    outgoing_kopecks: int
    closing_kopecks: int
    movements: tuple[Movement, ...]
