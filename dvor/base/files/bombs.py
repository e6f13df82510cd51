"""Refuses workbooks that would exhaust the machine, before anything unpacks them in earnest.

Calamine keeps a sheet in memory as a dense rectangle. So a file is judged by what it would become: its real unpacked
size (declared sizes lie) and the rectangle that its cells span (one cell at XFD1048576 spans 17 billion).
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import BinaryIO
from xml.parsers import expat

from dvor.base.files import faults

UNPACKED_BYTES_MAX = 200 * 1024**2
CELLS_MAX = 2_000_000  # 140,000 flats of a registry; about 200 MB in calamine with its texts
_MEMBERS_MAX = 2_000
_BLOCK = 1 << 18
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def refuse(stream: BinaryIO) -> None:
    """Unpack every part once, block by block, and follow the positions of cells.

    Raises:
        Refusal: ``file_too_large``, ``file_broken``, or ``file_kind`` for an archive that is no workbook.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
        names = {member.filename for member in members}
        if not {"xl/workbook.xml", "content.xml"} & names:
            raise faults.not_a_table()
        if len(members) > _MEMBERS_MAX or len(names) < len(members):
            raise faults.broken()
        left = UNPACKED_BYTES_MAX
        for member in members:
            left -= _judge(stream, member, left)
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, OSError, ValueError, NotImplementedError) as wrong:
        raise faults.broken() from wrong


def _judge(stream: BinaryIO, member: zipfile.ZipInfo, limit: int) -> int:
    """The real unpacked size of a part, having judged its cells on the way."""
    size, before = 0, b""
    is_xml = member.filename.lower().endswith((".xml", ".rels", ".vml"))
    cells = _OpenDocument() if member.filename == "content.xml" else _Sheet()
    for block in _inflated(stream, member):
        size += len(block)
        if size > limit:
            raise faults.too_large_unpacked()
        if is_xml:
            cells.parser.Parse(block)
        elif b"sheetData" in before + block:
            raise faults.broken()  # a sheet under a false name would go unjudged
        before = block[-16:]
    return size


def _inflated(stream: BinaryIO, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part's bytes as they really are: ``zipfile`` would stop at the declared size, calamine does not."""
    if member.flag_bits & 0x1 or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise faults.broken()
    stream.seek(member.header_offset)
    header = stream.read(30)
    if header[:4] != b"PK\x03\x04":
        raise faults.broken()
    stream.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    left = member.compress_size
    inflate = zlib.decompressobj(-15) if member.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0 and (packed := stream.read(min(left, _BLOCK))):
        left -= len(packed)
        if inflate is None:
            yield packed
        while inflate is not None and packed:
            yield inflate.decompress(packed, _BLOCK)
            packed = inflate.unconsumed_tail


class _Sheet:
    """Follows rows and cells of an XLSX sheet, with or without their references."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self._row = self._column = self._rows = self._columns = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "c" or name.endswith(":c"):
            self._column += 1
            if reference := attributes.get("r"):
                self._column, self._row = _position(reference)
            if self._column > self._columns or self._row > self._rows:
                self._columns, self._rows = max(self._column, self._columns), max(self._row, self._rows)
                _refuse_rectangle(self._rows, self._columns)
        elif name == "row" or name.endswith(":row"):
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0


class _OpenDocument:
    """Follows rows and cells of an ODS, where one element may stand for a million equal ones.

    Empty rows and cells at the end of a table stand for nothing, and every program writes them.
    """

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self._rows = self._columns = 0
        self._begin_table()

    def _begin_table(self) -> None:
        self._row = self._repeat = self._column = self._filled = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        match name:
            case "table:table":
                self._begin_table()
            case "table:table-row":
                self._repeat = int(attributes.get("table:number-rows-repeated", 1))
                self._column = self._filled = 0
            case "table:table-cell" | "table:covered-table-cell":
                self._column += int(attributes.get("table:number-columns-repeated", 1))
                if any(key.startswith(("office:", "table:formula")) for key in attributes):
                    self._filled = self._column
            case "text:p":
                self._filled = self._column

    def end(self, name: str) -> None:
        if name == "table:table-row":
            self._row += self._repeat
            if self._filled:
                self._rows, self._columns = max(self._rows, self._row), max(self._columns, self._filled)
                _refuse_rectangle(self._rows, self._columns)


def _position(reference: str) -> tuple[int, int]:
    match = _REFERENCE.fullmatch(reference.upper())
    if match is None:
        raise faults.broken()
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return column, int(match[2])


def _refuse_rectangle(rows: int, columns: int) -> None:
    if rows * columns > CELLS_MAX:
        raise faults.too_large_unpacked()
