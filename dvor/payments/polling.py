"""Asks the acquirer when no notification comes: claims what is due, so that two workers never ask for the same."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from dvor.base import sql
from dvor.payments import notifications, outcomes, pauses, refunds
from dvor.payments.models import Payment, Refund

BATCH, BATCHES_MAX = 20, 50


def run(*, at: datetime) -> int:
    """Look once at everything that is due; return how many looks there were. Never inside a transaction."""
    looked = notifications.resume(at=at)
    for _batch in range(BATCHES_MAX):
        payments, going = _claimed("payments/due_payments.sql", at), _claimed("payments/due_refunds.sql", at)
        if not payments and not going:
            break
        for payment in Payment.objects.select_related("method").filter(pk__in=payments).order_by("pk"):
            outcomes.poll(payment, at=at)
        for refund in Refund.objects.select_related("payment").filter(pk__in=going).order_by("pk"):
            refunds.poll(refund, at=at)
        looked += len(payments) + len(going)
    return looked


def _claimed(statement: str, at: datetime) -> list[int]:
    with transaction.atomic(durable=True):
        return [
            row.id
            for row in sql.rows(
                statement, at=at, batch=BATCH, lease=pauses.LEASE.seconds,
                ages=[int(age.total_seconds()) for age, _pause in pauses.BY_AGE],
                pauses=[int(pause.total_seconds()) for _age, pause in pauses.BY_AGE],
                last=int(pauses.LAST.total_seconds()),
            )
        ]  # fmt: skip
