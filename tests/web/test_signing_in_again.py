"""A session that ended leads to signing in and back to the page one was on."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def target(response) -> tuple[str, str]:
    parts = urlsplit(response["Location"] if "Location" in response else response["HX-Redirect"])
    return parts.path, parse_qs(parts.query)["next"][0]


def test_a_page_comes_back_to_itself(client: Client) -> None:
    response = client.get("/points/?kind=reading")
    assert response.status_code == 302
    assert target(response) == ("/sign-in/", "/points/?kind=reading")


def test_a_form_that_was_sent_comes_back_to_the_page_it_stood_on(client: Client) -> None:
    response = client.post("/notifications/read/", headers={"Referer": "http://testserver/notifications/?before=7"})
    assert response.status_code == 303
    assert target(response) == ("/sign-in/", "/notifications/?before=7")


@pytest.mark.parametrize("referer", ["", "https://evil.example/points/", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site(client: Client, referer: str) -> None:
    response = client.post("/notifications/read/", headers={"Referer": referer} if referer else {})
    assert target(response) == ("/sign-in/", "/")


def test_a_fragment_sends_the_whole_page(client: Client) -> None:
    response = client.get(
        "/points/months/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/points/"}
    )
    assert response.status_code == 200
    assert target(response) == ("/sign-in/", "/points/")
