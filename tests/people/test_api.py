"""Profile and tokens over HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from dvor.base import clock
from dvor.people import tokens
from dvor.people.models import Resident, Token
from tests.cast import Cast
from tests.city_id import CityId, app_id_token


def send(client: Client, method: str, path: str, body: Any = None, token: str = "", **headers: str) -> Any:
    if token:
        headers["authorization"] = f"Bearer {token}"
    data = json.dumps(body) if body is not None else ""
    return client.generic(method, f"/api/v1{path}", data, content_type="application/json", headers=headers)


def test_an_app_signs_in_reads_its_profile_and_signs_out(city: CityId, client: Client) -> None:
    asked = {"id_token": app_id_token(city, "test-standard"), "title": "Телефон Бориса"}
    answer = send(client, "POST", "/tokens", asked)
    assert answer.status_code == 201, answer.content
    secret = answer.json()["token"]
    profile = send(client, "GET", "/profile", token=secret).json()
    assert (profile["level"], profile["last_name"], profile["language"]) == ("standard", "Сергеев", "ru")
    listed = send(client, "GET", "/tokens", token=secret).json()["items"]
    assert [line["title"] for line in listed] == ["Телефон Бориса"] and "token" not in listed[0]
    assert send(client, "DELETE", f"/tokens/{listed[0]['id']}", token=secret).status_code == 204
    assert send(client, "GET", "/profile", token=secret).status_code == 401


def test_a_forged_or_used_id_token_is_a_problem(city: CityId, client: Client) -> None:
    asked = {"id_token": app_id_token(city, "test-full"), "title": "x"}
    assert send(client, "POST", "/tokens", asked).status_code == 201
    again = send(client, "POST", "/tokens", asked)
    assert (again.status_code, again.json()["code"]) == (409, "id_token_used")
    forged = send(client, "POST", "/tokens", {**asked, "id_token": "a.b.c"})
    assert (forged.status_code, forged.json()["code"]) == (401, "id_token_invalid")
    minor = send(client, "POST", "/tokens", {"id_token": app_id_token(city, "test-minor"), "title": "x"})
    assert (minor.status_code, minor.json()["code"]) == (403, "resident_under_age")


def test_guessing_is_limited(city: CityId, client: Client) -> None:
    asked = {"id_token": "a.b.c", "title": "x"}
    codes = [send(client, "POST", "/tokens", asked).status_code for _ in range(31)]
    assert codes == [401] * 30 + [429]


def test_a_silent_city_id_is_said_as_our_failure(city: CityId, client: Client, settings: Any) -> None:
    settings.CITY_ID = {**settings.CITY_ID, "issuer": "http://127.0.0.1:9"}
    head = "eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ"
    answer = send(client, "POST", "/tokens", {"id_token": f"{head}.e30.eA", "title": "x"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")


@pytest.mark.parametrize(
    "body",
    [
        None, [], {}, {"id_token": "x"}, {"title": "x"}, {"id_token": 1, "title": "x"}, {"id_token": "", "title": "x"},
        {"id_token": "x", "title": ""}, {"id_token": "x", "title": "y" * 101}, {"id_token": "x" * 16_001, "title": "y"},
        {"id_token": "x", "title": "y", "resident_id": 1}, {"id_token": None, "title": None},
    ],
)  # fmt: skip
def test_a_body_of_the_wrong_shape_is_refused(db: None, client: Client, body: Any) -> None:
    answer = send(client, "POST", "/tokens", body)
    assert answer.status_code in (400, 415, 422) and answer.json()["code"]
    assert not Token.objects.exists()


def test_the_language_is_mine_to_choose_and_nothing_else(cast: Cast, client: Client) -> None:
    secret, _token = tokens.issue_to(cast.anna, title="x", at=clock.now())
    assert send(client, "PATCH", "/profile", {"language": "en"}, secret).json()["language"] == "en"
    assert Resident.objects.get(pk=cast.anna.pk).language == "en"
    for body in ({"language": "de"}, {"language": None}, {"level": "full"}, {"language": "ru", "level": "full"}, {}):
        assert send(client, "PATCH", "/profile", body, secret).status_code == 422
    assert Resident.objects.get(pk=cast.anna.pk).level == cast.anna.level


def test_a_stranger_gets_nothing(cast: Cast, client: Client) -> None:
    secret, token = tokens.issue_to(cast.anna, title="x", at=clock.now())
    theirs, _token = tokens.issue_to(cast.gleb, title="x", at=clock.now())
    for method, path in (("GET", "/profile"), ("PATCH", "/profile"), ("GET", "/tokens"), ("DELETE", "/tokens/1")):
        assert send(client, method, path, {"language": "en"} if method == "PATCH" else None).status_code == 401
        assert send(client, method, path, None, "dvor_wrong").status_code == 401
    assert send(client, "DELETE", f"/tokens/{token.pk}", token=theirs).status_code == 404
    assert send(client, "GET", "/tokens", token=secret).status_code == 200
    assert "Сергеева" not in send(client, "GET", "/profile", token=theirs).content.decode()
