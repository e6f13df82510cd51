"""Refusals of payments and refunds."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dvor.base import money
from dvor.base.refusals import Refusal

LIFE_MINUTES = 60  # an unpaid redirect lapses at the acquirer within the hour


class PaymentInProgress(Refusal):
    """The same bill is being paid. ``payment_id`` names the resident's own payment, empty for somebody else's."""

    def __init__(self, payment_id: int | None) -> None:
        super().__init__(
            "payment_in_progress",
            _("You have already begun to pay this bill.") if payment_id else _("Somebody is paying this bill now."),
            remedy=_("Finish that payment, or wait: unpaid, it lapses within %(minutes)s minutes.")
            % {"minutes": LIFE_MINUTES},
            status=409,
        )
        self.payment_id = payment_id


def shares_wrong(most: int) -> Refusal:
    """None, too many, or one bill twice."""
    return Refusal(
        "bills_wrong",
        _("From 1 to %(most)s bills can be paid at once, each one time.") % {"most": most},
        remedy=_("Choose the bills again."),
        field="bills",
    )


def bill_unknown() -> Refusal:
    """Also for bills of flats with which the resident has nothing to do."""
    return Refusal("bill_unknown", _("There is no such bill."), remedy=_("Choose one of your bills."), status=404)


def bill_superseded() -> Refusal:
    """A corrected version came."""
    return Refusal(
        "bill_superseded",
        _("This bill was corrected: there is a newer version of it."),
        remedy=_("Open the bill again and pay the sum that stands there now."),
        status=409,
    )


def bill_withdrawn() -> Refusal:
    """The issuer took it back."""
    return Refusal(
        "bill_withdrawn",
        _("The issuer has withdrawn this bill: it is not to be paid."),
        remedy=_("Wait for the new bill."),
        status=409,
    )


def bill_carried(month: str) -> Refusal:
    """Its debt stands in a newer bill."""
    return Refusal(
        "bill_carried_on",
        _("What this bill asked for is part of the bill of %(month)s.") % {"month": month},
        remedy=_("Pay the newer bill, so that nothing is paid twice."),
        status=409,
    )


def bill_paid() -> Refusal:
    """Nothing is left."""
    return Refusal(
        "bill_paid",
        _("This bill is paid already."),
        remedy=_("Nothing to do: the payment is in the history."),
        status=409,
    )


def sum_too_large(kopecks: int) -> Refusal:
    """More than is left; advances are not taken yet."""
    return Refusal(
        "sum_too_large",
        _("Only %(sum)s is left to pay of this bill.") % {"sum": money.show(kopecks)},
        remedy=_("Enter this sum or a smaller one."),
        field="sum",
    )


def sum_too_small(kopecks: int) -> Refusal:
    """Less than an acquirer takes."""
    return Refusal(
        "sum_too_small",
        _("The least that can be paid is %(sum)s.") % {"sum": money.show(kopecks)},
        remedy=_("Enter a larger sum."),
        field="sum",
    )


def sum_over_limit(kopecks: int) -> Refusal:
    """More than anybody pays at once."""
    return Refusal(
        "sum_over_limit",
        _("At most %(sum)s can be paid at once.") % {"sum": money.show(kopecks)},
        remedy=_("Pay in parts."),
        field="sum",
    )


def method_unknown() -> Refusal:
    """Also for other people's."""
    return Refusal(
        "method_unknown",
        _("There is no such kept means of payment."),
        remedy=_("Choose another one, or pay without it."),
        status=404,
    )


def refund_too_large(kopecks: int) -> Refusal:
    """More than was paid, or than is not on its way back already."""
    return Refusal(
        "refund_too_large",
        _("At most %(sum)s can be given back.") % {"sum": money.show(kopecks)},
        remedy=_("Enter this sum or a smaller one."),
        field="sum",
    )


def not_paid() -> Refusal:
    """A refund of what never came."""
    return Refusal(
        "payment_not_done",
        _("This payment has brought no money, so there is nothing to give back."),
        remedy=_("Wait for its end."),
        status=409,
    )


def reason_missing() -> Refusal:
    """Money never goes back without a word."""
    return Refusal("reason_missing", _("Give the reason for the refund."), remedy=_("One sentence is enough."), field="reason")  # noqa: E501  # fmt: skip
