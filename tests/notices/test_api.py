"""Notifications for apps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from dvor.notices import facts
from dvor.notices.kinds import FactKind
from dvor.notices.models import Device, Preference
from tests.cast import Cast
from tests.notices.conftest import fact
from tests.notices.push_service import Service

JSON = "application/json"


@pytest.fixture(autouse=True)
def _today(at: datetime) -> Iterator[None]:
    with time_machine.travel(at + timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def anna(client: Client, cast: Cast) -> Client:
    client.force_login(cast.anna)
    return client


def _of(rows: list[dict[str, Any]], kind: str) -> dict[str, tuple[bool, bool]]:
    found = next(row for row in rows if row["kind"] == kind)
    return {one["channel"]: (one["is_wanted"], one["is_fixed"]) for one in found["channels"]}


def test_a_stranger_is_refused(client: Client, db: None) -> None:
    for path in ("", "/unread", "/choices", "/rhythm", "/devices"):
        assert client.get(f"/api/v1/notices{path}").status_code == 401


def test_pages_follow_by_cursor_and_reading_is_said(anna: Client, cast: Cast, at: datetime, event: FactKind) -> None:
    facts.tell([fact(event, cast.anna.pk, str(number), f"/points/?n={number}") for number in range(5)], at=at)
    facts.tell([fact(event, cast.boris.pk, "his")], at=at)
    found: list[str] = []
    cursor = ""
    while True:
        page = anna.get("/api/v1/notices", {"limit": 2, "cursor": cursor}).json()
        found += [item["path"] for item in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    assert found == [f"/points/?n={number}" for number in range(4, -1, -1)]
    assert anna.get("/api/v1/notices/unread").json() == {"unread": 5}
    first = anna.get("/api/v1/notices", {"limit": 1}).json()["items"][0]
    assert first["is_unread"] and first["subject"]
    for _twice in range(2):
        assert anna.put(f"/api/v1/notices/{first['id']}/read", {}, JSON).json() == {"unread": 4}
    assert anna.put("/api/v1/notices/read", {}, JSON).json() == {"unread": 0}


def test_somebody_elses_notice_is_unknown(anna: Client, cast: Cast, at: datetime, event: FactKind) -> None:
    facts.tell([fact(event, cast.boris.pk)], at=at)
    anna.force_login(cast.boris)
    his = anna.get("/api/v1/notices").json()["items"][0]["id"]
    anna.force_login(cast.anna)
    refused = anna.put(f"/api/v1/notices/{his}/read", {}, JSON)
    assert refused.status_code == 404 and refused.json()["code"] == "notice_unknown"


def test_a_choice_changes_and_others_stay(anna: Client, cast: Cast, event: FactKind, quiet: FactKind) -> None:
    assert _of(anna.get("/api/v1/notices/choices").json(), "tests.event")["mail"] == (True, False)
    wanted = {"choices": [{"kind": "tests.event", "channel": "mail", "is_wanted": False}]}
    rows = anna.put("/api/v1/notices/choices", wanted, JSON).json()
    assert _of(rows, "tests.event")["mail"] == (False, False)
    assert _of(rows, "tests.event")["page"] == (True, False)
    assert _of(rows, "tests.quiet")["mail"] == (False, False)
    assert Preference.objects.filter(resident=cast.anna).count() == 1


@pytest.mark.parametrize(
    ("kind", "channel", "code"),
    [("tests.vital", "mail", "notice_required"), ("tests.nothing", "mail", "choice_unknown"),
     ("tests.event", "push", "choice_unknown")],
)  # fmt: skip
def test_what_cannot_be_chosen_changes_nothing_else(
    anna: Client, event: FactKind, vital: FactKind, kind: str, channel: str, code: str
) -> None:
    wanted = [
        {"kind": "tests.event", "channel": "mail", "is_wanted": False},
        {"kind": kind, "channel": channel, "is_wanted": False},
    ]
    refused = anna.put("/api/v1/notices/choices", {"choices": wanted}, JSON)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert not Preference.objects.exists()


def test_quiet_hours_are_kept(anna: Client) -> None:
    assert anna.get("/api/v1/notices/rhythm").json()["mails"] == "at_once"
    wanted = {"mails": "daily", "quiet_from": "22:00", "quiet_until": "07:30"}
    kept = anna.put("/api/v1/notices/rhythm", wanted, JSON).json()
    assert (kept["mails"], kept["quiet_from"], kept["quiet_until"]) == ("daily", "22:00", "07:30")
    assert anna.get("/api/v1/notices/rhythm").json() == kept
    refused = anna.put("/api/v1/notices/rhythm", {"mails": "daily", "quiet_from": "22:00"}, JSON)
    assert (refused.status_code, refused.json()["code"]) == (422, "quiet_hours_half")


def test_a_device_is_added_once_and_removed(anna: Client, cast: Cast, service: Service) -> None:
    address = service.browser().address
    told = {"endpoint": address.endpoint, "p256dh": address.p256dh, "auth": address.auth, "title": "Телефон"}
    ids = {anna.post("/api/v1/notices/devices", told, JSON).json()["id"] for _twice in range(2)}
    shown = anna.get("/api/v1/notices/devices").json()
    assert [one["title"] for one in shown["devices"]] == ["Телефон"] and shown["public_key"]
    assert address.endpoint not in str(shown)
    assert anna.delete(f"/api/v1/notices/devices/{ids.pop()}").status_code == 204
    assert not ids and not Device.objects.exists()
    assert anna.delete("/api/v1/notices/devices/1").status_code == 404


def test_a_site_without_a_key_takes_no_device(anna: Client, service: Service, settings: Any) -> None:
    address = service.browser().address
    settings.PUSH_KEY = ""
    told = {"endpoint": address.endpoint, "p256dh": address.p256dh, "auth": address.auth}
    assert anna.post("/api/v1/notices/devices", told, JSON).json()["code"] == "push_off"
    assert anna.get("/api/v1/notices/devices").json() == {"public_key": "", "devices": []}
