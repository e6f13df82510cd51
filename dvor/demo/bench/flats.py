"""Flats that are measured: a resident with a token and an open session, four water meters, last month's readings.

Numbers of residents, meters and wallets follow one another, so that pgbench can count them off.
"""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection

from dvor.base import periods, sealing
from dvor.homes.models import Flat, House, Residency
from dvor.ledger.models import Wallet
from dvor.meters import devices, readings
from dvor.meters.nameplates import Nameplate
from dvor.meters.readings import NewReading
from dvor.meters.resources import Resource
from dvor.people.levels import Level
from dvor.people.models import Resident, Role, Token

METERS = 4  # two risers, cold and hot
AT_ONCE = 4_000  # flats in one call
FIRST = {"people_resident": 1_000_001, "meters_meter": 3_000_001}
VALUES = ("100", "110", "115")  # when installed, last month, now


@dataclass(frozen=True, slots=True)
class Measured:
    """One flat."""

    resident_id: int
    wallet_id: int
    flat_id: int
    meter_ids: tuple[int, ...]
    secret: str
    session: str


def number_from_afar() -> None:
    """Let ids begin so far apart that no two kinds of thing share one."""
    with connection.cursor() as cursor:
        for table, first in FIRST.items():
            cursor.execute(f"select setval(pg_get_serial_sequence('{table}', 'id'), {first}, false)")


def make(count: int, *, at: datetime) -> list[Measured]:
    """``count`` flats of one house."""
    operator = Resident.objects.create(city_id=f"operator-{secrets.token_hex(4)}", level=Level.FULL)
    Role.objects.create(resident=operator, name=Role.Name.CITY_OPERATOR, granted_at=at)
    house = House.objects.create(unom=secrets.randbelow(10**9) + 1, address="Садовая улица, дом 1")
    made: list[Measured] = []
    for part in _parts(range(count)):
        made += _part(list(part), house=house, operator=operator, at=at)
    return made


def _parts(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), AT_ONCE):
        yield numbers[start : start + AT_ONCE]


def _part(numbers: list[int], *, house: House, operator: Resident, at: datetime) -> list[Measured]:
    tag = secrets.token_hex(4)
    residents = Resident.objects.bulk_create(
        [Resident(city_id=f"bench-{tag}-{number}", level=Level.STANDARD) for number in numbers]
    )
    flats = Flat.objects.bulk_create([Flat(house=house, number=str(number + 1)) for number in numbers])
    before = at - timedelta(days=400)
    Residency.objects.bulk_create(
        Residency(
            resident=resident, flat=flat, status=Residency.Status.OWNER, proof=Residency.Proof.REGISTRY,
            since=before, proved_at=before,
        )
        for resident, flat in zip(residents, flats, strict=True)
    )  # fmt: skip
    meters = _meters(flats, operator=operator, at=before)
    _last_month(residents, meters, at=periods.day_start(periods.month_plus(periods.month_of(at), -1)), day=at.day)
    tokens = _tokens(residents, at=at)
    sessions = _sessions(residents, at=at)
    return [
        Measured(*row)
        for row in zip(
            [resident.pk for resident in residents], _wallets(residents), [flat.pk for flat in flats], meters, tokens,
            sessions, strict=True,
        )
    ]  # fmt: skip


def _meters(flats: Sequence[Flat], *, operator: Resident, at: datetime) -> list[tuple[int, ...]]:
    plates = [
        Nameplate(
            flat_id=flat.pk, serial=f"{flat.pk}-{number}",
            resource=(Resource.COLD_WATER, Resource.HOT_WATER)[number % 2],
            installed_on=at.date(), initial=(VALUES[0],), verification_due_on=at.date() + timedelta(days=2_000),
        )
        for flat in flats
        for number in range(METERS)
    ]  # fmt: skip
    ids = [outcome.value for outcome in devices.install(plates, by=operator, at=at)]
    assert None not in ids
    return [tuple(ids[start : start + METERS]) for start in range(0, len(ids), METERS)]  # type: ignore[arg-type]


def _last_month(residents: Sequence[Resident], meters: Sequence[tuple[int, ...]], *, at: datetime, day: int) -> None:
    sets = [
        (resident, [NewReading(meter, (VALUES[1],)) for meter in mine])
        for resident, mine in zip(residents, meters, strict=True)
    ]
    answers = readings.submit_all(sets, at=at + timedelta(days=day - 1, hours=12))
    refused = [outcome.refusal for outcome in itertools.chain(*answers) if outcome.refusal]
    assert not refused, refused[:3]


def _wallets(residents: Sequence[Resident]) -> list[int]:
    """The wallets that the first awards opened."""
    found = dict(Wallet.objects.filter(resident__in=residents).values_list("resident_id", "id"))
    return [found[resident.pk] for resident in residents]


def _tokens(residents: Sequence[Resident], *, at: datetime) -> list[str]:
    made = [f"dvor_{secrets.token_urlsafe(32)}" for _resident in residents]
    Token.objects.bulk_create(
        Token(
            resident=resident, fingerprint=sealing.fingerprint(secret), title="bench", issued_at=at,
            expires_at=at + timedelta(days=30),
        )
        for resident, secret in zip(residents, made, strict=True)
    )  # fmt: skip
    return made


def _sessions(residents: Sequence[Resident], *, at: datetime) -> list[str]:
    keys = [secrets.token_hex(16) for _resident in residents]
    store = SessionStore()
    expires = at + timedelta(days=60)
    Session.objects.bulk_create(
        Session(session_key=key, session_data=store.encode(_signed_in(resident)), expire_date=expires)
        for resident, key in zip(residents, keys, strict=True)
    )
    return keys


def _signed_in(resident: Resident) -> dict[str, Any]:
    return {
        "_auth_user_id": str(resident.pk),
        "_auth_user_backend": settings.AUTHENTICATION_BACKENDS[0],
        "_auth_user_hash": resident.get_session_auth_hash(),
    }
