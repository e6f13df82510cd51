"""The settlement centre of the invented city: counts each flat's bill from what was sent, and knows who has paid.

It is an outside party: it knows readings, tariffs and norms, and says what a bill says. A month without a reading is
charged by the average of the last three, later by the norm (Government decree 354, par. 59 and 60); when a reading
comes at last, the months before it are counted anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from dvor.base.periods import month_end
from dvor.bills.charges import Group, Service, VolumeBy
from dvor.bills.drafts import NewBill, NewLine
from dvor.demo.district.accounts import Account, Measured
from dvor.demo.district.dice import dice
from dvor.demo.district.households import Household, Way
from dvor.demo.district.plan import Plan
from dvor.demo.district.seasons import Resource
from dvor.demo.district.tariffs import NORM, PAYEE, in_force

_WATER = {Resource.COLD_WATER: Service.COLD_WATER, Resource.HOT_WATER: Service.HOT_WATER}
_TITLES = {
    Service.MAINTENANCE: "Содержание и ремонт жилого помещения",
    Service.CAPITAL_REPAIR: "Взнос на капитальный ремонт",
    Service.HEATING: "Отопление",
    Service.COLD_WATER: "Холодное водоснабжение",
    Service.HOT_WATER: "Горячее водоснабжение",
    Service.DRAINAGE: "Водоотведение",
    Service.ELECTRICITY: "Электроснабжение",
    Service.GAS: "Газоснабжение",
    Service.WASTE: "Обращение с твёрдыми коммунальными отходами",
    Service.ANTENNA: "Антенна",
    Service.INTERCOM: "Запирающее устройство",
    Service.INSURANCE: "Добровольное страхование",
}
_ZONES = {
    1: (("electricity", ""),),
    2: (("electricity_day", ", день"), ("electricity_night", ", ночь")),
    3: (("electricity_day", ", пик"), ("electricity_night", ", ночь"), ("electricity_half_peak", ", полупик")),
}
_ZERO, _ONE, _STEP = Decimal(0), Decimal(1), Decimal("0.0001")
_PENALTY_PERMILLE = 12  # of a debt of more than a month, about what art. 155 of the Housing Code makes of it
_TAKEN_ON = 27  # day of the month up to which the centre has counted payments


@dataclass(slots=True)
class _Purse:
    """What the flat owes: unpaid months, oldest first, and when it paid last."""

    debts: list[tuple[date, int]] = field(default_factory=list)
    last: tuple[date, int] | None = None  # month and payable of the bill before
    paid_on: date | None = None


class Centre:
    """Counts the bills of the district, month after month in their order."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        sent: dict[tuple[str, date], tuple[Decimal, ...]] = {}
        for month in plan.months:
            for sending in plan.sendings[month]:
                sent[sending.serial, month] = sending.values  # the last one of a month is the corrected one
        self._accounts = [Account(household, meters, sent) for household, meters in plan.homes]
        self._purses = {account.household.flat.payer_code: _Purse() for account in self._accounts}

    def bills(self, month: date) -> Iterator[NewBill]:
        """The bills of all flats for a month that is over."""
        for account in self._accounts:
            yield self._bill(account, month)

    def _bill(self, account: Account, month: date) -> NewBill:
        household, purse = account.household, self._purses[account.household.flat.payer_code]
        lines = [*_of_area(household, month), *_of_use(account, month), *_of_flat(household, month)]
        before, advance = list(purse.debts), 0
        if purse.last is not None and purse.last[1] > 0:
            before.append(purse.last)
        elif purse.last is not None:
            advance = -purse.last[1]
        debt = sum(kopecks for _month, kopecks in before)
        taken = self._taken(household, month, purse, debt)
        overdue = sum(kopecks for _month, kopecks in purse.debts)
        if overdue > taken:
            penalty = (overdue - taken) * _PENALTY_PERMILLE // 1_000
            lines.append(NewLine("Пени", Group.PENALTY, penalty, Service.PENALTY))
        charged = sum(_payable(line) for line in lines if line.group is not Group.INSURANCE)
        purse.debts = [] if taken >= debt else before
        purse.last = (month, charged - advance)
        return NewBill(
            period=month, payee=PAYEE, lines=lines, payer_code=household.flat.payer_code,
            number=f"{household.flat.payer_code}{month:%m%y}", debt_before_kopecks=debt,
            advance_before_kopecks=advance, taken_kopecks=taken,
            taken_until=month_end(month).replace(day=_TAKEN_ON), last_payment_on=purse.paid_on, debts=purse.debts,
        )  # fmt: skip

    def _taken(self, household: Household, month: date, purse: _Purse, owed: int) -> int:
        """What the flat has paid of the bills before, by whatever way: all of it, or nothing in a month of trouble."""
        if owed <= 0 or is_in_trouble(household, month, seed=self._plan.seed):
            return 0
        purse.paid_on = month.replace(day=dice(self._plan.seed, "paid", household.flat.name, month).randint(2, 14))
        return owed


def is_in_trouble(household: Household, month: date, *, seed: int) -> bool:
    """Whether the household pays nothing in a month: one in twenty-five begins a quarter of it, some forget once."""
    name, traits = household.flat.name, household.traits
    if "cast" in traits and "debtor" not in traits:
        return False
    quarter = month.replace(month=(month.month - 1) // 3 * 3 + 1)
    return dice(seed, "trouble", name, quarter).random() < 0.04 or dice(seed, "forgets", name, month).random() < 0.02


# ── Lines ────────────────────────────────────────────────────────────────────────────────────────────────────────
def _of_area(household: Household, month: date) -> Iterator[NewLine]:
    area = _area(household)
    half = 500 if _has_benefit(household) else 0
    yield _line(Service.MAINTENANCE, Group.HOUSING, "maintenance", month, _Use(area, VolumeBy.AREA))
    repair = _Use(area, VolumeBy.AREA, benefit_permille=half)
    yield _line(Service.CAPITAL_REPAIR, Group.CAPITAL_REPAIR, "capital_repair", month, repair)
    yield _line(Service.WASTE, Group.UTILITY, "waste", month, _Use(area, VolumeBy.AREA))


def _of_flat(household: Household, month: date) -> Iterator[NewLine]:
    for service in (Service.ANTENNA, Service.INTERCOM):
        yield _line(service, Group.ADDITIONAL, service.name.lower(), month, _Use(_ONE, VolumeBy.FIXED))
    yield _line(
        Service.INSURANCE, Group.INSURANCE, "insurance", month, _Use(_area(household), VolumeBy.AREA)
    )  # fmt: skip


def _of_use(account: Account, month: date) -> Iterator[NewLine]:
    """What was used: by meters where there are any, by the norm where there are none."""
    household = account.household
    water = _ZERO
    for resource, service in _WATER.items():
        measured = account.measure(resource, month)
        found = list(_metered(service, resource.value, measured, month)) or [_by_norm(service, household, month)]
        water += sum((line.volume for line in found if line.volume is not None), _ZERO)
        yield from found
    yield _line(Service.DRAINAGE, Group.UTILITY, "drainage", month, _Use(water, found[0].volume_by))
    yield from _electricity(account.measure(Resource.ELECTRICITY, month), month)
    heat = account.measure(Resource.HEAT, month)
    yield from _metered(Service.HEATING, "heating", heat, month) if heat else [_heating(household, month)]
    if not household.flat.house.kind.has_electric_stoves:
        gas = account.measure(Resource.GAS, month)
        yield from _metered(Service.GAS, "gas", gas, month) if gas else [_by_norm(Service.GAS, household, month)]


def _metered(service: Service, tariff: str, measured: list[Measured], month: date) -> Iterator[NewLine]:
    for number, one in enumerate(measured, start=1):
        suffix = f", прибор {number}" if len(measured) > 1 else ""
        yield _line(service, Group.UTILITY, tariff, month, _use(one, 0, suffix))


def _electricity(measured: list[Measured], month: date) -> Iterator[NewLine]:
    for one in measured:
        for zone, (tariff, suffix) in enumerate(_ZONES[len(one.volumes)]):
            yield _line(Service.ELECTRICITY, Group.UTILITY, tariff, month, _use(one, zone, suffix))


def _use(one: Measured, zone: int, suffix: str) -> _Use:
    anew = one.recalculated[zone]
    return _Use(
        one.volumes[zone], one.by, suffix, one.before[zone] if one.before else None,
        one.after[zone] if one.after else None, anew, one.reason if anew else "",
    )  # fmt: skip


def _by_norm(service: Service, household: Household, month: date) -> NewLine:
    volume = NORM[service.name.lower()] * max(household.persons, 1)
    return _line(service, Group.UTILITY, service.name.lower(), month, _Use(volume, VolumeBy.NORM))


def _heating(household: Household, month: date) -> NewLine:
    """A twelfth of the year each month; in the first quarter the year before is settled by the house's own meter."""
    volume = (NORM["heating"] * _area(household)).quantize(_STEP)
    settled, reason = _ZERO, ""
    if month.month == 3:
        part = dice(household.flat.house.unom, "settled", month.year).uniform(-0.6, 0.9)
        settled = (volume * Decimal(str(round(part, 3)))).quantize(_STEP)
        reason = f"Корректировка за {month.year - 1} год по общедомовому прибору"
    use = _Use(volume, VolumeBy.NORM, recalculated=settled, reason=reason)
    return _line(Service.HEATING, Group.UTILITY, "heating", month, use)


def _area(household: Household) -> Decimal:
    return Decimal(household.flat.area_cm2) / 10_000


def _has_benefit(household: Household) -> bool:
    return household.way is Way.PENSIONERS and _is_veteran(household.flat.name)


@lru_cache(maxsize=5_000)
def _is_veteran(flat: str) -> bool:
    return dice("benefit", flat).random() < 0.35


@dataclass(frozen=True, slots=True)
class _Use:
    """What a line is counted from; ``recalculated`` is a volume, counted at the month's tariff."""

    volume: Decimal
    by: VolumeBy
    suffix: str = ""
    before: Decimal | None = None
    after: Decimal | None = None
    recalculated: Decimal = _ZERO
    reason: str = ""
    benefit_permille: int = 0


def _line(service: Service, group: Group, tariff: str, month: date, use: _Use) -> NewLine:
    price = in_force(tariff, month)
    accrued = _kopecks(price.roubles * use.volume)
    return NewLine(
        title=f"{_TITLES[service]}{use.suffix}", group=group, accrued_kopecks=accrued, service=service,
        volume_by=use.by, tariff=price.roubles, volume=use.volume, unit=price.unit, meter_before=use.before,
        meter_after=use.after, recalculation_kopecks=_kopecks(price.roubles * use.recalculated),
        recalculation_reason=use.reason, benefit_kopecks=accrued * use.benefit_permille // 1_000,
    )  # fmt: skip


def _kopecks(roubles: Decimal) -> int:
    return int((roubles * 100).quantize(Decimal(1), ROUND_HALF_UP))


def _payable(line: NewLine) -> int:
    return line.accrued_kopecks + line.factor_excess_kopecks + line.recalculation_kopecks - line.benefit_kopecks
