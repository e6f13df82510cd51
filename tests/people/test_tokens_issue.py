"""An app's bearer token is given for a fresh ID token of our city ID, once, and for nothing else."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import jwt
import pytest
import time_machine
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache

from dvor.base import clock
from dvor.base.refusals import Refusal
from dvor.people import city_id, tokens
from dvor.people.levels import Level
from dvor.people.models import Resident, Token
from tests.city_id import CityId, app_id_token, app_tokens


def issued(id_token: str) -> tuple[str, Token]:
    return tokens.issue(id_token=id_token, title="Телефон Анны", at=clock.now())


def refused(id_token: str) -> str:
    with pytest.raises(Refusal) as caught:
        issued(id_token)
    assert not Token.objects.exists()
    return caught.value.code


def claims_of(id_token: str) -> dict[str, Any]:
    return jwt.decode(id_token, options={"verify_signature": False})


def signed(city: CityId, claims: dict[str, Any], **header: Any) -> str:
    """As the city ID itself would sign it: what differs is only what the test is about."""
    kid = jwt.get_unverified_header(app_id_token(city, "test-full"))["kid"]
    return jwt.encode(claims, city.signing_key(), algorithm="RS256", headers={"kid": kid, **header})


def encoded(part: Any) -> str:
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def test_an_app_gets_a_token_of_thirty_days_and_the_resident_is_known(city: CityId) -> None:
    secret, token = issued(app_id_token(city, "test-standard"))
    assert secret.startswith("dvor_") and len(secret) >= 48
    assert token.expires_at - token.issued_at == timedelta(days=30)
    resident = tokens.resident_of(secret, at=clock.now())
    assert resident is not None and resident.account_level is Level.STANDARD
    assert resident.full_name == "Сергеев Борис Ильич"


def test_the_secret_itself_is_nowhere_in_the_database(city: CityId) -> None:
    secret, token = issued(app_id_token(city, "test-full"))
    kept = Token.objects.values().get(pk=token.pk)
    assert secret not in str(kept) and secret.encode() not in bytes(kept["fingerprint"])


def test_the_same_id_token_counts_once(city: CityId) -> None:
    id_token = app_id_token(city, "test-full")
    issued(id_token)
    with pytest.raises(Refusal) as caught:
        issued(id_token)
    assert caught.value.code == "id_token_used" and Token.objects.count() == 1


def test_an_id_token_of_the_site_is_not_one_of_the_app(city: CityId) -> None:
    claims = claims_of(app_id_token(city, "test-full"))
    assert refused(signed(city, {**claims, "aud": "dvor"})) == "id_token_invalid"
    assert refused(signed(city, {**claims, "aud": ["dvor-app", "other"]})) == "id_token_invalid"
    assert refused(signed(city, {**claims, "azp": "other"})) == "id_token_invalid"


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://other.example"}, {"iss": None}, {"aud": None}, {"sub": None}, {"sub": ""}, {"sub": 17},
        {"sub": "x" * 65}, {"exp": None}, {"iat": None}, {"exp": "soon"}, {"exp": True}, 
        {"iat": "now"}, {"nbf": 2**40}, {"iat": 2**40}, {"exp": 1},
    ],
    ids=str,
)  # fmt: skip
def test_wrong_or_missing_claims_are_refused(city: CityId, wrong: dict[str, Any]) -> None:
    claims = {**claims_of(app_id_token(city, "test-full")), **wrong}
    kept = {name: value for name, value in claims.items() if value is not None}
    assert refused(signed(city, kept)) == "id_token_invalid"


def test_an_old_id_token_is_refused_even_if_it_says_it_lasts(city: CityId) -> None:
    claims = claims_of(app_id_token(city, "test-full"))
    assert refused(signed(city, {**claims, "iat": claims["iat"] - 601, "exp": 2**40})) == "id_token_invalid"
    with time_machine.travel(clock.now() + timedelta(minutes=12), tick=False):
        assert refused(app_id_token_before(city, claims)) == "id_token_invalid"


def app_id_token_before(city: CityId, claims: dict[str, Any]) -> str:
    kid = jwt.PyJWK(_keys(city)[0]).key_id
    return jwt.encode(claims, city.signing_key(), algorithm="RS256", headers={"kid": kid})


def test_another_key_under_the_same_name_is_refused(city: CityId) -> None:
    claims = claims_of(app_id_token(city, "test-full"))
    forger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    kid = _keys(city)[0]["kid"]
    assert refused(jwt.encode(claims, forger, algorithm="RS256", headers={"kid": kid})) == "id_token_invalid"
    own_key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(forger.public_key()))
    brought = jwt.encode(claims, forger, algorithm="RS256", headers={"kid": "mine", "jwk": own_key})
    assert refused(brought) == "id_token_invalid"


def test_the_public_key_cannot_sign_as_a_shared_secret(city: CityId) -> None:
    """The classic confusion: HS256 with the RSA public key as its secret."""
    jwk = _keys(city)[0]
    claims = claims_of(app_id_token(city, "test-full"))
    pem = jwt.PyJWK(jwk).key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    for secret in (pem, json.dumps(jwk).encode(), base64.urlsafe_b64decode(jwk["n"] + "==")):
        body = f"{encoded({'alg': 'HS256', 'kid': jwk['kid'], 'typ': 'JWT'})}.{encoded(claims)}"
        signature = hmac.new(secret, body.encode(), hashlib.sha256).digest()
        assert refused(f"{body}.{encoded(signature)}") == "id_token_invalid"


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE", ""])
def test_an_unsigned_token_is_refused(city: CityId, algorithm: str) -> None:
    claims = claims_of(app_id_token(city, "test-full"))
    head = encoded({"alg": algorithm, "kid": _keys(city)[0]["kid"]})
    assert refused(f"{head}.{encoded(claims)}.") == "id_token_invalid"


@pytest.mark.parametrize(
    "garbage", ["", ".", "..", "a.b.c", "x" * 20_000, "eyJhbGciOiJSUzI1NiJ9..", "\x00.\x00.\x00", "ä.ö.ü", "dvor_abc"]
)
def test_garbage_is_refused(city: CityId, garbage: str) -> None:
    assert refused(garbage) == "id_token_invalid"


def test_a_changed_claim_breaks_the_signature(city: CityId) -> None:
    head, _body, signature = app_id_token(city, "test-simplified").split(".")
    claims = {**claims_of(app_id_token(city, "test-simplified")), "level": "full"}
    assert refused(f"{head}.{encoded(claims)}.{signature}") == "id_token_invalid"


def test_an_access_token_is_not_an_id_token(city: CityId) -> None:
    assert refused(str(app_tokens(city, "test-full")["access_token"])) == "id_token_invalid"


def test_someone_under_eighteen_gets_no_token(city: CityId) -> None:
    assert refused(app_id_token(city, "test-minor")) == "resident_under_age"
    assert not Resident.objects.exists()


def test_an_id_token_without_a_level_leaves_a_known_level_alone(city: CityId) -> None:
    issued(app_id_token(city, "test-full"))
    issued(app_id_token(city, "test-full", scope="openid"))
    resident = Resident.objects.get()
    assert resident.account_level is Level.FULL and resident.first_name == "Анна"


def test_a_new_resident_without_a_level_is_simplified(city: CityId) -> None:
    issued(app_id_token(city, "test-full", scope="openid"))
    assert Resident.objects.get().account_level is Level.SIMPLIFIED


def test_apps_of_one_resident_are_limited(city: CityId, at) -> None:
    _secret, token = issued(app_id_token(city, "test-full"))
    for number in range(tokens.OPEN_MAX - 1):
        tokens.issue_to(token.resident, title=f"app {number}", at=clock.now())
    with pytest.raises(Refusal) as caught:
        tokens.issue_to(token.resident, title="one more", at=clock.now())
    assert caught.value.code == "too_many_tokens"


def test_keys_are_asked_once_and_unknown_names_do_not_flood_the_city_id(
    city: CityId, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    fetch = city_id._fetch
    monkeypatch.setattr(city_id, "_fetch", lambda address, *rest: asked.append(address) or fetch(address, *rest))
    cache.clear()
    for number in range(5):
        with pytest.raises(Refusal):
            issued(signed(city, claims_of(app_id_token(city, "test-full")), kid=f"unknown-{number}"))
    issued(app_id_token(city, "test-full"))
    assert len([address for address in asked if "jwks" in address]) <= 2


def test_a_silent_city_id_is_our_matter_not_a_refusal(city: CityId, settings) -> None:
    id_token = app_id_token(city, "test-full")
    cache.clear()
    settings.CITY_ID = {**settings.CITY_ID, "issuer": "http://127.0.0.1:9"}
    with pytest.raises(city_id.Unavailable):
        issued(id_token)


def _keys(city: CityId) -> list[dict[str, Any]]:
    return list(city_id._fetch(f"{city.url}/.well-known/jwks.json")["keys"])
