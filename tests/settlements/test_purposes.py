"""What banks, the acquirer and residents write as the purpose of a transfer."""

from __future__ import annotations

from datetime import date

import pytest

from dvor.settlements import purposes
from dvor.settlements.purposes import Registry

DAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("purpose", "since", "until", "commission"),
    [
        ("Перечисление средств по реестру за 20.11.2026, комиссия 123,45 руб. НДС не облагается", DAY, DAY, 12_345),
        ("По реестру платежей № 55 от 20.11.2026. Удержана комиссия 1% в сумме 1 234,56", DAY, DAY, 123_456),
        ("по договору 15 от 03.02.2024. Реестр от 20.11.2026 г. Вознаграждение НКО: 7.50", DAY, DAY, 750),
        ("РЕЕСТР ЗА 20.11.2026-22.11.2026 КОМИССИЯ 9.00", DAY, date(2026, 11, 22), 900),
        ("по реестру с 20.11.2026 по 22.11.2026 без комиссии", DAY, date(2026, 11, 22), 0),
        ("реестр за 20.11.2026; комиссия по договору № 12 от 01.02.2025 составила 3,00", DAY, DAY, 300),
        ("реестр за 20.11.2026, комиссия 2,8%", DAY, DAY, 0),
        ("реестр за 20.11.2026", DAY, DAY, 0),
    ],
)
def test_a_transfer_of_the_acquirer_names_days_and_commission(
    purpose: str, since: date, until: date, commission: int
) -> None:
    assert purposes.registry(purpose) == Registry(since, until, commission)


@pytest.mark.parametrize(
    "purpose",
    ["", "Перечисление средств", "реестр за вчера", "реестр за 31.02.2026", "реестр за 20.11.2026-19.11.2026"],
)
def test_a_transfer_without_a_day_is_for_no_day(purpose: str) -> None:
    assert purposes.registry(purpose) is None


@pytest.mark.parametrize(
    "purpose",
    [
        "ЕПД за ноябрь 2026, код плательщика 1234567890, Садовая улица, дом 1, кв. 1",
        "л/с 1234567890;ПЕРИОД 11.2026;ФИО Иванов И.И.",
        "Оплата ЖКУ ЛС:1234567890 за 112026 ИНН 7700000001",
        "платёж 20.10.2026 лицевой счет № 1234567890 период 2026-11",
        "л.с. № 1234567890 202611",
        "квартплата 1234567890 ноября 2026",
        "PersAcc 1234567890 11/2026 тел. 89160000000",
    ],
)
def test_a_resident_names_payer_code_and_month_in_many_ways(purpose: str) -> None:
    found = purposes.direct(purpose)
    assert (found.codes, found.period) == (("1234567890",), date(2026, 11, 1))


@pytest.mark.parametrize(
    ("purpose", "codes", "period"),
    [
        ("", (), None),
        ("за квартиру", (), None),
        ("1234567890 и 1234567891 за май 2026", ("1234567890", "1234567891"), date(2026, 5, 1)),
        ("1234567890 за октябрь 2026 и ноябрь 2026", ("1234567890",), None),
        ("счёт 40817810099910004312 от 20.11.2026", (), None),
        ("1234567890 за 13.2026", ("1234567890",), None),
        ("маша 2026", (), None),
    ],
)
def test_what_is_not_sure_is_not_guessed(purpose: str, codes: tuple[str, ...], period: date | None) -> None:
    found = purposes.direct(purpose)
    assert (found.codes, found.period) == (codes, period)


@pytest.mark.parametrize("noise", ["комиссия " * 5_000, "реестр " * 5_000, "1" * 50_000, "0 " * 20_000, "л/с " * 9_000])
def test_long_nonsense_is_read_quickly(noise: str) -> None:
    assert purposes.registry(noise) is None
    assert purposes.direct(noise).period is None
