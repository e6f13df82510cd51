"""Contacts: emergency lines for everybody, one's own management company for a resident, never another one's."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dvor.homes.models import Residency
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_emergency_lines_are_links_to_the_telephone(client: Client) -> None:
    page = client.get("/contacts/").content.decode()
    assert all(f'href="tel:{number}"' in page for number in (104, 112, 101, 102, 103))


def test_a_resident_finds_who_manages_the_house(
    client: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cast.company.phone = "+7 (495) 000-11-22"
    cast.company.save()
    client.force_login(cast.anna)
    with django_assert_num_queries(5):
        page = client.get("/contacts/").content.decode()
    assert "Жилищник Тест" in page and 'href="tel:+74950001122"' in page


def test_a_stranger_does_not_see_the_company_of_a_house(client: Client, cast: Cast) -> None:
    assert "Жилищник Тест" not in client.get("/contacts/").content.decode()
    client.force_login(cast.gleb)
    page = client.get("/contacts/").content.decode()
    assert "Жилищник Тест" not in page and "Management company unknown" in page


def test_a_house_one_moved_away_from_is_gone(client: Client, cast: Cast, at: datetime) -> None:
    Residency.objects.filter(resident=cast.anna).update(until=at + timedelta(days=1))
    client.force_login(cast.anna)
    page = client.get("/contacts/").content.decode()
    assert "Садовая" not in page and "Add your flat" in page
