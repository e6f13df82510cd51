"""The PDF of a bill: everything the document says as text, never as markup; one page where the lines allow."""

from __future__ import annotations

import re
import zlib
from typing import Any

import pytest
from django.utils import translation

from dvor.base import money
from dvor.base.refusals import Refusal
from dvor.bills import pdf, qr, queries
from dvor.bills.models import Bill, Line
from tests.bills import year
from tests.bills.year import Draft, line
from tests.cast import Cast

HOSTILE = '#read("/etc/passwd") $x$ *b* _i_ `c` \\u{41} @ref <label> // — "quoted" = /* ] [ { } https://x.example'


@pytest.fixture
def october(cast: Cast) -> Bill:
    bill = year.year(cast.flat)
    bill.flat = cast.flat
    bill.flat.residency = None
    return bill


def _pages(document: bytes) -> int:
    return max(map(int, re.findall(rb"/Count (\d+)", b"".join(_streams(document)))), default=0)


def _streams(document: bytes) -> list[bytes]:
    """The plain part of a PDF and its unpacked streams."""
    found = [document]
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", document, re.DOTALL):
        try:
            found.append(zlib.decompress(packed))
        except zlib.error:
            continue
    return found


def _told(bill: Bill, lines: list[Line]) -> dict[str, Any]:
    return pdf.contents(bill, lines, kopecks=bill.payable_kopecks)


def test_an_ordinary_bill_is_one_page(october: Bill) -> None:
    document = pdf.render(october, queries.lines(october))
    assert document.startswith(b"%PDF-") and _pages(document) == 1


def test_thirty_lines_are_one_page_and_two_hundred_are_more(october: Bill) -> None:
    drafts = [line(Draft(f"Услуга {place}", year.Service.OTHER, 100), place=place) for place in range(1, 202)]
    assert _pages(pdf.render(october, drafts[:30])) == 1
    assert _pages(pdf.render(october, drafts[:200])) > 1
    with pytest.raises(Refusal) as refused:
        pdf.render(october, drafts)
    assert refused.value.code == "bill_too_long"


def test_it_tells_what_the_page_tells(october: Bill) -> None:
    told = _told(october, queries.lines(october))
    assert told["title"] == "Счёт за октябрь 2026" and told["payer_code"] == "1234567890"
    assert told["total"][0] == "К оплате без страхования"
    assert told["insured"] == [
        ["С добровольным страхованием (149,87\xa0₽)", money.show(october.payable_kopecks + 14_987)]
    ]
    assert told["debts"] == [["август 2026", "1\xa0500,00\xa0₽"], ["сентябрь 2026", "500,00\xa0₽"]]
    water = told["groups"][1]["lines"][0]
    assert water["note"] == "107,1 → 116,2" and water["cells"][0] == "9,1\xa0м³"


def test_what_a_document_says_is_never_markup(october: Bill) -> None:
    """Read as markup, each of these would fail: an unknown reference, an open bracket, a file from elsewhere."""
    for hostile in (HOSTILE, *HOSTILE.split(), "#panic()", "@nothing", "[", "*", "$"):
        october.payee.name = october.payee.bank = october.number = hostile
        october.flat.house.address = october.flat.number = hostile
        lines = [line(Draft(hostile, year.Service.OTHER, 100, more={"recalculation_reason": hostile}))]
        assert pdf.render(october, lines).startswith(b"%PDF-"), hostile


def test_the_code_is_that_of_the_sum_that_is_left(october: Bill, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(
        qr, "payload", lambda bill, kopecks, _real=qr.payload: asked.append(kopecks) or _real(bill, kopecks)
    )
    pdf.render(october, queries.lines(october), kopecks=4_200)
    assert asked == [4_200]


def test_operators_get_neither_code_nor_key(october: Bill) -> None:
    whole, masked = (pdf.render(october, queries.lines(october), is_masked=masked) for masked in (False, True))
    assert len(masked) < len(whole)


def test_a_withdrawn_bill_says_so_and_has_no_code(october: Bill, at: Any) -> None:
    october.withdrawn_at, october.withdrawn_reason = at, "ошибка в тарифе"
    told = _told(october, queries.lines(october))
    assert told["qr"] == "" and told["mark"] == "Отозван, оплачивать не нужно: ошибка в тарифе"


def test_it_speaks_english_too(october: Bill) -> None:
    with translation.override("en"):
        assert _told(october, queries.lines(october))["total"][0] == "To pay without insurance"
        assert pdf.render(october, queries.lines(october)).startswith(b"%PDF-")
