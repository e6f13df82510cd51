"""What happens to a payment: created, confirmed or declined by the payer, captured, canceled, expired."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction

from dvor.demo.stand_ins.acquirer import moods, notifications
from dvor.demo.stand_ins.acquirer.faults import invalid, unknown
from dvor.demo.stand_ins.acquirer.models import Method, Payment
from dvor.demo.stand_ins.acquirer.shapes import kopecks_of

TYPES = ("bank_card", "sbp")
CONFIRM_WITHIN = timedelta(hours=1)  # then the payment is canceled, as at the real one
CAPTURE_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Asked:
    """A checked request for a payment."""

    kopecks: int
    capture: bool
    description: str
    metadata: dict[str, str]
    return_url: str
    method_type: str
    method_id: str
    save_method: bool


def read(body: Mapping[str, Any]) -> Asked:
    """The request for a payment, checked as the real API does where Dvor could be wrong."""
    kopecks = kopecks_of(body.get("amount"))
    if not kopecks:
        raise invalid("Incorrect amount", parameter="amount")
    method_id = body.get("payment_method_id") or ""
    data = body.get("payment_method_data") or {}
    method_type = data.get("type", "") if isinstance(data, dict) else "?"
    if method_type and method_type not in TYPES:
        raise invalid("Payment method is not available", parameter="payment_method_data.type")
    confirmation = body.get("confirmation") or {}
    return_url = confirmation.get("return_url", "") if isinstance(confirmation, dict) else ""
    if not method_id and (not return_url or confirmation.get("type") != "redirect"):
        raise invalid("Missing or unsupported confirmation", parameter="confirmation")
    metadata = body.get("metadata") or {}
    if not isinstance(metadata, dict) or len(metadata) > 16 or any(len(str(one)) > 512 for one in metadata.values()):
        raise invalid("Too many or too long metadata", parameter="metadata")
    description = body.get("description") or ""
    if not isinstance(description, str) or len(description) > 128:
        raise invalid("Description is too long", parameter="description")
    return Asked(
        kopecks, bool(body.get("capture")), description, {name: str(one) for name, one in metadata.items()},
        str(return_url), method_type, str(method_id), bool(body.get("save_payment_method")),
    )  # fmt: skip


def create(asked: Asked, *, at: datetime) -> Payment:
    """A new payment; with a kept means of payment it is settled at once."""
    kept = _kept(asked.method_id) if asked.method_id else None
    payment = Payment.objects.create(
        id=str(uuid4()), created_at=at, kopecks=asked.kopecks, capture=asked.capture, metadata=asked.metadata,
        description=asked.description, return_url=asked.return_url, save_method=asked.save_method, method=kept,
        method_type=asked.method_type, expires_at=at + CONFIRM_WITHIN,
    )  # fmt: skip
    if kept:
        _settle(payment, at=at)
    return payment


def _kept(method_id: str) -> Method:
    method = Method.objects.filter(pk=method_id, saved=True).first()
    if method is None:
        raise invalid("Payment method doesn't exist or is not saved", parameter="payment_method_id")
    return method


@transaction.atomic
def confirm(payment_id: str, *, method_type: str, at: datetime) -> Payment:
    """The payer presses «pay»; nothing changes when the payment has ended already."""
    payment = locked(payment_id)
    if payment.status == "pending":
        kind = payment.method_type or (method_type if method_type in TYPES else TYPES[0])
        payment.method = Method.objects.create(id=str(uuid4()), type=kind)
        _settle(payment, at=at)
    return payment


def _settle(payment: Payment, *, at: datetime) -> None:
    """The payer agreed: the money is taken or held, unless we are told to decline."""
    if moods.take(moods.Kind.DECLINE):
        _canceled(payment, "payment_network", "insufficient_funds", at=at)
        return
    if payment.method and payment.save_method and not payment.method.saved:
        payment.method.saved = True
        payment.method.save()
    payment.status = "succeeded" if payment.capture else "waiting_for_capture"
    payment.captured_at = at if payment.capture else None
    payment.expires_at = None if payment.capture else at + CAPTURE_WITHIN
    payment.save()
    notifications.tell(payment, at=at)


@transaction.atomic
def decline(payment_id: str, *, at: datetime) -> Payment:
    """The payer's bank refuses, at the payer's own wish."""
    payment = locked(payment_id)
    if payment.status == "pending":
        _canceled(payment, "payment_network", "general_decline", at=at)
    return payment


def capture(payment_id: str, body: Mapping[str, Any], *, at: datetime) -> Payment:
    """Take money that was held, all of it or less."""
    payment = locked(payment_id)
    if payment.status != "waiting_for_capture":
        raise invalid("Payment is not waiting for capture", parameter="payment_id")
    kopecks = kopecks_of(body["amount"]) if body.get("amount") else payment.kopecks
    if not kopecks or kopecks > payment.kopecks:
        raise invalid("Incorrect amount", parameter="amount")
    payment.kopecks, payment.status, payment.captured_at, payment.expires_at = kopecks, "succeeded", at, None
    payment.save()
    notifications.tell(payment, at=at)
    return payment


def cancel(payment_id: str, *, at: datetime) -> Payment:
    """Let go of money that was held; what is pending only the payer or time can end, as at the real one."""
    payment = locked(payment_id)
    if payment.status != "waiting_for_capture":
        raise invalid("Payment is not waiting for capture", parameter="payment_id")
    _canceled(payment, "merchant", "canceled_by_merchant", at=at)
    return payment


@transaction.atomic
def expire(*, at: datetime) -> int:
    """End what was not confirmed or captured in time; return how many."""
    late = Payment.objects.select_for_update(skip_locked=True).filter(
        status__in=["pending", "waiting_for_capture"], expires_at__lte=at
    )
    for payment in late:
        _canceled(
            payment, "yoo_money", f"expired_on_{'confirmation' if payment.status == 'pending' else 'capture'}", at=at
        )
    return len(late)


def _canceled(payment: Payment, party: str, reason: str, *, at: datetime) -> None:
    payment.status, payment.cancel_party, payment.cancel_reason, payment.expires_at = "canceled", party, reason, None
    payment.save()
    notifications.tell(payment, at=at)


def find(payment_id: str) -> Payment:
    found = Payment.objects.select_related("method").filter(pk=payment_id).first()
    if found is None:
        raise unknown("Payment")
    return found


def locked(payment_id: str) -> Payment:
    """The payment, for a change in this transaction."""
    found = Payment.objects.select_for_update().filter(pk=payment_id).first()
    if found is None:
        raise unknown("Payment")
    return found
