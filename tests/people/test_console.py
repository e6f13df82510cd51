"""The console's people: found by what a caller says, masked by role, changed only by acts with a reason."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from dvor.base.models import AuditEntry
from dvor.base.refusals import Refusal
from dvor.people import organisations, queries, roles
from dvor.people.models import Organisation, Resident, Role
from tests.cast import Cast

RESIDENTS = "/console/people/resident/"


def console(client: Client, resident: Resident, path: str = RESIDENTS, **query: str) -> str:
    client.force_login(resident)
    answer = client.get(path, query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


@pytest.mark.parametrize(
    ("told", "found"),
    [("Сергеева", True), ("сергеева анна", True), ("Серг Ан", True), ("anna@people.example", True),
     ("+7 (000) 000-00-01", True), ("80000000001", True), ("Сергеева Борис", False), ("нет такой", False),
     ("@", False), ("00000", False), ("99999999999999999999", False), ("%", False), ("' or 1=1 --", False)],
)  # fmt: skip
def test_a_resident_is_found_by_what_a_caller_says(cast: Cast, client: Client, told: str, found: bool) -> None:
    Resident.objects.filter(pk=cast.anna.pk).update(mobile="+70000000001")
    assert (f"{RESIDENTS}{cast.anna.pk}/" in console(client, cast.olga, q=told)) is found


def test_contacts_are_masked_for_a_city_operator_and_names_too_for_a_moderator(
    cast: Cast, client: Client, at: datetime
) -> None:
    page = console(client, cast.olga)
    assert "Сергеева" in page and "anna@people.example" not in page
    roles.grant(cast.boris, Role.Name.MODERATOR, by=cast.olga, at=at, reason="проба")
    for path in (RESIDENTS, f"{RESIDENTS}{cast.anna.pk}/change/"):
        page = console(client, Resident.objects.get(pk=cast.boris.pk), path)
        assert "Кузнецова" not in page and "Сергеева" not in page and "anna@people.example" not in page
    assert f"{RESIDENTS}{cast.anna.pk}/" not in console(client, cast.boris, q="Сергеева")


@pytest.mark.parametrize("who", ["anna", "ivan"])
def test_others_see_no_residents(cast: Cast, client: Client, who: str) -> None:
    client.force_login(getattr(cast, who))
    for path in (RESIDENTS, "/console/people/role/", "/console/organisations/add/"):
        assert client.get(path).status_code in (302, 303, 403)


def test_who_works_for_a_company_sees_that_company_alone(cast: Cast, client: Client) -> None:
    client.force_login(cast.ivan)
    listed = client.get("/console/people/organisation/")
    own = {row.organisation_id for row in cast.ivan.roles.all()}
    assert {row.pk for row in listed.context["cl"].result_list} == own
    assert client.get("/console/organisations/add/").status_code == 403


def test_a_role_is_given_from_the_list_with_a_reason(cast: Cast, client: Client) -> None:
    client.force_login(cast.olga)
    asked = {"action": "grant_role", "_selected_action": cast.anna.pk}
    assert client.post(RESIDENTS, asked).status_code == 200
    missing = client.post(RESIDENTS, {**asked, "confirmed": "yes", "name": "moderator"})
    assert missing.status_code == 422 and not roles.allows(cast.anna, "moderator")
    done = client.post(RESIDENTS, {**asked, "confirmed": "yes", "name": "moderator", "reason": "выходит на работу"})
    assert done.status_code in (302, 303)
    assert roles.allows(Resident.objects.get(pk=cast.anna.pk), "moderator")
    assert AuditEntry.objects.get(subject=f"resident:{cast.anna.pk}").reason == "выходит на работу"


def test_a_role_is_revoked_from_the_list(cast: Cast, client: Client) -> None:
    client.force_login(cast.olga)
    role = queries.roles_of(cast.ivan)[0]
    asked = {"action": "revoke", "_selected_action": role.pk, "confirmed": "yes", "reason": "уволился"}
    client.post("/console/people/role/", asked)
    assert queries.roles_of(cast.ivan) == []


def test_an_organisation_is_added_once(cast: Cast, client: Client) -> None:
    client.force_login(cast.olga)
    told = {"kind": "partner", "title": "Театр у пруда", "inn": "7707083893", "reason": "договор 12"}
    path = "/console/organisations/add/"
    assert client.get(path).status_code == 200
    assert client.post(path, {**told, "inn": "7707083894"}).status_code == 422
    assert client.post(path, told).status_code in (302, 303)
    assert client.post(path, told).status_code == 422
    assert Organisation.objects.filter(inn="7707083893").count() == 1


def test_only_a_city_operator_adds_organisations(cast: Cast, at: datetime) -> None:
    with pytest.raises(Refusal) as caught:
        organisations.open_(
            organisations.NewOrganisation("partner", "x", "7707083893"), by=cast.ivan, at=at, reason="хочу"
        )
    assert caught.value.code == "not_allowed"


@pytest.mark.parametrize(
    ("inn", "fits"),
    [("7707083893", True), ("7707083894", False), ("500100732259", True), ("500100732258", False), ("", False),
     ("770708389", False), ("٧٧٠٧٠٨٣٨٩٣", False), ("77070838931", False), ("770708389x", False)],
)  # fmt: skip
def test_control_digits_of_a_taxpayer_number(inn: str, fits: bool) -> None:
    assert organisations.inn_fits(inn) is fits


def test_the_first_operator_is_appointed_by_command(cast: Cast) -> None:
    call_command("appoint", "anna", "--reason", "первый запуск")
    assert roles.allows(Resident.objects.get(pk=cast.anna.pk), Role.Name.CITY_OPERATOR)
    with pytest.raises(CommandError):
        call_command("appoint", "anna", "--reason", "ещё раз")
    with pytest.raises(CommandError):
        call_command("appoint", "nobody", "--reason", "проба")
