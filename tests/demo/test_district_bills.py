"""The settlement centre of the demo: bills that a reader believes, each sum of which can be counted again."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from statistics import median

from dvor.bills import papers
from dvor.bills.charges import Group, Service, VolumeBy
from dvor.bills.drafts import NewBill, NewLine
from dvor.demo.district.billing import Centre
from dvor.demo.district.plan import draw
from dvor.demo.district.tariffs import in_force

UNTIL = datetime(2026, 10, 23, 9, 0, tzinfo=UTC)


@cache
def bills() -> dict[date, list[NewBill]]:
    plan = draw(seed=2026, count=240, months=18, at=UNTIL)
    centre = Centre(plan)
    return {month: list(centre.bills(month)) for month in plan.months[:-1]}


def payable(line: NewLine) -> int:
    return line.accrued_kopecks + line.recalculation_kopecks - line.benefit_kopecks


def lines() -> list[tuple[date, NewLine]]:
    return [(month, line) for month, found in bills().items() for bill in found for line in bill.lines]


def test_every_bill_passes_the_products_own_checks() -> None:
    for month, found in bills().items():
        assert len(found) == 240
        for bill in found:
            assert bill.period == month
            papers.paper(bill, at=UNTIL)


def test_a_line_is_its_volume_at_the_months_tariff_to_the_kopeck() -> None:
    for _month, line in lines():
        if line.tariff is not None and line.volume is not None:
            assert abs(line.tariff * line.volume * 100 - line.accrued_kopecks) <= Decimal("0.5")


def test_a_metered_volume_is_the_difference_of_what_was_sent() -> None:
    metered = [line for _month, line in lines() if line.meter_after is not None and line.meter_before is not None]
    assert len(metered) > 5_000 and all(line.volume_by is VolumeBy.METER for line in metered)
    rolled = 0
    for line in metered:
        used = line.meter_after - line.meter_before
        assert line.volume is not None and line.volume >= 0
        assert line.volume == max(used, 0) or used < -50_000
        rolled += used < -50_000
    assert rolled, "a register went over its zero"


def test_months_without_a_reading_go_by_average_or_norm_and_are_counted_anew_later() -> None:
    ways = {line.volume_by for _month, line in lines() if line.service is Service.COLD_WATER}
    assert ways == {VolumeBy.METER, VolumeBy.AVERAGE, VolumeBy.NORM}
    anew = [line for _month, line in lines() if line.recalculation_kopecks and line.group is Group.UTILITY]
    assert anew and all(line.recalculation_reason for line in anew)


def test_tariffs_rise_in_july_and_heating_is_charged_all_year() -> None:
    assert in_force("hot_water", date(2026, 6, 1)).roubles < in_force("hot_water", date(2026, 7, 1)).roubles
    assert {month for month, line in lines() if line.service is Service.HEATING} == set(bills())


def test_sums_are_those_of_a_large_city_and_the_cast_has_paid_up() -> None:
    codes = {}
    plan = draw(seed=2026, count=240, months=18, at=UNTIL)
    for household, _meters in plan.homes:
        codes[household.flat.payer_code] = household
    for month, found in bills().items():
        totals = [sum(payable(line) for line in bill.lines) for bill in found]
        assert 700_000 < median(totals) < 1_600_000, month
        assert max(totals) < 6_000_000 and min(totals) > -1_500_000, month
        for bill in found:
            if "cast" in codes[bill.payer_code].traits:
                assert not bill.debts and bill.debt_before_kopecks == bill.taken_kopecks


def test_a_debt_is_what_older_bills_asked_for_and_grows_a_penalty() -> None:
    in_debt = [bill for found in bills().values() for bill in found if bill.debts]
    assert in_debt
    for bill in in_debt:
        assert bill.debt_before_kopecks - bill.taken_kopecks == sum(kopecks for _month, kopecks in bill.debts)
        overdue = len(bill.debts) > 1
        assert overdue == any(line.group is Group.PENALTY for line in bill.lines)
