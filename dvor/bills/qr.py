"""The QR code of a bill by ГОСТ Р 56042-2014: written here, read in ``qr_reading``."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass

import segno
from django.utils import formats, translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dvor.base.refusals import Refusal
from dvor.bills.models import Bill
from dvor.bills.qr_format import (
    HEAD,
    LENGTHS,
    MANDATORY,
    MANDATORY_BYTES_MAX,
    PURPOSE_LENGTH,
    SEPARATORS,
    TECH_CODE_HOUSING,
    VERSION,
    Encoding,
)
from dvor.bills.qr_reading import Read, read

__all__ = ["Encoding", "Payload", "Read", "payload", "png", "read", "svg", "write"]

MASK = 3
_SHORTENABLE = ("Name", "BankName", "Purpose", "PayerAddress")


@dataclass(frozen=True, slots=True)
class Payload:
    """What stands in the code: ``data`` are the bytes; ``shortened`` names the fields that did not fit whole."""

    text: str
    data: bytes
    encoding: Encoding
    separator: str
    shortened: tuple[str, ...] = ()


def payload(bill: Bill, kopecks: int, *, encoding: Encoding | None = None) -> Payload:
    """The code that asks for ``kopecks`` of a bill; the bill comes with payee and flat with house.

    Without ``encoding`` it is CP1251 where that has all letters, else UTF-8.

    Raises:
        Refusal: ``nothing_to_pay`` when the sum is not above zero; ``qr_field_too_long``, ``qr_separator_missing``,
            ``qr_letters_missing`` as ``write`` says.
    """
    if kopecks <= 0:
        raise Refusal("nothing_to_pay", gettext_lazy("There is nothing to pay by this bill."), status=409)
    payee, flat = bill.payee, bill.flat
    with translation.override("ru"):  # the payment goes through Russian banks
        purpose = _("Bill for %(month)s, payer code %(code)s, %(address)s, flat %(flat)s") % {
            "month": formats.date_format(bill.period, "F Y").lower(), "code": flat.payer_code or "",
            "address": flat.house.address, "flat": flat.number,
        }  # fmt: skip
        address = _("%(address)s, flat %(flat)s") % {"address": flat.house.address, "flat": flat.number}
    fields = {
        "Name": payee.name, "PersonalAcc": payee.account, "BankName": payee.bank, "BIC": payee.bic,
        "CorrespAcc": payee.correspondent_account, "Sum": str(kopecks), "Purpose": purpose, "PayeeINN": payee.inn,
        "KPP": payee.kpp, "PersAcc": flat.payer_code or "", "PaymPeriod": f"{bill.period:%m%Y}",
        "PayerAddress": address, "TechCode": TECH_CODE_HOUSING,
    }  # fmt: skip
    return write(fields, encoding=encoding)


def write(given: Mapping[str, str], *, encoding: Encoding | None = None) -> Payload:
    """Put fields into the standard's form. Empty optional ones are left out; texts are shortened, numbers never.

    Raises:
        Refusal: ``qr_field_too_long`` for a number that is too long or a mandatory field that is empty;
            ``qr_separator_missing`` when the values use up all separators; ``qr_letters_missing`` when the encoding
            that was asked for has not all letters.
    """
    fields = {name: re.sub(r"[\x00-\x1f\x7f\s]+", " ", value).strip() for name, value in given.items()}
    shortened = _shorten_by_letters(fields)
    fields = {name: value for name, value in fields.items() if value}
    chosen = encoding or _fitting("".join(fields.values()))
    separator = _separator(fields)
    head = f"{HEAD}{VERSION}{chosen.value}"
    try:
        shortened |= _shorten_by_bytes(fields, head, separator, chosen)
        ordered = [*MANDATORY, *(name for name in fields if name not in MANDATORY)]
        text = separator.join([head, *(f"{name}={fields[name]}" for name in ordered)])
        return Payload(text, text.encode(chosen.codec), chosen, separator, tuple(sorted(shortened)))
    except UnicodeEncodeError:
        raise Refusal(
            "qr_letters_missing", gettext_lazy("The encoding of the QR code does not have all the letters.")
        ) from None


def svg(data: bytes) -> SafeString:
    """An inline SVG without style attributes, on a white ground in both themes."""
    drawn = _code(data).svg_inline(omitsize=True, dark="#000", light="#fff", svgclass="qr")
    return mark_safe(drawn.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))  # noqa: S308 only squares


def svg_file(data: bytes) -> bytes:
    """An SVG of its own, for a PDF."""
    out = io.BytesIO()
    _code(data).save(out, kind="svg", border=2, dark="#000", light="#fff")
    return out.getvalue()


def png(data: bytes, *, scale: int = 6) -> bytes:
    """A picture."""
    out = io.BytesIO()
    _code(data).save(out, kind="png", scale=scale, dark="#000", light="#fff")
    return out.getvalue()


def _code(data: bytes) -> segno.QRCode:
    """Bytes as they are, without an ECI mark: banks' readers go by the standard's own encoding digit.

    The mask is fixed: to weigh all eight costs five times the rest, and any of them reads (tested on 1,000 codes).
    """
    return segno.make_qr(data, error="m", mode="byte", mask=MASK)


# ── Making it fit ────────────────────────────────────────────────────────────────────────────────────────────────
def _shorten_by_letters(fields: dict[str, str]) -> set[str]:
    """Cut texts to the standard's lengths; refuse numbers that are longer and mandatory fields that are missing."""
    shortened = set()
    for name in MANDATORY:
        if not fields.get(name):
            raise _unusable(name)
    for name, value in fields.items():
        limit = PURPOSE_LENGTH if name == "Purpose" else LENGTHS[name]
        if len(value) <= limit:
            continue
        if name not in _SHORTENABLE:
            raise _unusable(name)
        fields[name] = _cut(value, limit)
        shortened.add(name)
    return shortened


def _shorten_by_bytes(fields: dict[str, str], head: str, separator: str, encoding: Encoding) -> set[str]:
    """The mandatory block has its limit in bytes, which Cyrillic UTF-8 passes: the name gives way, then the bank."""
    shortened = set()
    for name in ("Name", "BankName"):
        block = separator.join([head, *(f"{key}={fields[key]}" for key in MANDATORY)]) + separator
        over = len(block.encode(encoding.codec)) - MANDATORY_BYTES_MAX
        least = 20  # letters that still tell who it is
        if over > 0:
            value = fields[name]
            while over > 0 and len(value) > least:
                over -= len(value[-1].encode(encoding.codec))
                value = value[:-1]
            fields[name] = value.rstrip(" ,.«\"'")
            shortened.add(name)
    return shortened


def _cut(value: str, limit: int) -> str:
    """Cut at a word's end where one is near."""
    cut = value[:limit]
    at_word = cut.rsplit(" ", 1)[0]
    return at_word if len(at_word) > limit * 3 // 4 else cut.rstrip()


def _separator(fields: Mapping[str, str]) -> str:
    values = "".join(fields.values())
    found = next((one for one in SEPARATORS if one not in values), None)
    if found is None:
        raise Refusal("qr_separator_missing", gettext_lazy("The bill's details use all signs that may separate them."))
    return found


def _fitting(text: str) -> Encoding:
    try:
        text.encode("cp1251")
    except UnicodeEncodeError:
        return Encoding.UTF8
    return Encoding.CP1251


def _unusable(name: str) -> Refusal:
    return Refusal(
        "qr_field_too_long",
        gettext_lazy("The field %(name)s does not fit into a payment QR code.") % {"name": name},
        remedy=gettext_lazy("Ask who issued the bill to correct it."),
        field=name,
    )
