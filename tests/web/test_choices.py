"""Language and colours: chosen with a button, kept in a cookie, and the language with the resident."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_the_language_is_kept_in_a_cookie_and_one_stays_on_the_page(client: Client) -> None:
    response = client.post("/language/", {"language": "ru", "next": "/contacts/?a=1"})
    assert (response.status_code, response["Location"]) == (303, "/contacts/?a=1")
    assert response.cookies["language"].value == "ru"
    assert response.cookies["language"]["httponly"]


def test_the_language_of_a_resident_is_kept_for_mails(client: Client, cast: Cast) -> None:
    client.force_login(cast.anna)
    client.post("/language/", {"language": "en"})
    cast.anna.refresh_from_db()
    assert cast.anna.language == "en"


@pytest.mark.parametrize("language", ["", "de", "../../etc", "r" * 1000])
def test_an_unknown_language_changes_nothing(client: Client, cast: Cast, language: str) -> None:
    client.force_login(cast.anna)
    response = client.post("/language/", {"language": language})
    assert response.status_code == 303 and "language" not in response.cookies
    cast.anna.refresh_from_db()
    assert cast.anna.language == "ru"


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_colours_are_kept_in_a_cookie(client: Client, theme: str) -> None:
    assert client.post("/theme/", {"theme": theme, "next": "/more/"}).cookies["theme"].value == theme


def test_unknown_colours_change_nothing(client: Client) -> None:
    assert "theme" not in client.post("/theme/", {"theme": "pink"}).cookies


@pytest.mark.parametrize("address", ["/language/", "/theme/"])
@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1"])
def test_a_choice_never_leads_to_another_site(client: Client, address: str, elsewhere: str) -> None:
    assert client.post(address, {"language": "ru", "theme": "auto", "next": elsewhere})["Location"] == "/"
