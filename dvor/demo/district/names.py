"""Names of invented residents; the lists stand in ``names.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from random import Random

_LISTS: dict[str, str] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
_SURNAMES, _MEN, _WOMEN, _FATHERS = (_LISTS[name].split() for name in ("surnames", "men", "women", "fathers"))


@dataclass(frozen=True, slots=True)
class Name:
    """A full name whose endings agree."""

    last: str
    first: str
    middle: str


def family(chance: Random, count: int) -> list[Name]:
    """``count`` grown-ups of one flat: mostly one surname; the first two are as a rule a woman and a man."""
    surname = chance.choice(_SURNAMES)
    is_woman = chance.random() < 0.55
    people = []
    for place in range(count):
        last = surname if place == 0 or chance.random() < 0.8 else chance.choice(_SURNAMES)
        first = chance.choice(_WOMEN if is_woman else _MEN)
        middle = chance.choice(_FATHERS).split("/")[1 if is_woman else 0]
        people.append(Name(f"{last}а" if is_woman else last, first, middle))
        is_woman = not is_woman if place == 0 else chance.random() < 0.5
    return people
