"""Bills from the XML of GIS ЖКХ: the document's sums become ours, hostile files stop at the door."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from dvor.base.files import ErrorReport
from dvor.base.refusals import Refusal
from dvor.bills import exchange
from dvor.bills.charges import Group, Service, VolumeBy
from dvor.bills.models import Account, Bill, Line, Payee
from tests.bills import gis_file
from tests.cast import Cast

GUID = "2b5e7c1a-0000-4000-8000-000000000001"


def take(path: Path, at: datetime) -> tuple[exchange.Imported, ErrorReport]:
    with ErrorReport() as report:
        return exchange.import_(path, report=report, by=None, at=at), report


def one(tmp_path: Path, at: datetime, *requests: str) -> tuple[exchange.Imported, ErrorReport]:
    return take(gis_file.write(tmp_path / "bills.xml", requests), at)


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251", "utf-16"])
def test_a_document_becomes_a_bill(cast: Cast, at: datetime, tmp_path: Path, encoding: str) -> None:
    path = gis_file.write(tmp_path / "bills.xml", [gis_file.request(gis_file.document())], encoding=encoding)
    done, report = take(path, at)
    assert (done.issued, done.lines, report.first) == (1, 7, [])
    bill = Bill.objects.get()
    assert (bill.flat, bill.period, bill.number) == (cast.flat, date(2026, 9, 1), "ПД-1")
    assert (bill.charged_kopecks, bill.penalty_kopecks, bill.insurance_kopecks) == (541_451, 1_234, 9_876)
    assert bill.payable_kopecks == 541_451 + 1_234 + 50_000 - 10_000 == 592_561 - 9_876
    assert (bill.taken_until, bill.last_payment_on) == (date(2026, 9, 25), date(2026, 9, 14))
    assert bill.payee.name == "МФЦ района Северный"


def test_lines_keep_groups_services_and_how_the_volume_was_found(cast: Cast, at: datetime, tmp_path: Path) -> None:
    one(tmp_path, at, gis_file.request(gis_file.document()))
    lines = {line.title: line for line in Line.objects.all()}
    heating = lines["Отопление"]
    assert (heating.group, heating.service, heating.volume_by) == (Group.UTILITY, Service.HEATING, VolumeBy.NORM)
    assert (heating.accrued_kopecks, heating.recalculation_kopecks) == (120_025, -2_005)
    assert heating.recalculation_reason == "Холодные батареи"
    hot = lines["Горячее водоснабжение"]
    assert (hot.accrued_kopecks, hot.factor_excess_kopecks, hot.volume) == (90_000, 10_000, Decimal("3.5"))
    assert (hot.volume_by, hot.meter_after) == (VolumeBy.METER, Decimal("53.9"))
    housing = lines["Содержание жилого помещения"]
    assert (housing.accrued_kopecks, housing.benefit_kopecks, housing.group) == (188_498, 1_000, Group.HOUSING)
    assert lines["Электроэнергия на общее имущество"].volume_by == VolumeBy.COMMON
    assert {line.service for line in lines.values() if line.group == Group.PENALTY} == {Service.PENALTY}


def test_the_same_file_again_changes_nothing(cast: Cast, at: datetime, tmp_path: Path) -> None:
    one(tmp_path, at, gis_file.request(gis_file.document()))
    done, _report = one(tmp_path, at, gis_file.request(gis_file.document()))
    assert (done.issued, done.unchanged, Bill.objects.count()) == (0, 1, 1)


def test_an_account_is_named_by_its_guid_once_the_accounts_are_known(cast: Cast, at: datetime, tmp_path: Path) -> None:
    request = gis_file.request(gis_file.document(guid=GUID))
    done, report = one(tmp_path, at, request)
    assert (done.issued, done.refused, report.first[0].column) == (0, 1, "AccountGuid")
    account = f"<Account><AccountNumber>1234567890</AccountNumber><AccountGUID>{GUID}</AccountGUID></Account>"
    strange = f"<Account><AccountNumber>77</AccountNumber><AccountGUID>{GUID[:-1]}2</AccountGUID></Account>"
    done, _report = one(tmp_path, at, account, strange)
    assert (done.accounts, Account.objects.get().flat) == (1, cast.flat)
    done, _report = one(tmp_path, at, request)
    assert (done.issued, Bill.objects.get().flat) == (1, cast.flat)


def test_a_payee_named_by_bank_and_account_must_be_known(cast: Cast, at: datetime, tmp_path: Path) -> None:
    short = gis_file.request(gis_file.document(), full="")
    done, report = one(tmp_path, at, short)
    assert (done.refused, report.first[0].column) == (1, "PaymentInformationKey")
    one(tmp_path, at, gis_file.request(gis_file.document("1234567891")))
    done, _report = one(tmp_path, at, short)
    assert (done.issued, Payee.objects.count()) == (1, 1)


def test_several_receivers_are_refused_with_what_to_do(cast: Cast, at: datetime, tmp_path: Path) -> None:
    details = "".join(
        f"<DetailsPaymentInformation><PaymentInformationKey>{key}</PaymentInformationKey></DetailsPaymentInformation>"
        for key in (gis_file.PAYEE_KEY, GUID)
    )
    done, report = one(tmp_path, at, gis_file.request(gis_file.document(payee=details)))
    assert (done.refused, report.first[0].column) == (1, "DetailsPaymentInformation")
    assert str(report.first[0].remedy)


@pytest.mark.parametrize(
    ("was", "becomes", "column"),
    [
        ("<TotalPayableByPD>5525.61", "<TotalPayableByPD>5525.62", "TotalPayableByPD"),
        ("<TotalPayableByPDWithDebtAndAdvance>5925.61", "<TotalPayableByPDWithDebtAndAdvance>5925.60",
         "TotalPayableByPDWithDebtAndAdvance"),
        ("<AccountingPeriodTotal>1200.25", "<AccountingPeriodTotal>1200.24", "AccountingPeriodTotal"),
        ("<TotalPayable>1180.20", "<TotalPayable>много", "TotalPayable"),
        ("<TotalPayable>1180.20", f"<TotalPayable>{'9' * 400}", "TotalPayable"),
        ("<Rate>2400.5", "<Rate>1.23456789", "Rate"),
        ("2026-09-14+03:00", "2026-02-30", "DateOfLastReceivedPayment"),
    ],
)  # fmt: skip
def test_a_bad_document_is_refused_alone_and_named_by_line_and_element(
    cast: Cast, at: datetime, tmp_path: Path, was: str, becomes: str, column: str
) -> None:
    bad = gis_file.document("1234567891", number="ПД-2")
    assert was in bad
    done, report = one(tmp_path, at, gis_file.request(gis_file.document(), bad.replace(was, becomes)))
    assert (done.issued, done.refused) == (1, 1)
    [error] = report.first
    assert error.column == column and error.row >= 7, "the second document begins there"
    assert str(error.reason) and str(error.remedy)


def test_money_paid_is_taken_off_only_where_the_total_says_so(cast: Cast, at: datetime, tmp_path: Path) -> None:
    taken = gis_file.TOTALS.replace(">5925.61<", ">5825.61<") + "<PaidCash>100.00</PaidCash>"
    told = gis_file.TOTALS + "<PaidCash>100.00</PaidCash>"
    one(
        tmp_path, at,
        gis_file.request(gis_file.document(totals=taken), gis_file.document("1234567891", totals=told)),
    )  # fmt: skip
    assert list(Bill.objects.order_by("flat__number").values_list("taken_kopecks", "payable_kopecks")) == [
        (10_000, 572_685), (0, 582_685),
    ]  # fmt: skip


def test_a_debt_document_names_months(cast: Cast, at: datetime, tmp_path: Path) -> None:
    debts = (
        "<CapitalRepairDebt><base:Month>7</base:Month><base:Year>2026</base:Year><TotalPayable>100.00</TotalPayable>"
        "</CapitalRepairDebt><ChargeDebt><HousingService><base:Month>8</base:Month><base:Year>2026</base:Year>"
        "<TotalPayable>50.50</TotalPayable></HousingService></ChargeDebt>"
    )
    done, report = one(tmp_path, at, gis_file.request(gis_file.document(charges=debts, totals="")))
    assert (done.issued, report.first) == (1, [])
    bill = Bill.objects.get()
    assert (bill.kind, bill.payable_kopecks) == (Bill.Kind.DEBT, 15_050)
    assert bill.debts == [["2026-07-01", 10_000], ["2026-08-01", 5_050]]


def test_a_withdrawal_takes_back_the_document_of_that_number(cast: Cast, at: datetime, tmp_path: Path) -> None:
    one(tmp_path, at, gis_file.request(gis_file.document()))
    withdrawals = "".join(
        f"<WithdrawPaymentDocument><bb:PaymentDocumentID>{number}</bb:PaymentDocumentID></WithdrawPaymentDocument>"
        for number in ("ПД-1", "ПД-7")
    )
    done, report = one(
        tmp_path,
        at,
        f"<importPaymentDocumentRequest {gis_file.NAMESPACES}>{withdrawals}</importPaymentDocumentRequest>",
    )
    assert (done.withdrawn, done.refused, report.first[0].value) == (1, 1, "ПД-7")
    assert Bill.objects.get().withdrawn_reason


# ── Files that must not come in ──────────────────────────────────────────────────────────────────────────────────
def refused(path: Path, at: datetime) -> Refusal:
    with ErrorReport() as report, pytest.raises(Refusal) as refusal:
        exchange.import_(path, report=report, by=None, at=at)
    assert not Bill.objects.exists()
    return refusal.value


def test_more_than_five_hundred_documents_in_a_request_are_refused_as_a_whole(
    cast: Cast, at: datetime, tmp_path: Path
) -> None:
    document = gis_file.document(charges="", totals="")
    refusal = refused(gis_file.write(tmp_path / "a.xml", [gis_file.request(*[document] * 501)]), at)
    assert refusal.code == "request_too_large" and "500" in str(refusal) and str(refusal.remedy)
    many = [gis_file.request(*[document] * 500), gis_file.request(*[document] * 500)]
    assert take(gis_file.write(tmp_path / "b.xml", many), at)[0].refused == 1_000, "two requests are two"


BILLION_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]><importPaymentDocumentRequest><PaymentDocument>&j;</PaymentDocument></importPaymentDocumentRequest>"
)
EXTERNAL = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    "<r><PaymentDocument><a>&x;</a></PaymentDocument></r>"
)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (BILLION_LAUGHS.encode(), "xml_doctype"),
        (EXTERNAL.encode(), "xml_doctype"),
        (b'<?xml version="1.0"?><!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd"><r/>', "xml_doctype"),
        (b'<?xml version="1.0"?><r><PaymentDocument>', "xml_broken"),
        ('<?xml version="1.0"?><r>Привет</r>'.encode("cp1251"), "xml_broken"),
        (b'<?xml version="1.0" encoding="nobody-knows"?><r/>', "xml_broken"),
        (b"<r>" + b"<a>" * 10_000 + b"</a>" * 10_000 + b"</r>", "xml_broken"),
        (b"<r>&unknown;</r>", "xml_broken"),
        (b"<r/>", "xml_empty"),
        (b"<html><body>502</body></html>", "file_kind"),
        (b"", "file_empty"),
        (b"PK\x03\x04 and then nothing", "file_broken"),
    ],
)
def test_a_hostile_file_stops_at_the_door(cast: Cast, at: datetime, tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "bills.xml"
    path.write_bytes(content)
    assert refused(path, at).code == code


def test_a_text_of_twenty_megabytes_is_a_broken_file_not_a_full_memory(
    cast: Cast, at: datetime, tmp_path: Path
) -> None:
    path = tmp_path / "bills.xml"
    path.write_bytes(b"<r><PaymentDocument><a>" + b"x" * 20_000_000 + b"</a></PaymentDocument></r>")
    assert refused(path, at).code == "xml_broken"
