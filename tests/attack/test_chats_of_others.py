"""Chats of other houses and talks of other people: every address of chats, asked by everybody whom they do not concern,
with every method: no word, no name, no picture comes out, and nothing changes. New addresses are covered the day they
are mounted."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from dvor.base import clock, pictures
from dvor.chats.models import Chat, Message
from dvor.people import tokens
from dvor.people.models import Resident
from tests.attack import hostile
from tests.chats.conftest import World, photo, say, talk

WORD = {True: "Секрет", False: "Тайна"}  # said in the talk, said in the house
SECRETS = ("Тайна", "Секрет", "Сергеев", "Анна", "Борис", "Садовая улица, дом 1")
OUTSIDERS = ("gleb", "vera", "grisha", "lena", "olga", "ivan", "mark")
_OURS = re.compile(r"chats/|api/v1/(chats|messages|blocks)")
ROUTES = sorted({route for route, _parameters in hostile.routes() if _OURS.match(route)})
# Of the API, which refuses names that it does not know before it looks at anything else.
BODIES: tuple[Any, ...] = ({}, {"text": "Я тоже здесь"}, {"is_muted": True})
FORM = {"text": "Я тоже здесь", "key": "k", "muted": "yes", "quoted": "1", "chat": "1"}


@pytest.fixture
def world(db: None, at: datetime, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    settings.DATA = tmp_path
    settings.API_RATE_MAX = 10**9
    monkeypatch.setattr(clock, "now", lambda: at)
    return World.assemble(at=at)


def of_others(world: World, at: datetime) -> list[tuple[Chat, Message]]:
    """What Anna and Boris have said in their house and to each other, the last word of each held by a check."""
    found = []
    for chat in (world.house, talk(world.anna, world.boris, at)):
        word = WORD[chat.is_talk]
        first = say(chat, world.boris, at, f"{word} Бориса")
        answer = say(chat, world.anna, at, f"{word} Анны", uploads=[photo()], quoted_id=first.pk)
        held = say(chat, world.anna, at, f"{word}: карта 4111 1111 1111 1111", uploads=[photo()])
        found += [(chat, answer), (chat, held)]
    return found


def clients(who: Resident, at: datetime) -> list[Client]:
    """His browser and his app."""
    browser = Client(raise_request_exception=False)
    browser.force_login(who)
    secret, _token = tokens.issue_to(who, title="test", at=at)
    app = Client(raise_request_exception=False, headers={"authorization": f"Bearer {secret}"})
    app.get("/api/v1/profile")  # notes the day of the token's last use
    return [browser, app]


@pytest.mark.parametrize("who", [*OUTSIDERS, "dina"])
def test_whom_it_does_not_concern_gets_nothing_by_any_address(world: World, at: datetime, who: str) -> None:
    targets = of_others(world, at)
    if who == "dina":  # she lives there: the talk alone is none of hers
        targets = [(chat, message) for chat, message in targets if chat.is_talk]
    if who in ("mark", "olga"):  # what a check has held is before them; see tests/chats/test_moderation.py
        targets = [(chat, message) for chat, message in targets if message.hidden_at is None]
    seen_files = {pictures.load(name) for _chat, message in targets for one in message.pictures.all()
                  for name in (one.large, one.small)}  # fmt: skip
    asking = clients(getattr(world, who), at)
    for client in asking:
        client.get("/chats/" if client is asking[0] else "/api/v1/chats")
    before, leaks = hostile.fingerprint(), []
    for chat, message in targets:
        ids = {"chat_id": chat.pk, "message_id": message.pk, "position": 1, "resident_id": world.anna.pk}
        for route in ROUTES:
            path = "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda name, ids=ids: str(ids[name[1]]), route)  # type: ignore[misc]
            is_of_one = "chat_id" in route or "message_id" in route
            for answer in _every(asking[path.startswith("/api/")], path):
                text = answer.content.decode(errors="replace")
                told = [secret for secret in SECRETS if secret in text and (is_of_one or secret == WORD[chat.is_talk])]
                fits = not is_of_one or answer.status_code in (404, 405, 415, 422)
                if told or answer.content in seen_files or not fits:
                    leaks.append(f"{answer.request['REQUEST_METHOD']} {path} → {answer.status_code} {told}")
    assert not leaks, "\n".join(leaks[:20])
    assert hostile.fingerprint() == before


def _every(client: Client, path: str) -> list[Any]:
    """The answers to every method and body."""
    if not path.startswith("/api/"):
        live = {"hx-request": "true"}
        return [client.get(path), client.get(path, headers=live), client.post(path, FORM), client.post(path)]
    return [client.get(path), client.delete(path)] + [
        client.generic(method, path, json.dumps(body), content_type="application/json")
        for method in ("POST", "PUT")
        for body in BODIES
    ]


def test_all_addresses_of_chats_are_asked() -> None:
    assert len(ROUTES) >= 20, ROUTES
