"""Two months side by side: the parts of a difference are the whole, and a jump has its cause."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dvor.bills import comparison, reasons
from dvor.bills.charges import Group, Service, VolumeBy
from dvor.bills.comparison import Change, Comparison
from tests.bills.year import OCTOBER, Draft, line

SEPTEMBER, LAST_YEAR = date(2026, 9, 1), date(2025, 10, 1)
HOT = Draft("Горячая вода", Service.HOT_WATER, 100_000, "5", "200")
_decimals = some.decimals(0, 9_999, places=3)
_sums = some.integers(-(10**7), 10**7)


def _compare(now: list[Draft], then: list[Draft], month: date = SEPTEMBER) -> Comparison:
    return comparison.compare(
        OCTOBER, [line(draft, place=place) for place, draft in enumerate(now)],
        month, [line(draft, place=place, period=month) for place, draft in enumerate(then)],
    )  # fmt: skip


def _why(now: Draft, then: Draft, month: date = SEPTEMBER) -> str:
    found = _compare([now], [then], month)
    return " ".join(reasons.why(found.changes[0], found)).replace("\xa0", " ")


def _hot(accrued: int, volume: str | None = "5", tariff: str | None = "200", **values: object) -> Draft:
    return Draft("Горячая вода", Service.HOT_WATER, accrued, volume, tariff, **values)  # type: ignore[arg-type]


@given(volumes=some.tuples(_decimals, _decimals), tariffs=some.tuples(_decimals, _decimals), accrued=some.tuples(_sums, _sums), recalculated=_sums)  # fmt: skip  # noqa: E501
def test_the_parts_of_a_difference_are_the_whole(
    volumes: tuple[Decimal, Decimal], tariffs: tuple[Decimal, Decimal], accrued: tuple[int, int], recalculated: int
) -> None:
    now = _hot(accrued[0], str(volumes[0]), str(tariffs[0]), more={"recalculation_kopecks": recalculated})
    then = _hot(accrued[1], str(volumes[1]), str(tariffs[1]), more={"benefit_kopecks": 300})
    (change,) = _compare([now], [then]).changes
    assert change.effects.total == change.difference_kopecks


@given(volumes=some.tuples(_decimals, _decimals), tariffs=some.tuples(_decimals, _decimals))
def test_an_honest_document_leaves_nothing_unexplained(
    volumes: tuple[Decimal, Decimal], tariffs: tuple[Decimal, Decimal]
) -> None:
    sums = [int((v * t * 100).quantize(Decimal(1), "ROUND_HALF_UP")) for v, t in zip(volumes, tariffs, strict=True)]
    (change,) = _compare([_hot(sums[0], *map(str, (volumes[0], tariffs[0])))], [_hot(sums[1], *map(str, (volumes[1], tariffs[1])))]).changes  # fmt: skip  # noqa: E501
    assert change.effects.other == 0
    assert volumes[0] != volumes[1] or change.effects.volume == 0
    assert tariffs[0] != tariffs[1] or change.effects.tariff == 0


def test_volume_is_counted_at_the_old_tariff_and_the_tariff_at_the_new_volume() -> None:
    (change,) = _compare([_hot(198_000, "9", "220")], [HOT]).changes
    assert (change.effects.volume, change.effects.tariff) == (80_000, 18_000)


@pytest.mark.parametrize(
    ("now", "then", "jumped"),
    [
        (140_000, 100_000, True), (125_000, 100_000, False), (125_100, 100_000, True), (60_000, 100_000, True),
        (20_000, 10_000, False), (20_001, 10_000, True), (0, 0, False), (10_001, 0, True), (10_000, 0, False),
    ],
)  # fmt: skip
def test_a_jump_is_more_than_a_quarter_and_more_than_a_hundred_roubles(now: int, then: int, jumped: bool) -> None:
    (change,) = _compare([_hot(now)], [_hot(then)]).changes
    assert change.jumped is jumped


@pytest.mark.parametrize(
    ("now", "then", "told"),
    [
        (_hot(180_000, "9"), HOT, "Расход больше: 9 м³ вместо 5 м³, +800,00 ₽."),
        (_hot(40_000, "2"), HOT, "Расход меньше: 2 м³ вместо 5 м³, −600,00 ₽."),
        (_hot(110_000, "5", "220"), HOT, "Другой тариф, 220,00 ₽ вместо 200,00 ₽: +100,00 ₽."),
        (_hot(100_000, more={"recalculation_kopecks": 5_000, "recalculation_reason": "поверка"}), HOT,
         "Перерасчёт, +50,00 ₽: поверка."),
        (HOT, _hot(100_000, more={"recalculation_kopecks": -5_000}),
         "В том счёте был перерасчёт, в этом его нет: +50,00 ₽."),
        (_hot(190_000, "9.5", by=VolumeBy.NORM), HOT, "по нормативу, а не по счётчику"),
        (_hot(190_000, "9.5", by=VolumeBy.AVERAGE), HOT, "по среднему, а не по счётчику"),
        (HOT, _hot(190_000, "9.5", by=VolumeBy.NORM), "Снова посчитано по счётчику"),
        (_hot(100_000, by=VolumeBy.NORM, more={"factor_excess_kopecks": 50_000}), _hot(100_000, by=VolumeBy.NORM),
         "Повышающий коэффициент к нормативу: +500,00 ₽."),
        (_hot(130_000), HOT, "По числам документа нельзя сказать, откуда +300,00 ₽."),
        (_hot(103_400, "5.17"), HOT, "Дней в этом месяце 31, а в том 30."),
        (Draft("Отопление", Service.HEATING, 200_000, "1", "2000", unit="Гкал"),
         Draft("Отопление", Service.HEATING, 0, "0", "2000", unit="Гкал"), "Начался отопительный сезон: +2 000,00 ₽."),
        (HOT, HOT, ""),
    ],
)  # fmt: skip
def test_each_cause_has_its_words(now: Draft, then: Draft, told: str) -> None:
    found = _why(now, then)
    assert told in found if told else found == ""


def test_a_line_that_came_or_went_is_told_of() -> None:
    heating = Draft("Отопление", Service.HEATING, 266_967, "0.87", "3068.59", unit="Гкал")
    came, gone = _compare([HOT, heating], [HOT]), _compare([HOT], [HOT, heating])
    assert reasons.why(came.jumps[0], came) == ["Начался отопительный сезон."]
    assert reasons.why(gone.jumps[0], gone) == ["Отопительный сезон закончился."]
    assert came.difference_kopecks == -gone.difference_kopecks == 266_967


def test_the_largest_cause_stands_first() -> None:
    told = _why(_hot(220_000, "10", "220"), HOT)
    assert told.index("Расход больше") < told.index("тариф")


def test_a_tariff_is_dated_by_the_month_since_which_it_stands() -> None:
    months = {
        date(2026, number, 1): [line(_hot(100_000, "5", "220" if number > 6 else "200"))] for number in range(1, 10)
    }
    found = comparison.with_tariff_days(_compare([_hot(110_000, "5", "220")], [HOT], LAST_YEAR), months)
    assert found.changes[0].tariff_since == date(2026, 7, 1)
    (told,) = reasons.why(found.changes[0], found)
    assert "Тариф вырос" in told and "с 1 июля 2026" in told


def test_a_share_of_common_use_is_never_beside_the_flats_own_water() -> None:
    own = Draft("Холодная вода", Service.COLD_WATER, 30_000, "5", "60")
    common = Draft("Холодная вода", Service.COLD_WATER, 200, "0.03", "60", VolumeBy.COMMON)
    changes = _compare([common, own], [own]).changes
    assert _differences(changes) == [200, 0]


def test_day_and_night_are_paired_by_their_titles_and_a_renamed_line_by_its_service() -> None:
    day, night = (Draft(title, Service.ELECTRICITY, 10_000) for title in ("День", "Ночь"))
    assert _differences(_compare([night, day], [day, night]).changes) == [0, 0]
    renamed = Draft("Горячее водоснабжение", Service.HOT_WATER, 100_000, "5", "200")
    assert _differences(_compare([renamed], [HOT]).changes) == [0]
    other = [Draft(title, Service.OTHER, 5_000) for title in ("Консьерж", "Шлагбаум")]
    assert _differences(_compare([other[0]], [other[1]]).changes) == [5_000, -5_000], "different things"


def test_insurance_is_nobodys_difference() -> None:
    insurance = Draft("Страхование", Service.INSURANCE, 15_000, group=Group.INSURANCE)
    assert _compare([HOT, insurance], [HOT]).difference_kopecks == 0


def _differences(changes: list[Change]) -> list[int]:
    return [change.difference_kopecks for change in changes]
