"""Words that a search found, marked in a text without a bit of HTML: the page escapes each piece by itself."""

from __future__ import annotations

from dataclasses import dataclass

_ON, _OFF = "\ue000", "\ue001"  # private characters: ``entries.plain`` lets none into a card
MARKS = f'HighlightAll=true, StartSel="{_ON}", StopSel="{_OFF}"'


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; ``found``: it is one of the words that were searched for."""

    text: str
    found: bool = False


def pieces(text: str, marked: str) -> list[Piece]:
    """``text`` cut where ``marked``, the same text with «ё» as «е», has its marks; whole when they do not fit."""
    if _ON not in marked or len(marked.replace(_ON, "").replace(_OFF, "")) != len(text):
        return [Piece(text)] if text else []
    cut: list[Piece] = []
    place = 0
    for index, part in enumerate(marked.replace(_OFF, _ON).split(_ON)):
        if part:
            cut.append(Piece(text[place : place + len(part)], found=index % 2 == 1))
            place += len(part)
    return cut
