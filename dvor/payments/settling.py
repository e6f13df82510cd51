"""The one place where a payment's status changes: by what the acquirer was read to say, or certainly did not do."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import transaction

from dvor.base import clock
from dvor.payments import acquirers, earning, methods, pauses, telling
from dvor.payments.acquirers import Remote
from dvor.payments.models import Event, Payment, Source, Status

log = structlog.get_logger()


@transaction.atomic(durable=True)
def apply(payment_id: int, remote: Remote, *, source: Source, at: datetime) -> Payment:
    """Take over what the acquirer says of a payment. Late, doubled and out-of-order answers change nothing.

    One that contradicts us (another sum, money after the end) is never taken over: it leaves an event and an alarm.
    """
    payment = _locked(payment_id)
    wrong = _contradiction(payment, remote)
    if wrong:
        return _alarm(payment, wrong, source=source, at=at)
    if payment.status in (Status.SUCCEEDED, Status.CANCELED):
        return payment
    payment.acquirer_id = remote.id
    payment.confirmation_url = remote.confirmation_url or payment.confirmation_url
    if remote.stand == "succeeded":
        return _succeed(payment, remote, source=source, at=at)
    if remote.stand == "canceled":
        return _end(payment, remote.cancel_reason or "canceled", source=source, at=at)
    if payment.status == Status.CREATED:
        payment.check_at = at + pauses.GRACE
        _step(payment, Status.PENDING, remote.note, source=source, at=at)
    payment.save()
    return payment


@transaction.atomic(durable=True)
def cancel(payment_id: int, reason: str, *, source: Source, at: datetime) -> Payment:
    """End an intent of which it is certain that the acquirer took and will take no money."""
    payment = _locked(payment_id)
    if payment.status != Status.CREATED or payment.acquirer_id is not None:
        return payment
    return _end(payment, reason, source=source, at=at)


def unsure(payment: Payment, code: str, *, at: datetime) -> Payment:
    """Nobody knows what became of a call: it is looked at again later."""
    log.warning("payments.call.unknown", payment=payment.pk, attempt=payment.checks_made, code=code)
    again = at + pauses.after(at - payment.created_at)
    Payment.objects.filter(pk=payment.pk, status=Status.CREATED).update(check_at=again)
    payment.refresh_from_db()
    return payment


def _locked(payment_id: int) -> Payment:
    return Payment.objects.select_for_update(of=("self",), no_key=True).select_related("resident").get(pk=payment_id)


def _contradiction(payment: Payment, remote: Remote) -> str:
    if remote.kopecks != payment.total_kopecks or remote.currency != acquirers.ROUBLE:
        return "sum_differs"
    if remote.mark != payment.request_key or payment.acquirer_id not in (None, remote.id):
        return "payment_differs"
    if payment.status == Status.CANCELED and remote.stand == "succeeded":
        return "paid_after_cancel"
    if payment.status == Status.SUCCEEDED and remote.stand == "canceled":
        return "canceled_after_paid"
    return ""


def _alarm(payment: Payment, code: str, *, source: Source, at: datetime) -> Payment:
    """Leave it to a person; once is enough."""
    log.error("payments.contradiction", payment=payment.pk, code=code)
    if not Event.objects.filter(payment_id=payment.pk, code=code).exists():
        Event.objects.create(
            payment_id=payment.pk, happened_at=at, source=source, before=payment.status, after=payment.status, code=code
        )  # fmt: skip
    return payment


def _succeed(payment: Payment, remote: Remote, *, source: Source, at: datetime) -> Payment:
    told = clock.inside(remote.captured_at) if remote.captured_at else at
    payment.paid_at = min(max(told, payment.created_at), at)  # their clock, kept between two readings of ours
    payment.settled_at, payment.check_at = at, None
    payment.method_type = remote.method_type or payment.method_type
    _step(payment, Status.SUCCEEDED, "", source=source, at=at)
    if remote.method_token and payment.keep_method:
        payment.method = methods.keep(payment.resident, remote, at=at)
    payment.save()
    awarded = earning.record(payment, at=at)
    telling.paid(payment, points=awarded, at=at)
    return payment


def _end(payment: Payment, reason: str, *, source: Source, at: datetime) -> Payment:
    payment.settled_at, payment.check_at, payment.cancel_reason = at, None, reason[:60]
    _step(payment, Status.CANCELED, reason, source=source, at=at)
    payment.save()
    telling.declined(payment, at=at)
    return payment


def _step(payment: Payment, after: Status, code: str, *, source: Source, at: datetime) -> None:
    Event.objects.create(
        payment_id=payment.pk, happened_at=at, source=source, before=payment.status, after=after, code=code[:60]
    )  # fmt: skip
    payment.status = after
