"""Roles are given and taken by city operators, with a reason, and never all taken."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from dvor.base.models import AuditEntry
from dvor.base.refusals import Refusal
from dvor.people import queries, roles
from dvor.people.models import Organisation, Resident, Role
from tests.cast import Cast

CITY, COMPANY = Role.Name.CITY_OPERATOR, Role.Name.MANAGEMENT_COMPANY


def fresh(resident: Resident) -> Resident:
    return Resident.objects.get(pk=resident.pk)


def test_a_role_is_given_taken_and_both_are_in_the_audit(cast: Cast, at: datetime) -> None:
    role = roles.grant(cast.anna, CITY, by=cast.olga, at=at, reason="выходит на работу")
    assert roles.allows(fresh(cast.anna), CITY) and queries.roles_of(cast.anna) == [role]
    roles.revoke(role, by=cast.olga, at=at + timedelta(hours=1), reason="ушла в отпуск")
    assert not roles.allows(fresh(cast.anna), CITY) and queries.roles_of(cast.anna) == []
    entries = AuditEntry.objects.filter(subject=f"resident:{cast.anna.pk}").order_by("pk")
    assert [(entry.act, entry.actor_id, entry.reason) for entry in entries] == [
        ("people.role.granted", cast.olga.pk, "выходит на работу"),
        ("people.role.revoked", cast.olga.pk, "ушла в отпуск"),
    ]


def test_a_role_of_a_company_is_for_that_company_only(cast: Cast, at: datetime) -> None:
    other = Organisation.objects.create(kind="management_company", title="Другая", inn="7700000002")
    assert roles.allows(cast.ivan, COMPANY, organisation=cast.company)
    assert not roles.allows(cast.ivan, COMPANY, organisation=other)
    assert not roles.allows(cast.ivan, CITY)
    assert roles.allows(cast.olga, CITY, organisation=other), "a role of the city is for all of it"


@pytest.mark.parametrize("who", ["anna", "ivan"])
def test_only_a_city_operator_gives_and_takes(cast: Cast, at: datetime, who: str) -> None:
    by = getattr(cast, who)
    with pytest.raises(Refusal) as caught:
        roles.grant(by, CITY, by=by, at=at, reason="хочу")
    assert caught.value.code == "not_allowed"
    with pytest.raises(Refusal):
        roles.revoke(queries.roles_of(cast.olga)[0], by=by, at=at, reason="хочу")
    assert roles.allows(cast.olga, CITY) and not roles.allows(fresh(cast.anna), CITY)


@pytest.mark.parametrize(
    ("name", "organisation", "code"),
    [("mayor", False, "role_unknown"), (COMPANY, False, "organisation_wrong"), (CITY, True, "organisation_wrong"),
     (Role.Name.PARTNER, True, "organisation_wrong")],
)  # fmt: skip
def test_what_does_not_fit_is_refused(cast: Cast, at: datetime, name: str, organisation: bool, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        roles.grant(cast.anna, name, cast.company if organisation else None, by=cast.olga, at=at, reason="проба")
    assert caught.value.code == code


def test_twice_the_same_role_is_refused_by_the_act_and_by_the_database(cast: Cast, at: datetime) -> None:
    with pytest.raises(Refusal) as caught:
        roles.grant(cast.olga, CITY, by=cast.olga, at=at, reason="ещё раз")
    assert caught.value.code == "role_held"
    with pytest.raises(IntegrityError), transaction.atomic():
        Role.objects.create(resident=cast.olga, name=CITY, granted_at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Role.objects.create(resident=cast.anna, name=COMPANY, granted_at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Role.objects.filter(resident=cast.olga).update(revoked_at=at)


def test_the_last_city_operator_stays(cast: Cast, at: datetime) -> None:
    role = queries.roles_of(cast.olga)[0]
    with pytest.raises(Refusal) as caught:
        roles.revoke(role, by=cast.olga, at=at, reason="устала")
    assert caught.value.code == "last_operator"
    roles.grant(cast.anna, CITY, by=cast.olga, at=at, reason="смена")
    roles.revoke(role, by=cast.olga, at=at, reason="устала")
    with pytest.raises(Refusal) as caught:
        roles.revoke(role, by=fresh(cast.anna), at=at, reason="ещё раз")
    assert caught.value.code == "role_revoked"


def test_who_is_leaving_gets_no_role(cast: Cast, at: datetime) -> None:
    Resident.objects.filter(pk=cast.anna.pk).update(deletion_requested_at=at)
    with pytest.raises(Refusal) as caught:
        roles.grant(cast.anna, CITY, by=cast.olga, at=at, reason="проба")
    assert caught.value.code == "resident_gone"


def test_the_first_operator_is_appointed_on_the_server(cast: Cast, at: datetime) -> None:
    roles.grant(cast.anna, CITY, by=None, at=at, reason="первый запуск")
    entry = AuditEntry.objects.get(subject=f"resident:{cast.anna.pk}")
    assert entry.actor_id is None


def test_who_just_got_a_role_has_it_at_once(cast: Cast, at: datetime) -> None:
    assert not cast.anna.is_staff
    roles.grant(cast.anna, CITY, by=cast.olga, at=at, reason="выходит на работу")
    assert cast.anna.is_staff and roles.allows(cast.anna, CITY)
