"""Currencies of wallets: they never mix, and each says in data how long its points live."""

from enum import IntEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Currency(IntEnum):
    """The number of a currency in wallets, transfers and tallies."""

    CITY = 1
    PRIZE = 2

    @property
    def code(self) -> str:
        return self.name.lower()

    @property
    def title(self) -> Promise:
        return {Currency.CITY: _("city points"), Currency.PRIZE: _("prize points")}[self]
