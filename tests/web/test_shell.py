"""What every page has: help one tap away, doors, what is mine; and what it costs."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dvor.web.context import Shell
from tests.cast import Cast

pytestmark = pytest.mark.django_db
PUBLIC = ("/more/", "/contacts/", "/knowledge/")


@pytest.mark.parametrize("address", PUBLIC)
def test_help_is_one_tap_away_on_each_page(client: Client, address: str) -> None:
    page = client.get(address).content.decode()
    assert 'href="tel:104"' in page
    assert 'href="tel:+74955393929"' in page
    assert 'href="mailto:help@dvor.example"' in page


def test_a_stranger_is_asked_to_sign_in_and_comes_back(client: Client) -> None:
    page = client.get("/knowledge/?x=1").content.decode()
    assert 'href="/sign-in/?next=/knowledge/%3Fx%3D1"' in page
    assert "/profile/" not in page.split("<main")[0]


def test_a_resident_sees_balance_unread_notices_and_the_account_level(client: Client, cast: Cast) -> None:
    client.force_login(cast.boris)
    header = client.get("/more/").content.decode().split("<main")[0]
    assert "Борис" in header and "standard" in header
    assert 'href="/points/"' in header and 'href="/notifications/"' in header


def test_the_open_door_is_marked(client: Client) -> None:
    page = client.get("/more/").content.decode()
    assert re.search(r'href="/more/" aria-current="page"', page)


def test_only_who_works_here_sees_the_door_of_the_console(client: Client, cast: Cast) -> None:
    client.force_login(cast.anna)
    assert "/console/" not in client.get("/more/").content.decode()
    client.force_login(cast.olga)
    assert 'href="/console/"' in client.get("/more/").content.decode()


def test_the_shell_of_a_public_page_costs_no_query(
    client: Client, db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        client.get("/more/")


def test_the_shell_of_a_resident_costs_session_resident_bell_and_balance(
    client: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(cast.anna)
    with django_assert_num_queries(4):
        client.get("/no-such-page/")


def test_a_page_tells_its_language_and_theme(client: Client) -> None:
    client.cookies["theme"] = "dark"
    page = client.get("/more/").content.decode()
    assert '<html lang="en">' in page
    assert re.search(r'<link rel="stylesheet" href="[^"]*dark\.css">', page), "dark is chosen: no media query"
    client.cookies["theme"] = "light"
    assert "dark.css" not in client.get("/more/").content.decode()
    client.cookies["theme"] = "<script>"
    assert 'media="(prefers-color-scheme: dark)"' in client.get("/more/").content.decode()


def test_nothing_on_a_page_needs_an_exception_from_the_content_security_policy(client: Client) -> None:
    response = client.get("/contacts/")
    assert "unsafe" not in response["Content-Security-Policy"]
    page = response.content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)", page) and not re.search(r"\sstyle=", page)


def test_a_shell_without_a_request_is_bare(at: datetime) -> None:
    shell = Shell(None)
    assert shell.is_bare and shell.resident is None and shell.theme == "auto"
