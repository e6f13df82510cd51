"""Why an award is what it is: a number in the row, a sentence for the resident."""

from __future__ import annotations

from enum import IntEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Reason(IntEnum):
    """The reason of an award. Two digits of a cap: what was reached (1 nothing left, 2 paid in part) and its period."""

    PAID = 1
    NO_RULE = 2
    LEVEL_TOO_LOW = 3
    NOTHING_DUE = 4
    WALLET_BLOCKED = 5
    CAP_DAY = 11
    CAP_MONTH = 12
    CAP_YEAR = 13
    CAP_LIFETIME = 14
    PART_DAY = 21
    PART_MONTH = 22
    PART_YEAR = 23
    PART_LIFETIME = 24

    @property
    def code(self) -> str:
        return self.name.lower()

    @property
    def sentence(self) -> Promise:
        """What to tell the resident."""
        return _SENTENCES[self]

    def text(self, award: object = None) -> str:
        """The sentence in the language of the moment."""
        return str(self.sentence)


_SENTENCES = {
    Reason.PAID: _("Points awarded by the rule."),
    Reason.NO_RULE: _("No points are paid for this yet: no rule was in force on that day."),
    Reason.LEVEL_TOO_LOW: _("Your account type earns no points here: confirm your account to earn them."),
    Reason.NOTHING_DUE: _("The sum is too small to earn a point."),
    Reason.WALLET_BLOCKED: _("Your wallet of points is blocked: ask the hotline why."),
    Reason.CAP_DAY: _("The limit of the day was already reached."),
    Reason.CAP_MONTH: _("The limit of the month was already reached."),
    Reason.CAP_YEAR: _("The limit of the year was already reached."),
    Reason.CAP_LIFETIME: _("This is paid a limited number of times, and the limit was already reached."),
    Reason.PART_DAY: _("Paid in part: the limit of the day is reached."),
    Reason.PART_MONTH: _("Paid in part: the limit of the month is reached."),
    Reason.PART_YEAR: _("Paid in part: the limit of the year is reached."),
    Reason.PART_LIFETIME: _("Paid in part: the limit for all time is reached."),
}
