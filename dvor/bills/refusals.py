"""Refusals of documents that come in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dvor.base import money
from dvor.base.refusals import Refusal, Text

TOTALS: dict[str, Text] = {
    "charged_kopecks": _("charged for the month"),
    "penalty_kopecks": _("penalty"),
    "insurance_kopecks": _("insurance"),
    "payable_kopecks": _("to pay"),
}


class LineRefusal(Refusal):
    """Something is wrong with one line of a document; ``place`` counts its lines from 1."""

    def __init__(self, code: str, text: Text, *, place: int, field: str, remedy: Text = "") -> None:
        super().__init__(code, text, remedy=remedy, field=field)
        self.place = place


def total_mismatch(field: str, *, stated: int, computed: int) -> Refusal:
    return Refusal(
        "total_mismatch",
        _("The document states “%(total)s” %(stated)s, its lines make %(computed)s.")
        % {"total": TOTALS[field], "stated": money.show(stated), "computed": money.show(computed)},
        remedy=_("Correct the lines or the total; all lines of a bill must stand together."),
        field=field,
    )


def line_mismatch(place: int, *, title: str, stated: int, computed: int) -> LineRefusal:
    return LineRefusal(
        "line_mismatch",
        _("The line “%(title)s” states %(stated)s to pay, its parts make %(computed)s.")
        % {"title": title, "stated": money.show(stated), "computed": money.show(computed)},
        remedy=_("Payable is accrued plus the excess of the factor plus recalculation minus benefit."),
        place=place,
        field="payable_kopecks",
    )


def wrong(field: str, text: Text, remedy: Text = "") -> Refusal:
    """A value that no bill can have."""
    return Refusal("bill_unreadable", text, remedy=remedy or _("Check the document."), field=field)


def flat_unknown() -> Refusal:
    return Refusal(
        "flat_unknown",
        _("There is no such flat in the houses that you may bill."),
        remedy=_("Check the payer code; load the registry first if the flat is new."),
        status=404,
        field="payer_code",
    )


def repeated() -> Refusal:
    return Refusal(
        "bill_repeated",
        _("An earlier document of the same batch says something else about this flat and month."),
        remedy=_("Leave the document that is right; all lines of a bill must stand together."),
        status=409,
        field="payer_code",
    )


def not_allowed() -> Refusal:
    return Refusal(
        "not_allowed",
        _("Bills are issued and withdrawn by operators."),
        remedy=_("Ask your management company."),
        status=403,
    )


def bill_superseded() -> Refusal:
    return Refusal(
        "bill_superseded",
        _("A newer version of this bill has come."),
        remedy=_("Withdraw the newest version."),
        status=409,
    )
