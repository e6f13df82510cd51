"""What the pages of bills tell of their money: paid, waiting, left, and the way to pay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Text
from dvor.bills.models import Bill
from dvor.bills.slots import PaymentState
from dvor.homes import rights
from dvor.homes.models import Flat, Residency
from dvor.homes.rights import Act
from dvor.payments import acquirers, queries
from dvor.payments.queries import Left
from dvor.people.models import Resident

PAYMENTS_SHOWN = 5


def tell(bills: Sequence[Bill], reader: Resident, at: datetime) -> Mapping[int, PaymentState]:
    """The states of these bills for a reader. Two queries."""
    left = queries.left(bills)
    is_on = acquirers.is_on()
    return {
        bill.pk: _state(bill, left[bill.pk], reader, may_pay=is_on and _may_pay(bill.flat, reader)) for bill in bills
    }


def _state(bill: Bill, left: Left, reader: Resident, *, may_pay: bool) -> PaymentState:
    badge, tone = _badge(left)
    is_payable = bill.withdrawn_at is None and bill.superseded_at is None and left.carried_to is None
    own = [payment for payment in left.payments if payment.resident_id == reader.pk]
    own.sort(key=lambda payment: -payment.pk)
    context = {"left": left, "payments": own[:PAYMENTS_SHOWN]}
    return PaymentState(
        left_kopecks=left.payable,
        badge=badge,
        tone=tone,
        pay_url=f"{reverse('pay')}?bill={bill.pk}" if may_pay and is_payable else "",
        pay_text=_("Pay"),
        template="payments/_bill.html",
        context=context,
    )


def _badge(left: Left) -> tuple[Text, str]:
    if left.waiting:
        return _("being paid"), "warn"
    if left.settled:
        return _("paid"), "good"
    if left.carried_to is not None:
        return _("in a newer bill"), "quiet"
    if left.payable:
        return (_("paid in part"), "warn") if left.paid else (_("to pay"), "warn")
    return _("paid"), "good"


def _may_pay(flat: Flat, reader: Resident) -> bool:
    """By the residency with which the flat was reached; operators look only."""
    residency = getattr(flat, "residency", None)
    return residency is not None and rights.allows(
        level=reader.account_level, status=Residency.Status(residency.status), proven=residency.proven, act=Act.PAY
    )
