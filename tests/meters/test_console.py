"""The console: operators find meters, see versions, act with a reason, publish windows, load and write files."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dvor.base.models import AuditEntry
from dvor.meters import readings
from dvor.meters.models import Meter, Reading, Window
from dvor.meters.readings import NewReading
from dvor.people.models import Resident
from tests.cast import Cast
from tests.meters.conftest import Meters

METERS = "/console/meters/meter/"
PAGES = (METERS, "/console/readings/", "/console/windows/new/", "/console/meters/window/")


@pytest.fixture(autouse=True)
def _clock(at: datetime):
    with time_machine.travel(at, tick=False):
        yield


def _open(client: Client, who: Resident, path: str, **query: object):
    client.force_login(who)
    return client.get(path, query)


@pytest.mark.parametrize("path", PAGES)
def test_residents_without_a_role_find_no_console(client: Client, cast: Cast, meters: Meters, path: str) -> None:
    assert _open(client, cast.anna, path).status_code in {302, 403}
    assert _open(client, cast.olga, path).status_code == 200


def test_a_meter_is_found_by_its_number(client: Client, cast: Cast, meters: Meters) -> None:
    page = _open(client, cast.olga, METERS, q="CW-").content.decode()
    assert all(f"{METERS}{one.pk}/change/" in page for one in (meters.cold, meters.vera, meters.gleb))
    assert f"{METERS}{meters.hot.pk}/change/" not in page
    assert _open(client, cast.olga, METERS, q="'; --").status_code == 200


def test_a_company_sees_its_own_houses_meters(client: Client, cast: Cast, meters: Meters) -> None:
    page = _open(client, cast.ivan, METERS, q="CW-").content.decode()
    assert f"{METERS}{meters.cold.pk}/change/" in page and f"{METERS}{meters.gleb.pk}/change/" not in page
    assert _open(client, cast.ivan, f"/console/meters/{meters.gleb.pk}/readings/").status_code == 404


def test_all_versions_are_shown_without_names(client: Client, cast: Cast, meters: Meters, at: datetime) -> None:
    for value in ("101", "102,5"):
        readings.submit([NewReading(meters.cold.pk, (value,))], by=cast.anna, at=at)
    change = _open(client, cast.olga, f"{METERS}{meters.cold.pk}/change/").content.decode()
    assert f"/console/meters/{meters.cold.pk}/readings/" in change
    page = _open(client, cast.olga, f"/console/meters/{meters.cold.pk}/readings/").content.decode()
    assert "101" in page and "102" in page and "Анна" not in page and "Сергеева" not in page
    assert _open(client, cast.olga, "/console/meters/999999/readings/").status_code == 404


def test_an_operator_archives_with_a_reason(client: Client, cast: Cast, meters: Meters) -> None:
    client.force_login(cast.ivan)
    chosen = {"action": "archive", "_selected_action": meters.cold.pk}
    client.post(METERS, chosen)
    assert Meter.objects.get(pk=meters.cold.pk).archived_at is None, "the first step only asks"
    client.post(METERS, {**chosen, "confirmed": "1", "reason": "снят по акту 12"})
    assert Meter.objects.get(pk=meters.cold.pk).archived_by == cast.ivan.pk
    assert AuditEntry.objects.get(act="meters.meter.archived").reason == "снят по акту 12"


def test_a_verification_is_noted(client: Client, cast: Cast, meters: Meters) -> None:
    client.force_login(cast.olga)
    client.post(METERS, {
        "action": "verify", "_selected_action": meters.cold.pk, "confirmed": "1", "reason": "свидетельство 5",
        "due_on": "2032-10-01",
    })  # fmt: skip
    assert Meter.objects.get(pk=meters.cold.pk).verification_due_on == date(2032, 10, 1)


def test_a_window_is_published_for_a_coming_month(client: Client, cast: Cast) -> None:
    client.force_login(cast.olga)
    filled = {
        "resource": 3, "first_day": 10, "last_day": 5, "since": "2026-11-15", "source_ru": "Приказ 1",
        "source_en": "Order 1", "reason": "решение города", "unom": cast.house.unom,
    }  # fmt: skip
    assert client.post("/console/windows/new/", {**filled, "since": "2026-10-01"}).status_code == 422
    assert client.post("/console/windows/new/", {**filled, "unom": 5}).status_code == 422
    assert client.post("/console/windows/new/", {**filled, "company": cast.company.pk}).status_code == 422
    assert client.post("/console/windows/new/", filled).status_code == 302
    window = Window.objects.get(house=cast.house)
    assert (window.since, window.crosses_month_end, window.assumption) == (date(2026, 11, 1), True, False)


def test_a_file_is_loaded_and_its_bad_rows_are_named(client: Client, cast: Cast, meters: Meters) -> None:
    client.force_login(cast.ivan)
    text = "Номер счетчика;Ресурс;Месяц;T1\nCW-1;ХВС;10.2026;101\nCW-3;ХВС;10.2026;11\n"
    answer = client.post(
        "/console/readings/", {"file": SimpleUploadedFile("a.csv", text.encode()), "reason": "выгрузка за октябрь"}
    )
    page = answer.content.decode()
    assert answer.status_code == 200 and Reading.objects.count() == 1 and "CW-3" in page
    link = re.findall(r'href="/console/readings/([0-9a-f-]+[.]csv)"', page)[0]
    assert b"CW-3" in b"".join(client.get(f"/console/readings/{link}").streaming_content)  # type: ignore[attr-defined]
    client.force_login(cast.olga)
    assert client.get(f"/console/readings/{link}").status_code == 404, "reports belong to who loaded the file"


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4", b"PK\x03\x04broken", b"a;b\n1;2\n", b"\x00" * 100])
def test_a_file_that_is_no_table_is_explained(client: Client, cast: Cast, content: bytes) -> None:
    client.force_login(cast.olga)
    answer = client.post("/console/readings/", {"file": SimpleUploadedFile("a.xlsx", content), "reason": "проверка"})
    assert answer.status_code == 422 and not Reading.objects.exists()


def test_a_month_is_written_as_a_file(client: Client, cast: Cast, meters: Meters, at: datetime) -> None:
    readings.submit([NewReading(meters.cold.pk, ("101",))], by=cast.anna, at=at)
    readings.submit([NewReading(meters.gleb.pk, ("11",))], by=cast.gleb, at=at)
    client.force_login(cast.ivan)
    answer = client.get("/console/readings/export/", {"month": "2026-10-20", "file_format": "csv"})
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert "CW-1" in text and "CW-3" not in text
    assert client.get("/console/readings/export/", {"month": "x"}).status_code == 422
