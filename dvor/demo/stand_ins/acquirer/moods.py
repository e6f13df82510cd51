"""Misbehaviour on demand: what a real acquirer does on its bad days, the next so many times."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from dvor.demo.stand_ins.acquirer.models import Mood

Kind = Mood.Kind
TIMES_MAX, SECONDS_MAX = 1_000, 3_600


@dataclass(frozen=True, slots=True)
class Taken:
    """One misbehaviour that happens now."""

    seconds: int


def ask(kind: str, *, times: int = 1, seconds: int = 0) -> None:
    """From now on, ``times`` times; zero makes it behave again."""
    Mood.objects.update_or_create(
        kind=Kind(kind),
        defaults={"times": min(max(times, 0), TIMES_MAX), "seconds": min(max(seconds, 0), SECONDS_MAX)},
    )


def forget() -> None:
    """Behave well again in everything."""
    Mood.objects.all().delete()


def take(kind: Kind) -> Taken | None:
    """Whether this misbehaviour is due now; it is used up by asking."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update acquirer_mood set times = times - 1 where kind = %s and times > 0 returning seconds",
            [str(kind.value)],
        )
        found = cursor.fetchone()
    return Taken(found[0]) if found else None
