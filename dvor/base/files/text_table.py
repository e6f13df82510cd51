"""CSV of any origin, streamed: its encoding and delimiter are found, a broken row is named and the next one read."""

from __future__ import annotations

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy as _

from dvor.base.files import faults

BYTES_MAX = 4 * 1024**3  # a city of 4 million flats is about 0.6 GB
_LINE_CHARACTERS_MAX = 200_000
_RECORD_LINES_MAX = 20  # a quoted cell may span lines, but a forgotten quotation mark must not swallow the file
_BLOCK = 1 << 20
_DELIMITERS = ";,\t|"


class TextTable:
    """One pass finds the encoding and counts the lines, the second yields rows in constant memory."""

    def __init__(self, stream: BinaryIO) -> None:
        encoding, self.total = _encoding_and_lines(stream)
        stream.seek(0)
        # newline="" keeps line ends inside quoted cells; a lone \r ends a line too, as old programs write it
        self._text = io.TextIOWrapper(stream, encoding, errors="replace", newline="")
        self._delimiters = _delimiters(self._text.readline(_LINE_CHARACTERS_MAX))
        self._back: deque[str] = deque()

    def attempts(self) -> Iterator[Iterator[tuple[int, list[Any] | faults.Unusable]]]:
        """The rows by the likeliest delimiter; then, if no header was found that way, by the others."""
        for delimiter in self._delimiters:
            self._text.seek(0)
            self._back.clear()
            yield self._rows(delimiter)

    def _rows(self, delimiter: str) -> Iterator[tuple[int, list[Any] | faults.Unusable]]:
        number = 1
        while line := self._line():
            if '"' not in line and len(line) < _LINE_CHARACTERS_MAX:
                yield number, line.rstrip("\r\n").split(delimiter)
                number += 1
            else:
                taken = [line]
                yield number, self._quoted(taken, delimiter)
                number += len(taken)

    def _line(self) -> str:
        return self._back.popleft() if self._back else self._text.readline(_LINE_CHARACTERS_MAX)

    def _quoted(self, taken: list[str], delimiter: str) -> list[Any] | faults.Unusable:
        """The record that begins with ``taken[0]``; its further lines are appended to ``taken``."""
        if len(taken[0]) == _LINE_CHARACTERS_MAX:
            while len(rest := self._line()) == _LINE_CHARACTERS_MAX and not rest.endswith("\n"):
                pass
            return faults.Unusable(_("The row is too long."), _("Look whether line breaks were lost here."))
        try:
            return next(csv.reader(self._ahead(taken), delimiter=delimiter), [])
        except (csv.Error, _Unclosed):
            self._back.extendleft(reversed(taken[1:]))
            del taken[1:]
            return faults.Unusable(
                _("The row has a quotation mark that is not closed."),
                _("Close it or remove it, and load the file again."),
            )

    def _ahead(self, taken: list[str]) -> Iterator[str]:
        yield taken[0]
        while len(taken) < _RECORD_LINES_MAX and (line := self._line()):
            taken.append(line)
            yield line
        raise _Unclosed

    def close(self) -> None:
        self._text.close()


class _Unclosed(Exception):
    pass


def _encoding_and_lines(stream: BinaryIO) -> tuple[str, int]:
    """UTF-8 if every byte of the file is, UTF-16 by its mark, otherwise Windows-1251; and the number of lines."""
    wide = stream.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    stream.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    utf8, lines, size = not wide, 0, 0
    last = b""
    while block := stream.read(_BLOCK):
        size += len(block)
        if size > BYTES_MAX:
            raise faults.too_large(BYTES_MAX)
        if not wide and b"\0" in block:
            raise faults.not_a_table()
        lines += block.count(b"\n") or block.count(b"\r")
        utf8 = utf8 and _decodes(decoder, block)
        last = block
    lines += not last.rstrip(b"\0").endswith((b"\n", b"\r"))
    if wide:
        return "utf-16", lines
    return ("utf-8-sig" if utf8 and _decodes(decoder, b"", final=True) else "cp1251"), lines


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _delimiters(line: str) -> list[str]:
    """Delimiters by how many cells they make of the first line (quoted ones do not count); a semicolon leads a draw."""
    bare = "".join(line.split('"')[::2])
    return sorted(_DELIMITERS, key=bare.count, reverse=True)
