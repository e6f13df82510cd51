"""A workbook cannot exhaust the machine: it is judged by what it would become, not by what it says of itself."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from dvor.base.files import Column, Heading, cells, read_rows, write_xlsx
from dvor.base.refusals import Refusal

COLUMNS = (Column("a", cells.text(), required=True),)
SHEET = (
    '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<sheetData>{}</sheetData></worksheet>"
)
NAMES = ("office", "table", "text")
ODS = (
    '<?xml version="1.0"?><office:document-content '
    + " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in NAMES)
    + '><office:body><office:spreadsheet><table:table table:name="S">{}</table:table>'
    "</office:spreadsheet></office:body></office:document-content>"
)
ROW = '<table:table-row table:number-rows-repeated="{}">{}</table:table-row>'
CELL = '<table:table-cell office:value-type="string" table:number-columns-repeated="{}"><text:p>{}</text:p></table:table-cell>'  # noqa: E501
EMPTY = '<table:table-cell table:number-columns-repeated="16383"/>'


def xlsx(sheet: str, *, sheet_name: str = "xl/worksheets/sheet1.xml", extra: dict[str, bytes] | None = None) -> bytes:
    plain, changed = io.BytesIO(), io.BytesIO()
    write_xlsx([("x",)], [Heading("a")], plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                target.writestr(sheet_name, SHEET.format(sheet))
            else:
                target.writestr(name, content.replace(b"worksheets/sheet1.xml", sheet_name[3:].encode()))
        for name, content in (extra or {}).items():
            target.writestr(name, content)
    return changed.getvalue()


def ods(table: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        target.writestr(
            "META-INF/manifest.xml", '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
        )
        target.writestr("content.xml", ODS.format(table))
    return out.getvalue()


def cell(reference: str, text: str = "a") -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def lying_about_its_size() -> bytes:
    """An archive whose directory declares 1000 bytes for a part that unpacks to 300 MB."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("xl/workbook.xml", "<workbook/>")
        target.writestr("xl/bomb.bin", b"\0" * (300 * 1024**2))
    content = bytearray(packed.getvalue())
    entry = content.rfind(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = struct.pack("<I", 1000)
    return bytes(content)


BOMBS = {
    "a far cell": xlsx('<row r="1">' + cell("A1") + '</row><row r="1048576">' + cell("XFD1048576") + "</row>"),
    "a far cell, lower case": xlsx(
        '<row r="1">' + cell("A1") + '</row><row r="1048576">' + cell("xfd1048576") + "</row>"
    ),
    "a far row number": xlsx(
        '<row r="1">'
        + cell("A1")
        + '</row><row r="999999"><c><v>1</v></c></row>'
        + "<row>"
        + "<c><v>1</v></c>" * 9
        + "</row>"
    ),
    "wide without references": xlsx(
        "<row>" + "<c><v>1</v></c>" * 5000 + "</row>" + "<row><c><v>1</v></c></row>" * 1000
    ),
    "repeated filled rows": ods(ROW.format(1, CELL.format(1, "a")) + ROW.format(9_000_000, CELL.format(1, "b"))),
    "repeated filled cells": ods(ROW.format(1000, CELL.format(9000, "a"))),
    "a filled row behind empty ones": ods(ROW.format(9_000_000, EMPTY) + ROW.format(1, CELL.format(1, "a"))),
    "a lie about its size": lying_about_its_size(),
    "more than fits": xlsx("", extra={"xl/media/zero.bin": b"\0" * (201 * 1024**2)}),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused(name: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_rows(io.BytesIO(BOMBS[name]), COLUMNS)
    assert (refused.value.code, refused.value.status) == ("file_too_large", 413)


BROKEN = {
    "a sheet under a false name": xlsx(cell("A1"), sheet_name="xl/media/picture.png"),
    "entities": xlsx('<row r="1"><c r="A&#x58;FD1"/></row>'),
    "no xml": xlsx("<row>"),
    "row of letters": xlsx('<row r="many"></row>'),
    "cut": xlsx(cell("A1"))[:-200],
    "no sheet": xlsx("", sheet_name="xl/worksheets/other.txt"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_workbook_is_refused(name: str) -> None:
    with pytest.raises(Refusal) as refused, read_rows(io.BytesIO(BROKEN[name]), COLUMNS) as rows:
        list(rows)
    assert refused.value.code in {"file_broken", "file_empty"}


def test_billions_of_laughs_do_not_unfold() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><x>&l11;</x>'
    with pytest.raises(Refusal):
        read_rows(io.BytesIO(xlsx("", extra={"xl/laughs.xml": bomb.encode()})), COLUMNS)


def test_an_archive_that_is_no_workbook_is_told_apart() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        target.writestr("letter.txt", "dear all")
    with pytest.raises(Refusal) as refused:
        read_rows(io.BytesIO(out.getvalue()), COLUMNS)
    assert refused.value.code == "file_kind"


def test_the_usual_emptiness_at_the_end_of_an_ods_is_no_bomb() -> None:
    table = ROW.format(1, CELL.format(1, "a") + EMPTY) + ROW.format(2, CELL.format(1, "b") + EMPTY)
    with read_rows(io.BytesIO(ods(table + ROW.format(1_048_573, EMPTY))), COLUMNS) as rows:
        assert [row.values["a"] for row in rows] == ["b", "b"]
