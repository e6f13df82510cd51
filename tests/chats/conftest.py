"""What the tests of chats share: two houses full of people, words, pictures drawn on the spot, apps."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from PIL import Image
from pytest_django import Settings

from dvor.base import clock
from dvor.base.refusals import Refusal
from dvor.chats import messages, rooms, seats
from dvor.chats.models import Chat, Message
from dvor.homes.models import Flat, Residency
from dvor.moderation import seed
from dvor.people import tokens
from dvor.people.levels import Level
from dvor.people.models import Resident, Role
from tests.cast import Cast

Status, Proof = Residency.Status, Residency.Proof
MOVED_OUT_DAYS = 10  # ago
_numbers = count(1)


@dataclass(frozen=True)
class World:
    """The cast, who all have lived here for long, and around them:

    Dina, a proven occupant of flat 2; Grisha, a guest there; Lena, who lived there until ten days ago; Mark, a
    moderator who lives nowhere here. ``house`` is the chat of Anna's house, ``other`` that of Gleb's.
    """

    cast: Cast
    dina: Resident
    grisha: Resident
    lena: Resident
    mark: Resident
    house: Chat
    other: Chat

    @property
    def anna(self) -> Resident:
        return self.cast.anna

    @property
    def boris(self) -> Resident:
        return self.cast.boris

    @property
    def vera(self) -> Resident:
        return self.cast.vera

    @property
    def gleb(self) -> Resident:
        return self.cast.gleb

    @property
    def olga(self) -> Resident:
        return self.cast.olga

    @property
    def ivan(self) -> Resident:
        return self.cast.ivan

    @classmethod
    def assemble(cls, *, at: datetime) -> World:
        seed.load(at=at)
        cast = Cast.assemble(at=at - timedelta(days=100))
        dina = inhabitant("dina", "Дина", "Соседова", cast.second_flat, at=at)
        grisha = inhabitant(
            "grisha", "Гриша", "Гостев", cast.second_flat, status=Status.GUEST, proof=Proof.INVITATION, at=at
        )
        lena = inhabitant("lena", "Лена", "Бывшая", cast.second_flat, at=at)
        Residency.objects.filter(resident=lena).update(until=at - timedelta(days=MOVED_OUT_DAYS))
        mark = Resident.objects.create(city_id="mark", first_name="Марк", last_name="Модератор", level=Level.FULL)
        Role.objects.create(resident=mark, name=Role.Name.MODERATOR, granted_at=at)
        rooms.open_houses([cast.house.pk, cast.other_house.pk], at=at - timedelta(days=100))
        house, other = Chat.objects.get(house=cast.house), Chat.objects.get(house=cast.other_house)
        made = cls(cast, dina, grisha, lena, mark, house, other)
        made.age(400, at=at)
        return made

    def age(self, days: int, *, at: datetime) -> None:
        """Let all accounts be so old."""
        Resident.objects.update(joined_at=at - timedelta(days=days))
        for one in (self.dina, self.grisha, self.lena, self.mark, *self.everybody_of_the_cast):
            one.joined_at = at - timedelta(days=days)

    @property
    def everybody_of_the_cast(self) -> tuple[Resident, ...]:
        return (self.anna, self.boris, self.vera, self.gleb, self.olga, self.ivan)


def visit(chat: Chat, *residents: Resident) -> None:
    """These have opened a chat once: from then on they are told what is new there."""
    for resident in residents:
        seats.see(chat, 2**62, by=resident)


def inhabitant(
    city_id: str, first_name: str, last_name: str, flat: Flat, *, at: datetime,
    status: int = Status.OCCUPANT, proof: str = Proof.PAYER_CODE,
) -> Resident:  # fmt: skip
    """Somebody who has lived in a flat for a hundred days."""
    since = at - timedelta(days=100)
    person = Resident.objects.create(
        city_id=city_id, first_name=first_name, last_name=last_name, level=Level.STANDARD,
        email=f"{city_id}@people.example",
    )  # fmt: skip
    Residency.objects.create(resident=person, flat=flat, status=status, proof=proof, since=since, proved_at=since)
    return person


def say(chat: Chat, by: Resident, at: datetime, text: str = "Добрый день", **more: Any) -> Message:
    """Write in a chat; ``uploads``, ``quoted_id`` and ``key`` may be told."""
    key = more.pop("key", None) or new_key()
    return messages.send(messages.Draft(text, **more), chat_id=chat.pk, by=by, at=at, key=key)


def talk(one: Resident, another: Resident, at: datetime, *, topic: str = "") -> Chat:
    return rooms.open_talk(one.pk, another.pk, topic=topic, at=at)


def photo(colour: str = "teal", size: tuple[int, int] = (640, 480), form: str = "JPEG", **more: Any) -> io.BytesIO:
    """A picture as a telephone would send it."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, form, **more)
    out.seek(0)
    return out


def new_key() -> str:
    return f"key-{next(_numbers)}"


@contextmanager
def refused(code: str) -> Iterator[None]:
    """The block is refused with this code."""
    with pytest.raises(Refusal) as told:
        yield
    assert told.value.code == code, told.value


def files() -> set[str]:
    """The names of all pictures on the disk."""
    return {path.stem for path in Path(django_settings.DATA).glob("pictures/*/*")}


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.DATA = tmp_path
    return tmp_path / "pictures"


@pytest.fixture
def world(db: None, at: datetime) -> World:
    return World.assemble(at=at)


App = Callable[[Resident], Client]


@pytest.fixture
def app(at: datetime, monkeypatch: pytest.MonkeyPatch) -> App:
    """The app of a resident, with a token of its own; it is always ``at`` there."""
    monkeypatch.setattr(clock, "now", lambda: at)

    def app(resident: Resident) -> Client:
        secret, _token = tokens.issue_to(resident, title="test", at=at)
        headers = {"authorization": f"Bearer {secret}", "accept-language": "en"}
        return Client(raise_request_exception=False, headers=headers)

    return app
