"""A flat is found by its house and number, however people write the number."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db.models import Case, When

from dvor.homes.models import Flat

NUMBER_LENGTH_MAX = 20
_PREFIX = re.compile(r"^(?:КВАРТИРА|КВ|ПОМЕЩЕНИЕ|ПОМ|APARTMENT|APT|FLAT|№|#)\.?")
_LOOKALIKES = str.maketrans("ABCEHKMOPTXYЁ", "АВСЕНКМОРТХУЕ")  # a Latin A and a Cyrillic А name one flat
_NUMBER = re.compile(r"[0-9A-ZА-Я]+(?:[/.-][0-9A-ZА-Я]+)*")


def normal_number(text: str) -> str:
    """The one way a flat's number is stored: ``кв. 12 а`` is ``12А``, ``012`` is ``12``; empty when it is no number."""
    number = re.sub(r"\s+", "", text.upper())
    number = _PREFIX.sub("", number).translate(_LOOKALIKES)
    number = re.sub(r"^0+(?=[0-9])", "", number)
    return number if len(number) <= NUMBER_LENGTH_MAX and _NUMBER.fullmatch(number) else ""


@dataclass(frozen=True, slots=True)
class Found:
    """The flat of that number, if there is one; else the numbers of the house that one could have meant."""

    flat: Flat | None
    similar: tuple[str, ...] = ()


def find(*, house_id: int, number: str) -> Found:
    """Look for a flat by its normal number; ``12`` could have meant ``12А`` or ``12/2``. One query."""
    digits = re.match(r"[0-9]+", number)
    pattern = rf"^{digits[0]}([^0-9].*)?$" if digits else rf"^{re.escape(number)}$"
    exact_first = Case(When(number=number, then=0), default=1)
    flats = list(Flat.objects.filter(house_id=house_id, number__regex=pattern).order_by(exact_first, "number")[:10])
    if flats and flats[0].number == number:
        return Found(flats[0])
    return Found(None, tuple(flat.number for flat in flats))
