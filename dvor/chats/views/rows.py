"""Messages as the rows of a page: where a day begins, what is new, and who just goes on speaking."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from dvor.base import periods
from dvor.chats.models import Message
from dvor.chats.queries import Line

SAME_BREATH = timedelta(minutes=5)  # within it one's name is not said again


@dataclass(frozen=True, slots=True)
class Row:
    """A message on the page. ``day`` is the day that begins with it."""

    line: Line
    day: date | None = None
    is_first_new: bool = False
    is_joined: bool = False


def of(lines: Iterable[Line], *, zone: str, after: Message | None = None, first_new_id: int | None = None) -> list[Row]:
    """Rows in the order of the lines; ``after`` is the message that stands above them already."""
    found, above = [], after
    for line in lines:
        message = line.message
        day = periods.day_of(message.sent_at, zone)
        begins = above is None or periods.day_of(above.sent_at, zone) != day
        is_first_new = message.pk == first_new_id
        joins = (
            not begins and not is_first_new and above is not None and above.writer_id == message.writer_id
            and message.sent_at - above.sent_at < SAME_BREATH
        )  # fmt: skip
        found.append(Row(line, day if begins else None, is_first_new, joins))
        above = message
    return found
