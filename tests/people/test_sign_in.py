"""Signing in through the real protocol, against the stand-in's own process."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.test import Client

from dvor.base import clock
from dvor.people.levels import Level
from dvor.people.models import Resident
from tests.city_id import Browser, CityId
from tests.people.walk import asked, begin, come_back, sign_in


@pytest.mark.parametrize("level", list(Level))
def test_each_level_signs_in_and_is_known_by_its_level(city: CityId, client: Client, level: Level) -> None:
    answer = sign_in(client, city, f"test-{level.code}", onward="/profile/")
    assert (answer.status_code, answer["Location"]) == (302, "/profile/")
    resident = Resident.objects.get(city_id=f"test-{level.code}")
    assert resident.account_level is level
    assert client.session["_auth_user_id"] == str(resident.pk)


def test_names_and_contacts_come_from_mos_ru_shaped_claims(city: CityId, client: Client) -> None:
    sign_in(client, city, "test-full")
    resident = Resident.objects.get(city_id="test-full")
    assert resident.full_name == "Сергеева Анна Сергеевна"
    assert (resident.email, resident.mobile) == ("full@people.example", "+70000000001")


def test_level_names_and_contacts_are_refreshed_at_the_next_sign_in(city: CityId, client: Client) -> None:
    sign_in(client, city, "test-standard")
    city.change("test-standard", level="full", last_name="Петров", email="new@people.example")
    sign_in(Client(), city, "test-standard")
    resident = Resident.objects.get(city_id="test-standard")
    assert (resident.account_level, resident.last_name, resident.email) == (Level.FULL, "Петров", "new@people.example")


def test_a_level_that_was_lost_is_lost_here_too(city: CityId, client: Client) -> None:
    sign_in(client, city, "test-full")
    city.change("test-full", level="simplified")
    sign_in(Client(), city, "test-full")
    assert Resident.objects.get(city_id="test-full").account_level is Level.SIMPLIFIED


@pytest.mark.parametrize("level", ["", "supreme", "FULLEST"])
def test_a_missing_or_unknown_level_is_the_lowest(city: CityId, client: Client, level: str) -> None:
    city.change("test-full", level=level)
    sign_in(client, city, "test-full")
    assert Resident.objects.get(city_id="test-full").account_level is Level.SIMPLIFIED


def test_someone_under_eighteen_is_turned_away_and_nothing_is_kept(city: CityId, client: Client) -> None:
    answer = sign_in(client, city, "test-minor", accept_language="ru")
    assert answer.status_code == 403
    assert "_auth_user_id" not in client.session
    assert not Resident.objects.filter(city_id="test-minor").exists()


def test_allauth_keeps_no_copy_of_the_claims(city: CityId, client: Client) -> None:
    sign_in(client, city, "test-full")
    assert not SocialAccount.objects.exists() and not EmailAddress.objects.exists()


def test_who_asked_to_be_forgotten_is_asked_again(city: CityId, client: Client) -> None:
    sign_in(client, city, "test-full")
    Resident.objects.update(deletion_requested_at=datetime(2026, 10, 1, tzinfo=UTC))
    answer = sign_in(Client(), city, "test-full", onward="/meters/")
    assert answer["Location"] == "/profile/deletion/"


def test_the_code_flow_has_state_nonce_and_pkce(city: CityId, client: Client) -> None:
    told = asked(begin(client))
    assert told["code_challenge_method"] == "S256" and len(told["code_challenge"]) == 43
    assert len(told["state"]) >= 16 and len(told["nonce"]) >= 16
    assert told["redirect_uri"] == "http://testserver/sign-in/callback/"
    assert set(told["scope"].split()) == {"openid", "profile", "contacts", "birthday"}


def test_a_state_of_another_browser_opens_nothing(city: CityId, client: Client) -> None:
    """Login CSRF: the attacker's own answer, put into the victim's browser."""
    stolen = Browser(city).choose(begin(Client()), sub="test-full")
    begin(client)
    answer = come_back(client, stolen)
    assert answer.status_code == 403 and "_auth_user_id" not in client.session


def test_an_answer_counts_once(city: CityId, client: Client) -> None:
    back = Browser(city).choose(begin(client), sub="test-full")
    assert come_back(client, back).status_code == 302
    client.post("/sign-out/")
    assert come_back(client, back).status_code == 403
    assert "_auth_user_id" not in client.session


def test_an_answer_that_came_too_late_is_said_kindly(city: CityId, client: Client) -> None:
    back = Browser(city).choose(begin(client), sub="test-full")
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=True):
        answer = come_back(client, back)
    assert answer.status_code == 403 and "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "query", ["", "?error=server_error", "?code=x", "?state=", "?code=x&state=y", "?error=access_denied"]
)
def test_a_bare_or_broken_callback_is_a_page(city: CityId, client: Client, query: str) -> None:
    assert client.get(f"/sign-in/callback/{query}").status_code == 403


def test_a_wrong_code_with_the_right_state_is_a_page(city: CityId, client: Client) -> None:
    state = asked(begin(client))["state"]
    assert client.get(f"/sign-in/callback/?code=wrong&state={state}").status_code == 403


def test_going_back_without_signing_in_is_a_page_that_offers_it_again(city: CityId, client: Client) -> None:
    back = Browser(city).choose(begin(client), deny="1")
    answer = come_back(client, back, accept_language="en")
    assert answer.status_code == 403
    assert "You went back without signing in." in answer.content.decode()


def test_who_tries_again_still_comes_where_he_wanted(city: CityId, client: Client) -> None:
    back = Browser(city).choose(begin(client, onward="/meters/17/"), deny="1")
    assert 'name="next" value="/meters/17/"' in come_back(client, back).content.decode()


def test_endless_beginnings_are_stopped(city: CityId, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dvor.people.views.BEGINNINGS_MAX", 2)
    assert [client.post("/sign-in/").status_code for _ in range(3)] == [302, 302, 429]


def test_an_answer_about_another_nonce_opens_nothing(city: CityId, client: Client) -> None:
    address = begin(client)
    nonce = asked(address)["nonce"]
    back = Browser(city).choose(address.replace(nonce, "another"), sub="test-full")
    assert come_back(client, back).status_code == 403
    assert "_auth_user_id" not in client.session


def test_userinfo_of_somebody_else_opens_nothing(city: CityId, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dvor.people.city_id.userinfo", lambda _token: {"sub": "test-standard", "level": "full"})
    assert sign_in(client, city, "test-full").status_code == 403
    assert not Resident.objects.exists()


@pytest.mark.parametrize(
    "onward",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:///evil.example",
        "\x00/",
    ],
)
def test_signing_in_never_leads_to_another_site(city: CityId, client: Client, onward: str) -> None:
    assert sign_in(client, city, "test-full", onward=onward)["Location"] == "/"
    assert client.get("/sign-in/", {"next": onward})["Location"] == "/"


def test_the_callback_ignores_a_next_of_its_own(city: CityId, client: Client) -> None:
    back = Browser(city).choose(begin(client), sub="test-full")
    assert come_back(client, f"{back}&next=https://evil.example/")["Location"] == "/profile/"


def test_the_session_gets_a_new_name_when_it_signs_in(city: CityId, client: Client) -> None:
    """Session fixation: a name that somebody planted before is worth nothing after."""
    address = begin(client)
    planted = client.session.session_key
    come_back(client, Browser(city).choose(address, sub="test-full"))
    assert client.session.session_key != planted
    thief = Client()
    thief.cookies["sessionid"] = planted or ""
    assert thief.get("/profile/").status_code == 302


def test_signing_in_as_somebody_else_leaves_nothing_of_the_first(city: CityId, client: Client) -> None:
    address = begin(client)
    sign_in(client, city, "test-full")
    session = client.session
    session["left_behind"] = 1
    session.save()
    come_back(client, Browser(city).choose(address, sub="test-standard"))
    assert "left_behind" not in client.session
    assert client.session["_auth_user_id"] == str(Resident.objects.get(city_id="test-standard").pk)


def test_a_silent_city_id_is_a_page_not_an_error(city: CityId, client: Client, settings) -> None:
    back = Browser(city).choose(begin(client), sub="test-full")
    settings.CITY_ID = {**settings.CITY_ID, "issuer": "http://127.0.0.1:9"}
    cache.clear()
    assert client.post("/sign-in/", {"next": "/"}).status_code == 503
    assert come_back(client, back).status_code == 503


def test_a_provider_that_names_another_issuer_is_not_ours(city: CityId, client: Client, settings) -> None:
    settings.CITY_ID = {**settings.CITY_ID, "issuer": city.url.replace("127.0.0.1", "localhost")}
    assert client.post("/sign-in/", {"next": "/"}).status_code == 503


@pytest.mark.parametrize(
    "path",
    ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/accounts/email/", "/login/", "/signup/",
     "/sign-in/city-id/login/", "/accounts/social/signup/", "/accounts/social/connections/", "/sessions/"],
)  # fmt: skip
def test_no_page_of_allauth_is_reachable(client: Client, path: str, db: None) -> None:
    assert client.get(path).status_code == 404
