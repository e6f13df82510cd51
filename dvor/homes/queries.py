"""What pages and the API read of houses."""

from __future__ import annotations

from dataclasses import dataclass

from dvor.base import sql

SEARCH_LENGTH_MIN, SEARCH_LENGTH_MAX, SEARCH_FOUND_MAX = 2, 200, 20


@dataclass(frozen=True, slots=True)
class FoundHouse:
    """A house that a search found."""

    id: int
    unom: int
    address: str
    district: str


def search_houses(text: str, limit: int = SEARCH_FOUND_MAX) -> list[FoundHouse]:
    """Houses whose address has every typed word or its beginning, best first; «садов 1», «ул. Садовая, д. 1к2».

    One query; none for fewer than two characters.
    """
    typed = "".join(character if character.isprintable() else " " for character in text[:SEARCH_LENGTH_MAX]).strip()
    if len(typed) < SEARCH_LENGTH_MIN:
        return []
    found = sql.rows("homes/search_houses.sql", text=typed, limit=min(limit, SEARCH_FOUND_MAX))
    return [FoundHouse(row.id, row.unom, row.address, row.district) for row in found]
