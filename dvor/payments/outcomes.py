"""Outcomes: the acquirer is asked what became of payments, and what it says is taken over."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from dvor.base import clock
from dvor.payments import acquirers, intents, pauses, settling
from dvor.payments.acquirers import Refused, Remote, Unknown
from dvor.payments.models import Payment, Source, Status

log = structlog.get_logger()


def look(payment_id: int, *, source: Source, at: datetime) -> Payment:
    """Ask the acquirer about one payment and take over the answer. Never inside a transaction.

    An intent that was not sent yet is sent. No answer changes nothing: the job asks again.
    """
    payment = Payment.objects.get(pk=payment_id)
    if payment.acquirer_id is None:
        return intents.send(payment_id, at=at) if payment.status == Status.CREATED else payment
    remote = _read(payment)
    return payment if remote is None else settling.apply(payment_id, remote, source=source, at=at)


def adopt(acquirer_id: str, *, source: Source, at: datetime) -> Payment | None:
    """A payment of the acquirer's that no row of ours names: ours, if its mark is, because the answer to our call was
    lost; otherwise nobody's.

    Raises:
        Unknown: the acquirer did not answer.
    """
    try:
        remote = acquirers.current().fetch(acquirer_id)
    except Refused:
        return None
    ours = Payment.objects.filter(request_key=remote.mark).values_list("pk", flat=True).first() if remote.mark else None
    return None if ours is None else settling.apply(ours, remote, source=source, at=at)


def poll(payment: Payment, *, at: datetime) -> Payment:
    """One look by the job, for a payment that it has claimed.

    A call of unknown outcome is repeated with the same key for 23 hours. After that it never is, because the acquirer
    forgets keys after 24: it is looked up by its mark instead, and canceled only when it certainly is not there.
    """
    if payment.status == Status.PENDING:
        return look(payment.pk, source=Source.POLL, at=at)
    if at - payment.created_at < pauses.REPEAT:
        return intents.call(payment, source=Source.POLL, at=at)
    since = clock.outside(payment.created_at) - timedelta(hours=1)
    try:
        found = acquirers.current().find(payment.request_key, since=since, until=since + timedelta(hours=26))
    except (Unknown, Refused) as wrong:
        log.error("payments.outcome.unknown", payment=payment.pk, code=wrong.code)
        return payment
    if found is None:
        return settling.cancel(payment.pk, "never_reached", source=Source.POLL, at=at)
    return settling.apply(payment.pk, found, source=Source.POLL, at=at)


def _read(payment: Payment) -> Remote | None:
    assert payment.acquirer_id is not None, "the acquirer has given it a name"
    try:
        return acquirers.current().fetch(payment.acquirer_id)
    except Unknown as unknown:
        log.warning("payments.look.unknown", payment=payment.pk, code=unknown.code)
    except Refused as refused:
        log.error("payments.look.refused", payment=payment.pk, code=refused.code)
    return None
