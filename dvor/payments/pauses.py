"""When the acquirer is asked again: soon after the payer left for its page, seldom later."""

from __future__ import annotations

from datetime import timedelta

GRACE = timedelta(minutes=1)  # a fresh intent is sent by the page that made it; after that by a job
LEASE = timedelta(seconds=45)  # longer than any call can take
REPEAT = timedelta(hours=23)  # YooKassa keeps idempotence keys for 24 hours: later the same key could charge again
LAST = timedelta(days=1)
BY_AGE = (
    (timedelta(minutes=5), timedelta(seconds=30)),
    (timedelta(hours=2), timedelta(minutes=2)),
    (timedelta(days=1), timedelta(minutes=30)),
    (timedelta(days=7), timedelta(hours=6)),
)


def after(age: timedelta) -> timedelta:
    """The pause before the next look at something that has been open so long."""
    return next((pause for until, pause in BY_AGE if age < until), LAST)
