"""Consents for the tests of automatic payment, and what residents were told."""

from __future__ import annotations

from datetime import datetime

from dvor.base import sealing
from dvor.notices.models import Notice
from dvor.payments import autopay
from dvor.payments.models import Autopay, Method
from dvor.people.models import Resident
from tests.cast import Cast


def kept(resident: Resident, at: datetime, name: str = "1") -> Method:
    token = f"token-{name}"
    return Method.objects.create(
        resident=resident, kept_at=at, type="bank_card", sealed_token=sealing.seal(token),
        fingerprint=sealing.fingerprint(token),
    )  # fmt: skip


def agreed(cast: Cast, at: datetime, ceiling: int = 200_000, *, with_insurance: bool = False) -> Autopay:
    return autopay.give(
        flat_id=cast.flat.pk, method_id=kept(cast.anna, at).pk, ceiling_kopecks=ceiling, with_insurance=with_insurance,
        by=cast.anna, at=at,
    )  # fmt: skip


def told(resident: Resident) -> list[str]:
    return list(Notice.objects.filter(resident=resident).order_by("id").values_list("kind", flat=True))
