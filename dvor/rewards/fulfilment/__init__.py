"""How each kind of reward reaches a resident: one module a kind, all with the same functions.

A new kind (parcel, ticket) is a module beside these, its line in ``_KINDS``, and its partial of the order's page.
A kind that is not instant leaves the hold open when ``deliver`` returns and captures it when the thing is handed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from dvor.people.models import Organisation
from dvor.rewards.fulfilment import donation, voucher
from dvor.rewards.models import Order, Reward


class Fulfilment(Protocol):
    """What a module of this folder offers."""

    def receiver(self, partner: Organisation) -> tuple[str, Mapping[str, str]]:
        """Code and titles of the ledger account that the points go to."""

    def reserve(self, order: Order, *, at: datetime) -> bool:
        """Take what the order needs out of the stock, all or nothing; whether there was enough."""

    def deliver(self, order: Order, *, at: datetime) -> None:
        """Hand it over: mark the order fulfilled (and revealed), and tell the resident."""

    def undo(self, order: Order) -> None:
        """Put back what ``reserve`` took."""


_KINDS: dict[str, Fulfilment] = {Reward.Kind.VOUCHER: voucher, Reward.Kind.DONATION: donation}


def of(kind: str) -> Fulfilment:
    """The module of a kind of reward."""
    return _KINDS[kind]
