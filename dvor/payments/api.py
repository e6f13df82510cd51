"""Payments for residents' apps: pay bills, see what became of it. Refunds are ordered by operators only."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router
from ninja.responses import Status as Answer
from pydantic import BaseModel, Field, StringConstraints

from dvor.base import clock, doors
from dvor.payments import intents, queries, receipts
from dvor.payments.intents import SHARES_MAX, Share
from dvor.payments.models import Part, Payment, Refund, Status

router = Router(tags=["Payments"], auth=doors.RESIDENT)
StatusCode = Literal["created", "pending", "succeeded", "canceled"]
Kopecks = Annotated[doors.Whole, Field(ge=1, le=10**12)]
_CODES: dict[int, StatusCode] = {
    Status.CREATED: "created", Status.PENDING: "pending", Status.SUCCEEDED: "succeeded", Status.CANCELED: "canceled",
}  # fmt: skip


# ── What is shown ────────────────────────────────────────────────────────────────────────────────────────────────
class PartShown(BaseModel):
    """What a payment pays of one bill, in kopecks: services first, then the penalty, insurance last."""

    bill_id: int
    flat_id: int
    period: date = Field(description="first day of the billing month")
    services_kopecks: int
    penalty_kopecks: int
    insurance_kopecks: int
    refunded_kopecks: int

    @classmethod
    def of(cls, part: Part) -> PartShown:
        return cls.model_validate({name: getattr(part, name) for name in cls.model_fields})


class RefundShown(BaseModel):
    """Money on its way back, or there already."""

    sum_kopecks: int
    status: StatusCode
    ordered_at: datetime
    settled_at: datetime | None

    @classmethod
    def of(cls, refund: Refund) -> RefundShown:
        return cls(
            sum_kopecks=refund.sum_kopecks, status=_CODES[refund.status], ordered_at=refund.ordered_at,
            settled_at=refund.settled_at,
        )  # fmt: skip


class PaymentShown(BaseModel):
    """One payment."""

    id: int
    status: StatusCode = Field(
        description="`created`: it is not known yet whether the acquirer has it; `pending`: it waits for the payer or "
        "the bank; the other two are final"
    )
    total_kopecks: int
    refunded_kopecks: int
    created_at: datetime
    paid_at: datetime | None
    means: str = Field(description="the acquirer's word, such as `bank_card` or `sbp`; empty: not chosen yet")
    cancel_reason: str = Field(description="code of the acquirer, when it is canceled")
    confirmation_url: str | None = Field(description="open it in a browser, so that the payer confirms")
    is_automatic: bool
    parts: list[PartShown]
    refunds: list[RefundShown]

    @classmethod
    def fields_of(cls, payment: Payment) -> dict[str, Any]:
        names = ("total_kopecks", "refunded_kopecks", "created_at", "paid_at", "cancel_reason")
        is_waiting = payment.status == Status.PENDING
        return {
            **{name: getattr(payment, name) for name in names},
            "id": payment.pk,
            "status": _CODES[payment.status],
            "means": payment.method_type,
            "confirmation_url": payment.confirmation_url or None if is_waiting else None,
            "is_automatic": payment.autopay_id is not None,
            "parts": [PartShown.of(part) for part in payment.parts.all()],
            "refunds": [RefundShown.of(refund) for refund in payment.refunds.all()],
        }

    @classmethod
    def of(cls, payment: Payment) -> PaymentShown:
        return cls.model_validate(cls.fields_of(payment))


class PointsShown(BaseModel):
    """Points of a payment as they stand now."""

    points: int
    spendable_at: datetime | None = Field(description="empty: they can be spent already, or there are none")
    reasons: list[str] = Field(description="why there are none, or not for everything")


class PaymentWithPoints(PaymentShown):
    """A payment with the points that it brought."""

    points: PointsShown

    @classmethod
    def of(cls, payment: Payment) -> PaymentWithPoints:
        earned = receipts.earned(payment)
        reasons = [str(reason.sentence) for reason in earned.reasons]
        points = {"points": earned.points, "spendable_at": earned.spendable_at, "reasons": reasons}
        return cls.model_validate({**cls.fields_of(payment), "points": points})


# ── What is asked ────────────────────────────────────────────────────────────────────────────────────────────────
class ShareAsked(doors.Body):
    """What to pay of one bill."""

    bill_id: doors.Id
    kopecks: Kopecks | None = Field(None, description="empty: all that is left")
    with_insurance: doors.Flag = Field(default=False, description="voluntary insurance; it is paid last")


class NewPayment(doors.Body):
    """Which bills to pay, and by what."""

    shares: Annotated[list[ShareAsked], Field(min_length=1, max_length=SHARES_MAX)]
    means: Annotated[str, StringConstraints(pattern=r"^(|bank_card|sbp)$")] = Field(
        "", description="`bank_card`, `sbp`, or empty: the payer chooses on the acquirer's page"
    )
    method_id: doors.Id | None = Field(None, description="a kept means of payment; then nothing is to be confirmed")
    keep_method: doors.Flag = Field(default=False, description="the resident agrees that the acquirer keeps the means")


# ── The doors ────────────────────────────────────────────────────────────────────────────────────────────────────
@router.get("/payments", response=doors.Page[PaymentShown], summary="My payments")
def payments(
    request: HttpRequest,
    paging: Query[doors.Paging],
    flat: Annotated[int | None, Query(ge=1, le=2**63 - 1, description="only of this flat")] = None,
) -> doors.Page[PaymentShown]:
    """The newest first, also those that were canceled."""
    last = paging.keys(int)
    found = queries.history(
        doors.caller(request), before=last[0] if last else None, limit=paging.limit + 1, flat_id=flat
    )
    return doors.page(found, paging, show=PaymentShown.of, keys=lambda payment: (payment.pk,))


@router.get("/payments/{payment_id}", response=PaymentWithPoints, summary="One payment")
def payment(request: HttpRequest, payment_id: doors.PathId) -> PaymentWithPoints:
    """As it stands here; the end comes by itself, a moment after the bank has said it."""
    return PaymentWithPoints.of(queries.payment_for(doors.caller(request), payment_id))


@router.post(
    "/payments",
    response={201: PaymentShown},
    summary="Pay bills",
    openapi_extra=doors.example({"shares": [{"bill_id": 17, "with_insurance": False}], "means": "sbp"}),
)
@doors.keyed
def create(request: HttpRequest, asked: NewPayment) -> Answer[PaymentShown]:
    """`Idempotency-Key` is required: the same key is the same payment, as it stands now. Open its `confirmation_url`.

    Refused with 409: `bill_paid`, `bill_superseded`, `bill_withdrawn`, `bill_carried_on`, `payment_in_progress`,
    `payments_off`; with 422: `sum_too_large`, `sum_too_small`. An answer with `created` means that the acquirer did not
    answer in time: ask for the payment later, and do not make another one.
    """
    by, key = doors.caller(request), doors.key(request)
    begun = intents.start(
        [Share(one.bill_id, one.kopecks, one.with_insurance) for one in asked.shares], by=by, at=clock.now(), key=key,
        method_id=asked.method_id, keep_method=asked.keep_method, way="" if asked.method_id else asked.means,
    )  # fmt: skip
    intents.send(begun.pk, at=clock.now())
    return Answer(201, PaymentShown.of(queries.payment_for(by, begun.pk)))
