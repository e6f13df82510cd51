"""Means of payment that the acquirer keeps for residents who agreed to it: we hold their sealed names only."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from dvor.base import sealing
from dvor.payments import refusals
from dvor.payments.acquirers import Remote
from dvor.payments.models import Autopay, Method
from dvor.people.models import Resident

KEPT_AFTER = timedelta(days=2)  # a call of unknown outcome is repeated for 23 hours


def keep(resident: Resident, remote: Remote, *, at: datetime) -> Method | None:
    """Remember the means that a payment was made with; the same one again is the same row, somebody else's is none."""
    found, _fresh = Method.objects.get_or_create(
        fingerprint=sealing.fingerprint(remote.method_token),
        defaults={
            "resident": resident, "kept_at": at, "type": remote.method_type,
            "sealed_token": sealing.seal(remote.method_token),
        },
    )  # fmt: skip
    if found.resident_id != resident.pk:
        return None
    if found.removed_at is not None:  # agreed to again
        found.removed_at, found.kept_at, found.sealed_token = None, at, sealing.seal(remote.method_token)
        found.save()
    return found


@transaction.atomic
def remove(method_id: int, *, by: Resident, at: datetime) -> Method:
    """Charge a kept means never again; consents that pay with it end. Again changes nothing.

    Raises:
        Refusal: ``method_unknown`` (404) when it is not the resident's own.
    """
    from dvor.payments import autopay  # consents know the means

    method = Method.objects.select_for_update(no_key=True).filter(pk=method_id, resident=by).first()
    if method is None:
        raise refusals.method_unknown()
    if method.removed_at is None:
        method.removed_at = at
        method.save(update_fields=["removed_at"])
        for consent in Autopay.objects.filter(method=method, ended_at__isnull=True):
            autopay.end(consent.pk, by=by, at=at, reason=autopay.Stop.METHOD_REMOVED)
    return method


def forget(*, at: datetime) -> int:
    """Drop the acquirer's names of means that were removed, once no call with them can be repeated any more."""
    gone = Method.objects.filter(removed_at__lt=at - KEPT_AFTER).exclude(sealed_token=b"")
    return gone.update(sealed_token=b"")
