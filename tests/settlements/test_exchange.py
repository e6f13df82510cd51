"""A bank statement is read in every form in which banks write it."""

from __future__ import annotations

from datetime import date

import pytest

from dvor.base.files import ErrorReport
from dvor.demo import bank
from dvor.settlements import exchange
from dvor.settlements.exchange import Exchange
from tests.settlements import books
from tests.settlements.books import ACCOUNT, DAY, NEXT, OTHER_ACCOUNT

TRANSFERS = (
    bank.Transfer(DAY, 123_456, "ЕПД за 09.2026, код плательщика 1234567890"),
    bank.Transfer(NEXT, 5, "Комиссия за ведение счёта", incoming=False),
)
TEXT = bank.statement(ACCOUNT, TRANSFERS, since=DAY, until=NEXT, opening_kopecks=100_000)


def read(text: str | bytes, encoding: str = "cp1251") -> Exchange:
    data = text if isinstance(text, bytes) else bank.encoded(text, encoding)
    return exchange.read(data, report=ErrorReport())


@pytest.mark.parametrize("encoding", ["cp1251", "cp866", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("declared", ["Windows", "DOS", "UTF-8", ""])
def test_the_encoding_is_found_whatever_is_declared(encoding: str, declared: str) -> None:
    found = read(TEXT.replace("Кодировка=Windows", f"Кодировка={declared}"), encoding)
    assert found.statements == read(TEXT).statements
    honest = {"cp1251": "Windows", "cp866": "DOS"}.get(encoding, "UTF-8")
    assert bool(found.warnings) == (declared not in {"", honest})


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_any_end_of_line_will_do(ends: str) -> None:
    assert read(bank.encoded(TEXT, ends=ends)).statements == read(TEXT).statements


def test_sums_days_and_sides_are_exact() -> None:
    [statement] = read(TEXT).statements
    assert (statement.account, statement.since, statement.until) == (ACCOUNT, DAY, NEXT)
    assert (statement.opening_kopecks, statement.closing_kopecks) == (100_000, 223_451)
    came, left = statement.movements
    assert (came.incoming, came.kopecks, came.booked_on) == (True, 123_456, DAY)
    assert (came.payer, came.payer_account) == ("Иванова Мария Петровна", "40817810099910004312")
    assert (left.incoming, left.kopecks, left.payee_account) == (False, 5, "40817810099910004312")


@pytest.mark.parametrize(
    ("written", "kopecks"),
    [("1234.56", 123456), ("1234,56", 123456), ("1234", 123400), ("1234.5", 123450), ("1 234.56", 123456), ("0.01", 1)],
)
def test_a_sum_is_written_in_several_ways(written: str, kopecks: int) -> None:
    text = bank.statement(ACCOUNT, [bank.Transfer(DAY, kopecks, "x")], since=DAY)
    plain = f"Сумма={bank.roubles(kopecks)}"
    assert plain in text
    [movement] = read(text.replace(plain, f"Сумма={written}")).statements[0].movements
    assert movement.kopecks == kopecks


def test_a_value_may_hold_equals_signs() -> None:
    [movement] = read(with_purpose("счёт=12=3")).statements[0].movements
    assert movement.purpose == "счёт=12=3"


@pytest.mark.parametrize(
    ("written", "purpose"),
    [
        ("первая строка\nвторая строка\n\nтретья", "первая строка вторая строка третья"),
        ("оплата\nлс=1234567890", "оплата лс=1234567890"),
        ("целиком\nНазначениеПлатежа1=цел\nНазначениеПлатежа2=иком и ещё", "цел иком и ещё"),
        ("с\x0bзнаками\u2028внутри\x00", "с знаками внутри"),
    ],
)
def test_a_purpose_has_as_many_lines_as_it_likes(written: str, purpose: str) -> None:
    [movement] = read(bank.encoded(with_purpose(written), "utf-8")).statements[0].movements
    assert movement.purpose == purpose


def test_unknown_keys_are_told_and_do_no_harm() -> None:
    text = TEXT.replace("Очередность=5", "Очередность=5\nУникальныйНомерБанка=77").replace(
        "ВремяСоздания", "НовоеПоле=1\nВремяСоздания"
    )
    found = read(text)
    assert found.statements == read(TEXT).statements
    assert [str(one) for one in found.warnings] == [
        "«НовоеПоле» — такая строка неизвестна и не прочитана (строка 7).",
        "«УникальныйНомерБанка» — такая строка неизвестна и не прочитана (строка 43).",
    ]


def test_what_a_payer_typed_never_changes_a_sum() -> None:
    [movement] = (
        read(with_purpose("добрый день\nСумма=1.00\nПлательщикСчет=40817810099910000000")).statements[0].movements
    )
    assert movement.kopecks == 100 and movement.payer_account == "40817810099910004312"


def test_a_file_may_hold_several_accounts_and_a_transfer_between_them() -> None:
    between = bank.Transfer(DAY, 700, "перевод собственных средств", account=OTHER_ACCOUNT, incoming=False)
    first = bank.statement(ACCOUNT, [between], since=DAY, opening_kopecks=1_000)
    second = bank.statement(OTHER_ACCOUNT, [bank.Transfer(DAY, 700, "x", account=ACCOUNT)], since=DAY)
    section = second[second.index("СекцияРасчСчет") : second.index("СекцияДокумент")]
    found = read(first.replace("СекцияДокумент", section + "СекцияДокумент"))
    assert [(one.account, one.closing_kopecks) for one in found.statements] == [(ACCOUNT, 300), (OTHER_ACCOUNT, 700)]
    assert [[movement.incoming for movement in one.movements] for one in found.statements] == [[False], [True]]


def test_a_section_a_day_is_one_statement() -> None:
    parts = [
        bank.statement(ACCOUNT, [bank.Transfer(DAY, 500, "x")], since=DAY, opening_kopecks=100),
        bank.statement(ACCOUNT, [bank.Transfer(NEXT, 40, "y")], since=NEXT, opening_kopecks=600),
    ]
    cut = parts[1][parts[1].index("СекцияРасчСчет") :]
    found = read(parts[0].replace("КонецФайла\n", cut))
    [statement] = found.statements
    assert (statement.since, statement.until, statement.closing_kopecks) == (DAY, NEXT, 640)


def test_documents_of_any_kind_count() -> None:
    kinds = ["Платежное требование", "Мемориальный ордер", "Банковский ордер", "Поручение Ёжика"]
    transfers = [bank.Transfer(DAY, 100, "x", kind=kind) for kind in kinds]
    [statement] = read(bank.statement(ACCOUNT, transfers, since=DAY)).statements
    assert len(statement.movements) == 4


def test_an_empty_day_is_a_statement_too() -> None:
    [statement] = read(bank.statement(ACCOUNT, [], since=DAY, opening_kopecks=-500)).statements
    assert statement.movements == () and statement.closing_kopecks == -500


def test_a_name_comes_without_its_taxpayer_number() -> None:
    text = "\n".join(line for line in TEXT.split("\n") if not line.startswith("Плательщик1="))
    [came, left] = read(text).statements[0].movements
    assert (came.payer, left.payer) == ("Иванова Мария Петровна", bank.OWN_NAME)


def test_a_document_without_its_own_day_of_booking_takes_the_day_of_the_paper() -> None:
    text = TEXT.replace(f"ДатаПоступило={DAY:%d.%m.%Y}", "ДатаПоступило=")
    assert read(text).statements[0].movements[0].booked_on == DAY == date(2026, 10, 15)


def with_purpose(purpose: str) -> str:
    return bank.statement(ACCOUNT, [bank.Transfer(DAY, 100, purpose)], since=DAY)


def test_ten_thousand_documents_are_read() -> None:
    transfers = [bank.Transfer(DAY, 100 + place, f"платёж {place}") for place in range(10_000)]
    [statement] = read(books.bank.statement(ACCOUNT, transfers, since=DAY)).statements
    assert len(statement.movements) == 10_000
