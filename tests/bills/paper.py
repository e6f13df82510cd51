"""Documents for tests: one bill that adds up, and what a test changes in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from dvor.bills.charges import Group, Service, VolumeBy
from dvor.bills.drafts import NewBill, NewLine, NewPayee

PAYEE = NewPayee(
    name="МФЦ района Северный", inn="7700000001", kpp="770001001", account="40702810900000000001",
    bank="Банк Примера", bic="044525000", correspondent_account="30101810400000000225",
)  # fmt: skip
SEPTEMBER = date(2026, 9, 1)

MAINTENANCE = NewLine(
    title="Содержание жилого помещения", group=Group.HOUSING, service=Service.MAINTENANCE, volume_by=VolumeBy.AREA,
    tariff=Decimal("34.53"), volume=Decimal("54.3"), unit="м²", accrued_kopecks=187_498,
)  # fmt: skip
HOT = NewLine(
    title="Горячее водоснабжение", group=Group.UTILITY, service=Service.HOT_WATER, volume_by=VolumeBy.METER,
    tariff=Decimal("243.16"), volume=Decimal("3.4"), unit="м³", meter_before=Decimal("50.5"),
    meter_after=Decimal("53.9"), accrued_kopecks=82_674, recalculation_kopecks=-12_050,
    recalculation_reason="Отключение воды с 1 по 5 сентября", benefit_kopecks=10_000,
)  # fmt: skip
PENALTY = NewLine(title="Пени", group=Group.PENALTY, service=Service.PENALTY, accrued_kopecks=1_234)
INSURANCE = NewLine(
    title="Добровольное страхование", group=Group.INSURANCE, service=Service.INSURANCE, accrued_kopecks=9_876
)  # fmt: skip
LINES = (MAINTENANCE, HOT, PENALTY, INSURANCE)


def bill(**changes: Any) -> NewBill:
    """Charged 2481.22, penalty 12.34, insurance 98.76; to pay 2493.56."""
    plain = NewBill(period=SEPTEMBER, payee=PAYEE, lines=LINES, payer_code="1234567890", number="2026-09-1")
    return replace(plain, **changes)
