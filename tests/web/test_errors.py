"""Whatever goes wrong, a person reads what happened and what to do, in the site's own shell."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dvor.web import errors
from tests.cast import Cast

pytestmark = [pytest.mark.urls("tests.web.urls"), pytest.mark.django_db]


@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 422, 429])
def test_a_refusal_becomes_a_page_with_its_status_and_its_own_words(client: Client, status: int) -> None:
    response = client.get(f"/test/refuse/{status}/")
    page = response.content.decode()
    assert response.status_code == status
    assert "The window is closed." in page and "Come on the 15th." in page
    assert "tel:104" in page and '<main id="main"' in page


def test_a_refusal_in_a_fragment_goes_to_the_messages_of_the_page(client: Client) -> None:
    response = client.get("/test/refuse/409/", headers={"HX-Request": "true"})
    assert response.status_code == 409
    assert response["HX-Retarget"] == "#messages"
    page = response.content.decode()
    assert "The window is closed." in page and "<html" not in page


@pytest.mark.parametrize(
    ("how", "status"), [("forbidden", 403), ("large", 413), ("odd", 400), ("database", 503), ("bug", 500)]
)
def test_a_failure_becomes_a_page_that_shows_nothing_of_the_inside(client: Client, how: str, status: int) -> None:
    response = client.get(f"/test/fail/{how}/")
    page = response.content.decode()
    assert response.status_code == status
    assert "secret detail" not in page and "Traceback" not in page
    assert "tel:104" in page and "no-store" in response["Cache-Control"]


def test_a_failure_asks_the_database_nothing(
    client: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        response = client.get("/test/fail/bug/")
    assert response.status_code == 500


def test_a_busy_site_says_when_to_come_back(client: Client) -> None:
    assert client.get("/test/fail/database/")["Retry-After"] == "5"
    assert client.get("/test/refuse/429/")["Retry-After"] == "60"


def test_an_unknown_address_is_a_friendly_404(client: Client) -> None:
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    assert "There is no such page" in response.content.decode()


def test_opening_the_address_of_a_button_says_so_and_keeps_the_allow_header(client: Client) -> None:
    response = client.get("/test/post/")
    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert "press the button again" in response.content.decode()


def test_an_old_form_is_asked_for_again() -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.cookies["language"] = "en"
    response = browser.post("/language/", {"language": "en"})
    assert response.status_code == 403
    assert "The form has grown old" in response.content.decode()


def test_each_status_that_a_page_may_have_has_its_words() -> None:
    assert {400, 403, 404, 405, 409, 413, 422, 429, 500, 503} <= set(errors.TROUBLES)
