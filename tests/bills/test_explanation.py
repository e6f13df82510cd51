"""A line explains itself in words: what was multiplied, what was added, and what does not add up."""

from __future__ import annotations

import pytest
from django.utils import translation

from dvor.bills import explanation
from dvor.bills.charges import Group, Service, VolumeBy
from tests.bills.year import Draft, line

HOT = Draft(
    "Горячая вода", Service.HOT_WATER, 128_875, "5.3", "243.16",
    more={"meter_before": "107.1", "meter_after": "112.4"},
)  # fmt: skip


def _told(draft: Draft) -> str:
    return " ".join(explanation.of(line(draft)).sentences).replace("\xa0", " ")


def _changed(**values: object) -> Draft:
    return Draft(**(vars(HOT) | values))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, "Было 107,1, стало 112,4: 5,3 м³ × 243,16 ₽ = 1 288,75 ₽."),
        ({"more": {}}, "По счётчику: 5,3 м³ × 243,16 ₽ = 1 288,75 ₽."),
        ({"by": VolumeBy.AVERAGE}, "средний расход за последние месяцы (п. 59 правил из постановления 354): 5,3 м³"),
        ({"by": VolumeBy.NORM}, "норматив на всех проживающих (пп. 42 и 60 правил из постановления 354): 5,3 м³"),
        ({"by": VolumeBy.COMMON, "volume": "0.034", "accrued": 827}, "израсходовал весь дом"),
        ({"by": VolumeBy.AREA, "unit": "м²", "volume": "54.3", "tariff": "34.38", "accrued": 186_683},
         "По площади квартиры: 54,3 м² × 34,38 ₽ = 1 866,83 ₽."),
        ({"by": VolumeBy.FIXED, "volume": None, "tariff": None, "accrued": 32_000},
         "Постоянная сумма, она не зависит от расхода: 320,00 ₽."),
        ({"group": Group.CAPITAL_REPAIR, "volume": "54.3", "tariff": "30.04", "accrued": 163_117, "unit": "м²"},
         "Взнос собственника за каждый квадратный метр: 54,3 м² × 30,04 ₽ = 1 631,17 ₽."),
        ({"group": Group.INSURANCE, "service": Service.INSURANCE}, "Страхование добровольное: можно не платить"),
        ({"group": Group.PENALTY, "service": Service.PENALTY}, "За каждый день просрочки"),
        ({"more": {"benefit_kopecks": 5_000}}, "Льгота: вычли 50,00 ₽. Вместе 1 238,75 ₽."),
        ({"by": VolumeBy.NORM, "more": {"factor_excess_kopecks": 64_438}},
         "Повышающий коэффициент добавил к нормативу 644,38 ₽"),
        ({"more": {"recalculation_kopecks": -12_000, "recalculation_reason": "не было дома."}},
         "Перерасчёт в вашу пользу, −120,00 ₽: не было дома. Вместе 1 168,75 ₽."),
        ({"more": {"recalculation_kopecks": 12_000}}, "Перерасчёт, +120,00 ₽. Причина в документе не указана"),
        ({"more": {"recalculation_kopecks": -12_000}}, "−120,00 ₽. Причина в документе не указана."),
    ],
)  # fmt: skip
def test_each_way_of_counting_has_its_words(values: dict[str, object], told: str) -> None:
    assert told in _told(_changed(**values))


def test_a_line_that_adds_up_leaves_no_doubt() -> None:
    assert explanation.of(line(HOT)).doubt == ""


def test_rounding_by_the_issuer_is_said_honestly() -> None:
    told = _told(_changed(accrued=128_870))
    assert "5,3 м³ × 243,16 ₽ ≈ 1 288,70 ₽" in told
    assert "выйдет 1 288,75 ₽; разница в 0,05 ₽ — от округления" in told


def test_what_rounding_does_not_explain_is_not_called_rounding() -> None:
    told = _told(_changed(accrued=150_000))
    assert "округления" not in told and "на 211,25 ₽ иначе" in told and "управляющую организацию" in told


def test_readings_that_do_not_give_the_volume_are_told_of() -> None:
    told = _told(_changed(more={"meter_before": "107.1", "meter_after": "113"}))
    assert "вышло бы 5,9 м³, а посчитали 5,3 м³" in told


def test_a_register_that_went_through_zero_is_no_mistake() -> None:
    told = _told(_changed(more={"meter_before": "99997", "meter_after": "2.3"}))
    assert "перешёл через ноль" in told and "посчитали" not in told


def test_tariffs_keep_their_digits_and_volumes_lose_their_zeros() -> None:
    told = _told(_changed(volume="5.300000", tariff="243.161500", accrued=128_876))
    assert "5,3 м³ × 243,1615 ₽" in told
    assert "100 м³ × 10,00 ₽ = 1 000,00 ₽" in _told(_changed(volume="100", tariff="10", accrued=100_000, more={}))


def test_it_speaks_english_too() -> None:
    with translation.override("en"):
        told = _told(HOT)
    assert told.startswith("The meter stood at 107.1 and now stands at 112.4: 5.3 м³ × 243.16 ₽ = ")
