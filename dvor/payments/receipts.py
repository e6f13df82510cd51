"""A payment as its payer reads it: what was paid of which bill, what came back, which points it brought."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from dvor.base import periods
from dvor.base.refusals import Text
from dvor.bills.models import Bill, Payee
from dvor.payments import wording
from dvor.payments.kinds import BILL_PAID
from dvor.payments.models import Part, Payment, Refund, Status
from dvor.points import queries as points
from dvor.points.reasons import Reason

AWARDS_MAX = 100
_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Earned:
    """Points of a payment: all that stand, when they can be spent, and why there are none or not all."""

    points: int
    taken_back: int
    spendable_at: datetime | None
    reasons: list[Reason]
    was_answered: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """One payment with everything about it."""

    parts: list[Part]
    refunds: list[tuple[Refund, tuple[Text, str]]]
    earned: Earned
    means: Text

    @property
    def services(self) -> int:
        return sum(part.services_kopecks for part in self.parts)

    @property
    def penalty(self) -> int:
        return sum(part.penalty_kopecks for part in self.parts)

    @property
    def insurance(self) -> int:
        return sum(part.insurance_kopecks for part in self.parts)


def of(payment: Payment) -> Receipt:
    """The receipt; parts and refunds as they were fetched. One query for the points, and one a refund."""
    refunds = [(refund, wording.refund_state(refund)) for refund in payment.refunds.all()]
    return Receipt(list(payment.parts.all()), refunds, earned(payment), wording.means(payment.method_type))


def earned(payment: Payment) -> Earned:
    """What the payment's parts brought; of a part that was refunded in part, the newest award counts."""
    if payment.settled_at is None or payment.status != Status.SUCCEEDED:
        return Earned(0, 0, None, [], was_answered=False)
    names = {f"part:{part.pk}" for part in payment.parts.all()}
    moments = {payment.settled_at, *(one.settled_at for one in payment.refunds.all() if one.settled_at)}
    awards = [
        award
        for moment in sorted(moments)
        for award in points.awards(
            payment.resident_id, since=moment, until=moment + _MOMENT, kind_id=BILL_PAID.id, limit=AWARDS_MAX
        )
        if ":".join(award.subject.split(":")[:2]) in names
    ]
    standing = [award for award in awards if award.reversed_at is None]
    reasons = sorted({award.reason for award in standing} - {Reason.PAID})
    later = [award.spendable_at for award in standing if award.points and award.spendable_at]
    return Earned(
        points=sum(award.points for award in standing),
        taken_back=sum(award.points for award in awards if award.subject in names)
        - sum(award.points for award in standing),
        spendable_at=max(later, default=None),
        reasons=reasons,
        was_answered=bool(awards),
    )


def payees(payment: Payment) -> list[Payee]:
    """Who received the money: the payees of the bills as they were paid. One query."""
    ids = Bill.objects.filter(pk__in=[part.bill_id for part in payment.parts.all()]).values("payee_id")
    return list(Payee.objects.filter(pk__in=ids).order_by("name"))


def file_lines(payment: Payment) -> Iterator[tuple[Any, ...]]:
    """Lines of the history's file."""
    state = str(wording.state(payment)[0])
    for part in payment.parts.all():
        yield (
            payment.pk, _local(payment.created_at), _local(payment.paid_at), state, part.copy.get("address", ""),
            part.copy.get("flat", ""), f"{part.period:%m.%Y}", _roubles(part.services_kopecks),
            _roubles(part.penalty_kopecks), _roubles(part.insurance_kopecks), _roubles(part.refunded_kopecks),
        )  # fmt: skip


def _local(at: datetime | None) -> datetime | None:
    return at.astimezone(periods.zone()).replace(tzinfo=None, microsecond=0) if at else None


def _roubles(kopecks: int) -> Decimal:
    return Decimal(kopecks) / 100
