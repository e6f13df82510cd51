"""The one place where a refund's status changes: by what the acquirer was read to say, or certainly did not do."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import F

from dvor.payments import acquirers, earning, pauses, telling
from dvor.payments.acquirers import RemoteRefund
from dvor.payments.models import Event, Part, Payment, Refund, Source, Status

log = structlog.get_logger()


@transaction.atomic(durable=True)
def apply(refund_id: int, remote: RemoteRefund, *, source: Source, at: datetime) -> Refund:
    """Take over what the acquirer says of a refund; late and doubled answers change nothing."""
    refund = _locked(refund_id)
    wrong = _contradiction(refund, remote)
    if wrong:
        return _alarm(refund, wrong, source=source, at=at)
    if refund.status in (Status.SUCCEEDED, Status.CANCELED):
        return refund
    refund.acquirer_id = remote.id
    if remote.stand == "succeeded":
        return _succeed(refund, source=source, at=at)
    if remote.stand == "canceled":
        return _end(refund, remote.cancel_reason or "canceled", source=source, at=at)
    if refund.status == Status.CREATED:
        refund.check_at = at + pauses.GRACE
        _step(refund, Status.PENDING, "", source=source, at=at)
    refund.save()
    return refund


@transaction.atomic(durable=True)
def cancel(refund_id: int, reason: str, *, source: Source, at: datetime) -> Refund:
    """End a refund of which it is certain that no money went and none will go."""
    refund = _locked(refund_id)
    if refund.status != Status.CREATED or refund.acquirer_id is not None:
        return refund
    return _end(refund, reason, source=source, at=at)


def unsure(refund: Refund, code: str, *, at: datetime) -> Refund:
    """Nobody knows what became of a call: it is looked at again later."""
    log.warning("payments.refund.unknown", refund=refund.pk, attempt=refund.checks_made, code=code)
    again = at + pauses.after(at - refund.ordered_at)
    Refund.objects.filter(pk=refund.pk, check_at__isnull=False).update(check_at=again)
    refund.refresh_from_db()
    return refund


def _locked(refund_id: int) -> Refund:
    """The payment is locked first, as everywhere."""
    payment_id = Refund.objects.values_list("payment_id", flat=True).get(pk=refund_id)
    payment = Payment.objects.select_for_update(of=("self",), no_key=True).select_related("resident").get(pk=payment_id)
    refund = Refund.objects.select_for_update(of=("self",), no_key=True).get(pk=refund_id)
    refund.payment = payment
    return refund


def _contradiction(refund: Refund, remote: RemoteRefund) -> str:
    if remote.kopecks != refund.sum_kopecks or remote.currency != acquirers.ROUBLE:
        return "refund_sum_differs"
    if remote.payment_id != refund.payment.acquirer_id or refund.acquirer_id not in (None, remote.id):
        return "refund_differs"
    if refund.status == Status.CANCELED and remote.stand == "succeeded":
        return "refunded_after_cancel"
    if refund.status == Status.SUCCEEDED and remote.stand == "canceled":
        return "canceled_after_refund"
    return ""


def _alarm(refund: Refund, code: str, *, source: Source, at: datetime) -> Refund:
    log.error("payments.contradiction", payment=refund.payment_id, refund=refund.pk, code=code)
    if not Event.objects.filter(payment_id=refund.payment_id, refund_id=refund.pk, code=code).exists():
        Event.objects.create(
            payment_id=refund.payment_id, refund_id=refund.pk, happened_at=at, source=source, before=refund.status,
            after=refund.status, code=code,
        )  # fmt: skip
    return refund


def _succeed(refund: Refund, *, source: Source, at: datetime) -> Refund:
    parts = {part.pk: part for part in Part.objects.filter(payment_id=refund.payment_id).order_by("pk")}
    touched = []
    for part_id, services, penalty, insurance in refund.parts:
        part = parts[part_id]
        part.refunded_services_kopecks += services
        part.refunded_penalty_kopecks += penalty
        part.refunded_insurance_kopecks += insurance
        part.save(update_fields=["refunded_services_kopecks", "refunded_penalty_kopecks", "refunded_insurance_kopecks"])
        if services:
            touched.append(part)
    Payment.objects.filter(pk=refund.payment_id).update(refunded_kopecks=F("refunded_kopecks") + refund.sum_kopecks)
    refund.settled_at, refund.check_at = at, None
    _step(refund, Status.SUCCEEDED, "", source=source, at=at)
    refund.save()
    if touched:
        earning.take_back(refund, touched, by=refund.ordered_by, at=at)
    telling.refunded(refund, with_points=bool(touched), at=at)
    return refund


def _end(refund: Refund, reason: str, *, source: Source, at: datetime) -> Refund:
    refund.settled_at, refund.check_at, refund.cancel_reason = at, None, reason[:60]
    _step(refund, Status.CANCELED, reason, source=source, at=at)
    refund.save()
    log.error("payments.refund.canceled", refund=refund.pk, code=reason)  # an operator must try again or pay otherwise
    return refund


def _step(refund: Refund, after: Status, code: str, *, source: Source, at: datetime) -> None:
    Event.objects.create(
        payment_id=refund.payment_id, refund_id=refund.pk, happened_at=at, source=source, before=refund.status,
        after=after, code=code[:60],
    )  # fmt: skip
    refund.status = after
