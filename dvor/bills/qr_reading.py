"""Reads payment QR codes as real bills carry them: wrong key case, untrue encodings, three ways to write a month.

Nothing is guessed silently: what was mended or is unclear stands in ``warnings``; what cannot be read is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Refusal, Text
from dvor.bills.qr_format import ACCOUNT, ALIASES, HEAD, MANDATORY, NAMES, SEPARATORS, TEXT_LENGTH_MAX, Encoding

_HEADER = re.compile(r"ST(?P<version>\d{4})(?P<encoding>.)(?P<separator>.)", re.DOTALL | re.IGNORECASE)
_LINK = re.compile(r"https?://", re.IGNORECASE)
_MOJIBAKE = re.compile("[À-ÿ]{3}|(?:[РС][\u0080-\u00bf\u0400-\u040f\u0450-\u045f‚„…†‡€‰‹‘’“”•–—™›ґё№]){2}|(?:[ÐÑ].){2}")
_PERIODS = (
    r"(?P<m>\d{1,2})[./\- ]?(?P<y>\d{4})",
    r"(?P<y>\d{4})[./\- ]?(?P<m>\d{1,2})",
    r"\d{1,2}[./\-](?P<m>\d{1,2})[./\-](?P<y>\d{4})",
    r"(?P<y>\d{4})-(?P<m>\d{2})-\d{2}",
    r"(?P<m>\d{2})[./]?(?P<y>\d{2})",
)
_CERTAIN = ("PersonalAcc", "BIC", "Sum", "PersAcc", "PayeeINN")  # two values of these cannot both be right
YEAR_MIN, YEAR_MAX = 2000, 2099
_MONTHS = ("январ", "феврал", "март", "апрел", "ма", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр")


@dataclass(slots=True)
class Read:
    """What a code says, by the standard's own keys.

    ``sum_kopecks`` is empty when there is no sum or it is unclear; then ``sum_text`` is what stands there.
    ``payer_code`` has its ten digits or is empty; ``period`` is the first day of the month.
    """

    fields: dict[str, str]
    encoding: Encoding
    payer_code: str = ""
    period: date | None = None
    sum_kopecks: int | None = None
    sum_text: str = ""
    warnings: list[Text] = field(default_factory=list)


def read(given: bytes | str) -> Read:
    """Read the text of a code, or its bytes.

    Raises:
        Refusal: ``qr_empty``, ``qr_too_long``, ``qr_link``, ``qr_not_payment``, ``qr_version``, ``qr_encoding``,
            ``qr_cut``, ``qr_separator``, ``qr_field_missing``, ``qr_field_twice``, ``qr_account``, ``qr_bic``,
            ``qr_inn``.
    """
    if len(given) > TEXT_LENGTH_MAX:
        raise _refusal("qr_too_long", _("This is too long for a QR code."))
    warnings: list[Text] = []
    text = _decoded(given, warnings) if isinstance(given, bytes) else _mended(given, warnings)
    text = text.lstrip("\ufeff \t\r\n\x00").rstrip(" \t\r\n\x00")
    encoding, separator, body = _header(text)
    body = _parted(body, separator, warnings)
    found = Read(_fields(body, separator, warnings), encoding, warnings=warnings)
    _check(found)
    _tell_sum(found)
    _tell_period(found)
    _tell_payer(found)
    return found


def period_of(text: str) -> date | None:
    """The month of ``102026``, ``10.2026``, ``202610``, ``2026-10``, ``1026``, ``01.10.2026`` or «октябрь 2026»."""
    plain = text.strip().casefold()
    for pattern in _PERIODS:
        match = re.fullmatch(pattern, plain)
        if match and (month := _month(int(match["y"]), int(match["m"]))):
            return month
    named = re.fullmatch(r"([а-яё]+)\s+(\d{4})(?:\s*г\.?)?", plain)
    number = next((i for i, stem in enumerate(_MONTHS, 1) if named and named[1].startswith(stem) and i != 5), 0)
    if named and not number and re.fullmatch("ма[йя]", named[1]):
        number = 5
    return _month(int(named[2]), number) if named and number else None


# ── Letters ──────────────────────────────────────────────────────────────────────────────────────────────────────
def _decoded(data: bytes, warnings: list[Text]) -> str:
    """By the digit that the code names, unless the bytes say that it lies."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    named = next((one for one in Encoding if data[6:7] == one.value.encode()), None)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        if named in (None, Encoding.UTF8):
            warnings.append(_LIE)
        return data.decode("koi8-r" if named is Encoding.KOI8R else "cp1251", errors="replace")
    if named is not Encoding.UTF8 and not text.isascii():
        warnings.append(_LIE)
    return text


def _mended(text: str, warnings: list[Text]) -> str:
    """A camera app that took the encoding for another one: the letters are turned back where that gives Russian."""
    if not _MOJIBAKE.search(text):
        return text
    for wrong, right in (("cp1251", "utf-8"), ("latin-1", "utf-8"), ("cp1252", "utf-8"), ("latin-1", "cp1251"), ("cp1252", "cp1251")):  # fmt: skip  # noqa: E501
        try:
            turned = text.encode(wrong).decode(right)
        except UnicodeError:
            continue
        if re.search("[а-яё]{2}", turned, re.IGNORECASE):
            warnings.append(_LIE)
            return turned
    return text


def _parted(text: str, separator: str, warnings: list[Text]) -> str:
    """An app that took Cyrillic bytes for Japanese has swallowed separators too: known keys still begin a field."""
    if not re.search("[\u3000-\u9fff\uff61-\uff9f\ufffd]", text):
        return text
    warnings.append(_LIE)
    keys = "|".join(sorted(map(re.escape, NAMES.values()), key=len, reverse=True))
    return re.sub(rf"(?<=[^\x00-\x7f])({keys})=", lambda match: f"{separator}{match[1]}=", text)


# ── The form ─────────────────────────────────────────────────────────────────────────────────────────────────────
def _header(text: str) -> tuple[Encoding, str, str]:
    if not text:
        raise _refusal("qr_empty", _("There is no text."), _("Copy the whole text of the QR code."))
    if _LINK.match(text):
        raise _refusal(
            "qr_link", _("This is a link, not a payment QR code of a bill."),
            _("Open it in your bank's app, or take the other QR code of the bill."),
        )  # fmt: skip
    match = _HEADER.match(text)
    if match is None:
        code = "qr_cut" if text.casefold() in {HEAD.casefold()[:n] for n in (1, 2)} else "qr_not_payment"
        raise _refusal(code, _("This is not the payment QR code of a bill: it would begin with ST0001."), _ANEW)
    if match["version"] != "0001":
        raise _refusal("qr_version", _("This version of payment QR codes is not known."), _ANEW)
    encoding = next((one for one in Encoding if one.value == match["encoding"]), None)
    if encoding is None:
        raise _refusal("qr_encoding", _("The QR code names an encoding that the standard does not have."), _ANEW)
    if match["separator"] not in SEPARATORS:
        raise _refusal("qr_separator", _("The fields of the QR code are not separated as the standard says."), _ANEW)
    return encoding, match["separator"], text[match.end() :]


def _fields(body: str, separator: str, warnings: list[Text]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in body.split(separator):
        key, equals, raw = part.partition("=")
        value = " ".join(raw.split())
        if not equals:
            if part.strip():
                warnings.append(_("A part without a name was left out."))
            continue
        name = _name(key.strip(), warnings)
        if name and found.get(name) and value and found[name] != value:
            if name in _CERTAIN:
                told = _("The QR code says %(name)s twice and differently.") % {"name": name}
                raise _refusal("qr_field_twice", told, _ANEW)
            warnings.append(_("The QR code says %(name)s twice; the first one was taken.") % {"name": name})
        elif name:
            found[name] = found.get(name) or value
    return {name: value for name, value in found.items() if value}


def _name(key: str, warnings: list[Text]) -> str:
    """The standard's name of a key, whatever its case; empty for a key that nobody knows."""
    plain = key.casefold()
    name = NAMES.get(plain) or ALIASES.get(plain, "")
    if not name:
        warnings.append(_("The field “%(name)s” is not known and was left out.") % {"name": key[:30]})
    elif plain in ALIASES:
        warnings.append(_("The field “%(name)s” was read as %(known)s.") % {"name": key, "known": name})
    return name


def _check(found: Read) -> None:
    """What a payment cannot do without."""
    fields = found.fields
    for name in {"PersonalAcc", "BIC", "CorrespAcc", "PayeeINN", "KPP", "PersAcc", "Sum"} & set(fields):
        fields[name] = fields[name].replace(" ", "")
    for name in ("PersonalAcc", "BIC"):
        if name not in fields:
            raise _refusal("qr_field_missing", _("The QR code does not say %(name)s.") % {"name": name}, _ANEW)
    for name, (code, pattern, told) in _SHAPES.items():
        if name in fields and not re.fullmatch(pattern, fields[name], re.ASCII):
            raise _refusal(code, told, _ANEW)
    for name in set(MANDATORY) - set(fields):
        found.warnings.append(_("The QR code does not say %(name)s, which the standard wants.") % {"name": name})


# ── What a bill needs ────────────────────────────────────────────────────────────────────────────────────────────
def _tell_sum(found: Read) -> None:
    """Kopecks, whole. A point or a comma means that somebody wrote roubles, or kopecks with «.00»: it is unclear."""
    text = found.sum_text = found.fields.get("Sum", "")
    if not text:
        found.warnings.append(_("The QR code names no sum."))
    elif re.fullmatch(r"\d{1,18}", text, re.ASCII):
        found.sum_kopecks = int(text)
    elif re.fullmatch(r"\d{1,16}[.,]\d{1,2}", text, re.ASCII):
        found.warnings.append(
            _("The sum “%(sum)s” is unclear: the standard wants whole kopecks, these may be roubles.") % {"sum": text}
        )
    else:
        found.warnings.append(_("The sum “%(sum)s” cannot be read.") % {"sum": text[:30]})


def _tell_period(found: Read) -> None:
    text = found.fields.get("PaymPeriod", "")
    found.period = period_of(text) if text else None
    if found.period is None:
        told = (
            _("The month “%(month)s” cannot be read.") % {"month": text[:30]}
            if text
            else _("The QR code names no month.")
        )
        found.warnings.append(told)


def _tell_payer(found: Read) -> None:
    for name in ("PersAcc", "PersonalAccount"):
        digits = re.sub(r"[ \-]", "", found.fields.get(name, ""))
        if re.fullmatch(r"\d{10}", digits, re.ASCII):
            found.payer_code = digits
            return
    found.warnings.append(_("The QR code has no payer code of ten digits."))


def _month(year: int, month: int) -> date | None:
    year += 2000 if year < 100 else 0
    return date(year, month, 1) if YEAR_MIN <= year <= YEAR_MAX and 1 <= month <= 12 else None


_LIE: Promise = _("The QR code names another encoding than it is written in.")
_SHAPES: dict[str, tuple[str, str, Text]] = {
    "PersonalAcc": ("qr_account", ACCOUNT, _("The account of the payee is not an account: twenty digits are wanted.")),
    "BIC": ("qr_bic", r"\d{9}", _("The bank's number (BIC) is not one: nine digits are wanted.")),
    "PayeeINN": ("qr_inn", r"\d{10}|\d{12}", _("The payee's taxpayer number is not one: 10 or 12 digits are wanted.")),
}
_ANEW: Promise = _("Copy the text again, or enter the payer code yourself.")


def _refusal(code: str, text: Text, remedy: Text = "") -> Refusal:
    return Refusal(code, text, remedy=remedy, field="text")
