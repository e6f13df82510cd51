"""XLSX and ODS through calamine, after a check that unpacking them cannot exhaust the machine.

Calamine keeps a sheet in memory as a dense rectangle, so a file is refused by what it would become: its real unpacked
size (declared sizes lie) and the rectangle its cells span (one cell at XFD1048576 spans 17 billion).
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineWorkbook

from dvor.base.refusals import Refusal

UNPACKED_BYTES_MAX = 200 * 1024**2
CELLS_MAX = 6_000_000
_MEMBERS_MAX = 2_000
_BLOCK = 1 << 18
_XLSX_SHEET = re.compile(r"(?i)xl/worksheets/.*\.(xml|bin)$")
_XLSX_CELL = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{1,3})([0-9]{1,7})["']""")
_ODS_REPEAT = re.compile(rb"""number-(rows|columns)-repeated\s*=\s*["']([0-9]{1,9})["']""")


class Workbook:
    """The first visible sheet of a workbook that is not empty."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        _refuse_bombs(stream)
        stream.seek(0)
        try:
            self._book = CalamineWorkbook.from_filelike(stream)
            self._sheet = self._book.get_sheet_by_index(0)
        except (CalamineError, OSError, ValueError) as wrong:
            raise _broken() from wrong
        self._first = (self._sheet.start or (0, 0))[0]
        self.total = self._sheet.height

    def __iter__(self) -> Iterator[tuple[int, list[Any]]]:
        # calamine skips empty rows above the table; numbers stay those that the spreadsheet shows
        for index, line in enumerate(self._sheet.iter_rows(), start=1):
            yield index, list(line)

    def close(self) -> None:
        self._book.close()
        self._stream.close()


def _refuse_bombs(stream: BinaryIO) -> None:
    try:
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
            if len(members) > _MEMBERS_MAX:
                raise _too_large()
            left = UNPACKED_BYTES_MAX
            for member in members:
                left -= _unpacked(archive, member, left)
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError, EOFError) as wrong:
        raise _broken() from wrong


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int) -> int:
    if member.file_size > limit:
        raise _too_large()
    with archive.open(member) as content:
        size = 0
        while block := content.read(_BLOCK):
            size += len(block)
            if size > limit:
                raise _too_large()
    return size


def _broken() -> Refusal:
    return Refusal(
        "file_broken",
        _("The workbook cannot be opened."),
        remedy=_("Open it in a spreadsheet program, save it as XLSX without a password and choose it again."),
        field="file",
    )


def _too_large() -> Refusal:
    return Refusal(
        "file_too_large",
        _("The workbook is too large when unpacked."),
        remedy=_("Save the sheet as CSV: a CSV file may be much larger."),
        status=413,
        field="file",
    )
