"""The home page finds a resident, a flat, a house; it shows no more than the lists show."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dvor.people.models import Role
from tests.cast import Cast
from tests.console.conftest import desk

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("typed", ["1234567890", "Садовая 1, 1"])
def test_a_flat_is_found_by_payer_code_and_by_address(olga: Client, cast: Cast, typed: str) -> None:
    page = olga.get("/console/", {"q": typed}).content.decode()
    assert f"/console/homes/flat/{cast.flat.pk}/change/" in page
    assert "1234567890" not in page.replace(f'value="{typed}"', "").replace(f"q={typed}", ""), "a code is never shown"


def test_a_resident_is_found_by_name(olga: Client, cast: Cast) -> None:
    page = olga.get("/console/", {"q": "Сергеева Анна"}).content.decode()
    assert f"/console/people/resident/{cast.anna.pk}/change/" in page
    assert "anna@people.example" not in page, "mails are masked"


def test_a_moderator_sees_no_flats(cast: Cast) -> None:
    Role.objects.create(resident=cast.boris, name=Role.Name.MODERATOR, granted_at=cast.boris.joined_at)
    page = desk(cast.boris).get("/console/", {"q": "1234567890"}).content.decode()
    assert "/console/homes/flat/" not in page


@pytest.mark.parametrize(
    "typed", ["", "   ", "x" * 5000, "%00\x00", "'; drop table people_resident; --", "🏠" * 50, "9" * 40]
)
def test_nothing_that_is_typed_breaks_the_page(olga: Client, typed: str) -> None:
    assert olga.get("/console/", {"q": typed}).status_code == 200


def test_the_home_page_asks_few_questions(olga: Client, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    olga.get("/console/")
    with django_assert_max_num_queries(12):
        olga.get("/console/")


def test_the_home_page_says_what_does_not_work_and_who_did_what(olga: Client) -> None:
    page = olga.get("/console/").content.decode()
    assert "start dvor worker" in page
