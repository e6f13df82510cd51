"""What is no statement, or does not add up, is refused as a whole, with the line that is to blame."""

from __future__ import annotations

import random
from contextlib import suppress

import pytest

from dvor.base.files import ErrorReport
from dvor.base.refusals import Refusal
from dvor.demo import bank
from dvor.settlements import exchange
from dvor.settlements.exchange import text as letters
from tests.settlements.books import ACCOUNT, DAY, NEXT

TEXT = bank.statement(
    ACCOUNT,
    [bank.Transfer(DAY, 123_456, "оплата"), bank.Transfer(NEXT, 500, "возврат", incoming=False)],
    since=DAY,
    until=NEXT,
    opening_kopecks=100_000,
)


def refused(data: bytes) -> tuple[str, ErrorReport]:
    report = ErrorReport()
    with pytest.raises(Refusal) as caught:
        exchange.read(data, report=report)
    return caught.value.code, report


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b"  \r\n ", "file_empty"),
        (b"PK\x03\x04 a workbook", "file_kind"),
        (b"1CClientBankExchange", "file_kind"),
        (b"1CClientBankExchange\n\x00\x01\x02\xff\xfe", "file_kind"),
        ("1CClientBankExchange\nВерсияФормата=1.03".encode("utf-16"), "file_kind"),
        (bank.encoded(TEXT).replace(b"1CClientBankExchange", b"1CClientBankExchange2", 1)[21:], "file_kind"),
        (bank.encoded(TEXT.replace("=1.03", "=2.01")), "format_version"),
        (bank.encoded(TEXT.replace("ВерсияФормата=1.03", "ВерсияФормата=")), "format_version"),
        (bank.encoded(TEXT.replace("КонецФайла", "")), "file_broken"),
        (bank.encoded(TEXT.replace("КонецДокумента\nКонецФайла", "КонецФайла")), "file_broken"),
        (bank.encoded(TEXT.replace("КонецРасчСчет\n", "")), "file_broken"),
        (bank.encoded(TEXT + TEXT), "file_broken"),
        (bank.encoded(TEXT.replace("оплата", "х" * 11_000)), "file_broken"),
        (bank.encoded("1CClientBankExchange\nВерсияФормата=1.03\nКонецФайла\n"), "file_broken"),
    ],
)
def test_what_is_no_statement_is_refused(data: bytes, code: str) -> None:
    assert refused(data)[0] == code


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.95, 0.99])
def test_a_file_that_was_cut_off_is_refused(share: float) -> None:
    data = bank.encoded(TEXT)
    assert refused(data[: int(len(data) * share)])[0] in {"file_broken", "file_kind"}


@pytest.mark.parametrize(
    ("was", "now", "key"),
    [
        ("КонечныйОстаток=2229.56", "КонечныйОстаток=2229.57", "КонечныйОстаток"),
        ("НачальныйОстаток=1000.00", "НачальныйОстаток=1000.01", "КонечныйОстаток"),
        ("ВсегоПоступило=1234.56", "ВсегоПоступило=1234.55", "ВсегоПоступило"),
        ("ВсегоСписано=5.00", "ВсегоСписано=0.00", "ВсегоСписано"),
        ("Сумма=1234.56", "Сумма=1234.65", "ВсегоПоступило"),
        ("Сумма=1234.56", "Сумма=12.34.56", "Сумма"),
        ("Сумма=1234.56", "Сумма=1234.567", "Сумма"),
        ("Сумма=1234.56", "Сумма=-1234.56", "Сумма"),
        ("Сумма=1234.56", "Сумма=0.00", "Сумма"),
        ("Сумма=1234.56", "Сумма=1e3", "Сумма"),
        ("Сумма=1234.56", "Сумма=١٢٣", "Сумма"),
        ("Сумма=1234.56", "Сумма=" + "9" * 400, "Сумма"),
        ("НачальныйОстаток=1000.00\n", "", "НачальныйОстаток"),
        ("КонечныйОстаток=2229.56\n", "", "КонечныйОстаток"),
        ("ДатаПоступило=15.10.2026", "ДатаПоступило=31.02.2026", "ДатаПоступило"),
        ("ДатаПоступило=15.10.2026", "ДатаПоступило=15.10.26", "ДатаПоступило"),
        ("ДатаПоступило=15.10.2026", "ДатаПоступило=14.10.2026", "Дата"),
        ("ДатаПоступило=15.10.2026", "ДатаПоступило=15.10.9999", "ДатаПоступило"),
    ],
)
def test_what_does_not_add_up_is_refused_and_reported(was: str, now: str, key: str) -> None:
    assert was in TEXT
    data = bank.encoded(TEXT.replace(was, now), "utf-8")
    code, report = refused(data)
    assert code == "statement_wrong" and key in {error.column for error in report.first}


def test_a_document_of_a_foreign_account_is_refused() -> None:
    text = TEXT.replace(f"ПолучательСчет={ACCOUNT}", "ПолучательСчет=" + "4" * 20)
    assert exchange.read(bank.encoded(text), report=ErrorReport()).statements, "the account stands in a second line"
    code, report = refused(bank.encoded(text.replace(f"ПолучательРасчСчет={ACCOUNT}", "ПолучательРасчСчет=")))
    assert code == "statement_wrong" and report.first[0].column == "ПолучательСчет"


def test_the_report_names_line_and_value() -> None:
    lines = TEXT.split("\n")
    wrong = lines.index("Сумма=1234.56") + 1
    _code, report = refused(bank.encoded(TEXT.replace("Сумма=1234.56", "Сумма=много")))
    [error] = report.first
    assert (error.row, error.column, error.value) == (wrong, "Сумма", "много")


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "BYTES_MAX", 1_000)
    assert refused(bank.encoded(TEXT))[0] == "file_too_large"


def test_a_purpose_without_end_costs_no_memory() -> None:
    text = TEXT.replace("оплата", "оплата\n" + "\n".join(["шум"] * 200_000))
    [statement] = exchange.read(bank.encoded(text), report=ErrorReport()).statements
    assert len(statement.movements[0].purpose) == 2_000


def test_a_file_of_noise_is_refused_and_never_crashes() -> None:
    chance = random.Random(4)
    lines = bank.encoded(TEXT).split(b"\r\n")
    for _try in range(300):
        broken = list(lines)
        for _cut in range(chance.randrange(1, 6)):
            place = chance.randrange(len(broken))
            match chance.randrange(4):
                case 0:
                    broken.pop(place)
                case 1:
                    broken[place] = bytes(chance.randrange(256) for _byte in range(chance.randrange(40)))
                case 2:
                    broken.insert(place, broken[chance.randrange(len(broken))])
                case _:
                    broken[place] = broken[place][: chance.randrange(len(broken[place]) + 1)]
        with suppress(Refusal):
            [statement] = exchange.read(b"\r\n".join(broken), report=ErrorReport()).statements
            assert statement.closing_kopecks == (
                statement.opening_kopecks + statement.incoming_kopecks - statement.outgoing_kopecks
            )
