"""A reward in the eyes of one resident: is it affordable, what stands in the way, what is left afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dvor.ledger import queries as ledger
from dvor.ledger.currencies import Currency
from dvor.rewards.queries import Card, Taken


class Purse(Mapping[int, int]):
    """A resident's spendable points by currency, asked for when needed; empty for a stranger. One query a currency."""

    def __init__(self, resident_id: int | None) -> None:
        self.resident_id = resident_id
        self._balances: dict[int, ledger.Balance] = {}

    def balance(self, currency: int) -> ledger.Balance:
        if self.resident_id is None:
            return ledger.Balance()
        if currency not in self._balances:
            self._balances[currency] = ledger.balance(self.resident_id, Currency(currency))
        return self._balances[currency]

    @property
    def city(self) -> ledger.Balance:
        return self.balance(Currency.CITY)

    def __getitem__(self, currency: int) -> int:
        return self.balance(currency).available

    def __iter__(self) -> Iterator[int]:
        return iter(Currency)

    def __len__(self) -> int:
        return len(Currency)


@dataclass(frozen=True, slots=True)
class Offer:
    """A card with what the resident lacks for one unit; ``missing`` is empty for a stranger."""

    card: Card
    purse: Purse

    @property
    def missing(self) -> int | None:
        return None if self.purse.resident_id is None else max(0, self.card.price - self.balance.available)

    @property
    def balance(self) -> ledger.Balance:
        return self.purse.balance(self.card.currency)

    @property
    def is_enough(self) -> bool:
        return self.missing == 0


@dataclass(frozen=True, slots=True)
class Bill:
    """The sum of an order and what it does to the balance."""

    card: Card
    purse: Purse
    quantity: int

    @property
    def total(self) -> int:
        return self.card.price * self.quantity

    @property
    def before(self) -> int:
        return self.purse[self.card.currency]

    @property
    def left(self) -> int:
        return self.before - self.total

    @property
    def missing(self) -> int:
        return max(0, -self.left)

    @property
    def balance(self) -> ledger.Balance:
        return self.purse.balance(self.card.currency)

    @property
    def is_blocked(self) -> bool:
        return self.balance.blocked_at is not None


class Obstacle(StrEnum):
    """Why a resident need not even try; the act itself checks again."""

    WITHDRAWN = "withdrawn"
    OVER = "over"
    SOLD_OUT = "sold_out"
    LEVEL = "level"
    MONTH = "month"
    LIFETIME = "lifetime"


def obstacle(card: Card, *, level: int | None, taken: Taken | None, day: date) -> Obstacle | None:
    """The first thing that stands in the way, apart from points."""
    if not card.is_open:
        return Obstacle.WITHDRAWN
    if card.is_over(day):
        return Obstacle.OVER
    if card.is_sold_out:
        return Obstacle.SOLD_OUT
    if level is not None and level < card.level_min:
        return Obstacle.LEVEL
    if taken and card.lifetime_max is not None and taken.in_all >= card.lifetime_max:
        return Obstacle.LIFETIME
    if taken and card.month_max is not None and taken.in_month >= card.month_max:
        return Obstacle.MONTH
    return None
