"""The city's registry: good rows go in, bad ones are named; the same file again changes nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.utils import translation

from dvor.base.files import ErrorReport, Heading, write_xlsx
from dvor.base.models import AuditEntry
from dvor.base.refusals import Refusal
from dvor.homes import registry
from dvor.homes.models import Flat, House, Residency
from dvor.people.models import Organisation
from tests.cast import Cast
from tests.homes import registry_file

pytestmark = pytest.mark.django_db
SHORT = "УНОМ;Адрес;Квартира;Площадь;Код плательщика\n"


@dataclass
class Result:
    done: registry.Imported
    errors: list[tuple[int, str, str]]  # row, column, value
    reasons: list[str]


@pytest.fixture
def load(at: datetime) -> Callable[..., Result]:
    def run(file: str | bytes | Path, **options: Any) -> Result:
        source = file if isinstance(file, Path) else io.BytesIO(file.encode() if isinstance(file, str) else file)
        with translation.override("en"), ErrorReport() as report:
            done = registry.import_(source, report=report, by=None, at=at, **options)
        errors = [(error.row, error.column, error.value) for error in report.first]
        return Result(done, errors, [str(error.reason) for error in report.first])

    return run


def flats() -> list[tuple[int, str, int | None, str | None]]:
    return list(
        Flat.objects.order_by("house__unom", "id").values_list("house__unom", "number", "area_cm2", "payer_code")
    )


def test_everything_that_a_row_says_is_kept(load: Callable[..., Result], tmp_path: Path) -> None:
    result = load(registry_file.write(tmp_path / "registry.csv", 150))
    assert (result.done.houses_added, result.done.flats_added, result.done.refused) == (2, 150, 0)
    house = House.objects.select_related("management_company").get(unom=2)
    company = house.management_company
    assert (house.address, house.district, house.fias_guid) == ("Проверочная улица, дом 2", "Северный", UUID(int=2))
    assert (house.built_in, house.floors, house.connected_since) == (1951, 9, date(2021, 9, 1))
    assert company is not None and (company.title, company.inn, company.kind) == (
        "ЖЭК 1",
        "7700000001",
        "management_company",
    )
    flat = Flat.objects.get(house=house, number="50")
    assert (flat.entrance, flat.floor, flat.area_cm2, flat.payer_code) == (2, 4, 799_000, "0000000150")


def test_the_same_file_again_rewrites_no_row(load: Callable[..., Result], tmp_path: Path) -> None:
    path = registry_file.write(tmp_path / "registry.csv", 150)
    load(path)
    before = _versions()
    done = load(path).done
    assert (done.houses_added, done.houses_changed, done.flats_added, done.flats_changed) == (0, 0, 0, 0)
    assert done.flats_same == 150
    assert _versions() == before


def _versions() -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select 'house', id, xmin::text, xmax::text from homes_house union all "
            "select 'flat', id, xmin::text, xmax::text from homes_flat order by 1, 2"
        )
        return cursor.fetchall()


def test_only_what_differs_is_changed_and_empty_cells_say_nothing(load: Callable[..., Result]) -> None:
    load(SHORT + "1;Садовая, 1;1;50;1111111111\n1;Садовая, 1;2;60;2222222222\n")
    done = load(SHORT + "1;Садовая, 1;1;;\n1;Садовая, 1;2;61,5;\n1;Садовая, 1;3;;\n").done
    assert (done.flats_added, done.flats_changed, done.flats_same) == (1, 1, 1)
    assert flats() == [(1, "1", 500_000, "1111111111"), (1, "2", 615_000, "2222222222"), (1, "3", None, None)]


def test_a_house_may_stand_alone(load: Callable[..., Result]) -> None:
    done = load("УНОМ;Адрес\n1;Садовая, 1\n2;Садовая, 2\n").done
    assert (done.houses_added, done.flats_added) == (2, 0)


def test_what_one_row_of_a_house_leaves_empty_another_fills(load: Callable[..., Result]) -> None:
    load("УНОМ;Адрес;Район;Этажей\n1;Садовая, 1;;9\n1;Садовая, 1;Северный;\n")
    assert House.objects.values_list("district", "floors").get() == ("Северный", 9)


def test_one_in_a_hundred_bad_rows_is_named_and_the_rest_goes_in(
    load: Callable[..., Result], tmp_path: Path, at: datetime
) -> None:
    path = registry_file.write(tmp_path / "registry.csv", 4_000, bad_every=100)
    with ErrorReport(tmp_path / "errors.csv") as report:
        done = registry.import_(path, report=report, by=None, at=at)
    # 40 bad rows; each fourth copies the code of the row before, which is then in doubt too
    assert (done.flats_added, done.refused) == (3_950, 50)
    lines = list(csv.reader((tmp_path / "errors.csv").open(encoding="utf-8-sig"), delimiter=";"))[1:]
    named = {int(line[0]) for line in lines}
    bad = {100 * n + 1 for n in range(1, 41)}
    assert named == bad | {400 * n for n in range(1, 11)}
    assert all(line[1] and line[2] and line[3] and line[4] for line in lines)


def test_every_kind_of_bad_cell_is_named(load: Callable[..., Result]) -> None:
    header = SHORT.strip() + ";ФИАС;ИНН УК;Подъезд;Этаж;Год постройки;Подключён\n"
    good = "1;Садовая;{};50;;;;;;;\n"
    rows = [
        "x;Садовая;1;50;;;;;;;", "0;Садовая;1;50;;;;;;;", "9999999999999;Садовая;1;50;;;;;;;", "1;;1;50;;;;;;;",
        "1;" + "я" * 301 + ";1;50;;;;;;;", "1;Садовая;???;50;;;;;;;", "1;Садовая;" + "1" * 21 + ";50;;;;;;;",
        "1;Садовая;1;-5;;;;;;;", "1;Садовая;1;0;;;;;;;", "1;Садовая;1;100001;;;;;;;", "1;Садовая;1;1,00001;;;;;;;",
        "1;Садовая;1;50;123;;;;;;", "1;Садовая;1;50;;не guid;;;;;", "1;Садовая;1;50;;;123;;;;",
        "1;Садовая;1;50;;;;0;;;", "1;Садовая;1;50;;;;;201;;", "1;Садовая;1;50;;;;;;999;",
        "1;Садовая;1;50;;;;;;;31.02.2024",
    ]  # fmt: skip
    file = header + "".join(good.format(100 + n) + row + "\n" for n, row in enumerate(rows))
    result = load(file)
    assert [row for row, _column, _value in result.errors] == [3 + 2 * n for n in range(len(rows))]
    assert all(column for _row, column, _value in result.errors)
    assert result.done.flats_added == len(rows)


def test_two_flats_of_one_code_are_both_left_out_and_name_each_other(load: Callable[..., Result]) -> None:
    result = load(SHORT + "1;С;1;;1111111111\n1;С;2;;1111111111\n1;С;3;;3333333333\n")
    assert flats() == [(1, "3", None, "3333333333")]
    assert result.errors == [(2, "Код плательщика", "1111111111"), (3, "Код плательщика", "1111111111")]
    assert ["Row 3" in result.reasons[0], "Row 2" in result.reasons[1]] == [True, True]


def test_a_code_that_another_flat_has_is_not_taken_away(load: Callable[..., Result]) -> None:
    load(SHORT + "1;С;1;;1111111111\n")
    result = load(SHORT + "2;Л;5;;1111111111\n1;С;2;;2222222222\n")
    assert result.errors == [(2, "Код плательщика", "1111111111")]
    assert "flat 1 of the house with UNOM 1" in result.reasons[0]
    assert flats() == [(1, "1", None, "1111111111"), (1, "2", None, "2222222222")]


def test_flats_may_exchange_their_codes(load: Callable[..., Result]) -> None:
    codes = ["1111111111", "2222222222", "3333333333"]
    rows = "1;С;{};;{}\n"
    load(SHORT + "".join(rows.format(n, code) for n, code in enumerate(codes, 1)))
    done = load(SHORT + "".join(rows.format(n, code) for n, code in enumerate(codes[1:] + codes[:1], 1))).done
    assert (done.flats_changed, done.refused) == (3, 0)
    assert [flat[3] for flat in flats()] == ["2222222222", "3333333333", "1111111111"]


def test_a_promise_of_a_code_that_falls_through_stops_the_chain(load: Callable[..., Result]) -> None:
    """3 wants the code of 2, 2 wants the code of 1, and 1 keeps its own: neither moves."""
    load(SHORT + "1;С;1;;1111111111\n1;С;2;;2222222222\n1;С;3;;3333333333\n")
    result = load(SHORT + "1;С;2;;1111111111\n1;С;3;;2222222222\n")
    assert sorted(result.errors) == [(2, "Код плательщика", "1111111111"), (3, "Код плательщика", "2222222222")]
    assert [flat[3] for flat in flats()] == ["1111111111", "2222222222", "3333333333"]


def test_a_repeated_flat_is_named_unless_it_says_the_same(load: Callable[..., Result]) -> None:
    result = load(SHORT + "1;С;1;50;\n1;С;кв. 01;50;\n1;С;1;51;\n")
    assert result.errors == [(4, "Квартира", "1")]
    assert "Row 2" in result.reasons[0]
    assert flats() == [(1, "1", 500_000, None)]


def test_a_house_says_one_thing_in_all_its_rows(load: Callable[..., Result]) -> None:
    result = load(SHORT + "1;Садовая, 1;1;;\n1;Лесная, 9;2;;\n1;Садовая, 1;3;;\n")
    assert result.errors == [(3, "Адрес", "Лесная, 9")]
    assert [flat[1] for flat in flats()] == ["1", "3"]


def test_a_fias_guid_is_one_houses_own(load: Callable[..., Result]) -> None:
    header, guid = "УНОМ;Адрес;Квартира;ФИАС\n", str(UUID(int=7))
    load(header + f"1;С;1;{guid}\n")
    result = load(header + f"2;Л;1;{guid}\n2;Л;2;{guid}\n3;П;1;{UUID(int=8)}\n4;Т;;{UUID(int=8)}\n5;Х;1;\n")
    assert [(row, column) for row, column, _value in result.errors] == [
        (2, "ФИАС"), (3, "УНОМ"), (4, "ФИАС"), (5, "ФИАС"),
    ]  # fmt: skip
    assert list(House.objects.order_by("unom").values_list("unom", flat=True)) == [1, 5]


def test_a_known_company_keeps_its_title(load: Callable[..., Result], cast: Cast) -> None:
    load("УНОМ;Адрес;ИНН УК;УК\n1;С;7700000001;Другое имя\n")
    assert House.objects.get(unom=1).management_company == cast.company
    assert Organisation.objects.get(inn="7700000001").title == cast.company.title


def test_residencies_stay_with_their_flats(load: Callable[..., Result], cast: Cast) -> None:
    load(SHORT + f"{cast.house.unom};Садовая улица, дом 1;1;54,3;1234567890\n")
    assert Residency.objects.filter(flat=cast.flat).count() == 2
    assert Flat.objects.get(house=cast.house, number="1").pk == cast.flat.pk


def test_a_workbook_is_read_too(load: Callable[..., Result]) -> None:
    out = io.BytesIO()
    headings = [Heading(title) for title in SHORT.strip().split(";")]
    write_xlsx([(1, "Садовая, 1", "12 а", 54.3, "0123456789"), (1, "Садовая, 1", 13, None, 987654321)], headings, out)
    result = load(out.getvalue())
    assert flats() == [(1, "12А", 543_000, "0123456789")]
    assert result.errors == [(3, "Код плательщика", "987654321")]


def test_the_bar_reaches_its_end(load: Callable[..., Result], tmp_path: Path) -> None:
    class Bar:
        total: int | None = None
        done = 0

        def advance(self, n: int) -> None:
            assert n >= 0
            self.done += n

    bar = Bar()
    load(registry_file.write(tmp_path / "registry.csv", 5_000, bad_every=7), progress=bar)
    assert bar.total == bar.done == 5_001


def test_an_import_is_audited(load: Callable[..., Result], cast: Cast, at: datetime) -> None:
    with ErrorReport() as report:
        registry.import_(io.BytesIO(b"UNOM;Address\n1;x\n"), report=report, by=cast.olga, at=at)
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.actor_id, entry.facts["houses_added"]) == ("homes.registry.imported", cast.olga.pk, 1)


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (b"", "file_empty"),
        ("Адрес;Квартира\nСадовая;1\n".encode(), "columns_missing"),
        (b"PK\x03\x04", "file_broken"),
        (b"\x00\x01\x02", "file_kind"),
    ],
)
def test_a_file_that_is_no_registry_is_refused_and_frees_the_way(
    load: Callable[..., Result], file: bytes, code: str
) -> None:
    for _again in range(2):
        with pytest.raises(Refusal) as refused:
            load(file)
        assert refused.value.code == code


def test_too_many_houses_are_refused(load: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dvor.homes.registry_stage.HOUSES_MAX", 2)
    with pytest.raises(Refusal) as refused:
        load("УНОМ;Адрес\n1;а\n2;б\n3;в\n")
    assert refused.value.code == "too_many_houses"
    assert House.objects.count() == 0
