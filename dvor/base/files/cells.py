"""Readers of one cell: what a person or a program wrote there becomes a value, or an error that says what to do.

A raw cell is a text (CSV) or what a workbook holds (text, number, day, moment, yes/no). Empty cells never get here.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Text

Read = Callable[[Any], Any]
Bounded = TypeVar("Bounded", int, Decimal)

# Excel counts days from here (its 1900 is wrongly a leap year, hence the 30th); serials of 1954 … 2119 are believed.
_EXCEL_EPOCH = date(1899, 12, 30)
_EXCEL_SERIALS = range(20_000, 80_001)
_EXCEL_ERRORS = {
    "#N/A",
    "#REF!",
    "#VALUE!",
    "#DIV/0!",
    "#NAME?",
    "#NUM!",
    "#NULL!",
    "#GETTING_DATA",
    "#Н/Д",
    "#ССЫЛКА!",
}
_FLOAT_TAIL = Decimal("1e-9")  # 54.300000000000004 is the spreadsheet's doing, not a person's
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{0,20})?([eE][+-]?[0-9]{1,2})?")
_SPACES = re.compile(r"[\s\u00a0\u202f]+")


class Unreadable(Exception):
    """A cell that cannot be what its column asks for; ``reason`` and ``remedy`` are shown to a person."""

    def __init__(self, reason: Text, remedy: Text = "") -> None:
        super().__init__()
        self.reason, self.remedy = reason, remedy


def text(*, length_max: int = 300) -> Read:
    """One line of text: spaces are collapsed, control characters refused."""

    def read(raw: Any) -> str:
        found = shown(raw)
        if not found.isprintable() or "  " in found:
            found = " ".join(found.split())
            if not found.isprintable():
                raise Unreadable(_("The text has characters that cannot be shown."), _("Type the text anew."))
        if len(found) > length_max:
            raise Unreadable(
                _("The text is longer than %(limit)s characters.") % {"limit": length_max}, _("Shorten it.")
            )
        if found in _EXCEL_ERRORS:
            raise Unreadable(_("The cell holds an error of the spreadsheet."), _("Correct the formula in this cell."))
        return found

    return read


def whole(*, least: int = 0, most: int = 2**31 - 1) -> Read:
    """A whole number; ``12``, ``12.0`` and ``1 200`` are read, ``12.5`` is not."""

    def read(raw: Any) -> int:
        if type(raw) is str and raw.isascii() and raw.isdigit() and len(raw) <= 18:  # the usual case, ten times faster
            return _within(int(raw), least, most)
        number = _number(raw)
        if number != number.to_integral_value():
            raise Unreadable(_("A whole number is expected."), _("Write the number without a fraction."))
        return int(_within(number, least, most))

    return read


def decimal(*, places: int, least: Decimal | int = 0, most: Decimal | int = 10**12) -> Read:
    """A decimal number with a point or a comma and at most ``places`` digits after it."""
    step = Decimal(1).scaleb(-places)

    def read(raw: Any) -> Decimal:
        number = _within(_number(raw), least, most)
        rounded = number.quantize(step)
        if rounded != number and abs(rounded - number) > _FLOAT_TAIL:
            raise Unreadable(
                _("Too many digits after the point."),
                _("Leave at most %(places)s digits after the point.") % {"places": places},
            )
        return rounded

    return read


def digits(*, length: int) -> Read:
    """A code of exactly ``length`` digits, kept as text because its leading zeros count."""
    pattern = re.compile(rf"[0-9]{{{length}}}")

    def read(raw: Any) -> str:
        code = _SPACES.sub("", shown(raw))
        if pattern.fullmatch(code):
            return code
        remedy: Text = _("Write the code as it stands in the document, digits only.")
        if code.isdigit() and len(code) < length:
            remedy = _("If the spreadsheet dropped leading zeros, make the column a text column.")
        raise Unreadable(_("Exactly %(length)s digits are expected.") % {"length": length}, remedy)

    return read


def day(*, least: date = date(1800, 1, 1), most: date = date(2200, 1, 1)) -> Read:
    """A day: ``31.12.2026``, ``2026-12-31``, a date of the spreadsheet or its serial number."""

    def read(raw: Any) -> date:
        found = _day(raw)
        if not least <= found <= most:
            raise Unreadable(
                _("The day is outside of %(least)s … %(most)s.") % {"least": least, "most": most},
                _("Check the year."),
            )
        return found

    return read


def month() -> Read:
    """The first day of a month: ``12.2026``, ``2026-12``, ``122026``, ``202612`` or any day of that month."""

    def read(raw: Any) -> date:
        match = _MONTH.fullmatch(shown(raw)) if not isinstance(raw, date) else None
        if match is None:
            return _day(raw).replace(day=1)
        year = int(match["year"] or match["year_last"] or match["tight_year"] or match["year_tight"])
        number = int(match["month"] or match["month_first"] or match["month_tight"] or match["tight_month"])
        return date(year, number, 1)

    return read


_MONTH = re.compile(
    r"(?P<year>\d{4})[-./](?P<month>0?[1-9]|1[0-2])"
    r"|(?P<month_first>0?[1-9]|1[0-2])[-./](?P<year_last>\d{4})"
    r"|(?P<tight_year>(?:19|20)\d{2})(?P<month_tight>0[1-9]|1[0-2])"
    r"|(?P<tight_month>0[1-9]|1[0-2])(?P<year_tight>(?:19|20)\d{2})"
)


def choice(words: Mapping[str, Any]) -> Read:
    """One of known words, whatever their case; the result is what the word stands for."""
    known = {folded(word): value for word, value in words.items()}
    listed = ", ".join(list(words)[:10])

    def read(raw: Any) -> Any:
        try:
            return known[folded(shown(raw))]
        except KeyError:
            raise Unreadable(
                _("The word is not known here."), _("Write one of: %(words)s.") % {"words": listed}
            ) from None

    return read


def flag() -> Read:
    """Yes or no, in Russian or English, or 1/0."""
    return choice(
        {"да": True, "нет": False, "yes": True, "no": False, "1": True, "0": False, "true": True, "false": False}
        | {"истина": True, "ложь": False, "+": True, "-": False}
    )


def guid() -> Read:
    """A GUID, with or without braces and hyphens."""

    def read(raw: Any) -> uuid.UUID:
        try:
            return uuid.UUID(shown(raw).strip("{}"))
        except ValueError:
            raise Unreadable(
                _("This is not a GUID."), _("Write it like 0c5b2444-70a0-4932-980c-b4dc0d3f02b5.")
            ) from None

    return read


def shown(raw: Any) -> str:
    """The cell as a person sees it: ``12.0`` of a workbook is ``12``."""
    if isinstance(raw, str):
        return _unquoted(raw.strip())
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() and abs(raw) < 1e15 else repr(raw)
    if isinstance(raw, datetime) and not (raw.hour or raw.minute or raw.second):
        return raw.date().isoformat()
    return str(raw)


def folded(text: str) -> str:
    """Words for comparison: no case, no punctuation, ё as е, one space."""
    return re.sub(r"[\W_]+", " ", text.casefold().replace("ё", "е").replace("²", "2").replace("³", "3")).strip()


def _unquoted(text: str) -> str:
    """Undo the apostrophe that our own export puts before ``= + - @``."""
    return text[1:] if len(text) > 1 and text[0] == "'" and text[1] in "=+-@" else text


def _number(raw: Any) -> Decimal:
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        plain = repr(raw)
    else:
        plain = _SPACES.sub("", shown(raw)).replace(",", ".").replace("−", "-")
    if not _NUMBER.fullmatch(plain):
        raise Unreadable(_("A number is expected."), _("Write digits, with a comma or a point before the fraction."))
    try:
        return Decimal(plain)
    except InvalidOperation:
        raise Unreadable(_("A number is expected.")) from None


def _within(number: Bounded, least: Decimal | int, most: Decimal | int) -> Bounded:
    if not least <= number <= most:
        raise Unreadable(
            _("The number is outside of %(least)s … %(most)s.") % {"least": least, "most": most},
            _("Check the number and its unit."),
        )
    return number


def _day(raw: Any) -> date:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    written = shown(raw)
    try:
        if match := re.fullmatch(r"(\d{1,2})[./](\d{1,2})[./](\d{4})(?:[ T].*)?", written):
            return date(int(match[3]), int(match[2]), int(match[1]))
        if match := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})(?:[ T].*)?", written):
            return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise Unreadable(_("There is no such day in the calendar."), _("Check the day and the month.")) from None
    if re.fullmatch(r"\d{5}(\.\d+)?", written) and int(float(written)) in _EXCEL_SERIALS:
        return _EXCEL_EPOCH + timedelta(days=int(float(written)))
    raise Unreadable(_("A day is expected."), _("Write it like 31.12.2026."))
