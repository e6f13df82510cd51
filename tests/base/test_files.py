"""Tables of any origin are read row by row; what is written cannot run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from dvor.base.files import (
    Column,
    ErrorReport,
    Heading,
    Row,
    cells,
    read_rows,
    write_csv,
    write_xlsx,
)
from dvor.base.refusals import Refusal

COLUMNS = (
    Column("address", cells.text(), required=True, titles=("Адрес", "Address")),
    Column("area", cells.decimal(places=2), titles=("Площадь, м²", "Area, m²")),
    Column("since", cells.day(), titles=("Подключён", "Connected since")),
)
EXPECTED = [("Садовая, 1", Decimal("54.30"), date(2026, 1, 2)), ("Лесная, 5", None, None)]


def read(source: bytes | Path, columns: tuple[Column, ...] = COLUMNS, **options: Any) -> list[Row]:
    with read_rows(io.BytesIO(source) if isinstance(source, bytes) else source, columns, **options) as rows:
        return list(rows)


def values(rows: list[Row]) -> list[tuple[Any, ...]]:
    return [tuple(row.values.values()) for row in rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", "\t", ","])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_csv_of_any_origin_is_read(encoding: str, delimiter: str, line_end: str) -> None:
    lines = [
        ("АДРЕС", "площадь  м2", "Подключен"),
        ('"Садовая, 1"', "54.3", "02.01.2026"),
        ('"Лесная, 5"', "", ""),
    ]
    file = line_end.join(delimiter.join(line) for line in lines).encode(encoding)
    assert values(read(file)) == EXPECTED


def test_a_letter_beyond_the_first_megabyte_decides_the_encoding() -> None:
    """The whole file is looked at: a long Latin beginning says nothing about the end."""
    file = ("Address\n" + "plain street 1\n" * 100_000 + "Ёлочная, 7\n").encode("cp1251")
    assert read(file)[-1].values["address"] == "Ёлочная, 7"


@pytest.mark.parametrize("write", [write_xlsx, write_csv])
def test_what_is_written_is_read_back(write: Callable[..., None]) -> None:
    rows = [("=1+1", Decimal("54.30"), date(2026, 1, 2)), ("-садовая", None, None), ("7", Decimal("0.05"), None)]
    out = io.BytesIO()
    write(rows, [Heading(column.titles[0]) for column in COLUMNS], out)
    assert values(read(out.getvalue())) == rows


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r="])
def test_a_text_that_would_run_as_a_formula_gets_an_apostrophe(start: str) -> None:
    out = io.BytesIO()
    write_csv([(f"{start}cmd|' /C calc'!A0", -5)], [Heading("a"), Heading("=b")], out)
    text = out.getvalue().decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text, newline=""), delimiter=";")) == [
        ["a", "'=b"],
        [f"'{start}cmd|' /C calc'!A0", "-5"],
    ]


def test_rows_are_named_by_their_first_line_in_the_file() -> None:
    file = 'Адрес;Площадь, м²\n\n"Садовая,\nдом 1";1\n;;\nЛесная;x\n'.encode()
    first, second = read(file)
    assert (first.number, first.values["address"]) == (3, "Садовая, дом 1")
    assert (second.number, second.errors[0].row, second.errors[0].value) == (6, 6, "x")


def test_a_bad_cell_is_explained_and_the_others_of_its_row_are_read() -> None:
    (row,) = read("Адрес;Площадь, м²;Подключён\nСадовая;много;31.02.2026\n".encode())
    assert row.values == {"address": "Садовая", "area": None, "since": None}
    assert [(error.column, error.value) for error in row.errors] == [
        ("Площадь, м²", "много"),
        ("Подключён", "31.02.2026"),
    ]
    assert all(str(error.reason) and str(error.remedy) for error in row.errors)


def test_an_empty_cell_of_a_required_column_is_an_error() -> None:
    (row,) = read("Адрес;Площадь, м²\n;5\n".encode())
    assert [error.column for error in row.errors] == ["Адрес"]


def test_missing_required_columns_are_one_refusal_that_names_them() -> None:
    with pytest.raises(Refusal) as refused, translation.override("en"):
        read("Площадь, м²\n5\n".encode())
    assert (refused.value.code, refused.value.status) == ("columns_missing", 422)
    assert "«Адрес»" in str(refused.value.text)


def test_unknown_and_repeated_columns_are_warned_about() -> None:
    with read_rows(io.BytesIO("Адрес;Цвет;Address\nа;б;в\n".encode()), COLUMNS) as rows:
        assert len(rows.warnings) == 2
        assert next(iter(rows)).values["address"] == "а"


def test_a_title_and_notes_may_stand_above_the_header() -> None:
    file = "Реестр домов;;\n;;\nна 1 октября;;\nАдрес;Площадь, м²;\nСадовая;5;\n".encode()
    assert values(read(file, COLUMNS[:2])) == [("Садовая", Decimal("5.00"))]


def test_the_delimiter_is_that_of_the_header_not_of_the_title() -> None:
    file = 'Реестр домов, квартир, площадей на 1 октября\nАдрес;Площадь, м²\n"Садовая, 1";5,5\n'.encode()
    assert values(read(file, COLUMNS[:2])) == [("Садовая, 1", Decimal("5.50"))]


def test_columns_can_be_found_by_position() -> None:
    columns = (Column("b", cells.text(), required=True, position=1), Column("a", cells.text(), position=0))
    assert read(b"x;y\n", columns, header=False)[0].values == {"b": "y", "a": "x"}


def test_a_forgotten_quotation_mark_costs_one_row() -> None:
    file = "Адрес\n" + '"Садовая\n' + "".join(f"Лесная, {n}\n" for n in range(100)) + '"Полевая\n'
    rows = read(file.encode())
    assert [row.number for row in rows if row.errors] == [2, 103]
    assert len(rows) == 102


def test_a_quotation_mark_inside_a_cell_is_a_letter() -> None:
    assert read('Адрес\nЖК "Сад", 1\n'.encode())[0].values["address"] == 'ЖК "Сад", 1'


def test_a_line_without_end_costs_one_row() -> None:
    rows = read(("Адрес\n" + "я" * 700_000 + "\nЛесная\n").encode())
    assert [(row.number, bool(row.errors)) for row in rows] == [(2, True), (3, False)]


def test_numbers_and_days_of_a_workbook_keep_their_meaning() -> None:
    out = io.BytesIO()
    write_xlsx([(5, 54.300000000000004, datetime(2026, 1, 2, 3, 4)), (1.0, 3, 46024)], [Heading(c.name) for c in COLUMNS], out)  # fmt: skip # noqa: DTZ001, E501
    assert values(read(out.getvalue())) == [
        ("5", Decimal("54.30"), date(2026, 1, 2)),
        ("1", Decimal("3.00"), date(2026, 1, 2)),
    ]


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (b"", "file_empty"),
        (b"\n\n", "file_empty"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 100, "file_kind"),
        (b"%PDF-1.7", "file_kind"),
        (b"a;b\0c\n", "file_kind"),
        (b"PK\x03\x04 not an archive", "file_broken"),
        (b"\xff\xfe", "file_empty"),
        ("Улица\nСадовая".encode(), "columns_missing"),
    ],
)
def test_a_file_that_is_no_table_is_refused(file: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        read(file)
    assert refused.value.code == code


def test_a_stream_that_cannot_be_rewound_is_copied() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    with read_rows(Pipe("Адрес\nСадовая\n".encode()), COLUMNS) as rows:
        assert [row.values["address"] for row in rows] == ["Садовая"]


def test_the_error_report_is_a_table_of_its_own(tmp_path: Path) -> None:
    with translation.override("en"), ErrorReport(tmp_path / "errors.csv") as report:
        for row in read("Адрес;Площадь, м²\n=Садовая;=1+1\nб;x\nв;2\n".encode()):
            report.add(row.errors)
    assert (report.rows, report.count) == (2, 2)
    lines = list(csv.reader((tmp_path / "errors.csv").open(encoding="utf-8-sig"), delimiter=";"))
    assert lines[0] == ["Row", "Column", "Value", "What is wrong", "What to do"]
    assert lines[1][:4] == ["2", "Площадь, м²", "'=1+1", "A number is expected."]


def test_a_full_sheet_is_continued_on_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dvor.base.files.writing._SHEET_ROWS_MAX", 3)
    out = io.BytesIO()
    write_xlsx([("a",), ("b",), ("c",)], [Heading("address")], out)
    assert [row.values["address"] for row in read(out.getvalue())] == ["a", "b"]
