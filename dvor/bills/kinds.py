"""What bills declare: the fact that residents are told. (What paying is worth, payments declare.)"""

from __future__ import annotations

from dvor.notices import kinds as facts
from dvor.notices.kinds import FactKind

BILL_ISSUED = FactKind(
    code="bills.bill_issued",
    titles={"ru": "Пришёл новый счёт за квартиру", "en": "A new bill has come"},
    icon="bill",
)


def register() -> None:
    """Make the kinds known."""
    facts.register(BILL_ISSUED)
