"""Intents: a resident wants to pay bills.

start   flats locked → what is left → our row with its idempotence key, committed
send    the call to the acquirer, outside of any transaction; a job repeats it when nobody knows what became of it
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from dvor.base import requests, sealing
from dvor.base.refusals import Refusal
from dvor.bills.models import Bill
from dvor.homes import rights
from dvor.homes.models import Flat
from dvor.homes.rights import Act
from dvor.payments import acquirers, pauses, queries, refusals, settling
from dvor.payments.acquirers import Charge, Refused, Unknown
from dvor.payments.models import Event, Method, Part, Payment, Source, Status
from dvor.payments.queries import Left
from dvor.people.models import Resident

SHARES_MAX = 20
TOTAL_MIN_KOPECKS, TOTAL_MAX_KOPECKS = 100, 10**10


@dataclass(frozen=True, slots=True)
class Share:
    """What to pay of one bill, in kopecks; an empty sum is all that is left. Insurance only if the payer chose it."""

    bill_id: int
    kopecks: int | None = None
    with_insurance: bool = False


@dataclass(frozen=True, slots=True)
class _Wish:
    """All that was asked for, by which the same key is known as the same intent."""

    shares: tuple[Share, ...]
    method_id: int | None
    keep_method: bool
    way: str
    autopay_id: int | None

    @property
    def fingerprint(self) -> bytes:
        return requests.fingerprint(asdict(self))


def start(  # noqa: PLR0913 who pays what, and how
    shares: Sequence[Share], *, by: Resident, at: datetime, key: str, method_id: int | None = None,
    keep_method: bool = False, way: str = "", autopay_id: int | None = None,
) -> Payment:  # fmt: skip
    """Make the intent to pay these bills, and commit it; :func:`send` it afterwards. Never inside a transaction.

    A sum inside a bill goes to services first, then to the penalty (Civil Code, art. 319), then to insurance. The same
    ``key`` again is the same payment, and so is another key while the resident's own open payment asks for the same.
    ``way`` is the acquirer's word for a means (``sbp``), empty lets the payer choose on its page; ``method_id`` is a
    kept means; ``keep_method``: the resident agreed that the acquirer keeps the one he uses.

    Raises:
        Refusal: ``payments_off``, ``bill_superseded``, ``bill_withdrawn``, ``bill_carried_on``, ``bill_paid``,
            ``idempotency_key_reused`` (409); ``payment_in_progress`` (409, :class:`refusals.PaymentInProgress`);
            ``bill_unknown``, ``method_unknown`` (404); ``not_allowed`` (403); ``bills_wrong``, ``sum_too_small``,
            ``sum_too_large``, ``sum_over_limit`` (422); ``idempotency_key_unusable`` (400).
    """
    requests.refuse_key(key)
    name = acquirers.current().name
    ordered = tuple(sorted(shares, key=lambda share: share.bill_id))
    if not 1 <= len(ordered) <= SHARES_MAX or len({share.bill_id for share in ordered}) < len(ordered):
        raise refusals.shares_wrong(SHARES_MAX)
    wish = _Wish(ordered, method_id, keep_method, way, autopay_id)
    try:
        return _start(wish, name, by=by, at=at, key=key)
    except IntegrityError:  # the same key at the same moment for bills of other flats: no lock is shared
        return _same(Payment.objects.get(resident=by, key=key), wish)


@transaction.atomic(durable=True)
def _start(wish: _Wish, name: str, *, by: Resident, at: datetime, key: str) -> Payment:
    ids = [share.bill_id for share in wish.shares if 0 < share.bill_id < 2**63]
    flat_ids = set(Bill.objects.filter(pk__in=ids).values_list("flat_id", flat=True))
    locked = list(Flat.objects.filter(pk__in=flat_ids).order_by("pk").select_for_update(no_key=True))
    known = Payment.objects.filter(resident=by, key=key).first()
    if known is not None:
        return _same(known, wish)
    bills = _bills(wish.shares, by=by, at=at)
    standing = list(queries.parts_of(flat.pk for flat in locked))  # read once: what settles meanwhile stays open here
    left = queries.left(bills.values(), of_parts=standing)
    parts = [_part(bills[share.bill_id], share, left[share.bill_id]) for share in wish.shares]
    own = _refuse_open(parts, left, wish, by=by, standing=standing)
    if own is not None:
        return own
    total = sum(part.total_kopecks for part in parts)
    if total < TOTAL_MIN_KOPECKS:
        raise refusals.sum_too_small(TOTAL_MIN_KOPECKS)
    if total > TOTAL_MAX_KOPECKS:
        raise refusals.sum_over_limit(TOTAL_MAX_KOPECKS)
    if wish.method_id is not None and not _methods(by).filter(pk=wish.method_id).exists():
        raise refusals.method_unknown()
    payment = Payment.objects.create(
        resident=by, method_id=wish.method_id, autopay_id=wish.autopay_id, total_kopecks=total, created_at=at,
        check_at=at + pauses.GRACE, request_key=uuid4(), keep_method=wish.keep_method and wish.method_id is None,
        acquirer=name, method_type=wish.way, key=key, asked=wish.fingerprint,
    )  # fmt: skip
    for part in parts:
        part.payment = payment
    Part.objects.bulk_create(parts)
    Event.objects.create(payment_id=payment.pk, happened_at=at, source=Source.RESIDENT, after=Status.CREATED)
    return payment


def _same(payment: Payment, wish: _Wish) -> Payment:
    """The payment that this key stands for already; another wish under the same key is a mistake of the caller."""
    if bytes(payment.asked) != wish.fingerprint:
        raise requests.key_reused()
    return payment


def _bills(shares: Sequence[Share], *, by: Resident, at: datetime) -> dict[int, Bill]:
    """The bills, if this resident may pay them and they are to be paid. Two queries."""
    wanted = [share.bill_id for share in shares if 0 < share.bill_id < 2**63]
    bills = Bill.objects.select_related("flat__house").in_bulk(wanted)
    if len(bills) < len(shares):
        raise refusals.bill_unknown()
    allowed = {flat.pk for flat in rights.flats_allowing(by, Act.PAY, at=at)}
    for bill in bills.values():
        if bill.flat_id not in allowed:
            _refuse_stranger(bill, by=by, at=at)
        if bill.withdrawn_at is not None:
            raise refusals.bill_withdrawn()
        if bill.superseded_at is not None:
            raise refusals.bill_superseded()
    return bills


def _refuse_stranger(bill: Bill, *, by: Resident, at: datetime) -> None:
    try:
        rights.flat_for(by, bill.flat_id, Act.PAY, at=at)
    except Refusal as refusal:
        raise (refusals.bill_unknown() if refusal.status == 404 else refusal) from None
    raise refusals.bill_unknown()


def _part(bill: Bill, share: Share, left: Left) -> Part:
    """What is paid of one bill: services, penalty, then insurance if it was chosen."""
    if left.carried_to is not None:
        raise refusals.bill_carried(left.carried_to.strftime("%m.%Y"))
    insurance = left.insurance if share.with_insurance else 0
    most = left.payable + insurance
    if most == 0:
        raise refusals.bill_paid()
    kopecks = most if share.kopecks is None else share.kopecks
    if kopecks <= 0:
        raise refusals.sum_too_small(TOTAL_MIN_KOPECKS)
    if kopecks > most:
        raise refusals.sum_too_large(most)
    services, penalty, insurance = left.split(kopecks, with_insurance=share.with_insurance)
    return Part(
        bill_id=bill.pk, flat_id=bill.flat_id, house_id=bill.house_id, period=bill.period, kind=bill.kind,
        services_kopecks=services, penalty_kopecks=penalty, insurance_kopecks=insurance,
        copy={
            "number": bill.number, "version": bill.version, "address": bill.flat.house.address,
            "flat": bill.flat.number, "payable_kopecks": bill.payable_kopecks,
            "insurance_kopecks": bill.insurance_kopecks, "payee_id": bill.payee_id,
        },
    )  # fmt: skip


def _refuse_open(
    parts: Sequence[Part], left: dict[int, Left], wish: _Wish, *, by: Resident, standing: Sequence[Part]
) -> Payment | None:
    """The resident's own open payment of the same sums, if there is one; refuse what would be paid twice."""
    if not any(left[part.bill_id].waiting for part in parts):
        return None
    wanted = {(part.flat_id, part.kind, part.period): part for part in parts}
    rivals = [
        other
        for other in standing
        if other.payment.status != Status.SUCCEEDED and (other.flat_id, other.kind, other.period) in wanted
    ]
    for payment in {other.payment for other in rivals if other.payment.resident_id == by.pk}:
        if _sums(payment.parts.all()) == _sums(parts) and (payment.method_id, payment.method_type) == (
            wish.method_id, wish.way,
        ):  # fmt: skip
            return payment
    for other in rivals:
        if other.payment.resident_id != by.pk:
            raise refusals.PaymentInProgress(None)
    for part in parts:
        now = left[part.bill_id]
        most = now.payable + (now.insurance if part.insurance_kopecks else 0)
        if part.total_kopecks + now.waiting > most:
            raise refusals.PaymentInProgress(min(rival.payment_id for rival in rivals))
    return None


def _sums(parts: Iterable[Part]) -> set[tuple[int, int, int, int]]:
    return {(part.bill_id, part.services_kopecks, part.penalty_kopecks, part.insurance_kopecks) for part in parts}


def _methods(by: Resident) -> QuerySet[Method]:
    return Method.objects.filter(resident=by, removed_at__isnull=True)


def send(payment_id: int, *, at: datetime) -> Payment:
    """Ask the acquirer for the money, if nobody else is doing it. Never inside a transaction.

    Afterwards the payment is PENDING with a ``confirmation_url``, or done, or canceled; it stays CREATED when nobody
    can say what became of the call, and then a job repeats it with the same key. Sent before: nothing happens.
    """
    claimed = Payment.objects.filter(pk=payment_id, status=Status.CREATED).filter(
        Q(checks_made=0) | Q(check_at__lte=at)
    )
    with transaction.atomic(durable=True):
        taken = claimed.update(checks_made=F("checks_made") + 1, check_at=at + pauses.LEASE)
    payment = Payment.objects.select_related("method").get(pk=payment_id)
    return call(payment, source=Source.CALL, at=at) if taken else payment


def call(payment: Payment, *, source: Source, at: datetime) -> Payment:
    """The call itself, for whoever has claimed the payment."""
    token = sealing.unseal(bytes(payment.method.sealed_token)) if payment.method is not None else ""
    charge = Charge(
        mark=payment.request_key, number=payment.pk, kopecks=payment.total_kopecks, way=payment.method_type,
        return_url=settings.SITE_URL + queries.page_of(payment.pk), keep_method=payment.keep_method,
        method_token=token,
    )  # fmt: skip
    try:
        remote = acquirers.current().create(charge)
    except Unknown as unknown:
        return settling.unsure(payment, unknown.code, at=at)
    except Refused as refused:
        if payment.checks_made > 1:  # an earlier call may have happened: only a look-up can tell
            return settling.unsure(payment, refused.code, at=at)
        return settling.cancel(payment.pk, refused.code, source=source, at=at)
    return settling.apply(payment.pk, remote, source=source, at=at)
