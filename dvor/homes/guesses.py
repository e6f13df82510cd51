"""How often a payer code may be guessed: its ten digits are the only secret that a neighbour does not know."""

from __future__ import annotations

from datetime import datetime, timedelta

from dvor.base import attempts
from dvor.people.models import Resident

ACT = "homes.payer_code"
WRONG_OF_A_RESIDENT, HOUR = 5, timedelta(hours=1)
WRONG_OF_A_FLAT, DAY = 20, timedelta(days=1)
FLATS_OF_A_RESIDENT = 30  # looked for without a code, an hour


def count_try(house_id: int, number: str, *, with_code: bool, by: Resident, at: datetime) -> None:
    """Count a try: 5 wrong codes an hour by one resident, 20 a day for one flat (known or not), whoever tries.

    Raises:
        Refusal: ``too_many_attempts`` (429).
    """
    if with_code:
        for actor, limit, window in _guessers(house_id, number, by=by):
            attempts.spend(act=ACT, actor=actor, limit=limit, window=window, at=at)
    else:
        attempts.spend(act="homes.flat", actor=f"resident:{by.pk}", limit=FLATS_OF_A_RESIDENT, window=HOUR, at=at)


def forget_try(house_id: int, number: str, *, by: Resident, at: datetime) -> None:
    """The code was right: whoever adds six flats with their codes waits for nothing."""
    for actor, _limit, window in _guessers(house_id, number, by=by):
        attempts.give_back(act=ACT, actor=actor, window=window, at=at)


def _guessers(house_id: int, number: str, *, by: Resident) -> list[tuple[str, int, timedelta]]:
    return [
        (f"resident:{by.pk}", WRONG_OF_A_RESIDENT, HOUR),
        (f"flat:{house_id}:{number}"[:64], WRONG_OF_A_FLAT, DAY),
    ]
