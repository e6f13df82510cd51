"""From the text of a payment QR code to my bill: by the payer code and the month, among my own flats only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from dvor.base import money, periods
from dvor.base.refusals import Refusal, Text
from dvor.bills import qr_reading, queries
from dvor.bills.models import Bill
from dvor.bills.qr_format import Encoding
from dvor.bills.qr_reading import Read
from dvor.homes import rights
from dvor.homes.models import Flat
from dvor.homes.rights import Act
from dvor.people.models import Resident

PERIOD_TURNS_ON = 20  # bills come by the end of a month: before that day a code without a month means the month before


@dataclass(frozen=True, slots=True)
class Found:
    """What a code led to. ``flat`` is empty when none of my flats has its payer code: whether another has, is not told.

    ``told`` are sentences about what was unclear in the code, and whether its sum is the bill's.
    """

    read: Read
    period: date
    flat: Flat | None = None
    bill: Bill | None = None
    told: tuple[Text, ...] = ()

    @property
    def address(self) -> str:
        """The house's address as the code has it, to search for."""
        return re.split(r",?\s+(?:кв\b|квартира\b)", self.read.fields.get("PayerAddress", ""), maxsplit=1)[0][:200]


def find(text: str, *, by: Resident, at: datetime) -> Found:
    """Find my bill by the text of its QR code, or by the ten digits of a payer code alone. Two queries.

    Raises:
        Refusal: those of ``qr_reading.read``; ``qr_payer_missing`` when it has no payer code.
    """
    digits = re.sub(r"\s", "", text)
    if re.fullmatch(r"\d{10}", digits, re.ASCII):
        read = Read({}, Encoding.UTF8, payer_code=digits)
    else:
        read = qr_reading.read(text)
    if not read.payer_code:
        raise Refusal(
            "qr_payer_missing",
            _("The QR code has no payer code of ten digits."),
            remedy=_("Enter the payer code yourself: it stands in the upper right corner of the bill."),
            field="text",
        )
    flats = rights.flats_allowing(by, Act.SEE_BILL, at=at)
    flat = next((one for one in flats if one.payer_code == read.payer_code), None)
    period = read.period or guessed_period(periods.day_of(at))
    if flat is None:
        return Found(read, period)
    bill = queries.of_period(flat, period)
    if bill is None and read.period is None:
        bill = next(iter(queries.of_flat(flat)), None)
    return Found(read, period, flat, bill, (*read.warnings, *_of_sum(read, bill)))


def guessed_period(day: date) -> date:
    """The month that a code means which names none."""
    return periods.month_plus(day, 0 if day.day >= PERIOD_TURNS_ON else -1)


def _of_sum(read: Read, bill: Bill | None) -> list[Text]:
    """Whether the code asks for what the bill asks for; never a guess, always both sums."""
    if bill is None or read.sum_kopecks is None:
        return []
    asked = {bill.payable_kopecks, bill.payable_kopecks + bill.insurance_kopecks}
    if read.sum_kopecks in asked:
        return []
    values = {"code": money.show(read.sum_kopecks), "bill": money.show(bill.payable_kopecks)}
    if read.sum_kopecks * 100 in asked:
        return [_("The QR code names %(code)s: these seem to be roubles. The bill asks for %(bill)s.") % values]
    return [_("The QR code names %(code)s, the bill now asks for %(bill)s.") % values]
