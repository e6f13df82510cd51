"""Signing out: only by a form of ours, at once, and without leaving the door open for the next person."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.test import Client

from tests.cast import Cast
from tests.city_id import CityId
from tests.people.walk import asked, begin, sign_in


def test_signing_out_ends_the_session(cast: Cast, client: Client) -> None:
    client.force_login(cast.anna)
    answer = client.post("/sign-out/")
    assert (answer.status_code, answer["Location"]) == (303, "/")
    assert client.get("/profile/").status_code == 302


def test_a_link_or_a_foreign_form_cannot_sign_out(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.anna)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").status_code == 403
    assert client.get("/profile/").status_code == 200


def test_a_foreign_form_cannot_begin_a_sign_in(city: CityId) -> None:
    assert Client(enforce_csrf_checks=True).post("/sign-in/").status_code == 403


def test_after_signing_out_the_city_id_asks_who_it_is(city: CityId, client: Client) -> None:
    assert "prompt" not in asked(begin(client))
    sign_in(client, city, "test-full")
    client.post("/sign-out/")
    assert asked(begin(client))["prompt"] == "login"
    sign_in(client, city, "test-standard")
    assert "ask_who" not in client.session


def test_the_list_of_sessions_forgets_it(city: CityId, client: Client) -> None:
    sign_in(client, city, "test-full")
    assert UserSession.objects.count() == 1
    client.post("/sign-out/")
    assert not UserSession.objects.exists()
