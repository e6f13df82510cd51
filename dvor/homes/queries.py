"""What pages and the API read of houses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dvor.base import sql
from dvor.homes import residencies
from dvor.homes.models import House, Residency
from dvor.people.models import Resident

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


def house(house_id: int) -> House | None:
    """A house with its management company."""
    return House.objects.select_related("management_company").filter(pk=house_id).first() if house_id > 0 else None


def just_left(resident: Resident, *, at: datetime) -> list[Residency]:
    """Flats that the resident left himself within the time in which that can be undone, the last first. One query."""
    left = Residency.objects.filter(resident=resident, closed_by=resident, until__gt=at - residencies.UNDO)
    return list(left.select_related("flat__house").order_by("-until")[: residencies.FLATS_MAX])
