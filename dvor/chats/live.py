"""Open pages learn of new messages at once: PostgreSQL tells, one thread a process listens, requests wait.

A request that waits holds a thread of the server and no connection of the database. There are only so many places
(``settings.LIVE_WAITERS``), and for one resident a few of them; whoever finds none is told to ask again soon, which is
slower and loses nothing.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import structlog
from django.conf import settings
from django.db import connection

from dvor.people.models import Resident

CHANNEL = "dvor_chats"
EACH_MAX = 3  # a telephone, a computer, an app: the places of a process are not one resident's
WAIT_SECONDS = 20.0  # below the half minute after which proxies and telephones give up
_BLIND_SECONDS = 1.0  # a wait while nobody listens
_LOOK_SECONDS = 1.0  # how often a listener asks whether anybody still waits

log = structlog.get_logger()


def tell(chat_id: int) -> None:
    """Tell every process that something happened in a chat; it arrives when the transaction has committed."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_notify(%s, %s)", [CHANNEL, str(chat_id)])


@dataclass(frozen=True, slots=True)
class Place:
    """A place to wait for news of one chat; ``heard`` is how many there had been when it was taken."""

    chat_id: int
    heard: int

    def wait(self) -> bool:
        """Until something happens in the chat, 20 seconds at most; whether something did."""
        with _changed:
            longest = WAIT_SECONDS if _is_heard() else _BLIND_SECONDS
            ready = _changed.wait_for(lambda: _news[self.chat_id] != self.heard, longest)
            return ready or not _is_heard()  # where nobody listens one looks for oneself


_changed = threading.Condition()
_places: Counter[int] = Counter()  # of each chat, how many wait
_seated: Counter[int] = Counter()  # of each resident, how many places are his
_news: Counter[int] = Counter()  # of each chat that somebody waits for, how often something happened
_listeners: list[Listener] = []  # none, or the one


@contextmanager
def place(chat_id: int, *, by: Resident) -> Iterator[Place | None]:
    """A place to wait for news of a chat, from now on; nothing when all places are taken, or all that one may have.

    Take it first, then look whether there is something new, then wait: so nothing falls between.
    """
    with _changed:
        is_free = _places.total() < settings.LIVE_WAITERS and _seated[by.pk] < EACH_MAX
        if is_free:
            _places[chat_id] += 1
            _seated[by.pk] += 1
    if not is_free:
        yield None
        return
    try:
        with _changed:
            _listen()
            taken = Place(chat_id, _news[chat_id])
        yield taken
    finally:
        with _changed:
            _places[chat_id] -= 1
            _seated[by.pk] -= 1
            if not _places[chat_id]:
                del _places[chat_id], _news[chat_id]
            if not _seated[by.pk]:
                del _seated[by.pk]


def _listen() -> None:
    """Under the lock: a listener for those who wait, and a moment for it to begin.

    Behind a pooler that gives each transaction another connection nobody can listen: one looks once a second.
    """
    if not settings.PREPARED_STATEMENTS:
        return
    if not _listeners:
        listener = Listener()
        listener.start()  # it goes on when we let go of the lock
        _listeners.append(listener)
    _changed.wait_for(_is_heard, _BLIND_SECONDS)


def _is_heard() -> bool:
    return bool(_listeners) and _listeners[0].is_on


class Listener(threading.Thread):
    """Hears what PostgreSQL tells, as long as somebody waits.

    It has a connection of its own, because those of requests come and go.
    """

    def __init__(self) -> None:
        super().__init__(name="chats.live", daemon=True)
        self.is_on = False
        ours = ("context", "cursor_factory")  # Django's way to read rows
        known = {name: value for name, value in connection.get_connection_params().items() if name not in ours}
        # A line that is dead without a word is known as such in a minute.
        self._address = {"connect_timeout": 5, "keepalives_idle": 30, "keepalives_interval": 10, **known}

    def run(self) -> None:
        try:
            while self._is_wanted():
                try:
                    with psycopg.connect(**self._address, autocommit=True) as own:
                        own.execute(f"listen {CHANNEL}")
                        self._hear(own)
                except psycopg.Error as error:
                    log.warning("chats.live.deaf", error=type(error).__name__)
                    time.sleep(_BLIND_SECONDS)
        finally:
            self._leave()

    def _hear(self, own: psycopg.Connection[Any]) -> None:
        with _changed:
            self.is_on = True
            _wake(list(_places))  # what happened before we listened
        try:
            while self._is_wanted():
                for note in own.notifies(timeout=_LOOK_SECONDS):
                    with _changed:
                        _wake([int(note.payload)] if note.payload.isdecimal() else [])
        finally:
            with _changed:
                self.is_on = False
                _changed.notify_all()

    def _is_wanted(self) -> bool:
        """Whether to go on; a no is for good, and whoever comes after it starts the next listener."""
        with _changed:
            if not _places and self in _listeners:
                _listeners.remove(self)
            return self in _listeners

    def _leave(self) -> None:
        """Whatever ended us: those who still wait look for themselves, and the next one starts another listener."""
        with _changed:
            if self in _listeners:
                _listeners.remove(self)
                _wake(list(_places))


def _wake(chat_ids: Iterable[int]) -> None:
    for chat_id in chat_ids:
        if chat_id in _places:
            _news[chat_id] += 1
    _changed.notify_all()
