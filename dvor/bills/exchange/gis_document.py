"""One ``PaymentDocument`` of GIS ЖКХ as a bill.

What it calls otherwise: ``AccountingPeriodTotal`` may or may not contain the excess of the factor; totals contain the
voluntary insurance, ours never do; ``PaidCash`` is subtracted only where the stated total says that it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from dvor.base import money, periods
from dvor.bills import refusals
from dvor.bills.charges import Group, Service, VolumeBy
from dvor.bills.drafts import NewBill, NewLine, NewPayee
from dvor.bills.exchange import words
from dvor.bills.exchange.gis_nodes import Bad, day_of, decimal_of, kopecks_of, name_of, node, text_of
from dvor.bills.models import Bill

Payees = Mapping[str, NewPayee | None]

_GROUPS = {
    "HousingService": Group.HOUSING, "MunicipalService": Group.UTILITY, "AdditionalService": Group.ADDITIONAL,
    "GroupMunicipalService": Group.UTILITY, "MunicipalResource": Group.HOUSING,
    "CapitalRepairCharge": Group.CAPITAL_REPAIR, "Insurance": Group.INSURANCE, "PenaltiesAndCourtCosts": Group.PENALTY,
}  # fmt: skip
_CHARGES = ("ChargeInfo", "CapitalRepairCharge", "Insurance", "PenaltiesAndCourtCosts")
_DEBTS = ("ChargeDebt", "CapitalRepairDebt")
_OWN_PENALTIES = ("Penalties", "StateFees", "CourtCosts")
_METHODS = {"M": VolumeBy.METER, "N": VolumeBy.NORM, "O": VolumeBy.AVERAGE}
_PAYER_CODE = re.compile(r"[0-9]{10}", re.ASCII)


def holds_something(element: Any) -> bool:
    """Whether it is a document, and not the envelope that the system's answers put around one."""
    return node(element, "PaymentDocument") is None and len(element) > 0


def number_of(element: Any) -> str:
    """The issuer's number, or the one that the system gave."""
    return text_of(element, "PaymentDocumentNumber") or text_of(element, "PaymentDocumentID")


def read(element: Any, *, period: Mapping[str, str], payees: Payees, own: Payees) -> tuple[NewBill, list[int]]:
    """The bill, and the lines of the file where the lines of the bill stand.

    Raises:
        Bad: an element that cannot be read; Refusal: ``payees_several``, ``total_mismatch``.
    """
    month = _month(element, period)
    placed = list(_lines(element))
    debts = _debts(element)
    lines = [line for _place, line in placed]
    code = text_of(element, "AccountNumber")
    debt, advance = _before(element)
    bill = NewBill(
        period=month,
        payee=_payee(element, payees, own),
        lines=lines,
        payer_code=code if _PAYER_CODE.fullmatch(code) else "",
        kind=Bill.Kind.DEBT if debts and not lines else Bill.Kind.REGULAR,
        number=number_of(element),
        debt_before_kopecks=debt or sum(debts.values()),
        advance_before_kopecks=advance,
        taken_until=_taken_until(element, month),
        last_payment_on=day_of(element, "DateOfLastReceivedPayment"),
        debts=tuple(sorted(debts.items())),
        **_totals(element, lines, debt or sum(debts.values()), advance),
    )
    return bill, [place for place, _line in placed] or [element.sourceline]


def _month(element: Any, period: Mapping[str, str]) -> date:
    month = text_of(element, "Month") or period.get("Month", "")
    year = text_of(element, "Year") or period.get("Year", "")
    try:
        return date(int(year), int(month), 1)
    except ValueError:
        raise Bad(
            element, "Month", _("The month is missing."), _("Fill in Month and Year."), f"{month}.{year}"
        ) from None


def _payee(element: Any, payees: Payees, own: Payees) -> NewPayee:
    """The one receiver of the document."""
    if own:
        found = list(own.values())
    else:
        keys = {text_of(element, "PaymentInformationKey").lower()}
        keys |= {
            text_of(one, "PaymentInformationKey").lower()
            for one in element.iterchildren("{*}DetailsPaymentInformation")
        }
        keys.discard("")
        found = [payees.get(key) for key in sorted(keys)]
    if len(found) > 1:
        raise Bad(
            element, "DetailsPaymentInformation", _("The document has several receivers, here a bill has one."),
            _("Send a document for each of them, or name the settlement centre."),
        )  # fmt: skip
    if not found or found[0] is None:
        raise Bad(
            element, "PaymentInformationKey", _("The receiver is not known."),
            _("Add RecipientINN, PaymentRecipient, BankName and CorrespondentBankAccount to PaymentInformation."),
        )  # fmt: skip
    return found[0]


# ── Lines ────────────────────────────────────────────────────────────────────────────────────────────────────────
def _lines(element: Any) -> Iterator[tuple[int, NewLine]]:
    for charge in element.iterchildren(*(f"{{*}}{name}" for name in _CHARGES)):
        if name_of(charge) == "ChargeInfo":
            for service in charge.iter("{*}HousingService", "{*}AdditionalService", "{*}MunicipalService"):
                yield from _service(service)
        elif name_of(charge) == "PenaltiesAndCourtCosts":
            title = text_of(charge, "ServiceType", "Name") or text_of(charge, "Cause") or _now("Penalty")
            yield charge.sourceline, _penalty(charge, "TotalPayable", title)
        else:
            yield from _service(charge)


def _service(element: Any) -> Iterator[tuple[int, NewLine]]:
    """The line of a service, those of the common use inside it, and what it asks for delay."""
    yield element.sourceline, _line(element)
    for resource in element.iterchildren("{*}MunicipalResource"):
        yield resource.sourceline, _line(resource)
    for name in _OWN_PENALTIES:
        if kopecks_of(element, name):
            title = _now("Penalty: %(title)s") % {"title": _title(element)}
            yield element.sourceline, _penalty(element, name, title)


def _penalty(element: Any, name: str, title: str) -> NewLine:
    return NewLine(title[:120], Group.PENALTY, kopecks_of(element, name) or 0, Service.PENALTY)


def _line(element: Any) -> NewLine:
    payable = kopecks_of(element, "TotalPayable")
    if payable is None:
        payable = kopecks_of(element, "MunicipalServiceCommunalConsumptionPayable")
    if payable is None:
        raise Bad(element, "TotalPayable", _("The element is missing."), _("Fill it in."))
    recalculation = _recalculation(element)
    benefit = abs(kopecks_of(element, "ServiceCharge", "MoneyDiscount") or kopecks_of(element, "MoneyDiscount") or 0)
    excess = kopecks_of(element, "MultiplyingFactor", "AmountOfExcessFees") or 0
    accrued = payable - recalculation + benefit - excess
    stated = kopecks_of(element, "AccountingPeriodTotal")
    if stated not in {None, accrued, accrued + excess}:
        raise Bad(
            element, "AccountingPeriodTotal",
            _("Accrued is %(stated)s, by what is to pay it must be %(computed)s.")
            % {"stated": money.show(stated or 0), "computed": money.show(accrued + excess)},
            _("Payable is accrued plus recalculation minus benefit."), str(stated),
        )  # fmt: skip
    title = _title(element)
    group = _GROUPS[name_of(element)]
    volume, by = _volume(element, group)
    return NewLine(
        title[:120], group, accrued, _service_of(group, title), by, excess, recalculation, benefit, payable,
        decimal_of(element, "Rate") or decimal_of(element, "Contribution"), volume, None, _meter_after(element), "",
        text_of(element, "PaymentRecalculation", "recalculationReason")[:300],
    )  # fmt: skip


def _recalculation(element: Any) -> int:
    for path in (("ServiceCharge", "MoneyRecalculation"), ("MoneyRecalculation",), ("PaymentRecalculation", "sum")):
        kopecks = kopecks_of(element, *path)
        if kopecks is not None:
            return kopecks
    return 0


def _title(element: Any) -> str:
    """What the register calls the service; its code where the file gives no name."""
    name = text_of(element, "ServiceType", "Name") or text_of(element, "ServiceType", "Code")
    return name or str(_GROUPS[name_of(element)].label).capitalize()


def _service_of(group: Group, title: str) -> Service:
    fixed = {Group.CAPITAL_REPAIR: Service.CAPITAL_REPAIR, Group.INSURANCE: Service.INSURANCE}
    return fixed.get(group) or words.service_of(title)


def _volume(element: Any, group: Group) -> tuple[Decimal | None, VolumeBy]:
    """The volume of the flat with its share of the house's, and how the flat's was found."""
    volumes = list(element.iterfind("{*}Consumption/{*}Volume"))
    if not volumes:
        return None, VolumeBy.AREA if group in {Group.HOUSING, Group.CAPITAL_REPAIR} else VolumeBy.FIXED
    total = sum((decimal_of(one) or Decimal(0) for one in volumes), Decimal(0))
    own = next((one for one in volumes if one.get("type") != "O"), None)
    if own is None:
        return total, VolumeBy.COMMON
    return total, _METHODS.get(own.get("determiningMethod", ""), VolumeBy.FIXED)


def _meter_after(element: Any) -> Decimal | None:
    value = decimal_of(element, "ServiceInformation", "individualConsumptionCurrentValue")
    return None if value is None else round(value, 3)


# ── Debts and totals ─────────────────────────────────────────────────────────────────────────────────────────────
def _debts(element: Any) -> dict[date, int]:
    """What is owed, by month."""
    found: dict[date, int] = {}
    for debt in element.iterchildren(*(f"{{*}}{name}" for name in _DEBTS)):
        owed = [debt] if name_of(debt) == "CapitalRepairDebt" else list(debt)
        for one in owed:
            if isinstance(one.tag, str) and (kopecks := kopecks_of(one, "TotalPayable")):
                month = _month(one, {})
                found[month] = found.get(month, 0) + kopecks
    return found


def _before(element: Any) -> tuple[int, int]:
    """Debt and advance; a negative debt is an advance, which some write twice."""
    debt = kopecks_of(element, "DebtPreviousPeriods") or 0
    advance = abs(kopecks_of(element, "AdvanceBllingPeriod") or 0)
    return max(debt, 0), advance or max(-debt, 0)


def _taken_until(element: Any, month: date) -> date | None:
    day = text_of(element, "PaymentsTaken")
    if not day.isdigit() or not 1 <= int(day) <= 31:
        return None
    return month.replace(day=min(int(day), periods.month_end(month).day))


def _totals(element: Any, lines: list[NewLine], debt: int, advance: int) -> dict[str, Any]:
    """The stated totals as ours: without insurance; and whether what was paid is taken off."""
    insurance = _sum(lines, Group.INSURANCE)
    penalty = _sum(lines, Group.PENALTY)
    charged = sum(line.payable_kopecks or line.accrued_kopecks for line in lines) - insurance - penalty
    capital = _sum(lines, Group.CAPITAL_REPAIR)
    by_charges = kopecks_of(element, "TotalPayableByChargeInfo")
    computed = charged - capital + insurance
    if by_charges not in {None, computed, computed + capital, computed - insurance}:
        raise refusals.total_mismatch("charged_kopecks", stated=by_charges or 0, computed=computed)
    whole = kopecks_of(element, "TotalPayableByPD")
    asked = kopecks_of(element, "TotalPayableByPDWithDebtAndAdvance")
    paid = kopecks_of(element, "PaidCash") or 0
    before = charged + penalty + debt - advance
    stated = None if asked is None else max(asked - insurance, 0)
    was_taken = stated is not None and stated != max(before, 0) and stated == max(before - paid, 0)
    return {
        "charged_kopecks": None if whole is None or not lines else whole - insurance - penalty,
        "penalty_kopecks": kopecks_of(element, "TotalByPenaltiesAndCourtCosts"),
        "payable_kopecks": stated,
        "taken_kopecks": paid if was_taken else 0,
    }


def _sum(lines: list[NewLine], group: Group) -> int:
    return sum(
        line.accrued_kopecks if line.payable_kopecks is None else line.payable_kopecks
        for line in lines
        if line.group == group
    )
