"""Jobs of people: forgetting those who asked for it, and what nobody needs any more."""

from __future__ import annotations

from procrastinate.contrib.django import app

from dvor.base import clock
from dvor.people import residents, upkeep


@app.periodic(cron="40 3 * * *")
@app.task(queueing_lock="people.erase")
def erase(timestamp: int, **_later: object) -> None:
    """Every night: residents who asked 30 days ago to be forgotten."""
    residents.erase(at=clock.now())


@app.periodic(cron="50 3 * * *")
@app.task(queueing_lock="people.sweep")
def sweep(timestamp: int, **_later: object) -> None:
    """Every night: sessions and tokens that nobody can use any more."""
    upkeep.sweep(at=clock.now())
