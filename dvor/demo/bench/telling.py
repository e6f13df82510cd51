"""How fast one event is told to a city: ``facts.tell_all`` beside bare inserts of the same rows.

The audience is a city's: a tenth have a daily digest, a tenth want no mail of this kind, a fifth have a browser that is
to show it. The bare side inserts the same notices and pushes into tables ``like`` the real ones with all their
indexes, from constants and the array of residents, in one transaction through the same driver.
"""

from __future__ import annotations

import secrets
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import psycopg
from django.conf import settings
from django.db import connection, transaction

from dvor.base import clock, sql
from dvor.notices import facts
from dvor.notices.kinds import FactKind
from dvor.notices.models import Device, Preference, Rhythm
from dvor.people.levels import Level
from dvor.people.models import Resident

KIND = FactKind("bench.outage", {"ru": "Отключение", "en": "Outage"})
CONTEXT = {
    "what": {"ru": "Отключение горячей воды", "en": "Hot water is off"}, "why": {"ru": "Ремонт", "en": "Repairs"},
    "starts_at": "2026-10-20T06:00:00Z", "ends_at": "2026-10-21T15:00:00Z", "houses": "Садовая улица, дома 1–17",
}  # fmt: skip
TABLES = ("notices_notice", "notices_push")
_NOTICES = """
    insert into bare_notices_notice (id, resident_id, kind, key, context, url, told_at, on_page, by_mail, batch)
    select %(first)s + number, resident_id, 'bench.outage', %(key)s, %(context)s::jsonb, '/', %(at)s, true, true,
        '00000000-0000-0000-0000-000000000000'
    from unnest(%(residents)s::bigint[]) with ordinality as row (resident_id, number)
"""
_PUSHES = """
    insert into bare_notices_push (id, notice_id, device_id, due_at, waits)
    select %(first)s + number, %(first)s + number, id, %(at)s, false
    from unnest(%(devices)s::bigint[]) with ordinality as row (id, number)
"""


@dataclass(frozen=True, slots=True)
class Telling:
    """Medians over the rounds; ``again_per_s``: an event that everybody was told already."""

    residents: int
    told_per_s: float
    bare_per_s: float
    again_per_s: float

    @property
    def ratio(self) -> float:
        return self.told_per_s / self.bare_per_s


def measure(*, residents: int, rounds: int = 3) -> Telling:
    """Tell one event to ``residents`` residents, then insert the same rows bare; each round another event."""
    ids, devices = _city(residents, at=clock.now())
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"drop table if exists bare_{table}")
            cursor.execute(f"create table bare_{table} (like {table} including all)")
    key, settings.PUSH_KEY = settings.PUSH_KEY, secrets.token_urlsafe(32)
    told, bare, again = [], [], []
    try:
        for number in range(rounds):
            _settle()
            at = clock.now()
            told.append(_timed(partial(_tell, ids, number, at, len(ids))))
            bare.append(_timed(partial(_insert, ids, devices, number, at)))
            again.append(_timed(partial(_tell, ids, number, at, 0)))
    finally:
        settings.PUSH_KEY = key
    return Telling(len(ids), *(len(ids) / statistics.median(times) for times in (told, bare, again)))


def _city(count: int, *, at: datetime) -> tuple[list[int], list[int]]:
    tag = secrets.token_hex(4)
    made = Resident.objects.bulk_create(
        [
            Resident(city_id=f"told-{tag}-{number}", level=Level.STANDARD, email=f"{number}@people.example")
            for number in range(count)
        ],
        batch_size=5_000,
    )
    ids = [resident.pk for resident in made]
    Preference.objects.bulk_create(
        [
            Preference(resident_id=resident, kind=KIND.code, channel="mail", wanted=False, chosen_at=at)
            for resident in ids[::10]
        ],
        batch_size=5_000,
    )
    Rhythm.objects.bulk_create(
        [Rhythm(resident_id=resident, zone=settings.TIME_ZONE, mails="daily", chosen_at=at) for resident in ids[5::10]],
        batch_size=5_000,
    )
    devices = Device.objects.bulk_create(
        [
            Device(
                resident_id=resident, sealed=b"", fingerprint=secrets.token_bytes(32), host="push.example", added_at=at
            )
            for resident in ids[::5]
        ],
        batch_size=5_000,
    )
    return ids, [device.pk for device in devices]


def _tell(ids: Sequence[int], number: int, at: datetime, expected: int) -> None:
    told = facts.tell_all(KIND, ids, key=f"outage:{ids[0]}:{number}", context=CONTEXT, url="/", at=at)
    assert told == expected


def _insert(ids: Sequence[int], devices: Sequence[int], number: int, at: datetime) -> None:
    import json

    rows = {
        "first": number * len(ids), "key": f"outage:{number}", "context": json.dumps(CONTEXT), "at": at,
        "residents": sql.array(list(ids)), "devices": sql.array(list(devices)),
    }  # fmt: skip
    with transaction.atomic(), psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(_NOTICES, rows)
        cursor.execute(_PUSHES, rows)


def _timed(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _settle() -> None:
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
        cursor.execute("checkpoint")
