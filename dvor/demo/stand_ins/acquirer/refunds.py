"""Money given back: all of a payment or parts of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from dvor.demo.stand_ins.acquirer import moods, notifications, payments
from dvor.demo.stand_ins.acquirer.faults import invalid, unknown
from dvor.demo.stand_ins.acquirer.models import Refund
from dvor.demo.stand_ins.acquirer.shapes import kopecks_of


def create(body: Mapping[str, Any], *, at: datetime) -> Refund:
    """Give back at most what is left of the payment; told to decline, it answers with a canceled refund."""
    kopecks = kopecks_of(body.get("amount"))
    if not kopecks:
        raise invalid("Incorrect amount", parameter="amount")
    payment = payments.locked(str(body.get("payment_id") or ""))
    if payment.status != "succeeded":
        raise invalid("Payment is not succeeded", parameter="payment_id")
    if payment.refunded_kopecks + kopecks > payment.kopecks:
        raise invalid("Refund amount is greater than the payment has left", parameter="amount.value")
    metadata = body.get("metadata") or {}
    refund = Refund(
        id=str(uuid4()), payment=payment, created_at=at, kopecks=kopecks, status="succeeded",
        description=str(body.get("description") or "")[:250],
        metadata=metadata if isinstance(metadata, dict) else {},
    )  # fmt: skip
    if moods.take(moods.Kind.DECLINE_REFUND):
        refund.status, refund.cancel_reason = "canceled", "insufficient_funds"
        refund.save()
        return refund
    payment.refunded_kopecks += kopecks
    payment.save()
    refund.save()
    notifications.tell(refund, at=at)
    return refund


def find(refund_id: str) -> Refund:
    found = Refund.objects.select_related("payment").filter(pk=refund_id).first()
    if found is None:
        raise unknown("Refund")
    return found
