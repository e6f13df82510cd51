"""What the API shows of bills."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from dvor.bills import explanation, reasons
from dvor.bills.charges import Group, Service, VolumeBy
from dvor.bills.comparison import Change, Comparison
from dvor.bills.models import Bill, Line

KindCode = Literal["regular", "debt"]
GroupCode = Literal["housing", "utility", "capital_repair", "additional", "insurance", "penalty"]
WayCode = Literal["meter", "average", "norm", "common", "area", "fixed"]
Kopecks = Annotated[int, Field(description="kopecks", examples=[512345])]
Number = Annotated[str, Field(description="decimal number with a point", examples=["5.3"])]


class BillShown(BaseModel):
    """A bill of a flat and month as it stands now. Sums are in kopecks."""

    id: int
    flat_id: int
    period: date = Field(description="first day of the billing month")
    kind: KindCode
    version: int = Field(description="1, and one more with each correction")
    number: str = Field(description="the issuer's number of the document")
    due_on: date
    charged_kopecks: Kopecks = Field(description="services of the month with recalculations and benefits")
    penalty_kopecks: Kopecks
    insurance_kopecks: Kopecks = Field(description="voluntary, never inside what is to be paid")
    debt_before_kopecks: Kopecks
    advance_before_kopecks: Kopecks
    taken_kopecks: Kopecks = Field(description="payments that the issuer counted")
    payable_kopecks: Kopecks = Field(description="what the document asks for, without insurance")
    left_kopecks: Kopecks | None = Field(description="what is still to be paid; empty where that is not known")
    is_withdrawn: bool = Field(description="not to be paid")
    withdrawn_reason: str
    is_superseded: bool = Field(description="a newer version took its place: not to be paid")

    @classmethod
    def of(cls, bill: Bill, *, left: int | None) -> BillShown:
        return cls(**sums(bill, left))


class BillLineChange(BaseModel):
    """How a line differs from another month; the parts of the difference are the whole."""

    period: date = Field(description="the month that it is compared with")
    difference_kopecks: Kopecks
    volume_kopecks: Kopecks = Field(description="more or less was used, at the old tariff")
    tariff_kopecks: Kopecks = Field(description="another tariff, at the new volume")
    recalculation_kopecks: Kopecks
    benefit_kopecks: Kopecks
    factor_kopecks: Kopecks
    other_kopecks: Kopecks = Field(description="what the document's numbers do not tell")
    jumped: bool = Field(description="more than 25 % and more than 100 roubles, up or down")
    reasons: list[str] = Field(description="the causes in words, the largest first")


class BillLine(BaseModel):
    """One service of a bill."""

    place: int
    group: GroupCode
    service: str = Field(examples=["hot_water"])
    title: str = Field(description="as the document calls it")
    volume_by: WayCode = Field(description="how the volume was found")
    volume: Number | None
    unit: str
    tariff: Number | None = Field(description="roubles a unit")
    meter_before: Number | None
    meter_after: Number | None
    accrued_kopecks: Kopecks
    factor_excess_kopecks: Kopecks
    recalculation_kopecks: Kopecks
    recalculation_reason: str
    benefit_kopecks: Kopecks
    payable_kopecks: Kopecks
    explanation: list[str] = Field(description="the line in words, in the language of `Accept-Language`")
    doubt: str = Field(description="where the document does not add up by its own numbers; empty when it does")
    changes: list[BillLineChange] = Field(description="beside last month and the same month last year, where known")


class BillPayee(BaseModel):
    """Who receives the money."""

    name: str
    inn: str
    kpp: str
    account: str
    bank: str
    bic: str
    correspondent_account: str


class BillDebt(BaseModel):
    """What is unpaid of one month."""

    period: date
    kopecks: Kopecks


class BillMonth(BaseModel):
    """Charges of one month, debts and insurance aside."""

    period: date
    kopecks: Kopecks | None = Field(description="empty where no bill is known")


class BillVersion(BaseModel):
    """Another version of the same document."""

    id: int
    version: int
    payable_kopecks: Kopecks


class BillWhole(BillShown):
    """A bill with its lines, each explained and compared."""

    payee: BillPayee
    debts: list[BillDebt]
    lines: list[BillLine]
    months: list[BillMonth] = Field(description="13 months that end with the bill's own")
    versions: list[BillVersion] = Field(description="other versions of this document, newest first")


def sums(bill: Bill, left: int | None) -> dict[str, Any]:
    plain = set(BillShown.model_fields) - {"kind", "left_kopecks", "is_withdrawn", "is_superseded"}
    return {
        **{name: getattr(bill, name) for name in plain},
        "kind": Bill.Kind(bill.kind).name.lower(),
        "left_kopecks": left,
        "is_withdrawn": bill.withdrawn_at is not None,
        "is_superseded": bill.superseded_at is not None,
    }


def line_shown(line: Line, comparisons: list[Comparison]) -> BillLine:
    told = explanation.of(line)
    changes = [(one, one.of(line)) for one in comparisons]
    plain = set(BillLine.model_fields) - {"group", "service", "volume_by", "explanation", "doubt", "changes"}
    return BillLine(
        **{name: _plain(getattr(line, name)) for name in plain},
        group=Group(line.group).name.lower(),  # type: ignore[arg-type]
        service=Service(line.service).name.lower(),
        volume_by=VolumeBy(line.volume_by).name.lower(),  # type: ignore[arg-type]
        explanation=[told.how, *told.more],
        doubt=told.doubt,
        changes=[_change(change, one) for one, change in changes if change is not None],
    )


def _change(change: Change, comparison: Comparison) -> BillLineChange:
    parts = change.effects
    return BillLineChange(
        period=comparison.then, difference_kopecks=change.difference_kopecks, volume_kopecks=parts.volume,
        tariff_kopecks=parts.tariff, recalculation_kopecks=parts.recalculation, benefit_kopecks=parts.benefit,
        factor_kopecks=parts.factor, other_kopecks=parts.other, jumped=change.jumped,
        reasons=reasons.why(change, comparison),
    )  # fmt: skip


def _plain(value: Any) -> Any:
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value
