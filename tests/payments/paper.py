"""Bills for tests of payments, straight into their table: only the sums matter here."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from dvor.bills.models import Bill, Payee
from dvor.homes.models import Flat

SEPTEMBER, AUGUST = date(2026, 9, 1), date(2026, 8, 1)
ISSUED = datetime(2026, 10, 1, 6, 0, tzinfo=UTC)


def payee() -> Payee:
    return Payee.objects.get_or_create(
        name="МФЦ района", inn="7700000001", account="40702810900000000001", bank="Банк Примера", bic="044525000",
        correspondent_account="30101810400000000225",
    )[0]  # fmt: skip


def billed(flat: Flat, services: int = 100_000, penalty: int = 0, insurance: int = 0, **more: Any) -> Bill:
    """The bill of September unless said otherwise; sums in kopecks."""
    told: dict[str, Any] = {
        "payee": payee(), "issued_at": ISSUED, "charged_kopecks": services, "penalty_kopecks": penalty,
        "insurance_kopecks": insurance, "period": SEPTEMBER, "due_on": date(2026, 10, 10), "version": 1,
        "number": "EPD-17", "content": uuid4().bytes * 2, **more,
    }  # fmt: skip
    bill = Bill.objects.create(flat=flat, house_id=flat.house_id, **told)
    bill.refresh_from_db()
    return bill


def corrected(bill: Bill, services: int, **more: Any) -> Bill:
    """Another version of a bill, with the one before superseded."""
    at = more.pop("issued_at", datetime(2026, 10, 15, 6, 0, tzinfo=UTC))
    Bill.objects.filter(pk=bill.pk).update(superseded_at=at)
    return billed(bill.flat, services, period=bill.period, version=bill.version + 1, issued_at=at, **more)
