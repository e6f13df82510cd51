"""Operators find houses, flats and residencies of theirs, confirm and end with a reason, and load the registry."""

from __future__ import annotations

import io
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dvor.base.models import AuditEntry
from dvor.homes.models import Flat, House, Residency
from dvor.people.models import Resident
from tests.cast import Cast
from tests.homes import registry_file

LINK = re.compile(r'href="/console/registry/([0-9]+-[0-9a-f]+[.]csv)"')
HOUSES, FLATS, RESIDENCIES = "/console/homes/house/", "/console/homes/flat/", "/console/homes/residency/"


def console(client: Client, who: Resident, path: str, **query: str) -> str:
    client.force_login(who)
    answer = client.get(path, query)
    assert answer.status_code == 200, (answer.status_code, path)
    return str(answer.content.decode())


@pytest.mark.parametrize(
    ("told", "found"),
    [("садов 1", True), ("1001", True), ("лесная", False), ("999", False), ("'; --", False),
     ("9" * 30, False)],
)  # fmt: skip
def test_a_house_is_found_by_address_or_unom(client: Client, cast: Cast, told: str, found: bool) -> None:
    assert (f"{HOUSES}{cast.house.pk}/" in console(client, cast.olga, HOUSES, q=told)) is found


@pytest.mark.parametrize(
    ("told", "found"),
    [("садовая 1, 1", True), ("садовая 1 кв1", True), ("садовая 1, кв. 01", True), ("1234567890", True),
     ("садовая 1, 7", False), ("0000000000", False), ("лесная 5, 1", False), (",", False), ("%", False)],
)  # fmt: skip
def test_a_flat_is_found_by_address_and_number_or_code(client: Client, cast: Cast, told: str, found: bool) -> None:
    assert (f"{FLATS}{cast.flat.pk}/" in console(client, cast.olga, FLATS, q=told)) is found


def test_codes_and_names_are_masked(client: Client, cast: Cast) -> None:
    for path in (FLATS, f"{FLATS}{cast.flat.pk}/change/", RESIDENCIES):
        page = console(client, cast.olga, path)
        assert "1234567890" not in page
        assert "Сергеева" not in page
    assert "••••••7890" in console(client, cast.olga, FLATS)


def test_a_management_company_sees_its_own_houses(client: Client, cast: Cast) -> None:
    assert f"{HOUSES}{cast.house.pk}/" in console(client, cast.ivan, HOUSES)
    assert f"{HOUSES}{cast.other_house.pk}/" not in console(client, cast.ivan, HOUSES)
    assert f"{FLATS}{cast.other_flat.pk}/" not in console(client, cast.ivan, FLATS, q="1234567892")
    gleb = Residency.objects.get(resident=cast.gleb)
    assert f"{RESIDENCIES}{gleb.pk}/" not in console(client, cast.ivan, RESIDENCIES, q=str(cast.gleb.pk))
    client.force_login(cast.ivan)
    assert client.get(f"{FLATS}{cast.other_flat.pk}/change/").status_code == 302


@pytest.mark.parametrize("path", [HOUSES, FLATS, RESIDENCIES, "/console/registry/"])
def test_residents_see_nothing_of_it(client: Client, cast: Cast, path: str) -> None:
    client.force_login(cast.anna)
    assert client.get(path).status_code in (302, 303, 403)


def act(client: Client, action: str, residency: Residency, **form: Any) -> Any:
    asked = {"action": action, "_selected_action": residency.pk, "confirmed": "yes", **form}
    return client.post(RESIDENCIES, asked)


def test_a_residency_is_confirmed_with_a_reason(client: Client, cast: Cast) -> None:
    vera = Residency.objects.get(resident=cast.vera)
    client.force_login(cast.ivan)
    assert act(client, "confirm", vera, status="3").status_code == 422, "no reason"
    assert act(client, "confirm", vera, status="0", reason="by mistake").status_code == 422, "nobody is made a guest"
    assert act(client, "confirm", vera, status="3", reason="extract of 1 October").status_code == 302
    vera.refresh_from_db()
    assert (vera.status, vera.proof) == (Residency.Status.OWNER, "operator")
    assert AuditEntry.objects.get(act="homes.residency.confirmed").reason == "extract of 1 October"


def test_a_residency_is_ended_with_a_reason(client: Client, cast: Cast) -> None:
    vera = Residency.objects.get(resident=cast.vera)
    client.force_login(cast.olga)
    assert act(client, "end", vera, reason="moved out").status_code == 302
    vera.refresh_from_db()
    assert vera.closed_by == cast.olga


def test_a_company_does_not_touch_anothers_house(client: Client, cast: Cast) -> None:
    gleb = Residency.objects.get(resident=cast.gleb)
    client.force_login(cast.ivan)
    act(client, "end", gleb, reason="moved out")
    gleb.refresh_from_db()
    assert gleb.until is None


# ── The registry ─────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def _data(tmp_path: Path, settings: Any) -> None:
    settings.DATA = tmp_path


def load(client: Client, content: bytes, *, reason: str = "October's registry") -> Any:
    client.cookies["language"] = "en"
    return client.post("/console/registry/", {"file": SimpleUploadedFile("registry.csv", content), "reason": reason})


@pytest.mark.usefixtures("_data")
def test_the_registry_is_loaded_and_what_was_bad_is_shown_and_offered(client: Client, cast: Cast) -> None:
    client.force_login(cast.olga)
    content = (registry_file.HEADER + "\n" + "".join(registry_file.lines(300, bad_every=100))).encode()
    page = load(client, content)
    assert page.status_code == 200
    text = page.content.decode()
    assert "Exactly 10 digits are expected." in text
    assert House.objects.filter(address__startswith="Проверочная").count() == 3
    link = LINK.findall(text)[0]
    report = client.get(f"/console/registry/{link}")
    lines = b"".join(report.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 4
    assert AuditEntry.objects.get(act="homes.registry.import_asked").reason == "October's registry"
    assert AuditEntry.objects.get(act="homes.registry.imported").facts["refused"] == 3


@pytest.mark.usefixtures("_data")
def test_a_report_is_for_the_one_who_loaded_the_file(client: Client, cast: Cast, at: datetime) -> None:
    client.force_login(cast.olga)
    text = load(client, "УНОМ;Адрес\nx;y\n".encode()).content.decode()
    link = LINK.findall(text)[0]
    other = Resident.objects.create(city_id="other-operator")
    other.roles.create(name="city_operator", granted_at=at)
    client.force_login(other)
    assert client.get(f"/console/registry/{link}").status_code == 404
    for name in ("..", "x.csv", "..%2f..%2fsettings.py", f"{other.pk}-{'0' * 32}.csv"):
        assert client.get(f"/console/registry/{name}").status_code in (301, 302, 404)


@pytest.mark.usefixtures("_data")
@pytest.mark.parametrize("content", [b"\n", b"PK\x03\x04", b"%PDF", "Улица\nx\n".encode(), b"\0" * 100])
def test_a_file_that_is_no_registry_is_explained(client: Client, cast: Cast, content: bytes) -> None:
    client.force_login(cast.olga)
    page = load(client, content)
    assert page.status_code == 422
    assert 'role="alert"' in page.content.decode()
    assert Flat.objects.count() == 3


@pytest.mark.usefixtures("_data")
def test_a_management_company_loads_no_registry(client: Client, cast: Cast) -> None:
    client.force_login(cast.ivan)
    assert load(client, io.BytesIO("УНОМ;Адрес\n1;y\n".encode()).getvalue()).status_code == 403
    assert not House.objects.filter(unom=1).exists()
