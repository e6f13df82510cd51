"""The lists that moderation goes by, in the console: read by moderators, followed by newer lines by a city operator."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from dvor.base import periods
from dvor.base.models import AuditEntry
from dvor.moderation import limits, reasons
from dvor.moderation.models import Pace, Reason
from dvor.people.models import Resident
from tests.cast import Cast

REASONS, PACES, NEW = "/console/moderation/reason/", "/console/moderation/pace/", "/console/moderation/reasons/new/"
WORDS = {"titles_ru": "Шум по ночам", "titles_en": "Noise at night", "rules_ru": "После 23 часов тихо.",
         "rules_en": "Quiet after 11 p.m.", "reason": "Просили жители"}  # fmt: skip


@pytest.fixture(autouse=True)
def _now(at: datetime) -> Iterator[None]:
    with time_machine.travel(at, tick=False):
        yield


@pytest.fixture
def today(at: datetime) -> date:
    return periods.day_of(at)


@pytest.fixture
def olga(client: Client, cast: Cast) -> Client:
    client.force_login(cast.olga)
    return client


def act(client: Client, listing: str, row: object, action: str, **filled: object) -> int:
    asked = {"action": action, "_selected_action": str(row), "from_row": "yes"}
    return client.post(listing, {**asked, "confirmed": "yes", **filled}).status_code


def test_a_pace_gets_a_newer_line(olga: Client, cast: Cast, at: datetime, today: date) -> None:
    row = Pace.objects.get(act="ads.post", age_days=0)
    form = olga.post(PACES, {"action": "follow", "_selected_action": str(row.pk), "from_row": "yes"}).content.decode()
    assert "Разместить объявление" in form and f"{today + timedelta(days=1)}" in form
    filled = {"act": "ads.post", "age_days": "0", "level": "1", "per_hour": "1", "per_day": "2", "since": str(today),
              "reason": "Волна спама"}  # fmt: skip
    for wrong in ({"reason": ""}, {"per_hour": "3"}, {"act": "ads.dance"}, {"since": "вчера"}, {"level": "9"}):
        assert act(olga, PACES, row.pk, "follow", **{**filled, **wrong}) == 422, wrong
    assert act(olga, PACES, row.pk, "follow", **filled) == 302
    cast.anna.joined_at = at
    assert limits.of("ads.post", by=cast.anna, at=at).per_day == 2
    listed = olga.get(f"{PACES}?act=ads.post").content.decode()
    assert "заменено более новым" in listed and "действует" in listed
    newest = Pace.objects.latest("pk")
    assert "Волна спама" in olga.get(f"/console/base/auditentry/?q=pace:{newest.pk}").content.decode()


def test_a_reason_gets_newer_words_and_is_retired(olga: Client, at: datetime, today: date) -> None:
    form = olga.post(REASONS, {"action": "reword", "_selected_action": "spam", "from_row": "yes"}).content.decode()
    assert "Спам или повторы" in form and "снова и снова" in form
    assert act(olga, REASONS, "spam", "reword", **WORDS, since="") == 422
    assert act(olga, REASONS, "spam", "reword", **WORDS, since=str(today)) == 302
    page = olga.get(f"{REASONS}spam/change/").content.decode()
    assert "заменено более новым" in page
    assert "После 23 часов тихо." in olga.get("/moderation/").content.decode()
    assert act(olga, REASONS, f"spam.{today}", "retire", reason="Больше не нужно") == 302
    assert reasons.find("spam", at=at) is None
    assert "снято со списка" in olga.get(f"{REASONS}spam.{today}/change/").content.decode()
    assert AuditEntry.objects.filter(act__startswith="moderation.reason.").count() == 2


def test_a_code_with_an_underscore_has_its_page_and_its_actions(olga: Client, today: date) -> None:
    """«_da» would be read as an escaped letter."""
    page = olga.get(REASONS).content.decode()
    assert f"{REASONS}personal_5Fdata/change/" in page
    row = olga.get(f"{REASONS}personal_5Fdata/change/").content.decode()
    assert 'name="_selected_action" value="personal_data"' in row
    assert f"{REASONS}personal_data/" not in row, "nor does the heading lead elsewhere"
    asked = {"action": "reword", "_selected_action": "personal_data", "from_row": "yes", "confirmed": "yes"}
    done = olga.post(REASONS, {**asked, **WORDS, "since": str(today)}, follow=True)
    assert done.status_code == 200 and "Чужие личные данные" in done.content.decode()


def test_a_new_reason_is_written_on_its_page(olga: Client, at: datetime, today: date) -> None:
    assert olga.get(NEW).status_code == 200
    filled = {**WORDS, "line": "noise", "since": str(today)}
    for wrong in ({"line": "Шум"}, {"line": "spam"}, {"since": "2020-01-01"}, {"titles_en": ""}, {"reason": ""}):
        assert olga.post(NEW, {**filled, **wrong}).status_code == 422, wrong
    assert not Reason.objects.filter(pk="noise").exists()
    made = olga.post(NEW, filled)
    assert made.status_code == 302 and "Шум по ночам" in olga.get(made["Location"]).content.decode()
    assert "Шум по ночам" in olga.get("/moderation/").content.decode()


def test_moderators_read_and_do_not_change(client: Client, mark: Resident, cast: Cast, today: date) -> None:
    client.force_login(mark)
    for path in (REASONS, PACES, f"{REASONS}spam/change/", f"{PACES}{Pace.objects.all()[0].pk}/change/"):
        page = client.get(path)
        assert page.status_code == 200 and 'value="follow"' not in page.content.decode()
    assert client.get(NEW).status_code == 403
    act(client, REASONS, "spam", "retire", reason="Хочу и убираю")
    assert Reason.objects.get(pk="spam").retired_at is None
    for who in (cast.ivan, cast.anna):
        client.force_login(who)
        assert client.get(NEW).status_code in (302, 403) and client.get(PACES).status_code in (302, 403)
