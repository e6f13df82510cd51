"""Points for paid bills, in the transaction in which the money is known to have come or gone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from dvor.homes import rights
from dvor.homes.rights import Act
from dvor.payments.kinds import BILL_PAID
from dvor.payments.models import Part, Payment, Refund, Status
from dvor.people.models import Resident
from dvor.points import activities, awards
from dvor.points import models as points
from dvor.points.activities import Activity


def record(payment: Payment, *, at: datetime) -> int:
    """One activity for each part that pays services; the points they brought. Insurance and penalties bring none.

    Only for flats where the payer may pay bills at the moment of the payment.
    """
    allowed = {flat.pk for flat in rights.flats_allowing(payment.resident, Act.PAY, at=payment.paid_at)}
    earned = [
        _activity(part, payment, f"part:{part.pk}", payment.resident.level, part.services_kopecks)
        for part in payment.parts.order_by("id")
        if part.services_kopecks and part.flat_id in allowed
    ]
    return sum(award.points for award in activities.record(earned, by=payment.resident, at=at)) if earned else 0


def take_back(refund: Refund, parts: Collection[Part], *, by: Resident | None, at: datetime) -> None:
    """Reverse the awards of the parts whose services are given back, and record again what stays paid.

    The rest keeps the day of the payment, so that its delay does not begin anew, and the account level of then.
    """
    payment = refund.payment
    before = payment.refunds.filter(status=Status.SUCCEEDED).exclude(pk=refund.pk).values_list("pk", flat=True)
    subjects = {
        part.pk: [f"part:{part.pk}", *(f"part:{part.pk}:r{number}" for number in sorted(before))] for part in parts
    }
    keys = [
        awards.Key(BILL_PAID.id, subject, part.period) for part in parts for subject in subjects[part.pk]
    ]  # fmt: skip
    awards.reverse(keys, reason=refund.reason, by=by, at=at)
    levels = dict(
        points.Activity.objects.filter(
            kind_id=BILL_PAID.id, subject__in=[f"part:{part.pk}" for part in parts],
            month__in={part.period for part in parts},
        ).values_list("subject", "level")
    )  # fmt: skip
    rest = [
        _activity(part, payment, f"part:{part.pk}:r{refund.pk}", levels[f"part:{part.pk}"], kept)
        for part in parts
        if f"part:{part.pk}" in levels and (kept := part.services_kopecks - part.refunded_services_kopecks) > 0
    ]
    if rest:
        activities.record(rest, by=by, at=at)


def _activity(part: Part, payment: Payment, subject: str, level: int, kopecks: int) -> Activity:
    assert payment.paid_at is not None, "only money that came brings points"
    return Activity(BILL_PAID, payment.resident_id, level, subject, part.period, payment.paid_at, kopecks)
