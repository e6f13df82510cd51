"""Bills of a year for the tests: flat 1 of the cast, October 2025 to October 2026, written straight into the tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from dvor.base import periods
from dvor.bills.charges import Group, Service, VolumeBy
from dvor.bills.models import Bill, Line, Payee
from dvor.homes.models import Flat

OCTOBER = date(2026, 10, 1)
AREA, COMMON = VolumeBy.AREA, VolumeBy.COMMON
TARIFF_ROSE_ON = date(2026, 7, 1)


@dataclass(frozen=True)
class Draft:
    """One line as a test names it; what is not said does not matter."""

    title: str
    service: Service
    accrued: int
    volume: str | None = None
    tariff: str | None = None
    by: VolumeBy = VolumeBy.METER
    group: Group = Group.UTILITY
    unit: str = "м³"
    more: dict[str, Any] = field(default_factory=dict)


def payee(**values: str) -> Payee:
    known = {
        "name": "ГБУ «Жилищник района Садовый»", "inn": "7700000001", "kpp": "770001001",
        "account": "40702810900000000001", "bank": "ПАО СБЕРБАНК", "bic": "044525225",
        "correspondent_account": "30101810400000000225",
    }  # fmt: skip
    return Payee.objects.get_or_create(**(known | values))[0]


def line(draft: Draft, *, place: int = 1, period: date = OCTOBER) -> Line:
    """A line in memory; its sum follows from its parts."""
    made = Line(
        place=place, period=period, title=draft.title, service=draft.service, group=draft.group, unit=draft.unit,
        volume_by=draft.by, accrued_kopecks=draft.accrued, volume=_decimal(draft.volume), tariff=_decimal(draft.tariff),
        **{name: _decimal(value) if name.startswith("meter_") else value for name, value in draft.more.items()},
    )  # fmt: skip
    made.payable_kopecks = (
        made.accrued_kopecks + made.factor_excess_kopecks + made.recalculation_kopecks - made.benefit_kopecks
    )
    return made


def bill(flat: Flat, drafts: Sequence[Draft], *, period: date = OCTOBER, **values: Any) -> Bill:
    """A bill with its lines."""
    lines = [line(draft, place=place, period=period) for place, draft in enumerate(drafts, 1)]
    charged = sum(one.payable_kopecks for one in lines if one.group not in (Group.PENALTY, Group.INSURANCE))
    known = {
        "flat": flat, "house_id": flat.house_id, "payee": payee(), "period": period, "version": 1,
        "issued_at": datetime(period.year, period.month, 28, 9, tzinfo=UTC), "content": b"\0" * 32,
        "due_on": periods.month_plus(period, 1).replace(day=10), "charged_kopecks": charged,
        "penalty_kopecks": sum(one.payable_kopecks for one in lines if one.group == Group.PENALTY),
        "insurance_kopecks": sum(one.payable_kopecks for one in lines if one.group == Group.INSURANCE),
    }  # fmt: skip
    made = Bill.objects.create(**(known | values))
    made.refresh_from_db()
    for one in lines:
        one.house_id, one.bill_id = made.house_id, made.pk
    Line.objects.bulk_create(lines)
    return made


def month(period: date, *, cubes: str = "5.3", before: str = "100", heats: bool = True) -> list[Draft]:
    """An ordinary month: upkeep, cold and hot water, drainage, heating, common use, repair, antenna, insurance."""
    hot = "243.16" if period >= TARIFF_ROSE_ON else "220"
    volume, start = Decimal(cubes), Decimal(before)
    meter = {"meter_before": before, "meter_after": str(start + volume)}
    drafts = [
        Draft("Содержание жилого помещения", Service.MAINTENANCE, 186_683, "54.3", "34.38", AREA, Group.HOUSING, "м²"),
        Draft("Холодная вода", Service.COLD_WATER, kopecks(volume * Decimal("59.80")), cubes, "59.80", more=meter),
        Draft("Горячая вода", Service.HOT_WATER, kopecks(volume * Decimal(hot)), cubes, hot, more=meter),
        Draft("Водоотведение", Service.DRAINAGE, kopecks(2 * volume * Decimal("45.9")), str(2 * volume), "45.9"),
        Draft("Холодная вода, общедомовые нужды", Service.COLD_WATER, 203, "0.034", "59.80", COMMON),
        Draft("Капитальный ремонт", Service.CAPITAL_REPAIR, 163_117, "54.3", "30.04", AREA, Group.CAPITAL_REPAIR, "м²"),
        Draft("Антенна", Service.ANTENNA, 32_000, by=VolumeBy.FIXED, group=Group.ADDITIONAL, unit=""),
        Draft("Добровольное страхование", Service.INSURANCE, 14_987, "54.3", "2.76", AREA, Group.INSURANCE, "м²"),
    ]  # fmt: skip
    if heats:
        drafts.insert(4, Draft("Отопление", Service.HEATING, 266_967, "0.87", "3068.59", AREA, unit="Гкал"))
    return drafts


def year(flat: Flat) -> Bill:
    """Thirteen months; in October 2026 the heating has begun, more water was used, something was recalculated."""
    for number, period in enumerate(periods.months_back(OCTOBER, 13)[:-1]):
        bill(flat, month(period, before=str(40 + 5 * number), heats=period.month not in range(5, 10)), period=period)
    drafts = month(OCTOBER, cubes="9.1", before="107.1")
    drafts[3] = Draft(
        "Водоотведение", Service.DRAINAGE, 83_538, "18.2", "45.9",
        more={"recalculation_kopecks": -12_000, "recalculation_reason": "временное отсутствие с 1 по 10 сентября"},
    )  # fmt: skip
    drafts.append(Draft("Пени", Service.PENALTY, 1_234, by=VolumeBy.FIXED, group=Group.PENALTY, unit=""))
    debts = [["2026-08-01", 150_000], ["2026-09-01", 50_000]]
    return bill(
        flat, drafts, debt_before_kopecks=200_000, taken_kopecks=50_000, taken_until=date(2026, 10, 25), debts=debts,
        last_payment_on=date(2026, 10, 9),
    )  # fmt: skip


def kopecks(roubles: Decimal) -> int:
    return int((roubles * 100).quantize(Decimal(1), "ROUND_HALF_UP"))


def _decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)
