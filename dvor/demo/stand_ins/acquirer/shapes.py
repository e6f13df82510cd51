"""Objects as YooKassa's API v3 shows them (yookassa.ru/developers/api), and how it writes sums and moments."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from dvor.demo.stand_ins.acquirer import settings
from dvor.demo.stand_ins.acquirer.models import Method, Payment, Refund

_VALUE = re.compile(r"[0-9]{1,10}\.[0-9]{2}")


def value(kopecks: int) -> dict[str, str]:
    """``{"value": "1234.56", "currency": "RUB"}``."""
    return {"value": f"{kopecks // 100}.{kopecks % 100:02d}", "currency": "RUB"}


def kopecks_of(amount: Any) -> int | None:
    """Kopecks of an amount object; nothing when it is not one."""
    if not isinstance(amount, dict) or amount.get("currency") != "RUB":
        return None
    text = amount.get("value")
    if not isinstance(text, str) or not _VALUE.fullmatch(text):
        return None
    return int(text.replace(".", ""))


def moment(when: datetime) -> str:
    """``2026-10-20T09:00:00.000Z``."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def payment(one: Payment) -> dict[str, Any]:
    """A payment; what has not happened yet is missing."""
    paid = one.status in {"succeeded", "waiting_for_capture"}
    told: dict[str, Any] = {
        "id": one.id,
        "status": one.status,
        "amount": value(one.kopecks),
        "recipient": {"account_id": settings.SHOP_ID, "gateway_id": "1"},
        "created_at": moment(one.created_at),
        "test": True,
        "paid": paid,
        "refundable": one.status == "succeeded" and one.refunded_kopecks < one.kopecks,
        "metadata": one.metadata,
    }
    if one.description:
        told["description"] = one.description
    if one.status == "pending" and one.return_url:
        told["confirmation"] = {
            "type": "redirect",
            "return_url": one.return_url,
            "confirmation_url": f"{settings.OWN_URL}/checkout/{one.id}/",
        }
    if one.status == "waiting_for_capture" and one.expires_at:
        told["expires_at"] = moment(one.expires_at)
    if one.status == "succeeded" and one.captured_at:
        told["captured_at"] = moment(one.captured_at)
        told["income_amount"] = value(one.kopecks - one.kopecks * 28 // 1000)
        told["refunded_amount"] = value(one.refunded_kopecks)
    if paid:
        told["authorization_details"] = {"rrn": "100000000000", "auth_code": "000000"}
    if one.status == "canceled":
        told["cancellation_details"] = {"party": one.cancel_party, "reason": one.cancel_reason}
    if one.method:
        told["payment_method"] = method(one.method)
    return told


def method(one: Method) -> dict[str, Any]:
    """A means of payment, with the details that the real one tells and that Dvor must not keep."""
    told: dict[str, Any] = {
        "type": one.type, "id": one.id, "saved": one.saved, "status": "active" if one.saved else "inactive",
    }  # fmt: skip
    if one.type == "bank_card":
        card = {"first6": "555555", "last4": "4444", "expiry_month": "12", "expiry_year": "2099",
                "card_type": "MasterCard", "issuer_country": "RU"}  # fmt: skip
        return {**told, "title": "Bank card *4444", "card": card}
    return {**told, "title": "СБП", "sbp_operation_id": one.id.replace("-", "").upper()}


def refund(one: Refund) -> dict[str, Any]:
    """A refund."""
    told: dict[str, Any] = {
        "id": one.id,
        "payment_id": one.payment.pk,
        "status": one.status,
        "created_at": moment(one.created_at),
        "amount": value(one.kopecks),
        "metadata": one.metadata,
    }
    if one.description:
        told["description"] = one.description
    if one.cancel_reason:
        told["cancellation_details"] = {"party": "refund_network", "reason": one.cancel_reason}
    return told
