"""How fast bills come in from a table, and how much memory that takes: a process of its own reads one file.

    python -m dvor.demo.bench.bills FILE      prints seconds, bills, lines and the peak of its memory as JSON

The file has ten services a bill, as a settlement centre of a city would send it; flats are there before.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import django
from django.db import connection

from dvor.base import clock, periods

HOUSE_FLATS = 100
FIRST_UNOM = 7_000_000
_HEADER = (
    "Код плательщика;Месяц;Номер документа;Получатель;ИНН получателя;КПП получателя;Расчётный счёт;Банк;БИК;Корр. счёт;"
    "Задолженность;Итого начислено;Итого пени;Итого страхование;Итого к оплате;"
    "Раздел;Услуга;Способ расчёта;Тариф;Объём;Единица;Предыдущее показание;Текущее показание;Начислено;Перерасчёт;"
    "Основание перерасчёта;Льгота;К оплате\n"
)
_PAYEES = tuple(
    f"ЕИРЦ района {number};77{number:08d};7701{number:05d};407028109000000{number:05d};Банк Примера;044525000;"
    "30101810400000000225"
    for number in range(1, 101)
)
_AREA = (  # section, title, how found, tariff in kopecks a square metre
    ("Жилищные услуги", "Содержание жилого помещения", "по площади", 3_453),
    ("Коммунальные услуги", "Отопление", "по площади", 1_820),
    ("Капитальный ремонт", "Взнос на капитальный ремонт", "по площади", 2_456),
)
_METERED = (
    ("Коммунальные услуги", "Холодное водоснабжение", "м³", 5_980, 9_000),
    ("Коммунальные услуги", "Горячее водоснабжение", "м³", 24_316, 6_000),
    ("Коммунальные услуги", "Водоотведение", "м³", 4_590, 15_000),
    ("Коммунальные услуги", "Электроснабжение", "кВт·ч", 643, 400_000),
)
_FIXED = (("Дополнительные услуги", "Антенна", 12_000), ("Дополнительные услуги", "Запирающее устройство", 5_500))


@dataclass(frozen=True, slots=True)
class Import:
    """One file taken. ``memory_mb`` is the peak of the process, its code included; ``cpu_s`` is its own time."""

    bills: int
    lines: int
    seconds: float
    memory_mb: float
    cpu_s: float

    @property
    def bills_s(self) -> float:
        return self.bills / self.seconds

    @property
    def lines_s(self) -> float:
        return self.lines / self.seconds


def measure(*, bills: int, folder: Path, say: Callable[[str], None]) -> Import:
    """Make flats and a file, take the file; the file is removed afterwards."""
    say(f"a file of {bills} bills…")
    _flats(bills)
    file = folder / "bills.csv"
    try:
        _write(file, bills)
        with connection.cursor() as cursor:
            cursor.execute("vacuum analyze homes_flat")
        connection.close()
        say("bills from the file…")
        command = [sys.executable, "-m", "dvor.demo.bench.bills", str(file)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=os.environ)  # noqa: S603 our own program
        found = json.loads(done.stdout.splitlines()[-1])
    finally:
        file.unlink(missing_ok=True)
    assert found["refused"] == 0 and found["bills"] == bills, found
    return Import(found["bills"], found["lines"], found["seconds"], found["memory_mb"], found["cpu_s"])


def _flats(count: int) -> None:
    """Houses of 100 flats whose payer codes count up from 0."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into homes_house (unom, address, district, time_zone) "
            "select %s + n, 'Расчётная улица, дом ' || n, '', '' from generate_series(0, %s) n",
            [FIRST_UNOM, (count - 1) // HOUSE_FLATS],
        )
        cursor.execute(
            "insert into homes_flat (house_id, number, payer_code) "
            "select house.id, (n %% %s + 1)::text, lpad(n::text, 10, '0') from generate_series(0, %s) n "
            "join homes_house house on house.unom = %s + n / %s order by n",
            [HOUSE_FLATS, count - 1, FIRST_UNOM, HOUSE_FLATS],
        )


def _write(file: Path, count: int) -> None:
    dice = random.Random(count)  # noqa: S311 the same file at each run
    month = periods.month_plus(periods.month_of(clock.now()), -1).strftime("%m.%Y")
    with file.open("w", encoding="utf-8", buffering=1 << 20) as out:
        out.write(_HEADER)
        for number in range(count):
            out.write(_bill(number, month, dice))


def _bill(number: int, month: str, dice: random.Random) -> str:
    """The rows of one bill: three by area, four by meters, two fixed, insurance; every tenth has a debt."""
    area = dice.randrange(280, 900)  # tenths of a square metre
    rows = []
    total = 0
    for section, title, found, tariff in _AREA:
        sum_ = (area * tariff + 5) // 10
        total += sum_
        rows.append(f"{section};{title};{found};{_money(tariff)};{area / 10};м²;;;{_money(sum_)};;;;{_money(sum_)}")
    for section, title, unit, tariff, most in _METERED:
        volume = dice.randrange(most)  # thousandths
        before = dice.randrange(10**6)
        sum_ = (volume * tariff + 500) // 1_000
        total += sum_
        rows.append(
            f"{section};{title};по счётчику;{_money(tariff)};{volume / 1_000};{unit};{before / 1_000};"
            f"{(before + volume) / 1_000};{_money(sum_)};;;;{_money(sum_)}"
        )
    for section, title, sum_ in _FIXED:
        total += sum_
        rows.append(f"{section};{title};фиксированная сумма;;;;;;{_money(sum_)};;;;{_money(sum_)}")
    insurance = area * 18
    rows.append(
        "Добровольное страхование;Добровольное страхование;фиксированная сумма;;;;;;"
        f"{_money(insurance)};;;;{_money(insurance)}"
    )
    debt = dice.randrange(10**6) if number % 10 == 0 else 0
    head = (
        f"{number:010d};{month};{number + 1};{_PAYEES[number // 10_000 % 100]};{_money(debt)};{_money(total)};0.00;"
        f"{_money(insurance)};{_money(total + debt)};"
    )
    return "".join(f"{head}{row}\n" for row in rows)


def _money(kopecks: int) -> str:
    return f"{kopecks // 100}.{kopecks % 100:02d}"


def main() -> None:
    django.setup()
    from dvor.base.files import ErrorReport  # models only after the setup
    from dvor.bills import exchange

    began = time.perf_counter()
    with ErrorReport() as report:
        done = exchange.import_(Path(sys.argv[1]), report=report, by=None, at=clock.now())
    found = {
        "seconds": time.perf_counter() - began,
        "bills": done.issued,
        "lines": done.lines,
        "refused": done.refused,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "cpu_s": sum(resource.getrusage(resource.RUSAGE_SELF)[:2]),
    }
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
