"""What stands out in a text: known tricks, no false alarm on plain neighbours' words, and no text that breaks it."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvor.moderation import checks, repeats, wording
from dvor.moderation.checks import Finding, Findings
from tests.cast import Cast
from tests.moderation.leaflets import LEAFLET

PLAIN = (
    "Отдам диван, самовывоз, 3 подъезд, код домофона спросите у меня.",
    "Продам велосипед, 15 000 руб., рост 160-175, звоните после 18:00.",
    "В субботу, 24.10.2026, субботник. Собираемся в 10:00 у 2 подъезда.",
    "Пропал кот, рыжий, откликается на Васю. Вознаграждение!",
    "ООО «Жилищник» отключит воду с 09:00 до 17:00.",
    "Соседи, у кого 5-й этаж шумит? Уже 23.30...",
    "Показания: ХВС 123,456; ГВС 78,901. Счётчик № 12345678",
    "Голосуем 👍 за лавочки",
)


@pytest.mark.parametrize("text", PLAIN)
def test_plain_words_of_neighbours_raise_nothing(text: str) -> None:
    assert checks.look(text).codes == ()


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("phone", "Звоните 8 916 123-45-67"),
        ("phone", "+7(916)123.45.67 Мария"),
        ("phone", "тел 8_9_1_6_1_2_3_4_5_6_7"),
        ("phone", "９１６１２３４５６７"),
        ("phone", "8\u200b916\u200b1234567"),
        ("phone", "8 916 123 45 67 5 этаж"),
        ("email", "пишите maria@people.example"),
        ("email", "maria (собака) people.example"),
        ("email", "maria [at] people.example"),
        ("link", "подробнее https://lavka.example/a?b=1"),
        ("link", "магазин LAVKA.RU, заходите"),
        ("link", "наш сайт: двор.рф"),
        ("link", "www.lavka.example"),
        ("messenger", "t.me/joinchat/abc"),
        ("messenger", "https://t.me/sofa_master"),
        ("messenger", "пишите в тг: sofa_master"),
        ("messenger", "ватсап @sofa_master"),
        ("messenger", "я в телеграм — sofa_master"),
        ("card_number", "карта 4276 3800 1234 5679"),
        ("card_number", "2200-1234-5678-9019, Сбер"),
        ("card_number", "4276380012345679 12/27"),
        ("asks_for_codes", "Пришлите мне код из смс"),
        ("asks_for_codes", "скиньте номер карты и cvv"),
        ("capitals", "ПРОДАМ ДИВАН СРОЧНО ДЁШЕВО ЗВОНИТЕ"),
        ("emojis", "Отдам диван 🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉"),
    ],
)
def test_tricks_are_seen(code: str, text: str) -> None:
    found = checks.look(text)
    assert code in found.codes, found
    assert all(finding.title and finding.advice for finding in found.items)


def test_what_is_grave_comes_first_and_holds() -> None:
    found = checks.look("ПИШИТЕ В ТЕЛЕГРАМ: sofa_master, КАРТА 4276 3800 1234 5679, ТЕЛ 8 916 123-45-67")
    assert found.must_hold and [finding.holds for finding in found.items] == sorted(
        (finding.holds for finding in found.items), reverse=True
    )
    assert not checks.look("Звоните 8 916 123-45-67").must_hold
    assert "1234 5679" not in str(found.stored()), "a card's number is not kept"


def test_a_card_is_no_phone() -> None:
    assert checks.look("карта 4276 3800 1234 5679").codes == ("card_number",)


def test_every_code_has_words_in_both_languages() -> None:
    for words in wording.FINDINGS.values():
        assert set(words.titles) == set(words.advice) == {"ru", "en"}


@given(st.text(max_size=400))
def test_no_text_breaks_it(text: str) -> None:
    found = checks.look(text)
    assert Findings.of(found.stored()) == found
    assert set(found.codes) <= set(wording.FINDINGS)
    assert len(checks.fingerprint(text)) == 32


@given(st.text(alphabet="абвгдеёжз ABC", max_size=60), st.sampled_from(["  ", "\u200b", "!", "\n", "…"]))
def test_the_fingerprint_does_not_see_tricks(text: str, noise: str) -> None:
    assert checks.fingerprint(text) == checks.fingerprint(noise.join(text.upper()) + noise)


@given(st.integers(10**9, 10**10 - 1), st.sampled_from([" ", "-", ".", "(", "_", ""]))
def test_any_mobile_number_is_seen_however_it_is_spaced(number: int, gap: str) -> None:
    spaced = gap.join(f"89{number % 10**9:09}")
    assert "phone" in checks.look(f"звоните {spaced} вечером").codes


@pytest.mark.parametrize("hostile", ["1" * 20_000, "a." * 10_000, "@" * 20_000, "8 " * 10_000, "a@" * 10_000,
                                     "http://" * 3_000, "пришли " * 3_000, "-" * 20_000, "x" * 2_000_000])  # fmt: skip
def test_hostile_texts_take_no_time(hostile: str) -> None:
    started = time.process_time()
    checks.look(hostile)
    assert time.process_time() - started < 3, "linear in the length of the text: these take some tenths of a second"


def test_repeats_are_of_one_author_and_one_month(cast: Cast, at: datetime) -> None:
    text = "Натяжные потолки недорого, звоните"
    for number in range(3):
        assert repeats.count(text, by=cast.anna, at=at) == number
        repeats.remember(LEAFLET, number + 1, text, by=cast.anna, at=at)
    assert checks.look(text, repeated=1).codes == ("repeated",) and not checks.look(text, repeated=1).must_hold
    assert checks.look(text, repeated=3).must_hold
    assert repeats.count(text.upper() + " !!!", by=cast.anna, at=at, but=(LEAFLET, 1)) == 2
    assert repeats.count(text, by=cast.boris, at=at) == 0
    assert repeats.count(text, by=cast.anna, at=at + timedelta(days=31)) == 0
    assert repeats.count("Спасибо!", by=cast.anna, at=at) == 0


def test_unknown_codes_of_old_cases_are_left_out() -> None:
    assert Findings.of([{"code": "gone", "found": []}, {"code": "link", "found": ["a.ru"]}]).items == (
        Finding("link", ("a.ru",)),
    )
