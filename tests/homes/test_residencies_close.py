"""Leaving a flat, taking that back, naming it, proving and confirming it; and what the constraints hold."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from dvor.base.models import AuditEntry
from dvor.base.refusals import Refusal
from dvor.homes import residencies, rights
from dvor.homes.models import Flat, House, Residency
from dvor.people import residents
from dvor.people.models import Resident
from tests.cast import Cast

Status, Proof = Residency.Status, Residency.Proof


def of(resident: Resident) -> Residency:
    return Residency.objects.get(resident=resident, until__isnull=True)


def code_of(caught: pytest.ExceptionInfo[Refusal]) -> str:
    return caught.value.code


def test_a_resident_leaves_and_takes_it_back(cast: Cast, at: datetime) -> None:
    residency = of(cast.anna)
    residencies.close(residency_id=residency.pk, by=cast.anna, at=at + timedelta(days=9))
    assert rights.flats_of(cast.anna) == []
    residencies.reopen(residency_id=residency.pk, by=cast.anna, at=at + timedelta(days=9, hours=23))
    assert (of(cast.anna).pk, of(cast.anna).status) == (residency.pk, Status.OWNER)


def test_leaving_in_the_moment_of_adding_leaves_a_period(cast: Cast, at: datetime) -> None:
    closed = residencies.close(residency_id=of(cast.anna).pk, by=cast.anna, at=at)
    assert closed.until is not None and closed.until > closed.since


def test_leaving_cannot_be_taken_back_after_a_day(cast: Cast, at: datetime) -> None:
    residency = residencies.close(residency_id=of(cast.anna).pk, by=cast.anna, at=at)
    with pytest.raises(Refusal) as caught:
        residencies.reopen(residency_id=residency.pk, by=cast.anna, at=at + timedelta(hours=25))
    assert code_of(caught) == "reopen_too_late"


def test_what_was_added_anew_is_not_reopened(cast: Cast, at: datetime) -> None:
    residency = residencies.close(residency_id=of(cast.anna).pk, by=cast.anna, at=at)
    residencies.open(house_id=cast.house.pk, flat_number="1", payer_code="", title="", by=cast.anna, at=at)
    with pytest.raises(Refusal) as caught:
        residencies.reopen(residency_id=residency.pk, by=cast.anna, at=at)
    assert code_of(caught) == "already_added"


@pytest.mark.parametrize("stranger", ["boris", "gleb", "vera"])
def test_a_stranger_does_not_touch_a_residency(cast: Cast, at: datetime, stranger: str) -> None:
    residency, who = of(cast.anna), getattr(cast, stranger)
    for attempt in (
        lambda: residencies.close(residency_id=residency.pk, by=who, at=at, reason="because"),
        lambda: residencies.reopen(residency_id=residency.pk, by=who, at=at),
        lambda: residencies.rename(residency_id=residency.pk, title="x", by=who),
        lambda: residencies.prove(residency_id=residency.pk, payer_code="1234567890", by=who, at=at),
        lambda: residencies.confirm(residency_id=residency.pk, status=Status.OWNER, by=who, at=at, reason="because"),
    ):
        with pytest.raises(Refusal) as caught:
            attempt()
        assert (code_of(caught), caught.value.status) == ("residency_unknown", 404)
    residency.refresh_from_db()
    assert (residency.until, residency.title) == (None, "")


@pytest.mark.parametrize("key", [0, -1, 2**63, 10**30])
def test_a_key_that_no_row_has_is_unknown(cast: Cast, at: datetime, key: int) -> None:
    with pytest.raises(Refusal) as caught:
        residencies.close(residency_id=key, by=cast.anna, at=at)
    assert code_of(caught) == "residency_unknown"


def test_an_operator_ends_a_residency_of_his_house_with_a_reason(cast: Cast, at: datetime) -> None:
    vera, gleb = of(cast.vera), of(cast.gleb)
    with pytest.raises(Refusal) as caught:
        residencies.close(residency_id=gleb.pk, by=cast.ivan, at=at, reason="moved")
    assert code_of(caught) == "residency_unknown", "another company's house"
    with pytest.raises(Refusal) as caught:
        residencies.close(residency_id=vera.pk, by=cast.ivan, at=at, reason="  ")
    assert code_of(caught) == "reason_missing"
    residencies.close(residency_id=vera.pk, by=cast.ivan, at=at, reason="moved out in September")
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.subject, entry.actor_id) == (
        "homes.residency.closed",
        f"residency:{vera.pk}",
        cast.ivan.pk,
    )
    with pytest.raises(Refusal) as caught:
        residencies.reopen(residency_id=vera.pk, by=cast.vera, at=at)
    assert code_of(caught) == "residency_unknown", "what an operator ended one does not take back oneself"


def test_an_operator_confirms_an_owner(cast: Cast, at: datetime) -> None:
    vera = of(cast.vera)
    residencies.confirm(residency_id=vera.pk, status=Status.OWNER, by=cast.olga, at=at, reason="extract of 1 October")
    vera.refresh_from_db()
    assert (vera.status, vera.proof, vera.proved_at) == (Status.OWNER, Proof.OPERATOR, at)
    assert AuditEntry.objects.get().facts == {"flat": cast.second_flat.pk, "before": 1, "after": 3}


def test_nobody_confirms_himself(cast: Cast, at: datetime) -> None:
    own = residencies.open(house_id=cast.house.pk, flat_number="2", payer_code="", title="", by=cast.ivan, at=at)
    with pytest.raises(Refusal) as caught:
        residencies.confirm(residency_id=own.pk, status=Status.OWNER, by=cast.ivan, at=at, reason="I live here")
    assert code_of(caught) == "own_residency"


def test_a_flat_is_proven_later(cast: Cast, at: datetime) -> None:
    vera = of(cast.vera)
    with pytest.raises(Refusal) as caught:
        residencies.prove(residency_id=vera.pk, payer_code="1234567890", by=cast.vera, at=at)
    assert code_of(caught) == "payer_code_wrong", "that is the code of flat 1"
    with pytest.raises(Refusal) as caught:
        residencies.prove(residency_id=vera.pk, payer_code="", by=cast.vera, at=at)
    assert code_of(caught) == "payer_code_unreadable"
    assert residencies.prove(residency_id=vera.pk, payer_code="1234567891", by=cast.vera, at=at).proven
    with pytest.raises(Refusal) as caught:
        residencies.prove(residency_id=vera.pk, payer_code="1234567891", by=cast.vera, at=at)
    assert code_of(caught) == "already_added"


def test_proving_counts_tries_too(cast: Cast, at: datetime) -> None:
    codes = []
    for _try in range(6):
        with pytest.raises(Refusal) as caught:
            residencies.prove(residency_id=of(cast.vera).pk, payer_code="0000000000", by=cast.vera, at=at)
        codes.append(code_of(caught))
    assert codes == ["payer_code_wrong"] * 5 + ["too_many_attempts"]


def test_a_flat_gets_a_name_of_ones_own(cast: Cast) -> None:
    assert residencies.rename(residency_id=of(cast.anna).pk, title=" Дача ", by=cast.anna).title == "Дача"
    assert residencies.rename(residency_id=of(cast.anna).pk, title="", by=cast.anna).title == ""


# ── The constraints hold without the code ────────────────────────────────────────────────────────────────────────
def test_the_database_refuses_what_must_not_be(cast: Cast, at: datetime) -> None:
    base = {"resident": cast.gleb, "flat": cast.flat, "status": Status.OCCUPANT, "proof": Proof.NONE, "since": at}
    proven = {**base, "proof": Proof.PAYER_CODE, "proved_at": at}
    attacks = [
        lambda: Residency.objects.create(**{**base, "resident": cast.vera, "flat": cast.second_flat}),  # twice
        lambda: Residency.objects.create(**{**base, "until": at}),  # an empty period
        lambda: Residency.objects.create(**{**base, "proved_at": at}),  # proven by nothing
        lambda: Residency.objects.create(**{**proven, "proved_at": None}),  # proven at no time
        lambda: Residency.objects.create(**{**base, "status": Status.OWNER}),  # owner by one's own word
        lambda: Residency.objects.create(**{**base, "status": 9}),
        lambda: Residency.objects.create(**{**base, "closed_by": cast.gleb}),  # closed at no time
        lambda: Flat.objects.create(house=cast.house, number="1"),
        lambda: Flat.objects.create(house=cast.house, number="77", payer_code="1234567890"),
        lambda: Flat.objects.create(house=cast.house, number="77", payer_code="12345"),
        lambda: Flat.objects.create(house=cast.house, number="77", area_cm2=0),
        lambda: House.objects.create(unom=1001, address="x"),
        lambda: House.objects.create(unom=0, address="x"),
        lambda: cast.flat.delete(),
    ]
    for attack in attacks:
        with pytest.raises((IntegrityError,)), transaction.atomic():
            attack()


def test_an_erased_resident_leaves_everywhere_and_no_name_stays(cast: Cast, at: datetime) -> None:
    residencies.rename(residency_id=of(cast.anna).pk, title="У бабушки", by=cast.anna)
    Resident.objects.filter(pk=cast.anna.pk).update(deletion_requested_at=at)
    residents.erase(at=at + timedelta(days=31))
    left = Residency.objects.get(resident=cast.anna)
    assert (left.until, left.title) == (at + timedelta(days=31), "")
    assert of(cast.boris).until is None
