"""What kind of file it is: told by its first bytes, because names lie."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

from dvor.base.files import faults, text_table, workbook

_BLOCK = 1 << 20
_OTHER_KINDS = (b"\xd0\xcf\x11\xe0", b"%PDF", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"{\\rtf", b"<!DOCTYPE", b"<html")


class Source(Protocol):
    """Raw rows as (number in the file, cells), split in one or several ways of which the first is the likeliest."""

    total: int

    def attempts(self) -> Iterator[Iterator[tuple[int, list[Any] | faults.Unusable]]]: ...

    def close(self) -> None: ...


def open_source(source: Path | str | BinaryIO) -> Source:
    """Open a table file; closing the source closes the file."""
    stream = Path(source).open("rb") if isinstance(source, Path | str) else _seekable(source)  # noqa: SIM115
    try:
        head = stream.read(9)
        stream.seek(0)
        if not head:
            raise faults.empty()
        if head.startswith(_OTHER_KINDS):
            raise faults.not_a_table()
        return workbook.Workbook(stream) if head.startswith(b"PK") else text_table.TextTable(stream)
    except BaseException:
        stream.close()
        raise


def _seekable(stream: BinaryIO) -> BinaryIO:
    """A stream that can be read twice: others are copied to a temporary file."""
    if stream.seekable():
        stream.seek(0)
        return stream
    copy = tempfile.TemporaryFile()  # noqa: SIM115 closed with its source
    size = 0
    while block := stream.read(_BLOCK):
        size += len(block)
        if size > text_table.BYTES_MAX:
            copy.close()
            raise faults.too_large(text_table.BYTES_MAX)
        copy.write(block)
    copy.seek(0)
    return cast(BinaryIO, copy)
