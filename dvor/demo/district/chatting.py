"""Neighbours write to each other: some weeks in the chats of a few houses, and a few private talks (chats.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db.models import Max

from dvor.base import periods
from dvor.chats import messages, rooms, seats
from dvor.chats.messages import Draft
from dvor.chats.models import Chat, Message
from dvor.demo.district.dice import dice
from dvor.homes import rights
from dvor.homes.models import Residency
from dvor.homes.rights import Act
from dvor.people.models import Resident

_THREADS: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("chats.toml").read_text(encoding="utf-8"))[
    "thread"
]
_SETTLED, _UNREAD = timedelta(days=30), timedelta(hours=16)


@dataclass(frozen=True, slots=True)
class _Line:
    """What somebody writes at a moment: in the chat of his house, or to a neighbour."""

    said_at: datetime
    name: str
    by: Resident
    house_id: int
    to: Resident | None
    text: str
    quoted: str


def chat(*, seed: int, at: datetime) -> int:
    """Let neighbours write, line by line as the time passes; how many messages there are.

    A thread is left out where one of its people is missing: a small district has small houses.
    """
    people = _people(seed=seed, at=at)
    houses = {unom: house_id for unom, (house_id, _there) in people.items()}
    lines = sorted((line for told in _told(people, at=at) for line in told), key=lambda line: line.said_at)
    if not lines:
        return 0
    rooms.open_houses(houses.values(), at=lines[0].said_at)
    chats = dict(Chat.objects.filter(house__in=houses.values()).values_list("house", "pk"))
    sent: dict[str, Message] = {}
    for line in lines:
        chat_id = chats[line.house_id]
        if line.to is not None:
            chat_id = rooms.open_talk(line.by.pk, line.to.pk, at=line.said_at).pk
        quoted = sent.get(line.quoted)
        draft = Draft(line.text, quoted_id=quoted.pk if quoted else None)
        sent[line.name] = messages.send(draft, chat_id=chat_id, by=line.by, at=line.said_at, key=f"demo:{line.name}")
    for house_id, there in people.values():
        _read(Chat.objects.get(house=house_id), [one for sub, one in there.items() if "-" in sub], at=at - _UNREAD)
    return len(sent)


def _people(*, seed: int, at: datetime) -> dict[int, tuple[int, dict[str, Resident]]]:
    """Of each house of the file its number, and who may write there: the cast by name, others as f1, f2 … m1 …"""
    wanted = {told["house"] for told in _THREADS}
    found = (
        Residency.objects.filter(flat__house__unom__in=wanted, until__isnull=True, since__lte=at - _SETTLED)
        .select_related("resident", "flat__house")
        .order_by("resident__city_id")
    )
    houses: dict[int, tuple[int, dict[str, Resident]]] = {}
    others: dict[int, list[Resident]] = {}
    for residency in found:
        if Act.CHAT not in rights.acts_of(residency, level=residency.resident.account_level):
            continue
        house = residency.flat.house
        _house_id, there = houses.setdefault(house.unom, (house.pk, {}))
        if residency.resident.city_id.startswith("demo-"):
            others.setdefault(house.unom, []).append(residency.resident)
        else:
            there[residency.resident.city_id] = residency.resident
    for unom, neighbours in others.items():
        dice(seed, "chat", unom).shuffle(neighbours)
        for letter, is_woman in (("f", True), ("m", False)):
            alike = [one for one in neighbours if one.middle_name.endswith("на") == is_woman]
            houses[unom][1].update({f"{letter}{place}": one for place, one in enumerate(alike, start=1)})
    return houses


def _told(people: Mapping[int, tuple[int, Mapping[str, Resident]]], *, at: datetime) -> Iterator[list[_Line]]:
    """Each thread whose people are all there, as far as it has come by now."""
    for number, told in enumerate(_THREADS):
        house_id, there = people.get(told["house"], (0, {}))
        if {line[0] for line in told["lines"]} | set(told.get("between", ())) <= set(there):
            yield list(_lines(number, told, house_id, there, at=at))


def _lines(
    number: int, told: Mapping[str, Any], house_id: int, there: Mapping[str, Resident], *, at: datetime
) -> Iterator[_Line]:
    moment = _begins(told, at=at)
    for place, (name, minutes, text, *answers) in enumerate(told["lines"], start=1):
        moment += timedelta(minutes=minutes)
        if moment >= at:
            return
        to = next((there[other] for other in told.get("between", ()) if other != name), None)
        quoted = f"{number}.{answers[0]}" if answers else ""
        yield _Line(moment, f"{number}.{place}", there[name], house_id, to, text, quoted)


def _begins(told: Mapping[str, Any], *, at: datetime) -> datetime:
    if "ago" in told:
        return at - timedelta(minutes=told["ago"])
    return periods.day_start(periods.day_of(at) - timedelta(days=told["days"])) + timedelta(hours=told["hour"])


def _read(chat: Chat, readers: Sequence[Resident], *, at: datetime) -> None:
    """These have read the chat of their house up to a moment."""
    last = Message.objects.filter(chat=chat, sent_at__lt=at).aggregate(last=Max("pk"))["last"] or 0
    for reader in readers:
        seats.see(chat, last, by=reader)
