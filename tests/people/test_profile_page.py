"""The profile: mine alone, in a fixed number of queries."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dvor.people import tokens
from tests.cast import Cast


@pytest.mark.parametrize("path", ["/profile/", "/profile/deletion/"])
def test_a_stranger_is_sent_to_sign_in_and_back(client: Client, db: None, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer["Location"]) == (302, f"/sign-in/?next={path}")


@pytest.mark.parametrize(
    "path",
    ["/profile/sessions/1/end/", "/profile/sessions/others/end/", "/profile/apps/1/end/", "/profile/deletion/",
     "/profile/deletion/withdraw/"],
)  # fmt: skip
def test_a_stranger_changes_nothing(client: Client, db: None, path: str) -> None:
    answer = client.post(path)
    assert answer.status_code == 303 and answer["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("path", ["/profile/sessions/others/end/", "/profile/deletion/", "/profile/deletion/withdraw/"])
def test_a_foreign_form_changes_nothing(cast: Cast, path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.anna)
    assert client.post(path, {"understood": "yes"}).status_code == 403
    cast.anna.refresh_from_db()
    assert cast.anna.deletion_requested_at is None


def test_it_tells_who_i_am_and_nothing_of_others(cast: Cast, client: Client) -> None:
    client.force_login(cast.boris)
    page = client.get("/profile/", headers={"accept-language": "en"}).content.decode()
    assert "Сергеев Борис" in page and "boris<wbr>@people.example" in page and "standard" in page
    assert "anna@" not in page and "anna<wbr>@" not in page and "/console/" not in page


def test_it_costs_few_queries_however_many_apps(
    cast: Cast, client: Client, at: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(cast.anna)
    for number in range(10):
        tokens.issue_to(cast.anna, title=f"app {number}", at=at)
    # session, resident with roles, sessions, apps, and what the shell shows (unread, points)
    with django_assert_max_num_queries(7):
        client.get("/profile/")


def test_the_sign_in_page_asks_the_database_nothing(
    client: Client, db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert client.get("/sign-in/?next=/meters/").status_code == 200


def test_an_operator_finds_the_way_to_the_console(cast: Cast, client: Client) -> None:
    client.force_login(cast.ivan)
    page = client.get("/profile/").content.decode()
    assert "/console/" in page and "Жилищник Тест" in page


def test_what_a_person_is_called_is_text_not_markup(cast: Cast, client: Client) -> None:
    type(cast.anna).objects.filter(pk=cast.anna.pk).update(last_name="<script>alert(1)</script>")
    tokens.issue_to(cast.anna, title="<img src=x>", at=datetime(2026, 10, 20, 9).astimezone())
    client.force_login(cast.anna)
    page = client.get("/profile/").content.decode()
    assert "<script>alert" not in page and "<img src=x>" not in page


def test_signing_out_an_app_from_the_page(cast: Cast, client: Client) -> None:
    from dvor.base import clock

    _secret, token = tokens.issue_to(cast.anna, title="Телефон", at=clock.now())
    client.force_login(cast.anna)
    assert client.post(f"/profile/apps/{token.pk}/end/").status_code == 303
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert client.post(f"/profile/apps/{token.pk}/end/", follow=True).status_code == 200
