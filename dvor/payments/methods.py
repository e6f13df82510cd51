"""Means of payment that the acquirer keeps for residents who agreed to it: we hold their sealed names only."""

from __future__ import annotations

from datetime import datetime

from dvor.base import sealing
from dvor.payments.acquirers import Remote
from dvor.payments.models import Method
from dvor.people.models import Resident


def keep(resident: Resident, remote: Remote, *, at: datetime) -> Method | None:
    """Remember the means that a payment was made with; the same one again is the same row, somebody else's is none."""
    found, _fresh = Method.objects.get_or_create(
        fingerprint=sealing.fingerprint(remote.method_token),
        defaults={
            "resident": resident, "kept_at": at, "type": remote.method_type,
            "sealed_token": sealing.seal(remote.method_token),
        },
    )  # fmt: skip
    return found if found.resident_id == resident.pk else None
