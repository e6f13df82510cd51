"""Texts in both languages that live in data (``{"ru": "...", "en": "..."}``), and what people type as plain text.

What is typed keeps no control or invisible characters and no tricks with the direction of writing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from django.utils.translation import get_language

_DROPPED = {"Cc", "Cf", "Co", "Cs", "Cn"}
_JOINER = "\u200d"  # holds the parts of an emoji together


def pick(texts: Mapping[str, str] | None) -> str:
    """The text in the language of the moment; Russian where a translation is missing."""
    if not texts:
        return ""
    return texts.get((get_language() or "ru")[:2]) or texts.get("ru", "")


def line(text: str, length_max: int) -> str:
    """One line, spaces made one, cut at the length."""
    return " ".join(_shown(text[: length_max * 4]).split())[:length_max]


def paragraphs(text: str, length_max: int) -> str:
    """Lines stay, at most one empty one between two; cut at the length."""
    lines = [" ".join(one.split()) for one in _shown(text[: length_max * 2]).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:length_max]


def number(text: str) -> int | None:
    """The number of a row that an address or a field names; what cannot be one is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _shown(text: str) -> str:
    kept = []
    for one in text.replace("\r\n", "\n").replace("\r", "\n"):
        if one in ("\n", "\t"):
            kept.append("\n" if one == "\n" else " ")
        elif one == _JOINER or unicodedata.category(one) not in _DROPPED:
            kept.append(one)
    return "".join(kept)
