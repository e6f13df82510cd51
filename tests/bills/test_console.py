"""The console: operators find bills, see lines and versions, withdraw with a reason, load files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dvor.base.models import AuditEntry
from dvor.bills import documents
from dvor.bills.models import Bill
from dvor.people.models import Resident
from tests.bills import bills_file, paper
from tests.cast import Cast

BILLS, FILES = "/console/bills/bill/", "/console/bill-files/"


@pytest.fixture(autouse=True)
def _clock(at: datetime) -> Iterator[None]:
    with time_machine.travel(at, tick=False):
        yield


@pytest.fixture
def bills(cast: Cast, at: datetime) -> list[int]:
    """Anna's corrected bill (old, new), Gleb's."""
    docs = [paper.bill(), paper.bill(number="2026-09-2"), paper.bill(payer_code="1234567892", number="9000000001")]
    found = [documents.issue([doc], by=None, at=at)[0].value for doc in docs]
    return [one.bill_id for one in found if one is not None]


def _open(client: Client, who: Resident, path: str, **query: object):
    client.force_login(who)
    return client.get(path, query)


def _listed(client: Client, who: Resident, **query: object) -> set[int]:
    page = _open(client, who, BILLS, **query)
    assert page.status_code == 200
    return {bill.pk for bill in page.context["cl"].result_list}


@pytest.mark.parametrize("path", [BILLS, FILES])
def test_residents_without_a_role_find_no_console(client: Client, cast: Cast, path: str) -> None:
    assert _open(client, cast.anna, path).status_code in {302, 403}
    assert _open(client, cast.olga, path).status_code == 200


def test_bills_are_found_by_number_payer_code_and_address(client: Client, cast: Cast, bills: list[int]) -> None:
    old, new, gleb = bills
    assert _listed(client, cast.olga, q="2026-09-2") == {new}
    assert _listed(client, cast.olga, q="1234567890") == {old, new}
    assert _listed(client, cast.olga, q="9000000001") == {gleb}
    assert _listed(client, cast.olga, q="лесная 5, 1") == {gleb}
    assert _listed(client, cast.olga, q="'; drop") == set()


def test_bills_are_filtered_by_month_kind_and_state(client: Client, cast: Cast, bills: list[int], at: datetime) -> None:
    old, new, gleb = bills
    documents.withdraw([gleb], reason="Ошибка расчёта", by=None, at=at)
    assert _listed(client, cast.olga, state="current") == {new}
    assert _listed(client, cast.olga, state="withdrawn") == {gleb}
    assert _listed(client, cast.olga, state="superseded") == {old}
    assert _listed(client, cast.olga, month="2026-08") == set()
    assert _listed(client, cast.olga, month="2026-09", kind__exact=1) == {old, new, gleb}
    assert _open(client, cast.olga, BILLS, month="0000-13").status_code == 200


def test_a_company_sees_the_bills_of_its_own_houses(client: Client, cast: Cast, bills: list[int]) -> None:
    assert _listed(client, cast.ivan) == set(bills[:2])
    assert _open(client, cast.ivan, f"{BILLS}{bills[2]}/change/").status_code in {302, 404}


def test_a_bill_shows_its_lines_and_versions_and_no_payer_code(client: Client, cast: Cast, bills: list[int]) -> None:
    page = _open(client, cast.olga, f"{BILLS}{bills[1]}/change/").content.decode()
    assert "Горячее водоснабжение" in page and "Отключение воды" in page and "606,24" in page
    assert f"{BILLS}{bills[0]}/change/" in page and "243,16" in page
    assert "1234567890" not in page


def test_a_bill_is_withdrawn_with_a_reason(client: Client, cast: Cast, bills: list[int]) -> None:
    client.force_login(cast.ivan)
    form = {"action": "withdraw", "_selected_action": bills[1]}
    asked = client.post(BILLS, form)
    assert asked.status_code == 200 and "Садовая улица, дом 1" in asked.content.decode()
    assert client.post(BILLS, {**form, "confirmed": "1", "reason": "нет"}).status_code == 422
    assert client.post(BILLS, {**form, "confirmed": "1", "reason": "Ошибка в показаниях"}).status_code == 302
    assert Bill.objects.get(pk=bills[1]).withdrawn_reason == "Ошибка в показаниях"
    assert AuditEntry.objects.get(act="bills.bill.withdrawn").actor_id == cast.ivan.pk
    client.post(BILLS, {**form, "_selected_action": bills[2], "confirmed": "1", "reason": "Ошибка в показаниях"})
    assert Bill.objects.get(pk=bills[2]).withdrawn_at is None, "another company's house"


def test_a_file_is_loaded_with_its_error_report(client: Client, cast: Cast) -> None:
    client.force_login(cast.ivan)
    text = "\n".join([bills_file.HEADER, *bills_file.rows_of("1234567890"), *bills_file.rows_of("1234567892"), ""])
    file = SimpleUploadedFile("bills.csv", text.encode())
    page = client.post(FILES, {"file": file, "reason": "Счета за сентябрь"})
    assert page.status_code == 200 and Bill.objects.count() == 1
    assert page.context["done"].refused == 1 and "••••••" not in text
    report = client.get(f"{FILES}{page.context['report']}")
    assert "Код плательщика" in b"".join(report).decode("utf-8-sig")
    assert _open(client, cast.olga, f"{FILES}{page.context['report']}").status_code == 404, "not hers"
    entry = AuditEntry.objects.get(act="bills.import_asked")
    assert (entry.actor_id, entry.reason) == (cast.ivan.pk, "Счета за сентябрь")


def test_a_hostile_file_is_an_error_of_the_form(client: Client, cast: Cast) -> None:
    client.force_login(cast.olga)
    bomb = SimpleUploadedFile("bills.xml", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    page = client.post(FILES, {"file": bomb, "reason": "Проверка файла"})
    assert page.status_code == 422 and "DOCTYPE" in page.content.decode()
