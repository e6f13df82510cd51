"""What people type becomes plain text; one character too many is seen, also where a space stands at the limit."""

from __future__ import annotations

import pytest

from dvor.base import texts


@pytest.mark.parametrize(
    ("typed", "line", "paragraphs"),
    [
        ("  Отдам \t диван ", "Отдам диван", "Отдам диван"),
        ("раз\r\nдва\r\n\n\n\nтри ", "раз два три", "раз\nдва\n\nтри"),
        ("\u202eтекст\u200b\x00\u2066", "текст", "текст"),
        ("👨\u200d👩\u200d👧 семья", "👨\u200d👩\u200d👧 семья", "👨\u200d👩\u200d👧 семья"),
        ("\u200b \x07\n", "", ""),
    ],
)
def test_what_is_typed_is_plain_text(typed: str, line: str, paragraphs: str) -> None:
    assert (texts.line(typed, 100), texts.paragraphs(typed, 100)) == (line, paragraphs)


@pytest.mark.parametrize("clean", [texts.line, texts.paragraphs])
def test_one_character_too_many_is_seen(clean: object) -> None:
    for typed in ("яяяяя", "яяяя я", "я" * 1000):
        assert len(clean(typed, 5)) == 5  # type: ignore[operator]
    assert clean("яяяя    ", 5) == "яяяя"  # type: ignore[operator]
