"""Why something differs: a code in the row, its sentence for the accountant."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, Promise] = {
    "gap": _("The payments of the day and the money of the acquirer differ."),
    "registry_unreadable": _("The acquirer's transfer does not say for which day it is."),
    "registry_day": _("The acquirer's transfer names days that it cannot be for."),
    "code_missing": _("The purpose names no payer code."),
    "code_unknown": _("No flat has the payer code that the purpose names."),
    "code_several": _("The purpose names payer codes of several flats."),
    "month_missing": _("The purpose does not say for which month it is."),
    "bill_missing": _("The flat has no bill of that month."),
    "bill_withdrawn": _("The bill of that month was withdrawn."),
    "paid_already": _("The bill was paid already."),
    "paid_more": _("More came than was left to pay of the bill."),
}
