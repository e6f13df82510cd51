"""exchange.import_: readings from files of three layouts, by the same rules."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from dvor.base.files import ErrorReport
from dvor.base.refusals import Refusal
from dvor.meters import exchange, readings
from dvor.meters.models import Meter, Reading, Source
from dvor.meters.readings import NewReading
from dvor.points.models import Award
from tests.cast import Cast
from tests.meters.conftest import Meters

CONDO = (
    "Адрес", "Помещение", "Тип помещения", "Лицевой счет", "Тип счетчика", "Номер счетчика", "Количество тарифов",
    "Показание 1", "Показание 2", "Показание 3", "Показание 4", "Дата передачи показаний", "Дата поверки",
    "Дата следующей поверки", "Дата установки", "Дата ввода в эксплуатацию", "Дата опломбирования",
    "Дата контрольных показаний", "Место установки счетчика", "Автоматический", "Дата вывода из эксплуатации",
)  # fmt: skip


def _workbook(path: Path, *rows: tuple[object, ...]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(number, column, value)
    return path


def _csv(text: str) -> io.BytesIO:
    return io.BytesIO(text.encode())


def _import(source: Path | io.BytesIO, cast: Cast, at: datetime, by: object = None) -> tuple[exchange.Imported, list]:
    with ErrorReport() as report:
        done = exchange.import_(source, report=report, by=by or cast.olga, at=at)
    return done, report.first


def _condo_row(cast: Cast, resource: str, serial: str, *values: object, on: str = "20.10.2026") -> tuple[object, ...]:
    four = (*values, *("",) * (4 - len(values)))
    return (cast.house.address, "1", "Квартира", "", resource, serial, len(values), *four, on)


def test_the_21_columns_of_condo_are_taken(tmp_path: Path, cast: Cast, meters: Meters, at: datetime) -> None:
    path = _workbook(
        tmp_path / "a.xlsx", CONDO, _condo_row(cast, "ХВС", "CW-1", 107.125), _condo_row(cast, "ЭЛ", "EL-1", 1100, 540),
        _condo_row(cast, "ГВС", "HW-1", "49,5"), _condo_row(cast, "ХВС", "no such", 5),
    )  # fmt: skip
    done, errors = _import(path, cast, at)
    assert (done.layout, done.taken, done.refused, done.warnings) == ("condo", 2, 2, ())
    assert [(error.row, error.column) for error in errors] == [(4, "Показание 1"), (5, "Номер счетчика")]
    reading = Reading.objects.get(meter_id=meters.power.pk)
    assert (reading.t1, reading.t2, reading.source, reading.submitted_by) == (1100, 540, Source.FILE, cast.olga.pk)


def test_nothing_is_paid_because_no_resident_acted(tmp_path: Path, cast: Cast, meters: Meters, at: datetime) -> None:
    _import(_csv("Номер счетчика;Ресурс;Месяц;T1\nCW-1;ХВС;10.2026;101\n"), cast, at)
    assert Award.objects.count() == 0


def test_the_day_of_a_condo_row_counts_for_the_month_of_its_window(
    tmp_path: Path, cast: Cast, meters: Meters, at: datetime
) -> None:
    later = at + timedelta(days=60)
    _import(_workbook(tmp_path / "a.xlsx", CONDO, _condo_row(cast, "ХВС", "CW-1", 101, on="02.12.2026")), cast, later)
    assert Meter.objects.get(pk=meters.cold.pk).last_period == date(2026, 11, 1)


def test_the_columns_of_the_registry_name_meters_by_key(
    tmp_path: Path, cast: Cast, meters: Meters, at: datetime
) -> None:
    guid = "0c5b2444-70a0-4932-980c-b4dc0d3f02b5"
    Meter.objects.filter(pk=meters.power.pk).update(gis_guid=guid)
    registry = (
        "Адрес дома;Номер ПУ в ГИС ЖКХ;Коммунальный ресурс;Значение показания (Т1);"
        "Значение показания (Т2),  является обязательным для двух- и трехтарифного ПУ;Дата снятия показания\n"
        f"Садовая;{guid};Электрическая энергия;1100,5;540;20.10.2026\n"
    )
    done, _errors = _import(_csv(registry), cast, at)
    assert (done.layout, done.taken) == ("registry", 1)
    path = _workbook(
        tmp_path / "b.xlsx", ("№", "ключ", "что", "раз", "два", "три", "когда"),
        (1, guid, "Электрическая энергия", 1200.5, 541, "", "25.10.2026"),
    )  # fmt: skip
    done, _errors = _import(path, cast, at + timedelta(hours=1))
    assert (done.layout, done.corrected) == ("registry", 1)
    assert Meter.objects.get(pk=meters.power.pk).last_t1 == Decimal("1200.5")


def test_the_same_file_again_changes_nothing(cast: Cast, meters: Meters, at: datetime) -> None:
    text = "Номер счетчика;Ресурс;Месяц;T1\nCW-1;ХВС;10.2026;101\nCW-1;ХВС;09.2026;100,5\n"
    first, _errors = _import(_csv(text), cast, at)
    again, _errors = _import(_csv(text), cast, at + timedelta(hours=1))
    assert (first.taken, again.taken, again.unchanged, again.refused) == (2, 0, 2, 0)
    assert Reading.objects.count() == 2


def test_a_row_that_contradicts_an_earlier_one_is_refused(cast: Cast, meters: Meters, at: datetime) -> None:
    text = "Номер счетчика;Ресурс;Месяц;T1\nCW-1;ХВС;10.2026;101\nCW-1;ХВС;10.2026;102\nCW-1;ХВС;10.2026;101\n"
    done, errors = _import(_csv(text), cast, at)
    assert (done.taken, done.refused, done.unchanged) == (1, 1, 1)
    assert errors[0].row == 3


def test_months_in_any_order_end_in_the_same_state(cast: Cast, meters: Meters, at: datetime) -> None:
    lines = [
        f"{{serial}};ХВС;{month:02}.2026;{value}" for month, value in zip(range(3, 11), range(10, 90, 10), strict=True)
    ]
    Meter.objects.update(installed_on=date(2026, 1, 1), initial_t1=Decimal(3))
    head = "Номер счетчика;Ресурс;Месяц;T1\n"
    _import(_csv(head + "\n".join(line.format(serial="CW-1") for line in lines)), cast, at)
    for line in reversed(lines):
        _import(_csv(head + line.format(serial="CW-2")), cast, at)
    first, second = Meter.objects.get(serial="CW-1"), Meter.objects.get(serial="CW-2")
    names = ("last_period", "last_t1", "prior_period", "prior_t1", "recent")
    assert [getattr(first, name) for name in names] == [getattr(second, name) for name in names]
    assert first.recent == [Decimal(10)] * 6


def test_an_earlier_month_must_fit_between_its_neighbours(cast: Cast, meters: Meters, at: datetime) -> None:
    Meter.objects.update(installed_on=date(2026, 1, 1), initial_t1=Decimal(3))
    text = "Номер счетчика;Ресурс;Месяц;T1\nCW-1;ХВС;10.2026;30\n"
    _import(_csv(text), cast, at)
    done, errors = _import(_csv("Номер счетчика;Ресурс;Месяц;T1\nCW-1;ХВС;08.2026;31\n"), cast, at)
    assert done.refused == 1 and "31" in str(errors[0].reason)


def test_a_company_loads_its_own_houses_and_recent_months(cast: Cast, meters: Meters, at: datetime) -> None:
    text = "Номер счетчика;Ресурс;Месяц;T1\nCW-1;ХВС;10.2026;101\nCW-3;ХВС;10.2026;11\nHW-1;ГВС;01.2026;11\n"
    done, errors = _import(_csv(text), cast, at, by=cast.ivan)
    assert (done.taken, done.refused) == (1, 2)
    assert [error.row for error in errors] == [3, 4]


def test_residents_load_no_files(cast: Cast, meters: Meters, at: datetime) -> None:
    with pytest.raises(Refusal) as refused:
        _import(_csv("Номер счетчика;Ресурс;Месяц;T1\n"), cast, at, by=cast.anna)
    assert refused.value.code == "not_allowed"


def test_a_number_that_several_flats_have_needs_the_flat(cast: Cast, meters: Meters, at: datetime) -> None:
    Meter.objects.filter(pk=meters.gleb.pk).update(serial="CW-1")
    text = (
        "Номер счетчика;Ресурс;Месяц;T1;УНОМ;Квартира;Код плательщика\n"
        "CW-1;ХВС;10.2026;101;;;\nCW-1;ХВС;10.2026;101;1001;1;\nCW-1;ХВС;10.2026;12;;;1234567892\n"
    )
    done, errors = _import(_csv(text), cast, at)
    assert (done.taken, [error.row for error in errors]) == (2, [2])


def test_implausible_rows_need_a_confirmation_of_their_own(cast: Cast, meters: Meters, at: datetime) -> None:
    text = "Номер счетчика;Ресурс;Месяц;T1;Подтверждено\nCW-1;ХВС;10.2026;900;\nCW-2;ХВС;10.2026;900;да\n"
    done, _errors = _import(_csv(text), cast, at)
    assert (done.taken, done.refused) == (1, 1)


def test_a_corrected_month_moves_the_next_ones_base(cast: Cast, meters: Meters, at: datetime) -> None:
    november = datetime.fromisoformat("2026-11-20T09:00:00+00:00")
    readings.submit([NewReading(meters.cold.pk, ("110",))], by=cast.anna, at=at)
    _import(_csv("Номер счетчика;Ресурс;Месяц;T1\nCW-1;ХВС;10.2026;112\n"), cast, november)
    outcome = readings.submit([NewReading(meters.cold.pk, ("111",))], by=cast.anna, at=november)[0]
    assert outcome.refusal and outcome.refusal.code == "reading_below_previous"


@pytest.mark.parametrize("text", ["", "a;b\n1;2\n", "T1\n1\n", "Номер счетчика;Ресурс;T1\nCW-1;ХВС;1\n"])
def test_files_without_the_needed_columns_are_refused_whole(
    text: str, cast: Cast, meters: Meters, at: datetime
) -> None:
    with pytest.raises(Refusal) as refused:
        _import(_csv(text), cast, at)
    assert refused.value.code in {"file_empty", "columns_missing"}


def test_a_month_that_a_later_one_already_follows_is_not_sent_by_hand(cast: Cast, meters: Meters, at: datetime) -> None:
    december = datetime.fromisoformat("2026-12-02T09:00:00+00:00")  # the window of November is open
    _import(_csv("Номер счетчика;Ресурс;Месяц;T1\nCW-1;ХВС;12.2026;130\n"), cast, december)
    outcome = readings.submit([NewReading(meters.cold.pk, ("120",))], by=cast.anna, at=december)[0]
    assert outcome.refusal and outcome.refusal.code == "later_month_known"
