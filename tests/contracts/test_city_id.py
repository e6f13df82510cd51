"""What Dvor relies on of any city ID, held against the stand-in: the same walk may be tried on a real provider."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
import requests

from tests.city_id import APP_RETURN, CLIENT_SECRET, Browser, CityId, app_code, app_tokens, exchange, running


@pytest.fixture(scope="module")
def city(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CityId]:
    with running(tmp_path_factory.mktemp("city-id"), site_url="http://127.0.0.1:8000") as started:
        yield started


def metadata(city: CityId) -> dict[str, Any]:
    return dict(requests.get(f"{city.url}/.well-known/openid-configuration", timeout=10).json())


def authorize(city: CityId, **asked: str) -> str:
    told = {
        "client_id": "dvor-app", "redirect_uri": APP_RETURN, "response_type": "code", "scope": "openid", "state": "s",
        "code_challenge": "x" * 43, "code_challenge_method": "S256",
    }  # fmt: skip
    kept = {name: value for name, value in {**told, **asked}.items() if value}
    return f"{metadata(city)['authorization_endpoint']}?{urlencode(kept)}"


def test_discovery_names_the_issuer_and_every_endpoint_we_use(city: CityId) -> None:
    told = metadata(city)
    assert told["issuer"] == city.url
    for name in ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"):
        assert told[name].startswith(city.url)
    assert told["id_token_signing_alg_values_supported"] == ["RS256"]
    assert "S256" in told["code_challenge_methods_supported"]


def test_an_id_token_is_signed_with_a_published_key_and_says_what_it_must(city: CityId) -> None:
    tokens = app_tokens(city, "test-standard", nonce="once-only")
    keys = {key["kid"]: key for key in requests.get(metadata(city)["jwks_uri"], timeout=10).json()["keys"]}
    head = jwt.get_unverified_header(tokens["id_token"])
    assert head["alg"] == "RS256"
    claims = jwt.decode(
        tokens["id_token"], jwt.PyJWK(keys[head["kid"]]), ["RS256"], audience="dvor-app", issuer=city.url
    )
    assert (claims["sub"], claims["nonce"]) == ("test-standard", "once-only")
    assert {"iat", "exp", "jti"} <= set(claims)
    assert "d" not in keys[head["kid"]], "a private key is never published"


def test_userinfo_speaks_of_the_same_person_in_both_vocabularies(city: CityId) -> None:
    tokens = app_tokens(city, "test-full")
    told = requests.get(
        metadata(city)["userinfo_endpoint"], headers={"Authorization": f"Bearer {tokens['access_token']}"}, timeout=10
    ).json()
    assert told["sub"] == told["guid"] == "test-full" and told["level"] == "full"
    assert told["FirstName"] == told["given_name"] == "Анна"
    assert told["MiddleName"] == told["middle_name"] == "Сергеевна"
    assert told["mail"] == told["email"] and told["mobile"] == told["phone_number"]
    assert told["birthdate"] == "1980-05-06"


@pytest.mark.parametrize(
    ("scope", "told", "hidden"),
    [("openid", [], ["level", "mail", "birthdate"]), ("openid profile", ["level", "FirstName"], ["mail", "birthdate"]),
     ("openid contacts", ["mail", "mobile"], ["level", "birthdate"]),
     ("openid birthday", ["birthdate"], ["level", "mail"])],
)  # fmt: skip
def test_a_scope_opens_its_own_claims_only(city: CityId, scope: str, told: list[str], hidden: list[str]) -> None:
    claims = jwt.decode(app_tokens(city, "test-full", scope=scope)["id_token"], options={"verify_signature": False})
    assert all(name in claims for name in told) and not any(name in claims for name in hidden)


def test_a_code_counts_once(city: CityId) -> None:
    code, verifier = app_code(city, "test-full", scope="openid", nonce="n")
    assert exchange(city, code, code_verifier=verifier).ok
    assert exchange(city, code, code_verifier=verifier).status_code == 400


@pytest.mark.parametrize("verifier", ["", "x" * 43, None])
def test_a_code_without_its_verifier_is_worth_nothing(city: CityId, verifier: str | None) -> None:
    code, right = app_code(city, "test-full", scope="openid", nonce="n")
    wrong = {"code_verifier": verifier} if verifier is not None else {}
    assert exchange(city, code, **wrong).status_code == 400
    assert right


def test_a_code_of_one_client_is_worth_nothing_to_another(city: CityId) -> None:
    code, verifier = app_code(city, "test-full", scope="openid", nonce="n")
    answer = requests.post(
        metadata(city)["token_endpoint"], timeout=10, auth=("dvor", "demo-only-city-id-client-secret-of-this-machine"),
        data={"grant_type": "authorization_code", "code": code, "redirect_uri": APP_RETURN, "code_verifier": verifier},
    )  # fmt: skip
    assert answer.status_code in (400, 401)


def test_the_sites_client_must_know_its_secret(city: CityId) -> None:
    back = "http://127.0.0.1:8000/sign-in/callback/"
    verifier = "v" * 43
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    address = authorize(city, client_id="dvor", redirect_uri=back, code_challenge=challenge)
    told = parse_qs(urlsplit(Browser(city).choose(address, sub="test-full")).query)
    data = {
        "grant_type": "authorization_code",
        "code": told["code"][0],
        "redirect_uri": back,
        "code_verifier": verifier,
    }
    endpoint = metadata(city)["token_endpoint"]
    assert requests.post(endpoint, data={**data, "client_id": "dvor"}, timeout=10).status_code in (400, 401)
    assert requests.post(endpoint, data=data, auth=("dvor", "guess"), timeout=10).status_code in (400, 401)
    right = requests.post(endpoint, data=data, auth=("dvor", CLIENT_SECRET), timeout=10)
    assert right.status_code == 200 and right.json()["id_token"]


@pytest.mark.parametrize(
    "asked",
    [{"redirect_uri": "https://evil.example/"}, {"redirect_uri": "http://127.0.0.1.evil.example/signed-in"},
     {"redirect_uri": "http://127.0.0.1:1/other"}, {"client_id": "nobody"}, {"redirect_uri": ""}],
)  # fmt: skip
def test_nobody_is_sent_to_an_address_that_was_not_agreed(city: CityId, asked: dict[str, str]) -> None:
    address = authorize(city, **asked)
    browser = Browser(city)
    assert not browser.choose(address, sub="test-full").startswith(asked.get("redirect_uri") or "http://evil")
    denied = browser.http.get(address, allow_redirects=False, timeout=10)
    assert "Location" not in denied.headers and "code=" not in denied.text


def test_an_app_must_bring_pkce(city: CityId) -> None:
    back = Browser(city).choose(authorize(city, code_challenge="", code_challenge_method=""), sub="test-full")
    assert "code=" not in back


def test_saying_no_comes_back_as_access_denied_with_the_state(city: CityId) -> None:
    told = parse_qs(urlsplit(Browser(city).choose(authorize(city, state="mine"), deny="1")).query)
    assert told == {"error": ["access_denied"], "state": ["mine"]}


def test_prompt_login_asks_even_who_is_signed_in(city: CityId) -> None:
    browser = Browser(city)
    assert "code=" in browser.choose(authorize(city), sub="test-full")
    assert "code=" in browser.go(authorize(city))[0], "signed in once, not asked again"
    outside, page = browser.go(authorize(city, prompt="login"))
    assert not outside and 'name="sub"' in page.text


def test_the_page_of_persons_keeps_to_a_strict_policy(city: CityId) -> None:
    page = requests.get(f"{city.url}/sign-in/", timeout=10, headers={"Accept-Language": "en"})
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert "<style" not in page.text and " onclick" not in page.text
    assert requests.get(f"{city.url}/static/city_id/city_id.css", timeout=10).ok
    found = requests.get(f"{city.url}/sign-in/?q=вера+упрощ", timeout=10, headers={"Accept-Language": "ru"})
    assert "Кузнецова" in found.text or "simplified" not in found.text


def test_the_search_of_persons_finds_and_says_when_it_does_not(city: CityId) -> None:
    found = requests.get(f"{city.url}/sign-in/?q=сергеева анна", timeout=10).text
    assert 'value="test-full"' in found and 'value="test-simplified"' not in found
    assert 'value="test-' not in requests.get(f"{city.url}/sign-in/?q=zzz", timeout=10).text


def test_a_foreign_form_signs_nobody_in(city: CityId) -> None:
    answer = requests.post(f"{city.url}/sign-in/", data={"sub": "test-full"}, timeout=10)
    assert answer.status_code == 403


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_the_stand_in_itself_is_no_open_redirect(city: CityId, onward: str) -> None:
    browser = Browser(city)
    end = browser.choose(f"{city.url}/sign-in/?{urlencode({'next': onward})}", sub="test-full")
    assert end == ""
