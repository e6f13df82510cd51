"""Bills from tables: a row a line, ten rows a bill; a bad row refuses its bill alone and is named."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from dvor.base.files import ErrorReport
from dvor.base.models import AuditEntry
from dvor.base.refusals import Refusal
from dvor.bills import exchange
from dvor.bills.charges import Group, Service, VolumeBy
from dvor.bills.models import Bill, Line
from dvor.homes.models import Flat
from dvor.people.models import Resident
from tests.bills import bills_file
from tests.cast import Cast

ANNA, VERA, GLEB = "1234567890", "1234567891", "1234567892"


def take(path: Path, at: datetime, by: Resident | None = None) -> tuple[exchange.Imported, ErrorReport]:
    with ErrorReport() as report:
        return exchange.import_(path, report=report, by=by, at=at), report


def text(path: Path, rows: list[str], header: str = bills_file.HEADER, encoding: str = "utf-8") -> Path:
    path.write_bytes("\n".join([header, *rows, ""]).encode(encoding))
    return path


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    return tmp_path / "bills.csv"


def test_ten_rows_become_one_bill(cast: Cast, at: datetime, csv: Path) -> None:
    done, report = take(bills_file.write(csv, [ANNA, VERA]), at)
    assert (done.issued, done.lines, done.refused, report.first) == (2, 20, 0, [])
    bill = Bill.objects.get(flat=cast.flat)
    assert (bill.period, bill.number, bill.due_on) == (date(2026, 9, 1), ANNA, date(2026, 10, 10))
    assert (bill.charged_kopecks, bill.insurance_kopecks, bill.payable_kopecks) == (673_549, 9_876, 673_549)
    hot = Line.objects.get(bill_id=bill.pk, place=4)
    assert (hot.service, hot.group, hot.volume_by) == (Service.HOT_WATER, Group.UTILITY, VolumeBy.METER)
    assert (hot.tariff, hot.meter_before, hot.unit) == (Decimal("243.16"), Decimal("50.5"), "м³")
    assert (hot.recalculation_kopecks, hot.recalculation_reason) == (-12_050, "Авария")


def test_the_same_file_again_changes_nothing_and_a_changed_one_corrects(cast: Cast, at: datetime, csv: Path) -> None:
    take(bills_file.write(csv, [ANNA, VERA]), at)
    done, _report = take(csv, at)
    assert (done.issued, done.corrected, done.unchanged, done.lines) == (0, 0, 2, 0)
    csv.write_text(csv.read_text(encoding="utf-8").replace("Авария", "Отключение", 1), encoding="utf-8")
    done, _report = take(csv, at)
    assert (done.corrected, done.unchanged, Bill.objects.count()) == (1, 1, 3)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_files_of_any_encoding_are_read(cast: Cast, at: datetime, csv: Path, encoding: str) -> None:
    rows = [row.replace("м³", "куб. м").replace("м²", "кв. м").replace("·", "*") for row in bills_file.rows_of(ANNA)]
    assert take(text(csv, rows, encoding=encoding), at)[0].issued == 1
    assert Line.objects.filter(title="Отопление").exists()


def test_workbooks_and_english_headings_are_read(cast: Cast, at: datetime, tmp_path: Path) -> None:
    headings = {
        "Код плательщика": "Payer code", "Месяц": "Billing month", "Получатель": "Payee", "ИНН получателя": "Payee INN",
        "Расчётный счёт": "Payee account", "Банк": "Bank", "БИК": "BIC", "Корр. счёт": "Correspondent account",
        "Итого начислено": "Total charged", "Итого к оплате": "Total payable", "Услуга": "Service",
        "Начислено": "Accrued", "Перерасчёт": "Recalculation", "Льгота": "Benefit", "К оплате": "Payable",
    }  # fmt: skip
    titles = [headings.get(title, title) for title in bills_file.HEADER.split(";")]
    book = xlsxwriter.Workbook(tmp_path / "bills.xlsx")
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, titles)
    for number, row in enumerate(bills_file.rows_of(ANNA), start=1):
        for place, cell in enumerate(row.split(";")):
            is_number = re.fullmatch(r"-?\d+\.\d+", cell)
            sheet.write(number, place, float(cell) if is_number and place > 9 else cell)
    book.close()
    done, report = take(tmp_path / "bills.xlsx", at)
    assert (done.issued, report.first) == (1, [])


def test_service_and_group_follow_from_the_title_where_the_file_names_none(cast: Cast, at: datetime, csv: Path) -> None:
    rows = [re.sub(r"(Жилищные|Коммунальные|Дополнительные) услуги;", ";", row) for row in bills_file.rows_of(ANNA)]
    assert take(text(csv, rows), at)[0].issued == 1
    found = dict(Line.objects.values_list("service", "group"))
    assert found[Service.HEATING] == Group.UTILITY and found[Service.MAINTENANCE] == Group.HOUSING
    assert found[Service.DRAINAGE] == Group.UTILITY and found[Service.INTERCOM] == Group.ADDITIONAL


# ── Bad rows ─────────────────────────────────────────────────────────────────────────────────────────────────────
def _cell(place: int, value: str) -> Callable[[list[str]], None]:
    def change(cells: list[str]) -> None:
        cells[place] = value

    return change


@pytest.mark.parametrize(
    ("change", "column"),
    [
        (_cell(22, "много"), "Начислено"), (_cell(22, "9" * 30), "Начислено"), (_cell(22, "1874.981"), "Начислено"),
        (_cell(15, ""), "Услуга"), (_cell(15, "я" * 121), "Услуга"), (_cell(14, "Прочее и разное"), "Раздел"),
        (_cell(16, "на глаз"), "Способ расчёта"), (_cell(17, "1e99"), "Тариф"), (_cell(1, "13.2026"), "Месяц"),
        (_cell(0, "12345"), "Код плательщика"), (_cell(26, "1.00"), "К оплате"), (_cell(10, "1.00"), "Итого начислено"),
        (_cell(8, "1"), "БИК"), (_cell(6, "0" * 20), "Расчётный счёт"), (_cell(2, "другой"), "Номер документа"),
    ],
)  # fmt: skip
def test_a_bad_cell_refuses_its_bill_and_is_named_by_row_and_column(
    cast: Cast, at: datetime, csv: Path, change: Callable[[list[str]], None], column: str
) -> None:
    cells = bills_file.rows_of(VERA)[2].split(";")
    change(cells)
    rows = bills_file.rows_of(VERA)
    done, report = take(text(csv, [*bills_file.rows_of(ANNA), *rows[:2], ";".join(cells), *rows[3:]]), at)
    assert Bill.objects.get().flat == cast.flat, "the neighbour's bill is in, this one is not"
    named = [error for error in report.first if error.row == 14]
    assert [error.column for error in named] == [column]
    assert str(named[0].reason) and str(named[0].remedy) and done.refused >= 1


def test_rows_of_a_bill_that_stand_apart_are_refused_never_stored_in_part(cast: Cast, at: datetime, csv: Path) -> None:
    anna, vera = bills_file.rows_of(ANNA), bills_file.rows_of(VERA)
    by_service = [row for pair in zip(anna, vera, strict=True) for row in pair]
    done, report = take(text(csv, by_service), at)
    assert not Bill.objects.exists() and done.refused == 20
    assert str(report.first[0].remedy)


def test_an_unknown_code_and_a_foreign_house_are_the_same_answer(cast: Cast, at: datetime, csv: Path) -> None:
    done, report = take(bills_file.write(csv, [ANNA, GLEB, "0000000001"]), at, by=cast.ivan)
    assert (done.issued, done.refused) == (1, 2)
    first, second = report.first
    assert str(first.reason) == str(second.reason) and (first.row, second.row) == (12, 22)
    assert first.column == "Код плательщика"


def test_the_report_never_shows_a_payer_code(cast: Cast, at: datetime, csv: Path) -> None:
    rows = [row.replace(f";{GLEB};", ";;", 1) for row in bills_file.rows_of(GLEB, totals="1.00;0.00;0.00;1.00")]
    _done, report = take(text(csv, rows), at)
    assert report.first and GLEB not in report.first[0].value


def test_one_percent_of_bad_rows_leaves_the_rest_and_names_each(cast: Cast, at: datetime, csv: Path) -> None:
    codes = [f"{number:010d}" for number in range(1, 401)]
    Flat.objects.bulk_create([Flat(house=cast.house, number=f"t{code}", payer_code=code) for code in codes])
    rows = [row for code in codes for row in bills_file.rows_of(code)]
    bad = range(50, 4_000, 100)
    for place in bad:
        rows[place] = rows[place].replace("1874.98", "oops", 1)
    done, report = take(text(csv, rows), at)
    assert (done.issued, done.refused, report.rows) == (360, 40, 40)
    assert [error.row for error in report.first] == [place + 2 for place in bad]
    assert Line.objects.count() == 3_600


def test_it_is_audited_in_figures(cast: Cast, at: datetime, csv: Path) -> None:
    take(bills_file.write(csv, [ANNA]), at, by=cast.olga)
    entry = AuditEntry.objects.get(act="bills.imported")
    assert (entry.actor_id, entry.facts["issued"], entry.facts["lines"]) == (cast.olga.pk, 1, 10)


# ── Files that must not come in ──────────────────────────────────────────────────────────────────────────────────
def test_missing_columns_are_named(cast: Cast, at: datetime, csv: Path) -> None:
    header = bills_file.HEADER.replace("Итого к оплате", "Всего")
    with pytest.raises(Refusal) as refused:
        take(text(csv, bills_file.rows_of(ANNA), header), at)
    assert refused.value.code == "columns_missing" and "Итого к оплате" in str(refused.value)


def test_a_truncated_workbook_is_refused(cast: Cast, at: datetime, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "whole.xlsx")
    book.add_worksheet().write_row(0, 0, bills_file.HEADER.split(";"))
    book.close()
    whole = (tmp_path / "whole.xlsx").read_bytes()
    for name, content in (("half", whole[: len(whole) // 2]), ("nothing", b"PK\x05\x06" + b"\0" * 18)):
        (tmp_path / f"{name}.xlsx").write_bytes(content)
        with pytest.raises(Refusal) as refused:
            take(tmp_path / f"{name}.xlsx", at)
        assert refused.value.code in {"file_broken", "file_kind"}


def test_an_archive_that_is_no_workbook_is_refused(cast: Cast, at: datetime, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bills.xlsx", "w") as archive:
        archive.writestr("bills.csv", bills_file.HEADER)
    with pytest.raises(Refusal) as refused:
        take(tmp_path / "bills.xlsx", at)
    assert refused.value.code == "file_kind"


def test_residents_load_nothing(cast: Cast, at: datetime, csv: Path) -> None:
    with pytest.raises(Refusal) as refused:
        take(bills_file.write(csv, [ANNA]), at, by=cast.anna)
    assert refused.value.code == "not_allowed"
