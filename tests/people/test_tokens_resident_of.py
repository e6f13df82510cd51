"""Whose token is it: one statement, and nobody for what does not count."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from dvor.base import sealing
from dvor.base.refusals import Refusal
from dvor.people import tokens
from dvor.people.models import Resident, Token
from tests.cast import Cast


def test_a_living_token_names_its_resident_in_one_statement(cast: Cast, at: datetime) -> None:
    secret, _token = tokens.issue_to(cast.anna, title="Телефон", at=at)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = tokens.resident_of(secret, at=at)
        assert found == cast.anna and found.is_staff is False and found.is_active
    assert len(queries) == 1
    assert found is not None
    for field in Resident._meta.concrete_fields:
        assert getattr(found, field.attname) == getattr(Resident.objects.get(pk=cast.anna.pk), field.attname), field


def test_an_operators_role_comes_with_it(cast: Cast, at: datetime) -> None:
    secret, _token = tokens.issue_to(cast.olga, title="Телефон", at=at)
    found = tokens.resident_of(secret, at=at)
    assert found is not None and found.is_staff


def test_the_day_of_the_last_use_is_noted_once_a_day(cast: Cast, at: datetime) -> None:
    secret, token = tokens.issue_to(cast.anna, title="Телефон", at=at)
    tokens.resident_of(secret, at=at)
    first = _row_version(token)
    tokens.resident_of(secret, at=at + timedelta(minutes=5))
    assert _row_version(token) == first
    tokens.resident_of(secret, at=at + timedelta(days=1))
    token.refresh_from_db()
    assert token.last_used_on == (at + timedelta(days=1)).date()


@pytest.mark.parametrize("spoil", ["expired", "revoked", "erased", "unknown", "prefix", "empty"])
def test_what_does_not_count_names_nobody(cast: Cast, at: datetime, spoil: str) -> None:
    secret, token = tokens.issue_to(cast.anna, title="Телефон", at=at)
    match spoil:
        case "expired":
            at = token.expires_at
        case "revoked":
            tokens.revoke(token_id=token.pk, by=cast.anna, at=at)
        case "erased":
            Resident.objects.filter(pk=cast.anna.pk).update(
                city_id="erased:1", first_name="", middle_name="", last_name="", email="", mobile="",
                deletion_requested_at=at, deleted_at=at,
            )  # fmt: skip
        case "unknown":
            secret += "x"
        case "prefix":
            secret = secret.removeprefix("dvor_")
        case "empty":
            secret = ""
    assert tokens.resident_of(secret, at=at) is None


def test_somebody_elses_token_cannot_be_revoked(cast: Cast, at: datetime) -> None:
    secret, token = tokens.issue_to(cast.anna, title="Телефон", at=at)
    with pytest.raises(Refusal) as caught:
        tokens.revoke(token_id=token.pk, by=cast.gleb, at=at)
    assert caught.value.code == "token_unknown"
    assert tokens.resident_of(secret, at=at) == cast.anna


def test_the_database_itself_refuses_a_second_token_for_one_sign_in(cast: Cast, at: datetime) -> None:
    kept = {"resident": cast.anna, "title": "x", "issued_at": at, "expires_at": at + timedelta(days=1)}
    Token.objects.create(fingerprint=sealing.fingerprint("1"), origin=b"o" * 32, **kept)
    with pytest.raises(IntegrityError), transaction.atomic():
        Token.objects.create(fingerprint=sealing.fingerprint("2"), origin=b"o" * 32, **kept)
    with pytest.raises(IntegrityError), transaction.atomic():
        Token.objects.create(fingerprint=sealing.fingerprint("1"), **kept)
    with pytest.raises(IntegrityError), transaction.atomic():
        Token.objects.create(fingerprint=sealing.fingerprint("3"), **{**kept, "expires_at": at})


def _row_version(token: Token) -> str:
    with connection.cursor() as cursor:
        cursor.execute("select xmin::text || ctid::text from people_token where id = %s", [token.pk])
        row = cursor.fetchone()
    assert row is not None
    return str(row[0])
