"""Reads of the catalogue, of orders and of stock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q

from dvor.base import periods, sql
from dvor.base.texts import pick
from dvor.ledger import queries as ledger
from dvor.ledger.currencies import Currency
from dvor.people.levels import Level
from dvor.rewards import refusals
from dvor.rewards.models import Category, Order, PromoCode, Reward

PAGE_LENGTH = 24
PAGES_MAX = 200
REMAINING_SHOWN_MAX = 20  # above it people only need to know that there are plenty
ALTERNATIVES = 3
SORTS = ("new", "cheap", "dear")


@dataclass(frozen=True, slots=True)
class Card:
    """A reward as it is shown; ``remaining`` is empty without a limit and never more than 21 for codes."""

    id: int
    kind: str
    titles: Mapping[str, str]
    summary: Mapping[str, str]
    terms: Mapping[str, str]
    price: int
    currency: int
    level_min: int
    order_max: int
    month_max: int | None
    lifetime_max: int | None
    cancel_hours: int | None
    valid_until: date | None
    units_total: int | None
    slug: str
    category_titles: Mapping[str, str]
    icon: str
    partner: str
    is_open: bool
    is_wished: bool
    remaining: int | None

    @property
    def title(self) -> str:
        return pick(self.titles)

    @property
    def is_sold_out(self) -> bool:
        return self.remaining == 0

    @property
    def is_last(self) -> bool:
        """So few are left that it is worth saying how many."""
        return self.kind == Reward.Kind.VOUCHER and 0 < (self.remaining or 0) <= REMAINING_SHOWN_MAX

    @property
    def collected(self) -> int | None:
        """Points given so far towards a donation's goal."""
        if self.units_total is None or self.remaining is None:
            return None
        return (self.units_total - self.remaining) * self.price

    @property
    def goal(self) -> int | None:
        """Points that a donation wants to collect, at today's price of a unit."""
        return None if self.units_total is None else self.units_total * self.price

    @property
    def level(self) -> Level:
        return Level(self.level_min)

    def is_over(self, day: date) -> bool:
        return self.valid_until is not None and self.valid_until < day


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the catalogue is looked at. ``affordable`` is what one can pay, by currency."""

    category: str = ""
    text: str = ""
    sort: str = "new"
    affordable: Mapping[int, int] | None = None
    wished: bool = False
    page: int = 1
    limit: int = PAGE_LENGTH


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of the catalogue."""

    cards: list[Card]
    found: int
    page: int
    pages: int


def shelf(wanted: Wanted, *, resident_id: int | None, at: datetime) -> Shelf:
    """One page of what is offered, with what is left of each. One query."""
    page = min(max(wanted.page, 1), PAGES_MAX)
    rows = _rows(wanted, resident_id, at, offset=(page - 1) * wanted.limit)
    found = rows[0].found if rows else 0
    return Shelf([_card(row) for row in rows], found, page, max(1, -(-found // wanted.limit)))


def card(reward_id: int, *, resident_id: int | None, at: datetime) -> Card:
    """One reward that was ever published, also when it is no longer offered. One query.

    Raises:
        Refusal: ``reward_unknown`` (404).
    """
    rows = _rows(Wanted(), resident_id, at, reward_id=reward_id) if 0 < reward_id < 2**63 else []
    if not rows:
        raise refusals.reward_unknown()
    return _card(rows[0])


def after(last_id: int | None, wanted: Wanted, *, resident_id: int | None, at: datetime) -> list[Card]:
    """The rewards that follow one of them in the order of their ids, for readers that page by cursor. One query."""
    return [_card(row) for row in _rows(wanted, resident_id, at, after=last_id or 0)]


def _rows(
    wanted: Wanted, resident_id: int | None, at: datetime, *, offset: int = 0, reward_id: int | None = None,
    after: int | None = None,
) -> list[Any]:  # fmt: skip
    affordable = wanted.affordable
    return sql.rows(
        "rewards/shelf.sql",
        reward_id=reward_id,
        after=after,
        resident_id=resident_id,
        category=wanted.category,
        text=f"%{_escaped(wanted.text)}%" if wanted.text else "",
        sort=wanted.sort,
        city=None if affordable is None else affordable.get(Currency.CITY, 0),
        prize=None if affordable is None else affordable.get(Currency.PRIZE, 0),
        wished=wanted.wished,
        day=periods.day_of(at),
        counted_max=REMAINING_SHOWN_MAX + 1,
        limit=wanted.limit,
        offset=offset,
    )


def _card(row: Any) -> Card:
    return Card(**{name: value for name, value in row._asdict().items() if name != "found"})


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def categories() -> list[Category]:
    """The shelves that have something on them, in their order. One query."""
    offered = Q(rewards__published_at__isnull=False, rewards__withdrawn_at__isnull=True)
    return list(
        Category.objects.annotate(offers=Count("rewards", filter=offered))
        .filter(offers__gt=0)
        .order_by("position", "id")
    )


def alternatives(*, reward_id: int, resident_id: int, level: int, at: datetime) -> tuple[refusals.Alternative, ...]:
    """Up to three rewards that the resident can pay for now, those of the same shelf first. Two queries."""
    affordable: dict[int, int] = {Currency.CITY: ledger.balance(resident_id).available}
    cards = shelf(Wanted(sort="dear", affordable=affordable, limit=60), resident_id=resident_id, at=at).cards
    slug = Reward.objects.filter(pk=reward_id).values_list("category__slug", flat=True).first()
    usable = [other for other in cards if other.id != reward_id and not other.is_sold_out and other.level_min <= level]
    usable.sort(key=lambda other: other.slug != slug)  # stable: the dearest first inside each half
    return tuple(refusals.Alternative(other.id, other.title, other.price) for other in usable[:ALTERNATIVES])


@dataclass(frozen=True, slots=True)
class Taken:
    """How many units of a reward a resident has taken: this calendar month, and ever."""

    in_month: int
    in_all: int


def taken(*, reward_id: int, resident_id: int, at: datetime) -> Taken:
    """What counts towards the limits. One query."""
    month_start = periods.day_start(periods.month_of(at))
    row = sql.row("rewards/taken.sql", reward_id=reward_id, resident_id=resident_id, month_start=month_start)
    return Taken(row.in_month, row.in_all)


def orders(resident_id: int, *, before: tuple[datetime, int] | None = None, limit: int = 20) -> list[Order]:
    """A resident's orders, newest first, with their rewards; ``before`` is the last one shown before. One query."""
    found = Order.objects.filter(resident_id=resident_id).select_related("reward__category", "reward__partner")
    if before is not None:
        placed_at, last_id = before
        found = found.filter(Q(placed_at__lt=placed_at) | Q(placed_at=placed_at, id__lt=last_id))
    return list(found.order_by("-placed_at", "-id")[:limit])


def order(order_id: int, *, resident_id: int) -> Order:
    """One order of the resident, with its reward, shelf and partner. One query.

    Raises:
        Refusal: ``order_unknown`` (404), also for an order of somebody else.
    """
    found = Order.objects.filter(pk=order_id, resident_id=resident_id)
    mine = found.select_related("reward__category", "reward__partner").first()
    if mine is None:
        raise refusals.order_unknown()
    return mine


def pool_counts(reward_ids: list[int]) -> dict[int, tuple[int, int]]:
    """Codes of each pool for operators: how many are free, how many were given. One query; counts only."""
    found = (
        PromoCode.objects.filter(reward_id__in=reward_ids)
        .values("reward_id")
        .annotate(free=Count("id", filter=Q(order__isnull=True)), given=Count("id", filter=Q(order__isnull=False)))
    )
    return {row["reward_id"]: (row["free"], row["given"]) for row in found}
