"""Consent to automatic payment: a resident lets a flat's bills be paid up to a ceiling, and ends it at any time."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Refusal
from dvor.homes import rights
from dvor.homes.rights import Act
from dvor.payments import refusals
from dvor.payments.models import Autopay, AutopayRun, Method
from dvor.people.models import Resident

CEILING_MAX_KOPECKS = 100_000_000


class Stop(StrEnum):
    """Why a consent ended, or a bill was not paid by itself."""

    RESIDENT = "resident"  # at the resident's own wish
    REPLACED = "replaced"  # by a newer consent of the same resident
    CONSENT_ENDED = "consent_ended"
    METHOD_REMOVED = "method_removed"
    NO_RIGHT = "no_right"
    OVER_CEILING = "over_ceiling"
    CHANGED = "bill_changed"
    WITHDRAWN = "bill_withdrawn"
    CARRIED = "bill_carried_on"
    PAID = "bill_paid"
    IN_PROGRESS = "payment_in_progress"


@transaction.atomic
def give(
    *, flat_id: int, method_id: int, ceiling_kopecks: int, with_insurance: bool, by: Resident, at: datetime
) -> Autopay:
    """Agree that ordinary bills of a flat which come from now on are paid by themselves, each up to the ceiling.

    A consent that the resident gave before is replaced, and what it was going to pay goes on under the new one.

    Raises:
        Refusal: ``flat_unknown`` (404), ``not_allowed`` (403) as ``homes.rights`` says; ``method_unknown`` (404);
            ``autopay_taken`` (409) when somebody else pays this flat automatically; ``ceiling_wrong`` (422).
    """
    flat = rights.flat_for(by, flat_id, Act.PAY, at=at)
    if not 0 < ceiling_kopecks <= CEILING_MAX_KOPECKS:
        raise Refusal("ceiling_wrong", _("From 1 rouble to 1,000,000 roubles."), field="ceiling")
    method = Method.objects.filter(pk=method_id, resident=by, removed_at__isnull=True).first()
    if method is None:
        raise refusals.method_unknown()
    before = _locked(flat=flat, ended_at__isnull=True)
    if before is not None and before.resident_id != by.pk:
        raise _taken()
    if before is not None:
        _end(before, Stop.REPLACED, at=at)
    try:
        with transaction.atomic():
            consent = Autopay.objects.create(
                resident=by, flat=flat, method=method, consented_at=at, ceiling_kopecks=ceiling_kopecks,
                with_insurance=with_insurance,
            )  # fmt: skip
    except IntegrityError:
        raise _taken() from None
    if before is not None:
        _waiting(before).update(autopay=consent)
    return consent


@transaction.atomic
def end(consent_id: int, *, by: Resident | None, at: datetime, reason: Stop = Stop.RESIDENT) -> Autopay:
    """End a consent, and stop what it was going to pay and nobody has begun to. Again changes nothing.

    Raises:
        Refusal: ``autopay_unknown`` (404) when it is not the resident's own.
    """
    consent = _locked(pk=consent_id, **({"resident": by} if by else {}))
    if consent is None:
        raise unknown()
    if consent.ended_at is None:
        _end(consent, reason, at=at)
        stopped = Stop.METHOD_REMOVED if reason == Stop.METHOD_REMOVED else Stop.CONSENT_ENDED
        _waiting(consent).update(stopped_at=at, stopped_reason=stopped)
    return consent


@transaction.atomic
def stop(run_id: int, *, by: Resident, at: datetime) -> AutopayRun:
    """Do not pay one announced bill; the consent stays. Again changes nothing.

    Raises:
        Refusal: ``autopay_unknown`` (404); ``autopay_started`` (409) when it is being paid already.
    """
    run = AutopayRun.objects.select_for_update(no_key=True).filter(pk=run_id, autopay__resident=by).first()
    if run is None:
        raise unknown()
    if run.started_at is not None:
        raise Refusal(
            "autopay_started",
            _("This bill is being paid already."),
            remedy=_("Look at the payment; ask the hotline for a refund if it was a mistake."),
            status=409,
        )
    if run.stopped_at is None:
        run.stopped_at, run.stopped_reason = at, Stop.RESIDENT
        run.save(update_fields=["stopped_at", "stopped_reason"])
    return run


def unknown() -> Refusal:
    """Also for other people's."""
    return Refusal(
        "autopay_unknown",
        _("You have no such automatic payment."),
        remedy=_("Look at the list of your automatic payments."),
        status=404,
    )


def _locked(**wanted: object) -> Autopay | None:
    return Autopay.objects.select_for_update(no_key=True).filter(**wanted).first()


def _end(consent: Autopay, reason: Stop, *, at: datetime) -> None:
    consent.ended_at, consent.ended_reason = at, reason
    consent.save(update_fields=["ended_at", "ended_reason"])


def _waiting(consent: Autopay):  # type: ignore[no-untyped-def]
    return AutopayRun.objects.filter(autopay=consent, started_at__isnull=True, stopped_at__isnull=True)


def _taken() -> Refusal:
    return Refusal(
        "autopay_taken",
        _("Somebody else already pays the bills of this flat automatically."),
        remedy=_("Agree with those who live with you who of you pays."),
        status=409,
    )
