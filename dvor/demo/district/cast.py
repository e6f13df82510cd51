"""The people who can sign in at the stand-in city ID, and the parts they play in the district.

Who they are stands in ``stand_ins/city_id/persons.toml``; here they get flats, habits and offices by their subject.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from dvor.base.periods import month_plus
from dvor.demo.district.city import CENTRE, WARM
from dvor.demo.district.flats import FlatPlan
from dvor.demo.district.households import Household, Person, Way
from dvor.demo.district.names import Name
from dvor.people.levels import Level

_PERSONS = Path(__file__).resolve().parent.parent / "stand_ins" / "city_id" / "persons.toml"


@dataclass(frozen=True, slots=True)
class Part:
    """A person's flats as (UNOM, number), and what is special about them."""

    flats: tuple[tuple[int, int], ...]
    proof: str = "registry"
    traits: frozenset[str] = field(default_factory=frozenset)


def _part(*flats: tuple[int, int], proof: str = "registry", traits: str = "") -> Part:
    return Part(flats, proof, frozenset(traits.split()))


PARTS = {
    "full-anna": _part((710003, 5), traits="careful four-meters"),
    "standard-boris": _part((710003, 5), proof="payer_code"),
    "full-gleb": _part((710004, 11)),
    "full-tamara": _part((710003, 9), traits="careful"),
    "full-viktor": _part((710007, 14), (710011, 21)),
    "full-marina": _part((710008, 33), traits="careful saver"),
    "full-timur": _part((710011, 7), traits="traveller"),
    "full-elena": _part((710005, 18), traits="careful"),
    "full-nikolay": _part((710001, 3), traits="careful giver"),
    "full-daria": _part((710009, 12)),
    "full-artem": _part((710009, 12)),
    "full-lyudmila": _part((710006, 27), proof="payer_code"),
    "full-rustam": _part((710008, 40), proof="payer_code"),
    "standard-irina": _part((710002, 8)),
    "standard-pavel": _part((710012, 6), traits="three-zones"),
    "standard-oksana": _part((710005, 30), traits="leak"),
    "standard-sergey": _part((710006, 41), proof="payer_code"),
    "standard-alsu": _part((710004, 22), traits="gas careful"),
    "standard-mikhail": _part((710010, 15), traits="expired"),
    "standard-yulia": _part((710007, 30), proof="payer_code"),
    "standard-oleg": _part((710006, 52), traits="silent"),
    "standard-nina": _part((710001, 10), traits="careful"),
    "simplified-vera": _part((710003, 6), proof="none"),
    "simplified-kirill": _part((710008, 51), proof="payer_code"),
    "simplified-zoya": _part((710004, 30), proof="payer_code"),
    "simplified-denis": _part((710010, 22), proof="none"),
    "simplified-alina": _part((710003, 5), proof="invitation"),
    "simplified-maxim": _part((710002, 14), proof="payer_code"),
    "simplified-farida": _part((710005, 44), proof="payer_code"),
}  # fmt: skip
# Operators: management companies' people by the company's taxpayer number, partners by the partner's place in the list.
COMPANIES_OF = {"company-ivan": CENTRE.inn, "company-larisa": WARM.inn}
PARTNERS_OF = {"partner-mark": "theatre", "partner-zhanna": "shop"}


def persons() -> list[dict[str, Any]]:
    """Everyone in the city ID's file who is grown up and has been here, in its order."""
    told = tomllib.loads(_PERSONS.read_text(encoding="utf-8"))["person"]
    return [person for person in told if person["role"] not in {"minor", "newcomer"}]


def take_parts(households: Iterable[Household], *, months: list[date]) -> list[Household]:
    """The households with the cast moved in: their flats have been on the site since the first month."""
    tenants: dict[tuple[int, int], list[Person]] = defaultdict(list)
    traits: dict[tuple[int, int], frozenset[str]] = defaultdict(frozenset)
    for told in persons():
        part = PARTS.get(told["sub"], _part())
        for place in part.flats:
            tenants[place].append(_person(told, part))
            traits[place] |= part.traits
    return [
        _moved_in(household, tenants[place], traits[place], months)
        if (place := _place(household.flat)) in tenants
        else household
        for household in households
    ]


def _place(flat: FlatPlan) -> tuple[int, int]:
    return flat.house.unom, int(flat.number)


def _person(told: dict[str, Any], part: Part) -> Person:
    name = Name(told["last_name"], told["first_name"], told["middle_name"])
    return Person(told["sub"], name, Level.of_code(told["level"]), told["role"], part.proof)


def _moved_in(household: Household, tenants: list[Person], traits: frozenset[str], months: list[date]) -> Household:
    is_family = len(tenants) > 1
    return replace(
        household,
        way=Way.FAMILY if is_family else household.way if household.persons else Way.SINGLE,
        persons=max(household.persons, 3 if is_family else 1),
        joined=months[0],
        diligence=0.98 if "careful" in traits else max(household.diligence, 0.85),
        grown_ups=tuple(tenants),
        leak=(month_plus(months[-1], -3), 2) if "leak" in traits else None,
        silent_since=months[-7] if "silent" in traits and len(months) > 7 else None,
        traits=traits | {"cast"},
    )
