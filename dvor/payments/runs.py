"""Automatic payments: a new bill is announced, and paid two days later unless something speaks against it.

announce   consents locked → bills of which nobody told yet → one run for a consent and bill, and the notice of it
pay        run claimed (``started_at``) → everything looked at again → the intent, whose key is the run's number

Locks are taken in one order, consent before run. A worker that is killed between claim and intent loses nothing: the
run is taken up again under the same key.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet

from dvor.base import sql
from dvor.base.refusals import Refusal
from dvor.bills.models import Bill
from dvor.homes import rights
from dvor.homes.rights import Act
from dvor.payments import acquirers, autopay, intents, pauses, queries, telling
from dvor.payments.autopay import Stop
from dvor.payments.intents import Share
from dvor.payments.models import Autopay, AutopayRun, Payment
from dvor.payments.queries import Left
from dvor.payments.refusals import PaymentInProgress

NOTICE = timedelta(days=2)  # between the announcement and the payment
PATIENCE = timedelta(days=5)  # for a bill that is being paid otherwise
AGAIN = timedelta(hours=1)
BATCH = 200
SILENT = {Stop.PAID, Stop.CARRIED, Stop.RESIDENT}  # nothing was taken from the resident, and nothing is to be done

log = structlog.get_logger()


def announce(*, at: datetime) -> int:
    """Tell residents of new bills that will be paid by themselves in two days; return how many runs there are now."""
    _drop_changed(at=at)
    made, after = 0, 0
    while True:
        with transaction.atomic():
            found = sql.rows("payments/autopay_new.sql", after=after, batch=BATCH)
            made += _announce([(row.autopay_id, row.bill_id) for row in found], at=at)
        if len(found) < BATCH:
            return made
        after = found[-1].autopay_id


@transaction.atomic
def _drop_changed(*, at: datetime) -> None:
    """Stop what was announced of bills that were corrected or withdrawn since."""
    gone = Bill.objects.filter(Q(superseded_at__isnull=False) | Q(withdrawn_at__isnull=False)).values("pk")
    waiting = AutopayRun.objects.filter(
        bill_id__in=gone, started_at__isnull=True, stopped_at__isnull=True, payment__isnull=True
    )
    for run in waiting.select_related("autopay").select_for_update(of=("self",), no_key=True, skip_locked=True):
        bill = Bill.objects.select_related("flat__house").get(pk=run.bill_id)
        _stop(run, bill, Stop.WITHDRAWN if bill.withdrawn_at is not None else Stop.CHANGED, at=at)


def _announce(pairs: list[tuple[int, int]], *, at: datetime) -> int:
    consents = Autopay.objects.select_related("resident").in_bulk({consent for consent, _bill in pairs})
    bills = Bill.objects.select_related("flat__house").in_bulk({bill for _consent, bill in pairs})
    left = queries.left(bills.values())
    made = 0
    for consent_id, bill_id in pairs:
        consent, bill, rest = consents[consent_id], bills[bill_id], left[bill_id]
        if rest.waiting:
            continue  # it is being paid; the next round knows more
        kopecks = _asked(rest, consent)
        run = AutopayRun.objects.create(
            autopay=consent, bill_id=bill_id, told_kopecks=kopecks, told_at=at, due_at=at + NOTICE
        )
        against = _against(consent, bill, rest, kopecks, at=at)
        if against is None:
            telling.autopay_soon(run, bill, at=at)
        else:
            _stop(run, bill, against, at=at)
        made += 1
    return made


def _asked(left: Left, consent: Autopay) -> int:
    return left.payable + (left.insurance if consent.with_insurance else 0)


def _against(consent: Autopay, bill: Bill, left: Left, kopecks: int, *, at: datetime) -> Stop | None:
    """What speaks against paying this bill by itself now."""
    if consent.ended_at is not None:
        return Stop.METHOD_REMOVED if consent.ended_reason == Stop.METHOD_REMOVED else Stop.CONSENT_ENDED
    if bill.withdrawn_at is not None:
        return Stop.WITHDRAWN
    if bill.superseded_at is not None:
        return Stop.CHANGED
    if left.carried_to is not None:
        return Stop.CARRIED
    if left.payable == 0:
        return Stop.PAID
    if kopecks > consent.ceiling_kopecks:
        return Stop.OVER_CEILING
    allowed = {flat.pk for flat in rights.flats_allowing(consent.resident, Act.PAY, at=at)}
    return None if bill.flat_id in allowed else Stop.NO_RIGHT


def pay(*, at: datetime) -> int:
    """Pay what is due; return how many payments were begun. Never inside a transaction."""
    begun, after = 0, 0
    while acquirers.is_on():
        candidate = _due(at=at).filter(pk__gt=after).order_by("pk").first()
        if candidate is None:
            break
        after = candidate.pk
        run = _claim(candidate, at=at)
        begun += run is not None and _begin(run, at=at)
    return begun


def _due(*, at: datetime) -> QuerySet[AutopayRun]:
    """Runs that nobody is paying; one that was claimed and not paid was left by a worker that ended."""
    fresh = Q(started_at__isnull=True) | Q(started_at__lt=at - pauses.LEASE)
    return AutopayRun.objects.filter(fresh, due_at__lte=at, stopped_at__isnull=True, payment__isnull=True)


@transaction.atomic(durable=True)
def _claim(candidate: AutopayRun, *, at: datetime) -> AutopayRun | None:
    """The run, if it is ours to pay now; it is stopped when something speaks against it."""
    locked = Autopay.objects.select_for_update(of=("self",), no_key=True).select_related("resident")
    consent = locked.get(pk=candidate.autopay_id)
    run = _due(at=at).select_for_update(no_key=True).filter(pk=candidate.pk).first()
    if run is None:
        return None
    run.autopay = consent
    was_begun = run.started_at is not None and _intents(run).exists()  # only our note of the intent is missing
    if not was_begun:
        bill = Bill.objects.select_related("flat__house").get(pk=run.bill_id)
        left = queries.left([bill])[bill.pk]
        against = _against(consent, bill, left, min(_asked(left, consent), run.told_kopecks), at=at)
        if against is not None:
            _stop(run, bill, against, at=at)
            return None
    run.started_at = at
    run.save(update_fields=["started_at"])
    return run


def _begin(run: AutopayRun, *, at: datetime) -> bool:
    """Make the intent and send it. At most one for a run: its key is the run's own."""
    try:
        payment = _intent(run, at=at)
    except PaymentInProgress:
        _wait(run, at=at)
        return False
    except Refusal as refusal:
        log.warning("payments.autopay.refused", run=run.pk, code=refusal.code)
        with transaction.atomic():
            _stop(run, Bill.objects.select_related("flat__house").get(pk=run.bill_id), refusal.code, at=at)
        return False
    AutopayRun.objects.filter(pk=run.pk, payment__isnull=True).update(payment=payment)
    intents.send(payment.pk, at=at)
    return True


def _intent(run: AutopayRun, *, at: datetime) -> Payment:
    consent = run.autopay
    known = _intents(run).first()
    if known is not None:
        return known
    bill = Bill.objects.get(pk=run.bill_id)
    left = queries.left([bill])[bill.pk]
    share = Share(bill.pk, min(_asked(left, consent), run.told_kopecks), consent.with_insurance)
    return intents.start(
        [share], by=consent.resident, at=at, key=_key(run), method_id=consent.method_id, autopay_id=consent.pk
    )


def _key(run: AutopayRun) -> str:
    return f"autopay:{run.pk}"


def _intents(run: AutopayRun) -> QuerySet[Payment]:
    return Payment.objects.filter(resident=run.autopay.resident_id, key=_key(run))


def _wait(run: AutopayRun, *, at: datetime) -> None:
    """Somebody is paying this bill otherwise: look again later, for some days."""
    with transaction.atomic():
        if at - run.told_at > NOTICE + PATIENCE:
            _stop(run, Bill.objects.select_related("flat__house").get(pk=run.bill_id), Stop.IN_PROGRESS, at=at)
        else:
            AutopayRun.objects.filter(pk=run.pk).update(started_at=None, due_at=at + AGAIN)


def _stop(run: AutopayRun, bill: Bill, reason: str, *, at: datetime) -> None:
    run.started_at, run.stopped_at, run.stopped_reason = None, at, reason[:40]
    run.save(update_fields=["started_at", "stopped_at", "stopped_reason"])
    if reason == Stop.NO_RIGHT:
        autopay.end(run.autopay_id, by=None, at=at, reason=Stop.NO_RIGHT)
    if reason not in SILENT:
        telling.autopay_stopped(run, bill, at=at)


def of_flats(flat_ids: list[int], resident_id: int) -> dict[int, list[AutopayRun]]:
    """The last runs of the resident's own consents by flat, newest first. One query."""
    found: dict[int, list[AutopayRun]] = defaultdict(list)
    for run in (
        AutopayRun.objects.filter(autopay__flat_id__in=flat_ids, autopay__resident_id=resident_id)
        .select_related("autopay", "payment")
        .order_by("-id")[:100]
    ):
        found[run.autopay.flat_id].append(run)
    return found
