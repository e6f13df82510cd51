"""Rewards and orders for residents' apps."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from ninja.responses import Status
from pydantic import BaseModel, Field

from dvor.base import clock, doors
from dvor.base.refusals import Refusal
from dvor.base.texts import pick
from dvor.ledger import queries as ledger
from dvor.ledger.currencies import Currency
from dvor.people.levels import Level
from dvor.rewards import codes, orders, queries
from dvor.rewards.models import QUANTITY_MAX, Order

router = Router(tags=["Rewards"], auth=doors.RESIDENT)
KindCode = Literal["voucher", "donation"]
CurrencyCode = Literal["city", "prize"]
LevelCode = Literal["simplified", "standard", "full"]


# ── Rewards ──────────────────────────────────────────────────────────────────────────────────────────────────────
class RewardShown(BaseModel):
    """What can be had for points; texts are in the language of `Accept-Language`."""

    id: int
    kind: KindCode
    category: str = Field(examples=["tickets"])
    partner: str
    title: str
    summary: str
    terms: str
    price: int = Field(description="points for one unit")
    currency: CurrencyCode
    level_min: LevelCode = Field(description="lowest account level that may order it")
    order_max: int = Field(description="units in one order")
    month_max: int | None = Field(description="units of one resident in a calendar month")
    lifetime_max: int | None = Field(description="units of one resident ever")
    cancel_hours: int | None = Field(description="how long an order can be cancelled; empty: it is final")
    valid_until: date | None = Field(description="last day on which it can be used")
    remaining: int | None = Field(description="units that are left; 21 codes mean more than 20; empty: no limit")
    is_offered: bool = Field(description="false when it was withdrawn")

    @classmethod
    def of(cls, card: queries.Card) -> RewardShown:
        return cls.model_validate(
            {
                **{name: getattr(card, name) for name in _PLAIN},
                "category": card.slug,
                "summary": pick(card.summary),
                "terms": pick(card.terms),
                "currency": Currency(card.currency).code,
                "level_min": Level(card.level_min).code,
                "is_offered": card.is_open,
            }
        )


_PLAIN = ("id", "kind", "partner", "title", "price", "order_max", "month_max", "lifetime_max", "cancel_hours",
          "valid_until", "remaining")  # fmt: skip


class RewardFilter(BaseModel):
    """Which rewards to show."""

    category: str = Field("", max_length=40, pattern=r"^[a-z0-9-]*$", description="code of a category")
    affordable: bool = Field(default=False, description="only those that my points are enough for")


@router.get("/rewards", response=doors.Page[RewardShown], summary="The catalogue")
def rewards(request: HttpRequest, paging: Query[doors.Paging], wanted: Query[RewardFilter]) -> doors.Page[RewardShown]:
    """What is offered now, in the order of the numbers."""
    last = paging.keys(int)
    resident_id = doors.caller(request).pk
    affordable = None
    if wanted.affordable:
        affordable = {int(one): ledger.balance(resident_id, one).available for one in Currency}
    shelf = queries.Wanted(category=wanted.category, affordable=affordable, limit=paging.limit + 1)
    found = queries.after(last[0] if last else None, shelf, resident_id=resident_id, at=clock.now())
    return doors.page(found, paging, show=RewardShown.of, keys=lambda card: (card.id,))


@router.get("/rewards/{reward_id}", response=RewardShown, summary="One reward")
def reward(request: HttpRequest, reward_id: doors.PathId) -> RewardShown:
    """Also when it is no longer offered, because orders speak of it."""
    return RewardShown.of(queries.card(reward_id, resident_id=doors.caller(request).pk, at=clock.now()))


# ── Orders ───────────────────────────────────────────────────────────────────────────────────────────────────────
class OrderShown(BaseModel):
    """One exchange of points for a reward."""

    id: int
    reward_id: int
    kind: KindCode
    title: str
    quantity: int
    points: int
    currency: CurrencyCode
    placed_at: datetime
    fulfilled_at: datetime | None
    revealed_at: datetime | None = Field(description="when the code was shown; from then on the order is final")
    cancellable_until: datetime | None = Field(description="empty: the order is final")
    cancelled_at: datetime | None

    @classmethod
    def fields_of(cls, order: Order) -> dict[str, Any]:
        names = ("reward_id", "quantity", "points", "placed_at", "fulfilled_at", "revealed_at", "cancellable_until",
                 "cancelled_at")  # fmt: skip
        told = {name: getattr(order, name) for name in names}
        told |= {"id": order.pk, "kind": order.reward.kind, "title": pick(order.reward.titles)}
        return {**told, "currency": Currency(order.reward.currency).code}

    @classmethod
    def of(cls, order: Order) -> OrderShown:
        return cls.model_validate(cls.fields_of(order))


class CodeShown(BaseModel):
    """A promo code; its QR picture says the same text."""

    text: str
    valid_until: date | None


class OrderWithCodes(OrderShown):
    """An order with the codes that its resident has asked to see."""

    codes: list[CodeShown] = Field(description="empty for a donation, and until the code is revealed")

    @classmethod
    def of(cls, order: Order) -> OrderWithCodes:
        found = [{"text": code.text, "valid_until": code.valid_until} for code in codes.shown(order)]
        return cls.model_validate({**cls.fields_of(order), "codes": found})


class NewOrder(doors.Body):
    """What to exchange points for."""

    reward_id: doors.Id
    quantity: Annotated[doors.Whole, Field(ge=1, le=QUANTITY_MAX)] = 1
    price: Annotated[doors.Whole, Field(ge=1, le=2**31 - 1)] | None = Field(
        None, description="price of one unit that the resident agreed to; another price is refused with `price_changed`"
    )


@router.post(
    "/orders",
    response={201: OrderShown},
    summary="Exchange points for a reward",
    openapi_extra=doors.example({"reward_id": 7, "quantity": 1, "price": 120}),
)
@doors.keyed
@doors.idempotent
def place(request: HttpRequest, order: NewOrder) -> Status[OrderShown]:
    """`Idempotency-Key` is required. Points are spent and the reward is yours, or neither happens.

    Refused with 409: `points_not_enough`, `out_of_stock`, `limit_month`, `limit_lifetime`, `price_changed`. The codes
    are not in this answer: ask for the order.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        raise Refusal(
            "idempotency_key_missing",
            _("An order needs an idempotency key."),
            remedy=_("Send the Idempotency-Key header: any text of 1 to 100 characters, new for each order."),
            status=400,
        )
    placed = orders.place(
        reward_id=order.reward_id,
        quantity=order.quantity,
        by=doors.caller(request),
        at=clock.now(),
        key=key,
        price_seen=order.price,
    )
    return Status(201, OrderShown.of(placed))


@router.get("/orders", response=doors.Page[OrderShown], summary="My orders")
def listed(request: HttpRequest, paging: Query[doors.Paging]) -> doors.Page[OrderShown]:
    """The newest first, without codes."""
    found = queries.orders(doors.caller(request).pk, before=paging.keys(datetime, int), limit=paging.limit + 1)
    return doors.page(found, paging, show=OrderShown.of, keys=lambda order: (order.placed_at, order.pk))


@router.get("/orders/{order_id}", response=OrderWithCodes, summary="One order with its codes")
def order(request: HttpRequest, order_id: doors.PathId) -> OrderWithCodes:
    """Codes that wait to be revealed are not shown: see `POST /orders/{order_id}/code`."""
    return OrderWithCodes.of(queries.order(order_id, resident_id=doors.caller(request).pk))


@router.post("/orders/{order_id}/code", response=OrderWithCodes, summary="Reveal the code")
def reveal(request: HttpRequest, order_id: doors.PathId) -> OrderWithCodes:
    """Shows the code and mails it; from now on the order is final. Again changes nothing."""
    return OrderWithCodes.of(orders.reveal(order_id=order_id, by=doors.caller(request), at=clock.now()))


@router.delete("/orders/{order_id}", response=OrderShown, summary="Cancel an order")
def cancel(request: HttpRequest, order_id: doors.PathId) -> OrderShown:
    """The points come back to the lots they came from. Again changes nothing."""
    return OrderShown.of(orders.cancel(order_id=order_id, by=doors.caller(request), at=clock.now()))
