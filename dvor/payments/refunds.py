"""Refunds: money on its way back, whole or in part; the awards that it had brought go with it.

order   payment locked → what can be given back → our row with its idempotence key, committed
send    the call, outside of any transaction; the job of the payments repeats it when nobody knows what became of it
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import uuid4

import structlog
from django.db import transaction
from django.db.models import F, Q

from dvor.base import audit, queue, requests
from dvor.payments import acquirers, outcomes, pauses, queries, refunding, refusals, rights
from dvor.payments.acquirers import Payback, Refused, RemoteRefund, Unknown
from dvor.payments.models import Event, Part, Payment, Refund, Source, Status
from dvor.people.models import Resident

log = structlog.get_logger()


class Back(NamedTuple):
    """What is given back of one part of a payment, in kopecks."""

    part_id: int
    services: int = 0
    penalty: int = 0
    insurance: int = 0

    @property
    def kopecks(self) -> int:
        return self.services + self.penalty + self.insurance


@transaction.atomic
def order(  # noqa: PLR0913 two ways to say how much
    payment_id: int, *, parts: Sequence[Back] | None = None, kopecks: int | None = None, reason: str,
    by: Resident | None, at: datetime, key: str,
) -> Refund:  # fmt: skip
    """Order a refund, and have a job make the call; the same ``key`` again is the same refund.

    ``parts`` says exactly what goes back; a sum of ``kopecks`` is taken in the opposite order of paying: the last bill
    first, in it insurance, penalty, services. Neither of them is all that is left of the payment.

    Raises:
        Refusal: ``not_allowed`` (403); ``payment_unknown`` (404); ``payment_not_done``,
            ``idempotency_key_reused`` (409); ``refund_too_large``, ``sum_too_small``, ``reason_missing`` (422);
            ``idempotency_key_unusable`` (400).
    """
    requests.refuse_key(key)
    rights.refuse_stranger(by)
    if not reason.strip():
        raise refusals.reason_missing()
    payment = Payment.objects.select_for_update(no_key=True).filter(pk=payment_id).first()
    if payment is None:
        raise queries.unknown()
    known = Refund.objects.filter(key=key).first()
    if known is not None:
        return _same(known, payment_id, parts, kopecks)
    if payment.status != Status.SUCCEEDED:
        raise refusals.not_paid()
    rest = refundable(payment)
    backs = _exactly(rest, parts) if parts is not None else _split(rest, kopecks)
    total = sum(back.kopecks for back in backs)
    if total <= 0:
        raise refusals.sum_too_small(1) if rest else refusals.refund_too_large(0)
    refund = Refund.objects.create(
        payment=payment, ordered_by=by, sum_kopecks=total, ordered_at=at, check_at=at + pauses.GRACE,
        request_key=uuid4(), key=key, reason=reason.strip()[:250], parts=[list(back) for back in backs],
    )  # fmt: skip
    Event.objects.create(
        payment_id=payment_id, refund_id=refund.pk, happened_at=at, after=Status.CREATED,
        source=Source.OPERATOR,
    )  # fmt: skip
    audit.record(
        act="payments.refund.ordered", subject=f"payment:{payment_id}", by=by.pk if by else None, at=at,
        reason=refund.reason, facts={"refund": refund.pk, "kopecks": total},
    )  # fmt: skip
    from dvor.payments import jobs  # the jobs know the refunds

    queue.defer(jobs.send_refund, refund_id=refund.pk)
    return refund


def refundable(payment: Payment) -> list[Back]:
    """What can still be given back of each part: paid, not given back, and not on its way."""
    going: dict[int, list[Back]] = {}
    for refund in queries.open_refunds(payment.pk):
        for back in (Back(*found) for found in refund.parts):
            going.setdefault(back.part_id, []).append(back)
    return [
        Back(
            part.pk,
            part.services_kopecks - part.refunded_services_kopecks - sum(back.services for back in on_way),
            part.penalty_kopecks - part.refunded_penalty_kopecks - sum(back.penalty for back in on_way),
            part.insurance_kopecks - part.refunded_insurance_kopecks - sum(back.insurance for back in on_way),
        )
        for part in Part.objects.filter(payment=payment).order_by("pk")
        for on_way in [going.get(part.pk, [])]
    ]


def _same(refund: Refund, payment_id: int, parts: Sequence[Back] | None, kopecks: int | None) -> Refund:
    asked = sum(back.kopecks for back in parts) if parts is not None else kopecks
    exact = parts is None or sorted(map(list, parts)) == sorted(refund.parts)
    if refund.payment_id != payment_id or asked not in (None, refund.sum_kopecks) or not exact:
        raise requests.key_reused()
    return refund


def _exactly(rest: Iterable[Back], wanted: Sequence[Back]) -> list[Back]:
    most = {back.part_id: back for back in rest}
    for back in wanted:
        limit = most.pop(back.part_id, Back(back.part_id))  # a part twice has nothing the second time
        if any(one < 0 or one > other for one, other in zip(back[1:], limit[1:], strict=True)):
            raise refusals.refund_too_large(limit.kopecks)
    return [back for back in wanted if back.kopecks]


def _split(rest: Sequence[Back], kopecks: int | None) -> list[Back]:
    most = sum(back.kopecks for back in rest)
    missing = most if kopecks is None else kopecks
    if missing > most:
        raise refusals.refund_too_large(most)
    backs = []
    for back in reversed(rest):
        insurance = min(missing, back.insurance)
        penalty = min(missing - insurance, back.penalty)
        services = min(missing - insurance - penalty, back.services)
        missing -= insurance + penalty + services
        backs.append(Back(back.part_id, services, penalty, insurance))
    return sorted(back for back in backs if back.kopecks)


def send(refund_id: int, *, at: datetime) -> Refund:
    """Ask the acquirer to give the money back, if nobody else is doing it. Never inside a transaction."""
    claimed = Refund.objects.filter(pk=refund_id, status=Status.CREATED).filter(Q(checks_made=0) | Q(check_at__lte=at))
    with transaction.atomic(durable=True):
        taken = claimed.update(checks_made=F("checks_made") + 1, check_at=at + pauses.LEASE)
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    return call(refund, source=Source.CALL, at=at) if taken else refund


def call(refund: Refund, *, source: Source, at: datetime) -> Refund:
    """The call itself, for whoever has claimed the refund."""
    payment_id = refund.payment.acquirer_id
    assert payment_id is not None, "only a payment that succeeded is refunded"
    try:
        remote = acquirers.current().refund(Payback(refund.request_key, payment_id, refund.sum_kopecks))
    except Unknown as unknown:
        return refunding.unsure(refund, unknown.code, at=at)
    except Refused as refused:
        if refund.checks_made > 1:  # an earlier call may have happened: only a look-up can tell
            return refunding.unsure(refund, refused.code, at=at)
        return refunding.cancel(refund.pk, refused.code, source=source, at=at)
    return refunding.apply(refund.pk, remote, source=source, at=at)


def look(refund_id: int, *, source: Source, at: datetime) -> Refund:
    """Ask the acquirer about one refund and take over the answer; one that was not sent is sent."""
    refund = Refund.objects.get(pk=refund_id)
    if refund.acquirer_id is None:
        return send(refund_id, at=at) if refund.status == Status.CREATED else refund
    try:
        remote = acquirers.current().fetch_refund(refund.acquirer_id)
    except (Unknown, Refused) as wrong:
        return refunding.unsure(refund, wrong.code, at=at)
    return refunding.apply(refund_id, remote, source=source, at=at)


def adopt(acquirer_id: str, *, source: Source, at: datetime) -> Refund | None:
    """A refund of the acquirer's that no row of ours names: ours by its mark, or made by hand in the shop's cabinet.

    The money is gone either way, so the points must follow: one made by hand becomes a row of ours. Its payment may be
    one whose own end we have not heard of yet; then that is looked at first.

    Raises:
        Unknown: the acquirer did not answer, or refunds of our own must end first.
    """
    try:
        remote = acquirers.current().fetch_refund(acquirer_id)
    except Refused:
        return None
    ours = Refund.objects.filter(request_key=remote.mark).first() if remote.mark else None
    if ours is None and not Payment.objects.filter(acquirer_id=remote.payment_id, status=Status.SUCCEEDED).exists():
        outcomes.adopt(remote.payment_id, source=source, at=at)
    refund = ours or _by_hand(remote, at=at)
    return None if refund is None else refunding.apply(refund.pk, remote, source=source, at=at)


@transaction.atomic(durable=True)
def _by_hand(remote: RemoteRefund, *, at: datetime) -> Refund | None:
    payment = Payment.objects.select_for_update(no_key=True).filter(
        acquirer_id=remote.payment_id, status=Status.SUCCEEDED
    ).first()  # fmt: skip
    if payment is None or remote.stand == "canceled":
        return None
    known = Refund.objects.filter(acquirer_id=remote.id).first()
    if known is not None:
        return known
    rest = refundable(payment)
    if remote.kopecks > sum(back.kopecks for back in rest):
        log.error("payments.refund.by_hand_waits", payment=payment.pk)
        raise Unknown("refund_waits")
    refund = Refund.objects.create(
        payment=payment, sum_kopecks=remote.kopecks, ordered_at=at, check_at=at, request_key=uuid4(),
        key=f"acquirer:{remote.id}", reason="refund made at the acquirer", acquirer_id=remote.id,
        checks_made=1, status=Status.PENDING,
        parts=[list(back) for back in _split(rest, remote.kopecks)],
    )  # fmt: skip
    Event.objects.create(
        payment_id=payment.pk, refund_id=refund.pk, happened_at=at, source=Source.WEBHOOK, after=Status.PENDING,
        code="made_at_the_acquirer",
    )  # fmt: skip
    return refund


def poll(refund: Refund, *, at: datetime) -> Refund:
    """One look by the job, for a refund that it has claimed; as with payments, no key is repeated after 23 hours."""
    if refund.status == Status.PENDING:
        return look(refund.pk, source=Source.POLL, at=at)
    if at - refund.ordered_at < pauses.REPEAT:
        return call(refund, source=Source.POLL, at=at)
    assert refund.payment.acquirer_id is not None, "only a payment that succeeded is refunded"
    try:
        found = acquirers.current().find_refund(refund.request_key, payment_id=refund.payment.acquirer_id)
    except (Unknown, Refused) as wrong:
        return refunding.unsure(refund, wrong.code, at=at)
    if found is None:
        return refunding.cancel(refund.pk, "never_reached", source=Source.POLL, at=at)
    return refunding.apply(refund.pk, found, source=Source.POLL, at=at)
