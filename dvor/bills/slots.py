"""Where the packages above put what they know of bills: what is left to pay, and the way to pay it.

Bills know no payments. A package above registers one function at start-up; pages of bills, their QR codes and the home
page ask it, in one call for all the bills that a page shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dvor.base.refusals import Text
from dvor.bills.models import Bill
from dvor.people.models import Resident


@dataclass(frozen=True, slots=True)
class PaymentState:
    """What has become of a bill's money.

    ``left_kopecks`` is what is still asked for without insurance. ``badge`` with its ``tone`` (good, warn, bad, quiet)
    says it in a word. ``pay_url`` is empty where this resident cannot pay. ``template`` is included by the bill's page
    as it is, with ``state`` and ``bill``; it may read ``context``.
    """

    left_kopecks: int
    badge: Text = ""
    tone: str = "quiet"
    pay_url: str = ""
    pay_text: Text = ""
    template: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_paid(self) -> bool:
        return self.left_kopecks <= 0


Teller = Callable[[Sequence[Bill], Resident, datetime], Mapping[int, PaymentState]]
_tellers: list[Teller] = []


def register(teller: Teller) -> None:
    """Let a package above tell of the money of bills; to be called once, from its ``apps.ready``."""
    if teller not in _tellers:
        _tellers.append(teller)


def states(bills: Sequence[Bill], *, reader: Resident, at: datetime) -> dict[int, PaymentState]:
    """The states by bill; of a bill that nobody tells of there is none. As many queries as the tellers need."""
    told: dict[int, PaymentState] = {}
    for teller in _tellers if bills else ():
        told |= teller(bills, reader, at)
    return told
