"""Tells residents what became of their payments, in the transaction of the act."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from dvor.base import money
from dvor.bills.models import Bill
from dvor.notices import facts
from dvor.notices.kinds import FactKind
from dvor.payments import kinds, queries
from dvor.payments.models import AutopayRun, Part, Payment, Refund


def paid(payment: Payment, *, points: int, at: datetime) -> None:
    """The receipt: what was paid for which bill, and the points that will come."""
    lines = [_line(part, part.total_kopecks) for part in payment.parts.order_by("id")]
    _tell(
        kinds.PAID, payment, f"payment:{payment.pk}", payment.total_kopecks, at,
        lines=lines, points=points, paid_at=payment.paid_at,
    )  # fmt: skip


def declined(payment: Payment, *, at: datetime) -> None:
    """No money was taken."""
    _tell(kinds.DECLINED, payment, f"payment:{payment.pk}", payment.total_kopecks, at)


def refunded(refund: Refund, *, with_points: bool, at: datetime) -> None:
    """Money went back, and with it the points of its services."""
    _tell(
        kinds.REFUNDED, refund.payment, f"refund:{refund.pk}", refund.sum_kopecks, at,
        reason=refund.reason, with_points=with_points,
    )  # fmt: skip


def autopay_soon(run: AutopayRun, bill: Bill, *, at: datetime) -> None:
    """In two days a bill is paid by itself, unless the resident stops it."""
    _tell_of_run(kinds.AUTOPAY_SOON, run, bill, at, due_at=run.due_at)


def autopay_stopped(run: AutopayRun, bill: Bill, *, at: datetime) -> None:
    """A bill was not paid by itself, and why."""
    _tell_of_run(kinds.AUTOPAY_STOPPED, run, bill, at, reason=run.stopped_reason)


def _tell_of_run(kind: FactKind, run: AutopayRun, bill: Bill, at: datetime, **more: Any) -> None:
    context = {
        "sum": money.show(run.told_kopecks), "month": f"{bill.period:%m.%Y}", "address": bill.flat.house.address,
        "flat": bill.flat.number, **more,
    }  # fmt: skip
    url = reverse("autopay")
    facts.tell([facts.Fact(kind, run.autopay.resident_id, key=f"run:{run.pk}", context=context, url=url)], at=at)


def _line(part: Part, kopecks: int) -> dict[str, str]:
    return {
        "month": f"{part.period:%m.%Y}", "address": str(part.copy.get("address", "")),
        "flat": str(part.copy.get("flat", "")), "sum": money.show(kopecks),
    }  # fmt: skip


def _tell(kind: FactKind, payment: Payment, key: str, kopecks: int, at: datetime, **more: Any) -> None:
    context = {"payment_id": payment.pk, "sum": money.show(kopecks), **more}
    url = queries.page_of(payment.pk)
    facts.tell([facts.Fact(kind, payment.resident_id, key=key, context=context, url=url)], at=at)
