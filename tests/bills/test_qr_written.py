"""Payment QR codes that we write: an independent decoder reads the same fields from the picture."""

from __future__ import annotations

import random
import struct
import zlib
from datetime import date

import pytest
import zxingcpp

from dvor.base.refusals import Refusal
from dvor.bills import qr
from dvor.bills.models import Bill, Payee
from dvor.bills.qr import Encoding
from dvor.bills.qr_format import LENGTHS, MANDATORY, SEPARATORS
from dvor.homes.models import Flat, House

BILLS = 1000
NAMES = (
    "ГБУ «Жилищник района Садовый»", "ООО «УК “Дом & Сад”»", "ТСЖ Ёлочка-2", "АО «Мосэнергосбыт»", "ИП Щукин Ъ. Ы.",
    "ТСН «Наш|Дом»", "УК №1; #1", "Housing Ltd", "Фонд капитального ремонта многоквартирных домов города " * 3,
)  # fmt: skip
BANKS = (
    "ПАО СБЕРБАНК",
    "Филиал «Центральный» Банка ВТБ (ПАО)",
    "АО «АЛЬФА-БАНК» | г. Москва",
    "ГУ Банка России по ЦФО",
)
STREETS = ("Садовая улица, дом 1, корпус 2", "проезд Ёжиков, 5", "Café-проспект, дом 7", "улица 1905 года, дом 10с1")


def _bill(chance: random.Random) -> Bill:
    digits = "".join(chance.choices("0123456789", k=60))
    payee = Payee(
        name=chance.choice(NAMES), inn=chance.choice(("77" + digits[:8], "77" + digits[:10])),
        kpp=chance.choice(("", digits[:9])), account="40" + digits[:18], bank=chance.choice(BANKS),
        bic="04" + digits[:7],
        correspondent_account=chance.choice(("0", "301" + digits[:17])),
    )  # fmt: skip
    house = House(address=chance.choice(STREETS))
    flat = Flat(
        house=house, number=chance.choice(("1", "12А", "7/2", "145")), payer_code=chance.choice((digits[:10], None))
    )
    return Bill(flat=flat, payee=payee, period=date(chance.randint(2020, 2030), chance.randint(1, 12), 1))


def _decoded(picture: bytes) -> bytes:
    """The bytes that zxing finds in a picture; segno writes one bit a pixel, each line plain or as the one above."""
    at, data, width, height = 8, b"", 0, 0
    while at < len(picture):
        (length,), kind = struct.unpack(">I", picture[at : at + 4]), picture[at + 4 : at + 8]
        if kind == b"IHDR":
            width, height, depth = struct.unpack(">IIB", picture[at + 8 : at + 17])
            assert depth == 1
        elif kind == b"IDAT":
            data += picture[at + 8 : at + 8 + length]
        at += length + 12
    raw, row = zlib.decompress(data), (width + 7) // 8
    lines: list[bytes] = []
    for y in range(height):
        filtered, line = raw[y * (row + 1)], raw[y * (row + 1) + 1 : (y + 1) * (row + 1)]
        assert filtered in (0, 2)
        lines.append(bytes((a + b) % 256 for a, b in zip(line, lines[-1], strict=True)) if filtered else line)
    bits = "".join(format(int.from_bytes(line, "big"), f"0{row * 8}b")[:width] for line in lines)
    pixels = bits.encode().translate(bytes.maketrans(b"01", b"\x00\xff"))
    (found,) = zxingcpp.read_barcodes(
        memoryview(pixels).cast("B", (height, width)), formats=zxingcpp.BarcodeFormat.QRCode
    )
    return bytes(found.bytes)


def _fields(data: bytes) -> dict[str, str]:
    """The standard read by its letter."""
    assert data[:6] == b"ST0001"
    text = data.decode({49: "cp1251", 50: "utf-8", 51: "koi8-r"}[data[6]])
    return dict(part.split("=", 1) for part in text[8:].split(text[7]))


def _sent(bill: Bill, kopecks: int) -> dict[str, str]:
    payee = bill.payee
    sent = {
        "PersonalAcc": payee.account, "BIC": payee.bic, "CorrespAcc": payee.correspondent_account, "Sum": str(kopecks),
        "PayeeINN": payee.inn, "PersAcc": bill.flat.payer_code or "", "KPP": payee.kpp, "TechCode": "02",
        "PaymPeriod": f"{bill.period:%m%Y}",
    }  # fmt: skip
    return {name: value for name, value in sent.items() if value}


@pytest.mark.slow
@pytest.mark.parametrize("wanted", [None, Encoding.CP1251, Encoding.UTF8, Encoding.KOI8R])
def test_a_thousand_codes_are_read_by_another_decoder(wanted: Encoding | None) -> None:
    chance = random.Random(f"56042 {wanted}")
    seen: set[tuple[Encoding, str]] = set()
    for _ in range(BILLS // 4):
        bill, kopecks = _bill(chance), chance.choice((1, 99, 100, 135_720, 10**11, chance.randint(1, 10**7)))
        made = _made(bill, kopecks, wanted)
        found = _fields(_decoded(qr.png(made.data, scale=2)))
        assert found.items() >= _sent(bill, kopecks).items()
        assert list(found)[:5] == list(MANDATORY)
        for name, whole in (("Name", bill.payee.name), ("BankName", bill.payee.bank)):
            assert found[name] == " ".join(whole.split()) or (name in made.shortened and whole.startswith(found[name]))
        assert all(len(value) <= LENGTHS[name] for name, value in found.items())
        block = made.text.split(f"{made.separator}Sum=")[0] + made.separator
        assert len(block.encode(made.encoding.codec)) <= 300
        again = qr.read(made.data)
        assert (again.sum_kopecks, again.period, again.payer_code) == (kopecks, bill.period, bill.flat.payer_code or "")
        assert bool(again.warnings) == (bill.flat.payer_code is None)
        seen.add((made.encoding, made.separator))
    assert {encoding for encoding, _ in seen} >= {wanted or Encoding.CP1251, Encoding.UTF8}
    assert {separator for _, separator in seen} >= {"|", "#"}, "where a value contains | another sign separates"


def _made(bill: Bill, kopecks: int, wanted: Encoding | None) -> qr.Payload:
    """In the encoding that is wanted, where it has the letters: KOI8-R has no «», CP1251 no é, and both say so."""
    letters = "".join((bill.payee.name, bill.payee.bank, bill.flat.house.address, bill.flat.number))
    try:
        letters.encode((wanted or Encoding.UTF8).codec)
    except UnicodeEncodeError:
        with pytest.raises(Refusal) as refused:
            qr.payload(bill, kopecks, encoding=wanted)
        assert refused.value.code == "qr_letters_missing"
        wanted = None
    return qr.payload(bill, kopecks, encoding=wanted)


def _valid(**more: str) -> dict[str, str]:
    known = {
        "Name": "ГБУ Жилищник", "PersonalAcc": "40702810900000000001", "BankName": "ПАО СБЕРБАНК", "BIC": "044525225",
        "CorrespAcc": "30101810400000000225",
    }  # fmt: skip
    return known | more


def test_russian_letters_go_as_cp1251_and_others_as_utf_8() -> None:
    assert qr.write(_valid()).encoding is Encoding.CP1251
    assert qr.write(_valid(Purpose="за café")).encoding is Encoding.UTF8


def test_the_separator_is_a_sign_that_no_value_has() -> None:
    assert qr.write(_valid()).separator == "|"
    assert qr.write(_valid(Purpose="а|б")).separator == "#"
    assert qr.write(_valid(Purpose=SEPARATORS[:-1])).separator == "@"
    with pytest.raises(Refusal) as refused:
        qr.write(_valid(Purpose=SEPARATORS))
    assert refused.value.code == "qr_separator_missing"


def test_texts_are_shortened_and_said_to_be_numbers_never() -> None:
    made = qr.write(_valid(Purpose="слово " * 60, Name="Ж" * 200))
    assert made.shortened == ("Name", "Purpose")
    assert len(_fields(made.data)["Purpose"]) <= 160 and len(_fields(made.data)["Name"]) == 160
    for name, value in (("PersonalAcc", "4" * 21), ("BIC", "0" * 10), ("Sum", "1" * 19), ("PayeeINN", "7" * 13)):
        with pytest.raises(Refusal) as refused:
            qr.write(_valid(**{name: value}))
        assert refused.value.code == "qr_field_too_long" and refused.value.field == name


def test_the_mandatory_block_of_utf_8_keeps_to_three_hundred_bytes() -> None:
    made = qr.write(_valid(Name="Ж" * 160, BankName="Б" * 45), encoding=Encoding.UTF8)
    assert len(made.data) <= 300 and "Name" in made.shortened


def test_a_mandatory_field_cannot_be_left_out() -> None:
    with pytest.raises(Refusal):
        qr.write(_valid(Name=" "))


def test_line_breaks_in_a_name_become_spaces() -> None:
    assert _fields(qr.write(_valid(Name="ГБУ\r\nЖилищник\x00")).data)["Name"] == "ГБУ Жилищник"


@pytest.mark.parametrize("kopecks", [0, -1])
def test_nothing_to_pay_makes_no_code(kopecks: int) -> None:
    with pytest.raises(Refusal) as refused:
        qr.payload(_bill(random.Random(1)), kopecks)
    assert refused.value.code == "nothing_to_pay"


def test_the_picture_of_the_page_has_no_style_of_its_own() -> None:
    drawn = qr.svg(qr.write(_valid()).data)
    assert drawn.startswith("<svg ") and "style=" not in drawn and 'class="qr"' in drawn
