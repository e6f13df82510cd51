"""The acquirer: who really takes the money. One protocol, one adapter a file; the settings choose.

Whatever an adapter cannot be sure of is :class:`Unknown`: the call may have happened, and only the same call again or
a read tells. :class:`Refused` is said only when it certainly did not happen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Literal, Protocol
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Refusal

ROUBLE = "RUB"
Stand = Literal["pending", "succeeded", "canceled"]


class Unknown(Exception):
    """Nobody can say whether it happened: a timeout, a lost line, 5xx, an answer that cannot be read."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Refused(Exception):
    """It did not happen, and the same call again would not either."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code[:60]


@dataclass(frozen=True, slots=True)
class Charge:
    """What we ask the acquirer to take. ``mark`` is the idempotence key, and comes back in what we read.

    ``way`` is the acquirer's word for a means (``sbp``, ``bank_card``), empty lets the payer choose; ``method_token``
    charges a kept means without the payer.
    """

    mark: UUID
    number: int
    kopecks: int
    return_url: str
    way: str = ""
    keep_method: bool = False
    method_token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Payback:
    """What we ask the acquirer to give back of one of its payments."""

    mark: UUID
    payment_id: str
    kopecks: int


@dataclass(frozen=True, slots=True)
class Remote:
    """A payment as the acquirer knows it. ``mark`` is ours when it was made by us; times are of the real world."""

    id: str
    stand: Stand
    kopecks: int
    currency: str
    mark: UUID | None = None
    captured_at: datetime | None = None
    confirmation_url: str = ""
    method_type: str = ""
    method_token: str = field(default="", repr=False)
    cancel_reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class RemoteRefund:
    """A refund as the acquirer knows it."""

    id: str
    payment_id: str
    stand: Stand
    kopecks: int
    currency: str
    mark: UUID | None = None
    cancel_reason: str = ""


class Acquirer(Protocol):
    """What an adapter does. Every call may raise :class:`Unknown`, and :class:`Refused`."""

    name: str

    def create(self, charge: Charge) -> Remote:
        """Ask for money; the same mark again is the same payment, for 24 hours at least."""

    def fetch(self, acquirer_id: str) -> Remote:
        """Read a payment."""

    def find(self, mark: UUID, *, since: datetime, until: datetime) -> Remote | None:
        """Look up by its mark what was created in the period; nothing only if it certainly is not there."""

    def refund(self, payback: Payback) -> RemoteRefund:
        """Ask to give money back; the same mark again is the same refund, for 24 hours at least."""

    def fetch_refund(self, acquirer_id: str) -> RemoteRefund:
        """Read a refund."""

    def find_refund(self, mark: UUID, *, payment_id: str) -> RemoteRefund | None:
        """Look a refund of a payment up by its mark; nothing only if it certainly is not there."""


def is_on() -> bool:
    """Whether a shop is set, so that bills can be paid here."""
    return bool(settings.ACQUIRER["shop_id"])


def current() -> Acquirer:
    """The acquirer of the settings.

    Raises:
        Refusal: ``payments_off`` (409) when no shop is set.
    """
    chosen = settings.ACQUIRER
    if not is_on():
        raise Refusal(
            "payments_off",
            _("Bills cannot be paid on this site yet."),
            remedy=_("Pay by the QR code of the bill in the app of your bank."),
            status=409,
        )
    return _yookassa(chosen["url"], chosen["shop_id"], chosen["secret"])


@cache
def _yookassa(url: str, shop_id: str, secret: str) -> Acquirer:
    from dvor.payments.acquirers.yookassa import YooKassa  # its SDK is loaded only where there is a shop

    return YooKassa(url=url, shop_id=shop_id, secret=secret)
