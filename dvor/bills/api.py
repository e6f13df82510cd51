"""Bills for residents' apps: the list, one bill with its lines in words, PDF, payment QR code, and reading of codes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field, StringConstraints

from dvor.base import clock, doors
from dvor.bills import cards, pdf, queries, scans, slots, totals
from dvor.bills.answers import (
    BillDebt,
    BillMonth,
    BillPayee,
    BillShown,
    BillVersion,
    BillWhole,
    Kopecks,
    line_shown,
    sums,
)
from dvor.bills.qr_format import TEXT_LENGTH_MAX
from dvor.homes import rights
from dvor.homes.rights import Act

router = Router(tags=["Bills"], auth=doors.RESIDENT)


@router.get("/bills", response=doors.Page[BillShown], summary="My bills")
def bills(
    request: HttpRequest,
    paging: Query[doors.Paging],
    flat: Annotated[int | None, Query(ge=1, le=2**63 - 1, description="only of this flat")] = None,
) -> doors.Page[BillShown]:
    """Bills of one flat, or of all flats where I may see them; newest month first, withdrawn ones too."""
    by, at = doors.caller(request), clock.now()
    if flat is not None:
        where = [rights.flat_for(by, flat, Act.SEE_BILL, at=at)]
    else:
        where = rights.flats_allowing(by, Act.SEE_BILL, at=at)
    found = queries.page_of(where, before=paging.keys(date, int), limit=paging.limit + 1)
    states = slots.states(found, reader=by, at=at)
    left = {pk: state.left_kopecks for pk, state in states.items()}
    return doors.page(
        found,
        paging,
        show=lambda bill: BillShown.of(bill, left=left.get(bill.pk)),
        keys=lambda bill: (bill.period, bill.pk),
    )


@router.get("/bills/{bill_id}", response=BillWhole, summary="One bill in words")
def bill(request: HttpRequest, bill_id: doors.PathId) -> BillWhole:
    """One bill: every line explained, and compared with last month and the same month last year."""
    by, at = doors.caller(request), clock.now()
    sheet = queries.sheet_for(by, bill_id, Act.SEE_BILL, at=at)
    found = sheet.bill
    comparisons = cards.compare(sheet)
    state = slots.states([found], reader=by, at=at).get(found.pk)
    return BillWhole(
        **sums(found, None if state is None else state.left_kopecks),
        payee=BillPayee(**{name: getattr(found.payee, name) for name in BillPayee.model_fields}),
        debts=[BillDebt(period=period, kopecks=kopecks) for period, kopecks in totals.debts(found)],
        lines=[line_shown(line, comparisons) for line in sheet.lines[found.period]],
        months=[BillMonth(period=month, kopecks=kopecks) for month, kopecks in cards.charges(sheet)],
        versions=[
            BillVersion(id=one.pk, version=one.version, payable_kopecks=one.payable_kopecks) for one in sheet.versions
        ],
    )


# ── The document and its code ────────────────────────────────────────────────────────────────────────────────────
_PDF = {
    "description": "The document",
    "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
}


@router.get("/bills/{bill_id}/pdf", summary="A bill as PDF", openapi_extra={"responses": {200: _PDF}})
def bill_pdf(request: HttpRequest, bill_id: doors.PathId) -> HttpResponse:
    """The document on an A4 page, in the language of `Accept-Language`."""
    by, at = doors.caller(request), clock.now()
    found = queries.bill_for(by, bill_id, Act.SEE_BILL, at=at)
    document = cards.document(found, reader=by, at=at)
    headers = {
        "Content-Disposition": f'inline; filename="{pdf.file_name(found)}"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(document, content_type="application/pdf", headers=headers)


class BillQr(BaseModel):
    """The text of a payment QR code by ГОСТ Р 56042-2014."""

    text: str = Field(examples=["ST00011|Name=ГБУ Жилищник|PersonalAcc=40702810900000000001|…"])
    encoding: Literal["cp1251", "utf-8", "koi8-r"] = Field(description="in which the text goes into the code")
    separator: str
    kopecks: Kopecks = Field(description="what it asks for")
    shortened: list[str] = Field(description="fields that did not fit whole")


@router.get("/bills/{bill_id}/qr", response=BillQr, summary="Payment QR code of a bill")
def bill_qr(
    request: HttpRequest,
    bill_id: doors.PathId,
    insurance: Annotated[
        Literal["without", "with"], Query(description="voluntary: only if the payer wants it")
    ] = "without",
) -> BillQr:
    """What to draw as a QR code, so that a bank's app fills in the payment."""
    by, at = doors.caller(request), clock.now()
    found = queries.bill_for(by, bill_id, Act.SEE_BILL, at=at)
    kopecks = cards.asked(found, reader=by, at=at) + (found.insurance_kopecks if insurance == "with" else 0)
    made = cards.payload(found, kopecks)
    return BillQr(
        text=made.text, encoding=made.encoding.codec, separator=made.separator, kopecks=kopecks,  # type: ignore[arg-type]
        shortened=list(made.shortened),
    )  # fmt: skip


# ── Reading of a code ────────────────────────────────────────────────────────────────────────────────────────────
class BillScanned(doors.Body):
    """What a phone's camera found in the QR code of a paper bill."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=TEXT_LENGTH_MAX)]


class BillFound(BaseModel):
    """Which of my bills it is. Of a payer code that is none of my flats' nothing is told."""

    flat_id: int | None = Field(description="empty: none of my flats has this payer code; add the flat")
    bill_id: int | None = Field(description="empty: there is no bill of that month yet")
    period: date
    sum_kopecks: Kopecks | None = Field(description="what the code asks for; empty where it is unclear")
    warnings: list[str] = Field(description="what was wrong or unclear in the code")


@router.post(
    "/bill-scans",
    response=BillFound,
    summary="Find my bill by its QR code",
    openapi_extra=doors.example(
        {"text": "ST00012|Name=ГБУ Жилищник|PersonalAcc=40702810900000000001|BankName=СБЕРБАНК|BIC=044525225|"
                 "CorrespAcc=30101810400000000225|Sum=512345|PersAcc=1234567890|PaymPeriod=102026"}
    ),
)  # fmt: skip
@doors.idempotent
def scan(request: HttpRequest, scanned: BillScanned) -> BillFound:
    """Read the code of a paper bill, also one that keeps badly to the standard, and find the bill among my flats'."""
    found = scans.find(scanned.text, by=doors.caller(request), at=clock.now())
    return BillFound(
        flat_id=found.flat.pk if found.flat else None,
        bill_id=found.bill.pk if found.bill else None,
        period=found.period,
        sum_kopecks=found.read.sum_kopecks,
        warnings=[str(sentence) for sentence in found.told or found.read.warnings],
    )
