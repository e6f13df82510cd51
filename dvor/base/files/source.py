"""What kind of file it is, and its raw rows: a CSV is streamed, a workbook is checked for bombs and then read."""

from __future__ import annotations

import codecs
import csv
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

from django.utils.translation import gettext_lazy as _

from dvor.base.files import workbook
from dvor.base.refusals import Refusal, Text

CSV_BYTES_MAX = 4 * 1024**3  # a city of 4 million flats is about 0.6 GB
_LINE_CHARACTERS_MAX = 1_000_000
_BLOCK = 1 << 20
_DELIMITERS = ";,\t|"


class Source(Protocol):
    """Raw rows as (number, cells). A negative number ends the file: its cells are the reason and the remedy."""

    total: int

    def __iter__(self) -> Iterator[tuple[int, list[Any]]]: ...

    def close(self) -> None: ...


def open_source(source: Path | str | BinaryIO) -> Source:
    """Tell the kind of file by its first bytes, because names lie. Closing the source closes the file."""
    stream = Path(source).open("rb") if isinstance(source, Path | str) else _seekable(source)  # noqa: SIM115
    try:
        head = stream.read(8)
        stream.seek(0)
        if not head:
            raise Refusal(
                "file_empty", _("The file is empty."), remedy=_("Choose the file with the table."), field="file"
            )
        if head.startswith(b"PK"):
            return workbook.Workbook(stream)
        if head.startswith((b"\xd0\xcf\x11\xe0", b"%PDF", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"{\\rtf")):
            raise _not_a_table()
        return Csv(stream)
    except BaseException:
        stream.close()
        raise


def _seekable(stream: BinaryIO) -> BinaryIO:
    """A stream that can be read twice: others are copied to a temporary file."""
    if stream.seekable():
        stream.seek(0)
        return stream
    copy = tempfile.TemporaryFile()  # noqa: SIM115 closed by its reader
    size = 0
    while block := stream.read(_BLOCK):
        size += len(block)
        if size > CSV_BYTES_MAX:
            copy.close()
            raise _too_large(CSV_BYTES_MAX)
        copy.write(block)
    copy.seek(0)
    return cast(BinaryIO, copy)


class Csv:
    """A text table; one pass finds its encoding and counts its lines, the second yields rows in constant memory."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._encoding, self.total = _encoding_and_lines(stream)
        stream.seek(0)
        self._text = io.TextIOWrapper(stream, self._encoding, errors="replace", newline="")
        self._delimiter = _delimiter(self._text.readline(_LINE_CHARACTERS_MAX))
        self._text.seek(0)

    def __iter__(self) -> Iterator[tuple[int, list[Any]]]:
        reader = csv.reader(self._lines(), delimiter=self._delimiter)
        number = 1
        try:
            for line in reader:
                yield number, line
                number = reader.line_num + 1  # a quoted cell may span lines: rows are named by their first line
        except (csv.Error, _LineTooLong):
            yield -number, list(_broken_here())

    def _lines(self) -> Iterator[str]:
        while line := self._text.readline(_LINE_CHARACTERS_MAX):
            if len(line) == _LINE_CHARACTERS_MAX:
                raise _LineTooLong
            yield line

    def close(self) -> None:
        self._text.close()


class _LineTooLong(Exception):
    pass


def _encoding_and_lines(stream: BinaryIO) -> tuple[str, int]:
    """UTF-8 if every byte of the file is, UTF-16 by its mark, otherwise Windows-1251; and the number of lines."""
    head = stream.read(4)
    stream.seek(0)
    wide = head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    decoder = codecs.getincrementaldecoder("utf-8")()
    utf8, lines, size = True, 0, 0
    while block := stream.read(_BLOCK):
        size += len(block)
        if size > CSV_BYTES_MAX:
            raise _too_large(CSV_BYTES_MAX)
        if not wide and b"\0" in block:
            raise _not_a_table()
        lines += block.count(b"\n") or block.count(b"\r")
        if utf8 and not wide:
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                utf8 = False
    if wide:
        return "utf-16", lines
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        utf8 = False
    return ("utf-8-sig" if utf8 else "cp1251"), lines


def _delimiter(line: str) -> str:
    """The delimiter that splits the header in most cells (quoted ones do not count); a semicolon if none does."""
    bare = "".join(line.split('"')[::2])
    return max(_DELIMITERS, key=bare.count)


def _broken_here() -> tuple[Text, Text]:
    return (
        _("The file cannot be read from this row on."),
        _("Look for a quotation mark that is not closed, correct it and load the file again."),
    )


def _not_a_table() -> Refusal:
    return Refusal(
        "file_kind",
        _("This file is not a table that can be read here."),
        remedy=_("Save it as XLSX, ODS or CSV and choose it again."),
        field="file",
    )


def _too_large(limit: int) -> Refusal:
    return Refusal(
        "file_too_large",
        _("The file is larger than %(limit)s MB.") % {"limit": limit // 1024**2},
        remedy=_("Split it, or save it as CSV."),
        status=413,
        field="file",
    )
