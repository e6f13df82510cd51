"""The letters of a statement: which encoding it really has, whatever it says, and its lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Refusal, Text

BYTES_MAX = 32 * 1024**2
LINE_MAX = 10_000
MARK = "1CClientBankExchange"
_WITNESS = "ВерсияФормата"  # a key that every statement has
_ENCODINGS = {"utf-8": "UTF-8", "cp1251": "Windows", "cp866": "DOS"}
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\ufeff]")


def decoded(data: bytes) -> tuple[str, str]:
    """The text and its encoding, found by how a key that must be there is spelled in bytes; declarations lie.

    Raises:
        Refusal: ``file_empty``, ``file_too_large`` (413), ``file_kind``.
    """
    if not data.strip():
        raise Refusal("file_empty", _("The file is empty."), remedy=_("Choose the statement file."), field="file")
    if len(data) > BYTES_MAX:
        raise Refusal(
            "file_too_large", _("The file is larger than %(limit)s MB.") % {"limit": BYTES_MAX // 1024**2},
            remedy=_("Ask the bank for a shorter period."), status=413, field="file",
        )  # fmt: skip
    head = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head.startswith(MARK.encode()):
        raise not_a_statement()
    for encoding in _ENCODINGS:
        if _WITNESS.encode(encoding) in data:
            return data.removeprefix(b"\xef\xbb\xbf").decode(encoding, errors="replace"), encoding
    raise not_a_statement()


def encoding_matters(text: str, encoding: str, declared: str) -> Iterator[Text]:
    """What is odd about the letters, and does no harm to the sums."""
    if declared and declared.casefold() not in {_ENCODINGS[encoding].casefold(), encoding, encoding.replace("-", "")}:
        yield _("The file says that its encoding is “%(declared)s”; it was read as %(found)s.") % {
            "declared": declared[:40], "found": _ENCODINGS[encoding],
        }  # fmt: skip
    if "\ufffd" in text:
        yield _("Some letters of the file cannot be read; they are shown as “\ufffd”.")


def lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers. Only CR and LF end a line: other signs of that kind stand inside of purposes.

    Raises:
        Refusal: ``file_broken`` for a line that no bank writes.
    """
    whole = text.replace("\r\n", "\n").replace("\r", "\n")
    for number, line in enumerate(whole.split("\n"), start=1):
        if len(line) > LINE_MAX:
            raise broken(_("Line %(line)s is longer than %(limit)s characters.") % {"line": number, "limit": LINE_MAX})
        yield number, _CONTROLS.sub(" ", line).strip()


def not_a_statement() -> Refusal:
    return Refusal(
        "file_kind",
        _("This file is not a bank statement of the form 1CClientBankExchange."),
        remedy=_("In the bank's program choose “export to 1C” and take that file."),
        field="file",
    )


def broken(text: Text) -> Refusal:
    return Refusal("file_broken", text, remedy=_("Export the statement from the bank once more."), field="file")
