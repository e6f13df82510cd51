"""Payments in words: states, why one was declined, what a kept means of payment is called."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dvor.base import periods
from dvor.base.refusals import Text
from dvor.payments.models import AutopayRun, Method, Payment, Refund, Status

MEANS: dict[str, Text] = {
    "bank_card": gettext_lazy("bank card"),
    "sbp": gettext_lazy("SBP"),
    "yoo_money": gettext_lazy("YooMoney wallet"),
    "sberbank": "SberPay",
    "tinkoff_bank": "T-Pay",
}
_WHY: dict[str, Text] = {
    "insufficient_funds": gettext_lazy("There was not enough money on the account."),
    "expired_on_confirmation": gettext_lazy("The payment was not confirmed in time."),
    "permission_revoked": gettext_lazy("The bank no longer allows payments with the kept means."),
    "card_expired": gettext_lazy("The card has expired."),
    "payment_method_restricted": gettext_lazy("Payments with this card or account are blocked."),
    "payment_method_limit_exceeded": gettext_lazy("The bank's limit for payments was reached."),
    "3d_secure_failed": gettext_lazy("The bank could not check that it was you."),
    "issuer_unavailable": gettext_lazy("Your bank did not answer."),
    "fraud_suspected": gettext_lazy("The bank took the payment for suspicious."),
    "never_reached": gettext_lazy("The acquirer did not get our request."),
    "canceled_by_merchant": gettext_lazy("The payment was canceled by the acquirer."),
}
_STOPPED: dict[str, Text] = {
    "resident": gettext_lazy("stopped by you"),
    "consent_ended": gettext_lazy("stopped: automatic payment was ended"),
    "method_removed": gettext_lazy("stopped: the means of payment was removed"),
    "no_right": gettext_lazy("stopped: you may no longer pay here"),
    "over_ceiling": gettext_lazy("not paid: above your ceiling"),
    "bill_changed": gettext_lazy("replaced by a corrected bill"),
    "bill_withdrawn": gettext_lazy("the bill was withdrawn"),
    "bill_carried_on": gettext_lazy("in a newer bill"),
    "bill_paid": gettext_lazy("was paid already"),
}


def why(reason: str) -> Text:
    """Why no money was taken, in a sentence."""
    return _WHY.get(reason) or gettext_lazy("The bank declined the payment.")


def means(kind: str) -> Text:
    """What a payment was made with."""
    return MEANS.get(kind) or gettext_lazy("means of the acquirer")


def method_title(method: Method) -> str:
    """A kept means as its resident knows it: its kind and the day it was kept; we know no more."""
    kept_on = date_format(periods.day_of(method.kept_at), "j E Y")
    return _("%(means)s, kept on %(day)s") % {"means": capfirst(str(means(method.type))), "day": kept_on}


def state(payment: Payment) -> tuple[Text, str]:
    """The state of a payment in a word, and its tone."""
    if payment.status == Status.SUCCEEDED:
        if payment.refunded_kopecks >= payment.total_kopecks:
            return gettext_lazy("refunded"), "quiet"
        if payment.refunded_kopecks:
            return gettext_lazy("refunded in part"), "quiet"
        return gettext_lazy("paid"), "good"
    if payment.status == Status.CANCELED:
        return gettext_lazy("not paid"), "bad"
    return gettext_lazy("waiting"), "warn"


def run_state(run: AutopayRun) -> Text:
    """What became of an automatic payment of one bill."""
    if run.payment is not None:
        return state(run.payment)[0]
    if run.stopped_at is not None:
        return _STOPPED.get(run.stopped_reason) or gettext_lazy("not paid by itself")
    return gettext_lazy("being paid") if run.started_at is not None else gettext_lazy("will be paid")


def refund_state(refund: Refund) -> tuple[Text, str]:
    """The state of a refund in a word, and its tone."""
    if refund.status == Status.SUCCEEDED:
        return gettext_lazy("money returned"), "good"
    if refund.status == Status.CANCELED:
        return gettext_lazy("refund declined"), "bad"
    return gettext_lazy("money is on its way back"), "warn"
