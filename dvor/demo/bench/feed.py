"""A big house with five years of feed, and an outage that is announced to a city.

The house has as many residents as it is asked for, and eleven cards a day of every kind that is registered. The outage
goes to all houses of one company: its cards, the notices of everybody who lives there, and the jobs that mail them.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from dvor.demo.bench import flats, road
from dvor.demo.bench.flats import Measured
from dvor.demo.bench.server import Run, Server
from dvor.feed import entries, kinds, outages
from dvor.feed.entries import NewEntry
from dvor.feed.models import Audience, Outage, Service
from dvor.feed.outages import Draft
from dvor.feed.reach import Whom
from dvor.homes.models import Flat, House, Residency
from dvor.people.levels import Level
from dvor.people.models import Organisation, Resident, Role

YEARS, A_DAY, AT_ONCE = 5, 11, 5_000
PAGES = (("home", "/"), ("feed", "/feed/"), ("feed_search", "/feed/?q=%D0%BB%D0%B8%D1%84%D1%82"))
_WORDS = ("Отдам диван", "Ищу няню на вечер", "Собрание дома", "Лифт во втором подъезде", "Продам велосипед",
          "Нашли ключи у песочницы", "Покраска скамеек", "Субботник в апреле", "Кто видел кота", "Горячая вода",
          "Шлагбаум: за или против")  # fmt: skip
_IN_HOUSE = 2_000


@dataclass(frozen=True, slots=True)
class Pages:
    """One page of the big house: CPU time of the app, and statements."""

    name: str
    run: Run
    queries: int


@dataclass(frozen=True, slots=True)
class BigHouse:
    """The house that was made: its residents, and how fast its cards came in."""

    residents: Sequence[Measured]
    cards: int
    cards_per_s: float


def fill(*, residents: int, at: datetime, years: int = YEARS) -> BigHouse:
    """A house with so many residents and so many years of cards, the last of them an hour old."""
    made = flats.make(residents, at=at)
    house = Flat.objects.select_related("house").get(pk=made[0].flat_id).house
    operator = Resident.objects.filter(roles__name=Role.Name.CITY_OPERATOR).order_by("pk").first()
    assert operator is not None
    days = years * 365
    announced = Outage.objects.bulk_create(
        [_outage(house, operator, at - timedelta(days=days - day), day) for day in range(0, days, 3)]
    )
    cards = [*_cards(house, made, announced, days=days, at=at)]
    started = time.perf_counter()
    for first in range(0, len(cards), AT_ONCE):
        entries.publish(cards[first : first + AT_ONCE], at=at)
    return BigHouse(made, len(cards), len(cards) / (time.perf_counter() - started))


def measure(server: Server, house: BigHouse, at: datetime, *, readers: int) -> list[Pages]:
    """The home page and the feed, each as its residents open it."""
    residents = list(house.residents[:readers])
    return [
        Pages(name, road.page(server, residents, path), road.statements(residents[0], path, at)) for name, path in PAGES
    ]


def _outage(house: House, operator: Resident, at: datetime, day: int) -> Outage:
    return Outage(
        audience=Audience.HOUSES, house_ids=[house.pk], key=f"bench-{day}", written_at=at, written_by=operator,
        service=Service.values[day % len(Service.values)], emergency=day % 4 == 0, starts_at=at,
        ends_at=at + timedelta(hours=30), details="Бригада на месте.",
    )  # fmt: skip


def _cards(
    house: House, residents: Sequence[Measured], announced: Sequence[Outage], *, days: int, at: datetime
) -> list[NewEntry]:
    others = [kind for kind in kinds.every() if kind is not kinds.OUTAGE]
    found = []
    for number in range(days * A_DAY):
        when = at - timedelta(days=days) + timedelta(days=number // A_DAY, minutes=90 * (number % A_DAY))
        kind, subject, until = others[number % len(others)], f"bench:{number}", None
        if number % (3 * A_DAY) == 0:
            outage = announced[number // (3 * A_DAY)]
            kind, subject, until = kinds.OUTAGE, f"outage:{outage.pk}", outage.ends_at
        found.append(
            NewEntry(
                kind, subject, house.pk, f"{_WORDS[number % len(_WORDS)]} № {number}",
                "Подробности у соседей из квартиры на третьем этаже, звоните вечером. " * 3, "/feed/", when,
                author_id=residents[number % len(residents)].resident_id, until=until,
            )
        )  # fmt: skip
    return found


# ── An outage to a city ──────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Announcement:
    """Medians over the rounds."""

    residents: int
    houses: int
    per_s: float
    statements: int


def announce(*, residents: int, at: datetime, rounds: int = 3) -> Announcement:
    """Announce an emergency to everybody in a company's houses; each round another outage."""
    from django.test.utils import CaptureQueriesContext

    company, operator = _city(residents, at=at)
    whom = Whom(Audience.COMPANY, company)
    times, statements = [], 0
    for number in range(rounds):
        with connection.cursor() as cursor:
            cursor.execute("vacuum analyze")
            cursor.execute("checkpoint")
        draft = Draft(Service.ELECTRICITY, emergency=True, starts_at=at, ends_at=None, details="Бригада выехала.")
        with CaptureQueriesContext(connection) as seen:
            started = time.perf_counter()
            outage = outages.announce(draft, whom, key=f"bench-{number}", by=operator, at=at)
            times.append(time.perf_counter() - started)
        statements = len(seen)
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from notices_notice where key = %s", [f"outage:{outage.pk}:1"])
            assert cursor.fetchone()[0] == residents
    return Announcement(residents, -(-residents // _IN_HOUSE), residents / statistics.median(times), statements)


def _city(count: int, *, at: datetime) -> tuple[Organisation, Resident]:
    """Houses of 2,000 residents each, all of one company, and a city operator."""
    company = Organisation.objects.create(kind=Organisation.Kind.MANAGEMENT_COMPANY, title="Bench", inn="0001000999")
    operator = Resident.objects.create(city_id="bench-outages", level=Level.FULL)
    Role.objects.create(resident=operator, name=Role.Name.CITY_OPERATOR, granted_at=at)
    houses = House.objects.bulk_create(
        House(unom=2_000_000_000 + number, address=f"Лесная улица, дом {number}", management_company=company)
        for number in range(-(-count // _IN_HOUSE))
    )
    for first in range(0, count, AT_ONCE):
        part = range(first, min(first + AT_ONCE, count))
        living = Resident.objects.bulk_create(
            Resident(city_id=f"dark-{number}", level=Level.STANDARD, email=f"{number}@people.example")
            for number in part
        )
        doors = Flat.objects.bulk_create(Flat(house=houses[number // _IN_HOUSE], number=str(number)) for number in part)
        Residency.objects.bulk_create(
            Residency(
                resident=resident, flat=flat, status=Residency.Status.OWNER, proof=Residency.Proof.REGISTRY, since=at,
                proved_at=at,
            )
            for resident, flat in zip(living, doors, strict=True)
        )  # fmt: skip
    return company, operator
