"""Asking to be forgotten, changing one's mind, and being forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.db import IntegrityError, connection, transaction
from django.test import Client

from dvor.base.models import AuditEntry
from dvor.base.refusals import Refusal
from dvor.ledger import accounts, proof, transfers
from dvor.ledger import queries as ledger
from dvor.ledger.models import Cause
from dvor.people import residents, tokens
from dvor.people.models import Resident
from tests.cast import Cast
from tests.city_id import CityId
from tests.people.walk import sign_in

PERSONAL = ("Анна", "Сергеева", "anna@people.example", "+70000000001")


@pytest.fixture
def anna(cast: Cast) -> Resident:
    Resident.objects.filter(pk=cast.anna.pk).update(mobile="+70000000001")
    return cast.anna


def test_it_happens_thirty_days_after_the_first_asking(anna: Resident, at: datetime) -> None:
    due = residents.request_deletion(by=anna, at=at)
    assert due == at + timedelta(days=30)
    assert residents.request_deletion(by=anna, at=at + timedelta(days=5)) == due


def test_the_page_wants_to_be_understood(anna: Resident, client: Client) -> None:
    client.force_login(anna)
    assert client.post("/profile/deletion/").status_code == 422
    assert client.post("/profile/deletion/", {"understood": "yes"}).status_code == 303
    anna.refresh_from_db()
    assert anna.deletion_requested_at is not None
    assert client.post("/profile/deletion/withdraw/").status_code == 303
    anna.refresh_from_db()
    assert anna.deletion_requested_at is None


def test_an_operator_hands_over_the_role_first(cast: Cast, at: datetime, client: Client) -> None:
    with pytest.raises(Refusal) as caught:
        residents.request_deletion(by=cast.olga, at=at)
    assert caught.value.code == "role_active"
    client.force_login(cast.olga)
    assert client.post("/profile/deletion/", {"understood": "yes"}).status_code == 409


def test_nobody_is_forgotten_early_or_after_withdrawing(anna: Resident, at: datetime) -> None:
    residents.request_deletion(by=anna, at=at)
    assert residents.erase(at=at + timedelta(days=30, seconds=-1)) == 0
    residents.withdraw_deletion(by=anna, at=at)
    assert residents.erase(at=at + timedelta(days=60)) == 0
    anna.refresh_from_db()
    assert anna.first_name == "Анна"


def test_nothing_personal_is_left_in_any_table(anna: Resident, at: datetime) -> None:
    tokens.issue_to(anna, title="Телефон Анны", at=at)
    UserSession.objects.create(user=anna, ip="192.0.2.7", session_key="k", user_agent="Firefox")
    residents.request_deletion(by=anna, at=at)
    assert residents.erase(at=at + timedelta(days=30)) == 1
    found = _tables_that_say(*PERSONAL, "192.0.2.7", "Телефон Анны")
    assert not found
    anna.refresh_from_db()
    assert not anna.is_active and anna.city_id == f"erased:{anna.pk}"


def test_the_row_stays_for_the_ledger_and_the_audit_knows(anna: Resident, at: datetime) -> None:
    residents.request_deletion(by=anna, at=at)
    residents.erase(at=at + timedelta(days=30))
    acts = list(AuditEntry.objects.filter(subject=f"resident:{anna.pk}").order_by("pk").values_list("act", flat=True))
    assert acts == ["people.resident.deletion_requested", "people.resident.erased"]
    assert Resident.objects.filter(pk=anna.pk).exists()


def test_the_ledger_is_untouched(anna: Resident, at: datetime) -> None:
    """A wallet outlives the person it was opened for: what the house was paid must still add up."""
    with transaction.atomic():
        account = accounts.ensure("issued:house", {"ru": "Дом", "en": "House"})
        transfers.post([transfers.Issue(anna.pk, account, 60, cause_id=1)], cause=Cause.AWARD, at=at)
    before = _rows_of_the_ledger()
    residents.request_deletion(by=anna, at=at)
    residents.erase(at=at + timedelta(days=30))
    assert before and _rows_of_the_ledger() == before
    assert ledger.balance(anna.pk).available == 60 and proof.prove() == []


def test_open_sessions_and_tokens_end(anna: Resident, at: datetime, client: Client) -> None:
    client.force_login(anna)
    secret, _token = tokens.issue_to(anna, title="Телефон", at=at + timedelta(days=29))
    residents.request_deletion(by=anna, at=at)
    residents.erase(at=at + timedelta(days=30))
    assert client.get("/profile/").status_code == 302
    assert tokens.resident_of(secret, at=at + timedelta(days=30)) is None


def test_signing_in_again_begins_anew(city: CityId, client: Client, at: datetime) -> None:
    sign_in(client, city, "test-full")
    first = Resident.objects.get()
    residents.request_deletion(by=first, at=at)
    residents.erase(at=at + timedelta(days=30))
    sign_in(Client(), city, "test-full")
    second = Resident.objects.get(city_id="test-full")
    assert second.pk != first.pk and second.deletion_requested_at is None


def test_packages_above_erase_theirs_in_the_same_transaction(
    anna: Resident, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[list[int], datetime]] = []

    def eraser(*, resident_ids: list[int], at: datetime) -> None:
        told.append((resident_ids, at))
        raise RuntimeError("cannot erase")

    monkeypatch.setattr(residents, "_erasers", [eraser])
    residents.request_deletion(by=anna, at=at)
    with pytest.raises(RuntimeError):
        residents.erase(at=at + timedelta(days=30))
    anna.refresh_from_db()
    assert told == [([anna.pk], at + timedelta(days=30))] and anna.first_name == "Анна"


def test_many_are_forgotten_in_one_go(db: None, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(residents, "_ERASED_AT_ONCE", 3)
    Resident.objects.bulk_create(
        Resident(city_id=f"g{n}", first_name="Имя", deletion_requested_at=at) for n in range(8)
    )
    assert residents.erase(at=at + timedelta(days=31)) == 8
    assert not Resident.objects.filter(first_name="Имя").exists()


def test_the_database_refuses_a_half_erased_resident(anna: Resident, at: datetime) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Resident.objects.filter(pk=anna.pk).update(deletion_requested_at=at, deleted_at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Resident.objects.filter(pk=anna.pk).update(
            city_id="erased:1", first_name="", last_name="", email="", mobile="", deleted_at=at
        )


def _rows_of_the_ledger() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("select t::text from ledger_transfer as t union all select w::text from ledger_wallet as w")
        return sorted(row for (row,) in cursor.fetchall())


def _tables_that_say(*texts: str) -> list[str]:
    """Every table of the database, searched as text."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute("select table_name from information_schema.tables where table_schema = 'public'")
        for (table,) in cursor.fetchall():
            for text in texts:
                cursor.execute(f'select 1 from "{table}" as t where t::text like %s limit 1', [f"%{text}%"])  # noqa: S608
                if cursor.fetchone():
                    found.append(f"{table}: {text}")
    return found
