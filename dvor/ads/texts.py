"""What people type becomes plain text: no control or invisible characters, no tricks with the direction of writing."""

from __future__ import annotations

import re
import unicodedata

_DROPPED = {"Cc", "Cf", "Co", "Cs", "Cn"}
_JOINER = "\u200d"  # holds the parts of an emoji together


def line(text: str, length_max: int) -> str:
    """One line, spaces made one, cut at the length."""
    return " ".join(_shown(text[: length_max * 4]).split())[:length_max].strip()


def paragraphs(text: str, length_max: int) -> str:
    """Lines stay, at most one empty one between two; cut at the length."""
    lines = [" ".join(one.split()) for one in _shown(text[: length_max * 2]).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:length_max].strip()


def _shown(text: str) -> str:
    kept = []
    for one in text.replace("\r\n", "\n").replace("\r", "\n"):
        if one in ("\n", "\t"):
            kept.append("\n" if one == "\n" else " ")
        elif one == _JOINER or unicodedata.category(one) not in _DROPPED:
            kept.append(one)
    return "".join(kept)
