"""Payment QR codes as real bills carry them: each is read, with a word about what was wrong, or refused with it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given as each
from hypothesis import strategies as some

from dvor.base.refusals import Refusal
from dvor.bills import qr
from dvor.bills.qr import Encoding

OCTOBER = date(2026, 10, 1)
BLOCK = (
    "Name=ГБУ Жилищник|PersonalAcc=40702810900000000001|BankName=СБЕРБАНК|BIC=044525225|CorrespAcc=30101810400000000225"
)
TAIL = "Sum=512345|PayeeINN=7700000001|PersAcc=1234567890|PaymPeriod=102026|TechCode=02"
PLAIN = f"ST00012|{BLOCK}|{TAIL}"
LIE = "указана не та кодировка"


def _with(old: str, new: str) -> str:
    assert old in PLAIN
    return PLAIN.replace(old, new)


# name, what is given, what a warning says, and what comes out where it is not (512345, October, 1234567890)
READ: list[tuple[str, bytes | str, str, dict[str, object]]] = [
    ("by the letter, UTF-8", PLAIN.encode(), "", {}),
    ("by the letter, CP1251", PLAIN.replace("00012", "00011").encode("cp1251"), "", {"encoding": Encoding.CP1251}),
    ("by the letter, KOI8-R", PLAIN.replace("00012", "00013").encode("koi8-r"), "", {"encoding": Encoding.KOI8R}),
    ("a text from a camera app", PLAIN, "", {}),
    ("says CP1251, is UTF-8", PLAIN.replace("00012", "00011").encode(), LIE, {}),
    ("says UTF-8, is CP1251", PLAIN.encode("cp1251"), LIE, {}),
    ("says KOI8-R, is UTF-8", PLAIN.replace("00012", "00013").encode(), LIE, {}),
    ("UTF-8 taken for CP1251 by an app", PLAIN.encode().decode("cp1251", "ignore"), LIE, {}),
    ("CP1251 taken for Latin-1 by an app", PLAIN.encode("cp1251").decode("latin-1"), LIE, {}),
    ("CP1251 taken for Japanese by an app", PLAIN.encode("cp1251").decode("shift_jis", "replace"), LIE, {}),
    ("UTF-16 with its mark", PLAIN.encode("utf-16"), "", {}),
    ("a mark of UTF-8 at the head", b"\xef\xbb\xbf" + PLAIN.encode(), "", {}),
    ("a mark of UTF-8 in a text", "\ufeff" + PLAIN, "", {}),
    ("line breaks at the end", PLAIN + "\r\n\r\n", "", {}),
    ("a line break before each field", PLAIN.replace("|", "|\r\n"), "", {}),
    ("spaces around", f"  {PLAIN}  ", "", {}),
    ("a small head", PLAIN.replace("ST00012", "st00012"), "", {}),
    ("keys in lower case", PLAIN.replace("PersAcc", "persacc").replace("Sum", "sum").replace("BIC", "bic"), "", {}),
    ("keys in upper case", PLAIN.replace("PaymPeriod", "PAYMPERIOD").replace("PersonalAcc", "PERSONALACC"), "", {}),
    ("lastName", PLAIN + "|lastName=Иванова", "", {}),
    ("INN instead of PayeeINN", _with("PayeeINN", "INN"), "«INN» прочитано как PayeeINN", {}),
    ("an unknown key", PLAIN + "|Colour=red", "«Colour» неизвестно", {}),
    ("another separator", PLAIN.replace("|", "~"), "", {}),
    ("an equals sign in a value", PLAIN + "|Purpose=ЖКУ=октябрь", "", {}),
    ("an empty part", PLAIN.replace("|Sum", "||Sum") + "|", "", {}),
    ("a part without a name", PLAIN + "|oops", "без названия", {}),
    ("the same field twice", PLAIN + "|Sum=512345", "", {}),
    ("another text twice", PLAIN + "|Purpose=а|Purpose=б", "дважды; взято первое", {}),
    ("the sum in roubles", _with("512345", "5123.45"), "«5123.45» непонятна", {"sum": None}),
    ("the sum with a comma", _with("512345", "5123,45"), "«5123,45» непонятна", {"sum": None}),
    ("the sum with .00", _with("512345", "512345.00"), "«512345.00» непонятна", {"sum": None}),
    ("the sum in words", _with("512345", "пять тысяч"), "прочитать не удалось", {"sum": None}),
    ("a sum below zero", _with("512345", "-5"), "прочитать не удалось", {"sum": None}),
    ("a sum with spaces", _with("512345", "512 345"), "", {}),
    ("no sum", _with("Sum=512345|", ""), "не указана сумма", {"sum": None}),
    ("the month with a point", _with("102026", "10.2026"), "", {}),
    ("the year first", _with("102026", "202610"), "", {}),
    ("the year first with a dash", _with("102026", "2026-10"), "", {}),
    ("two digits of the year", _with("102026", "1026"), "", {}),
    ("a whole date", _with("102026", "01.10.2026"), "", {}),
    ("an ISO date", _with("102026", "2026-10-01"), "", {}),
    ("the month's name", _with("102026", "Октябрь 2026"), "", {}),
    ("the month's name with г.", _with("102026", "октября 2026 г."), "", {}),
    ("May by its name", _with("102026", "Май 2026"), "", {"period": date(2026, 5, 1)}),
    ("a thirteenth month", _with("102026", "132026"), "«132026» прочитать", {"period": None}),
    ("no month", _with("PaymPeriod=102026|", ""), "не указан месяц", {"period": None}),
    ("the payer code with spaces", _with("1234567890", "1234 567 890"), "", {}),
    ("the payer code in PersonalAccount", _with("PersAcc", "PersonalAccount"), "", {}),
    ("a payer code of nine digits", _with("1234567890", "123456789"), "кода плательщика", {"code": ""}),
    ("no correspondent account", _with("|CorrespAcc=30101810400000000225", ""), "нет поля CorrespAcc", {}),
    ("fields in another order", f"ST00012|{TAIL}|{BLOCK}", "", {}),
]

REFUSED: list[tuple[str, bytes | str, str]] = [
    ("nothing", "", "qr_empty"),
    ("spaces", b" \r\n ", "qr_empty"),
    ("a link", "https://qr.nspk.ru/AS10003P3RH0LJ2A9ROO038L6NT5RU1M", "qr_link"),
    ("a shopping list", "молоко, хлеб", "qr_not_payment"),
    ("another code's text", "BEGIN:VCARD", "qr_not_payment"),
    ("without a head", BLOCK, "qr_not_payment"),
    ("cut after its first letters", "ST", "qr_cut"),
    ("cut in the head", "ST0001", "qr_not_payment"),
    ("another version", PLAIN.replace("ST0001", "ST0002"), "qr_version"),
    ("another encoding digit", PLAIN.replace("ST00012", "ST00019"), "qr_encoding"),
    ("a letter as the separator", PLAIN.replace("|", "Q"), "qr_separator"),
    ("a space as the separator", PLAIN.replace("|", " "), "qr_separator"),
    ("the head alone", "ST00012|", "qr_field_missing"),
    ("cut in the middle", PLAIN[:60], "qr_field_missing"),
    ("no bank", _with("|BIC=044525225", ""), "qr_field_missing"),
    ("no account", _with("PersonalAcc=40702810900000000001|", ""), "qr_field_missing"),
    ("an account of letters", _with("40702810900000000001", "4070281090000000000Я"), "qr_account"),
    ("an account of 19 digits", _with("40702810900000000001", "4070281090000000000"), "qr_account"),
    ("an account from zero", _with("40702810900000000001", "00702810900000000001"), "qr_account"),
    ("a bank of eight digits", _with("044525225", "04452522"), "qr_bic"),
    ("digits of another alphabet", _with("044525225", "٠٤٤٥٢٥٢٢٥"), "qr_bic"),
    ("a taxpayer of eleven digits", _with("7700000001", "77000000012"), "qr_inn"),
    ("two sums", PLAIN + "|Sum=100", "qr_field_twice"),
    ("two accounts", PLAIN + "|PersonalAcc=40702810900000000002", "qr_field_twice"),
    ("two payer codes", PLAIN + "|PERSACC=1234567891", "qr_field_twice"),
    ("too long", PLAIN + "x" * 3000, "qr_too_long"),
    ("bytes of no text", bytes(range(128, 256)), "qr_not_payment"),
    ("NULs", "\0\0\0", "qr_empty"),
]


@pytest.mark.parametrize(("given", "warning", "other"), [row[1:] for row in READ], ids=[row[0] for row in READ])
def test_an_unusual_code_is_read_and_what_was_wrong_is_said(
    given: bytes | str, warning: str, other: dict[str, object]
) -> None:
    found = qr.read(given)
    told = " ".join(map(str, found.warnings))
    assert (warning in told) if warning else not told, told
    assert found.sum_kopecks == other.get("sum", 512_345)
    assert found.period == other.get("period", OCTOBER)
    assert found.payer_code == other.get("code", "1234567890")
    assert found.fields["PersonalAcc"] == "40702810900000000001" and found.fields["BIC"] == "044525225"


@pytest.mark.parametrize(("given", "code"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_cannot_be_read_is_refused_with_the_reason(given: bytes | str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        qr.read(given)
    assert refused.value.code == code
    assert str(refused.value.text) and refused.value.field == "text"


def test_at_least_thirty_are_tried() -> None:
    assert len(READ) + len(REFUSED) > 70


def test_letters_are_right_whatever_the_code_says_of_them() -> None:
    for name, given, _warning, _other in READ[:9]:
        assert qr.read(given).fields["Name"] == "ГБУ Жилищник", name


@each(some.one_of(some.binary(max_size=400), some.text(max_size=400)), some.sampled_from(("", "ST00012|", f"{PLAIN}|")))
def test_whatever_is_pasted_is_read_or_refused(rest: bytes | str, head: str) -> None:
    try:
        found = qr.read(head.encode() + rest if isinstance(rest, bytes) else head + rest)
    except Refusal as refusal:
        assert refusal.code.startswith("qr_")  # noqa: PT017 either way is fine
    else:
        assert found.payer_code == "" or len(found.payer_code) == 10
