"""What is read of payments: what is left to pay, a resident's history, one payment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from dvor.base import periods
from dvor.base.refusals import Refusal
from dvor.bills.models import Bill
from dvor.payments.models import Part, Payment, Refund, Status
from dvor.people.models import Resident

HISTORY_MAX = 200


@dataclass(frozen=True, slots=True)
class Left:
    """What can still be paid of a bill, in kopecks. ``services`` holds what older months owe, too.

    ``paid`` is what came through us for this flat, month and kind, without what was given back; ``waiting`` is inside
    of payments that are on their way. ``carried_to`` names the month of a newer bill that asks for this debt again:
    then nothing is left here, because it is paid there; ``settled`` when that bill says that it was paid already.
    ``payments`` are those that stand or are on their way, by whomever.
    """

    services: int = 0
    penalty: int = 0
    insurance: int = 0
    paid: int = 0
    waiting: int = 0
    carried_to: date | None = None
    settled: bool = False
    payments: tuple[Payment, ...] = ()

    @property
    def payable(self) -> int:
        """Without voluntary insurance."""
        return self.services + self.penalty

    def split(self, kopecks: int, *, with_insurance: bool) -> tuple[int, int, int]:
        """What a sum pays: services first, then the penalty (Civil Code, art. 319), insurance last if it was chosen."""
        services = min(kopecks, self.services)
        penalty = min(kopecks - services, self.penalty)
        return services, penalty, kopecks - services - penalty if with_insurance else 0


def left(bills: Iterable[Bill], *, of_parts: Iterable[Part] | None = None) -> dict[int, Left]:
    """What is left to pay of these bills, by bill. Two queries for any number of bills.

    ``of_parts`` are the flats' parts (:func:`parts_of`), for whoever needs them of the same moment.

    payable − paid for the same flat, month and kind in any version (+ refunds). A payment that the issuer counted
    already (``taken_until``) is not taken off twice; one for an older month that came after the issuer's count lowers
    the debt that this bill brings along. Superseded and withdrawn bills are counted like others: acts refuse them.
    """
    wanted = list(bills)
    flats = {bill.flat_id for bill in wanted}
    if not flats:
        return {}
    parts: dict[tuple[int, int], list[Part]] = defaultdict(list)
    for part in parts_of(flats) if of_parts is None else of_parts:
        parts[part.flat_id, part.kind].append(part)
    newer = _newer(wanted)
    return {bill.pk: _left(bill, parts[bill.flat_id, bill.kind], newer[bill.flat_id]) for bill in wanted}


def parts_of(flat_ids: Iterable[int]) -> QuerySet[Part]:
    """Parts of payments that stand or are on their way, with their payments. One query, so of one moment."""
    return Part.objects.filter(flat_id__in=set(flat_ids)).exclude(payment__status=Status.CANCELED).select_related(
        "payment"
    )  # fmt: skip


def _newer(bills: Sequence[Bill]) -> dict[int, list[Bill]]:
    """Current documents of the flats that bring debts along, by flat."""
    found: dict[int, list[Bill]] = defaultdict(list)
    first = min(bill.period for bill in bills)
    for bill in Bill.objects.filter(
        flat_id__in={bill.flat_id for bill in bills}, period__gt=first, debt_before_kopecks__gt=0,
        superseded_at__isnull=True, withdrawn_at__isnull=True,
    ).order_by("period"):  # fmt: skip
        found[bill.flat_id].append(bill)
    return found


def _left(bill: Bill, parts: Sequence[Part], newer: Sequence[Bill]) -> Left:
    own = [part for part in parts if part.period == bill.period]
    done = [part for part in own if part.payment.status == Status.SUCCEEDED]
    paid = sum(part.total_kopecks - part.refunded_kopecks for part in done)
    waiting = sum(part.total_kopecks for part in own if part.payment.status != Status.SUCCEEDED)
    carrier = next((other for other in newer if _carries(other, bill)), None)
    payments = tuple(part.payment for part in own)
    if carrier is not None:
        settled = not carrier.debts and carrier.taken_kopecks >= carrier.debt_before_kopecks
        return Left(paid=paid, waiting=waiting, carried_to=carrier.period, settled=settled, payments=payments)
    penalty_paid = sum(part.penalty_kopecks - part.refunded_penalty_kopecks for part in done)
    insurance_paid = sum(part.insurance_kopecks - part.refunded_insurance_kopecks for part in done)
    counted = min(max(bill.taken_kopecks, 0), sum(_without_insurance(part) for part in done if _counted(part, bill)))
    debt_paid = sum(
        _without_insurance(part)
        for part in parts
        if part.period < bill.period and part.payment.status == Status.SUCCEEDED and not _counted(part, bill)
    )
    off = paid - insurance_paid - counted + min(debt_paid, bill.debt_before_kopecks)
    payable = max(bill.payable_kopecks - off, 0)
    penalty = min(max(min(bill.penalty_kopecks, bill.payable_kopecks) - penalty_paid, 0), payable)
    insurance = max(bill.insurance_kopecks - insurance_paid, 0)
    return Left(payable - penalty, penalty, insurance, paid, waiting, payments=payments)


def _without_insurance(part: Part) -> int:
    refunded = part.refunded_services_kopecks + part.refunded_penalty_kopecks
    return part.services_kopecks + part.penalty_kopecks - refunded


def _counted(part: Part, bill: Bill) -> bool:
    """Whether the issuer knew of the payment when it wrote the bill."""
    paid_at = part.payment.paid_at
    if paid_at is None or paid_at >= bill.issued_at:
        return False
    return bill.taken_until is None or periods.day_of(paid_at) <= bill.taken_until


def _carries(newer: Bill, bill: Bill) -> bool:
    """Whether a newer document asks for what this one asked: it lists the month, or it brings a debt unlisted."""
    if newer.pk == bill.pk or newer.period <= bill.period:
        return False
    if newer.debts:
        return any(str(month) == bill.period.isoformat() for month, _kopecks in newer.debts)
    return newer.kind == bill.kind


def history(
    resident: Resident, *, before: int | None = None, limit: int = 50, flat_id: int | None = None,
    year: int | None = None, state: str = "",
) -> list[Payment]:  # fmt: skip
    """The resident's own payments, newest first, with parts and refunds.

    ``before`` is the last number of the page before; ``year`` is the city's year of the beginning; ``state`` is
    ``done``, ``open``, ``canceled``, ``refunded`` or empty. Three queries.
    """
    wanted = _STATES.get(state, Q())
    if before is not None:
        wanted &= Q(pk__lt=before)
    if flat_id is not None:
        wanted &= Q(Exists(Part.objects.filter(payment=OuterRef("pk"), flat_id=flat_id)))
    if year is not None:
        since, until = (periods.day_start(date(one, 1, 1)) for one in (year, year + 1))
        wanted &= Q(created_at__gte=since, created_at__lt=until)
    found = Payment.objects.filter(wanted, resident=resident).order_by("-id")
    return list(found.prefetch_related(_PARTS, _REFUNDS)[: min(limit, HISTORY_MAX + 1)])


def payment_for(resident: Resident, payment_id: int) -> Payment:
    """The resident's own payment with parts and refunds; somebody else's does not exist for him. Three queries.

    Raises:
        Refusal: ``payment_unknown`` (404).
    """
    found = Payment.objects.filter(pk=payment_id, resident=resident) if 0 < payment_id < 2**63 else None
    payment = found.prefetch_related(_PARTS, _REFUNDS).first() if found is not None else None
    if payment is None:
        raise unknown()
    return payment


def page_of(payment_id: int) -> str:
    """The path of the payment's page, to which the acquirer brings the payer back."""
    return f"/payments/{payment_id}/"


def unknown() -> Refusal:
    """Also for other people's payments."""
    return Refusal(
        "payment_unknown", _("You have no such payment."), remedy=_("Look at the list of your payments."), status=404
    )


def open_refunds(payment_id: int) -> QuerySet[Refund]:
    """Refunds whose money is on its way."""
    return Refund.objects.filter(Q(payment_id=payment_id, status__in=(Status.CREATED, Status.PENDING)))


_STATES = {
    "done": Q(status=Status.SUCCEEDED),
    "open": Q(status__in=(Status.CREATED, Status.PENDING)),
    "canceled": Q(status=Status.CANCELED),
    "refunded": Q(refunded_kopecks__gt=0),
}
_PARTS = Prefetch("parts", Part.objects.order_by("id"))
_REFUNDS = Prefetch("refunds", Refund.objects.order_by("id"))
