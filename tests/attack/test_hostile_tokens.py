"""Tokens: bearer tokens that are expired, revoked, forged or another's; ID tokens that our city ID never signed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache

from tests.attack import hostile
from tests.attack.hostile import Attack
from tests.attack.hostile_scene import AT, Scene

pytestmark = pytest.mark.django_db


# ── Bearer tokens ────────────────────────────────────────────────────────────────────────────────────────────────
BEARERS: dict[str, Callable[[Scene], str]] = {
    "no scheme": lambda s: s.secrets["anna"],
    "the scheme alone": lambda s: "Bearer",
    "an empty token": lambda s: "Bearer ",
    "blanks for a token": lambda s: "Bearer    ",
    "the scheme of passwords": lambda s: "Basic " + base64.b64encode(b"anna:anna").decode(),
    "a token as a password": lambda s: "Basic " + base64.b64encode(f"anna:{s.secrets['anna']}".encode()).decode(),
    "an unknown scheme": lambda s: f"Token {s.secrets['anna']}",
    "the scheme twice": lambda s: f"Bearer Bearer {s.secrets['anna']}",
    "two tokens": lambda s: f"Bearer {s.secrets['anna']}, Bearer {s.secrets['gleb']}",
    "an expired token": lambda s: f"Bearer {s.secrets['expired']}",
    "a revoked token": lambda s: f"Bearer {s.secrets['revoked']}",
    "the token of somebody erased": lambda s: f"Bearer {s.secrets['zoya']}",
    "a token that was never given": lambda s: "Bearer dvor_" + "A" * 43,
    "a token without its end": lambda s: f"Bearer {s.secrets['anna'][:-1]}",
    "a token with something at its end": lambda s: f"Bearer {s.secrets['anna']}x",
    "a token in capitals": lambda s: f"Bearer {s.secrets['anna'].upper()}",
    "a token backwards": lambda s: f"Bearer {s.secrets['anna'][::-1]}",
    "a token in quotes": lambda s: f'Bearer "{s.secrets["anna"]}"',
    "a token without its prefix": lambda s: f"Bearer {s.secrets['anna'].removeprefix('dvor_')}",
    "the number of a token": lambda s: f"Bearer {s.anna_token}",
    "the key of a session": lambda s: f"Bearer {s.sessions['anna']}",
    "a signed token of nobody": lambda s: "Bearer " + jwt.encode({"sub": "anna"}, "x" * 32, "HS256"),
    "letters of another script": lambda s: "Bearer ключ",
    "a database's joke": lambda s: "Bearer ' or 1=1 --",
    "ten thousand letters": lambda s: "Bearer " + "x" * 10_000,
}  # fmt: skip
DOORS = [("GET", "profile"), ("GET", "wallet"), ("POST", "readings"), ("POST", "orders"), ("DELETE", "flats/{flat}")]


@pytest.mark.parametrize("name", BEARERS)
def test_a_bearer_token_that_opens_nothing(scene: Scene, name: str) -> None:
    for method, path in DOORS:
        attack = Attack(
            name=name, path=f"/api/v1/{path}", method=method, by="", status=401, says="not_signed_in",
            json={} if method == "POST" else None, headers={"authorization": BEARERS[name](scene)},
        )  # fmt: skip
        answer = scene.send(attack)
        hostile.assert_refused(answer, attack)
        assert answer["WWW-Authenticate"] == "Bearer"
    scene.assert_unchanged()


@pytest.mark.parametrize("where", ["query", "cookie", "body", "x-header"])
def test_a_token_in_another_place_is_no_token(scene: Scene, where: str) -> None:
    secret = scene.secrets["anna"]
    client = scene.app("")
    if where == "cookie":
        client.cookies["Authorization"] = f"Bearer {secret}"
    tail = f"?access_token={secret}&token={secret}" if where == "query" else ""
    attack = Attack(
        name=where, path=f"/api/v1/profile{tail}", method="PATCH", by="", status=401, says="not_signed_in",
        json={"language": "en", "access_token": secret} if where == "body" else {"language": "en"},
        headers={"x-authorization": f"Bearer {secret}"} if where == "x-header" else {},
    )  # fmt: skip
    scene.assert_refused(attack, client)


def test_a_dead_token_is_not_helped_by_a_living_session(scene: Scene) -> None:
    """Who sends a token is asked by the token alone."""
    attack = Attack(
        name="both", path="/api/v1/wallet", method="GET", status=401, says="not_signed_in",
        headers={"authorization": f"Bearer {scene.secrets['expired']}"},
    )  # fmt: skip
    scene.assert_refused(attack, scene.browser("gleb"))


def test_guessing_tokens_is_stopped_after_a_minutes_worth(scene: Scene) -> None:
    client = scene.app("")
    guess = Attack(
        name="guess", path="/api/v1/wallet", method="GET", status=429, says="too_many_requests",
        headers={"authorization": "Bearer dvor_guess"},
    )  # fmt: skip
    statuses = [scene.send(guess, client).status_code for _ in range(60)]
    assert set(statuses) == {401}
    assert int(scene.assert_refused(guess, client)["Retry-After"]) <= 60


# ── Apps ─────────────────────────────────────────────────────────────────────────────────────────────────────────
APPS = [
    Attack(name=f"{method} {path} by {by or 'nobody'}", path=path, method=method, by=by, status=status, says=says)
    for method, path, by, status, says in [
        ("DELETE", "/api/v1/tokens/{gleb_token}", "anna", 404, "token_unknown"),
        ("DELETE", "/api/v1/tokens/{gleb_token}", "olga", 404, "token_unknown"),
        ("DELETE", "/api/v1/tokens/{gleb_token}", "", 401, "not_signed_in"),
        ("DELETE", "/api/v1/tokens/{revoked_token}", "anna", 404, "token_unknown"),
        ("DELETE", "/api/v1/tokens/999999999", "anna", 404, "token_unknown"),
        ("DELETE", "/api/v1/tokens/0", "anna", 422, "request_invalid"),
        ("DELETE", "/api/v1/tokens/-1", "anna", 422, "request_invalid"),
        ("DELETE", "/api/v1/tokens/all", "anna", 422, "request_invalid"),
        ("DELETE", "/api/v1/tokens/9223372036854775808", "anna", 422, "request_invalid"),
        ("DELETE", "/api/v1/tokens", "anna", 405, "method_not_allowed"),
        ("GET", "/api/v1/tokens", "", 401, "not_signed_in"),
    ]
]  # fmt: skip


@pytest.mark.parametrize("attack", APPS, ids=str)
def test_an_app_of_another(scene: Scene, attack: Attack) -> None:
    scene.assert_refused(attack)


# ── ID tokens ────────────────────────────────────────────────────────────────────────────────────────────────────
ISSUER, KEY_ID = "https://id.example", "ours"
NOW = int(AT.timestamp())
CLAIMS = {
    "iss": ISSUER,
    "sub": "new-one",
    "aud": "dvor-app",
    "iat": NOW,
    "exp": NOW + 300,
    "jti": "once",
    "level": "full",
}
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture
def city(key: rsa.RSAPrivateKey, settings: Any) -> rsa.RSAPrivateKey:
    """A city ID that has published this key and is not asked again."""
    addresses = {name: f"{ISSUER}/{name}" for name in ENDPOINTS}
    settings.CITY_ID = {**settings.CITY_ID, "issuer": ISSUER, "metadata": addresses, "app_client_id": "dvor-app"}
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    cache.set(f"city_id.keys:{ISSUER}/jwks_uri", {KEY_ID: {**public, "kid": KEY_ID}}, timeout=None)
    cache.set(f"city_id.keys:{ISSUER}/jwks_uri:looked", 1, timeout=None)
    return key


def signed(key: Any, *, kid: str = KEY_ID, algorithm: str = "RS256", **claims: Any) -> str:
    told = {name: value for name, value in {**CLAIMS, **claims}.items() if value is not None}
    return jwt.encode(told, key, algorithm, headers={"kid": kid})


def by_public_key(key: rsa.RSAPrivateKey) -> str:
    """Signed with the published key as if it were a shared secret: the oldest trick there is."""
    head, body = (_packed(part) for part in ({"alg": "HS256", "kid": KEY_ID}, CLAIMS))
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    mark = hmac.new(public, f"{head}.{body}".encode(), hashlib.sha256).digest()
    return f"{head}.{body}.{_packed(mark)}"


def _packed(part: Any) -> str:
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


FORGED: dict[str, Callable[[rsa.RSAPrivateKey], str]] = {
    "nothing but dots": lambda key: "..",
    "three letters": lambda key: "a.b.c",
    "a text": lambda key: "let me in",
    "a bearer token": lambda key: "dvor_" + "A" * 43,
    "no signature": lambda key: f"{_packed({'alg': 'none', 'kid': KEY_ID})}.{_packed(CLAIMS)}.",
    "a signature of our public key": by_public_key,
    "a signature of another key": lambda key: signed(rsa.generate_private_key(65537, 2048)),
    "a key that nobody published": lambda key: signed(key, kid="theirs"),
    "changed claims under the old signature": lambda key: ".".join(
        [signed(key).split(".")[0], _packed({**CLAIMS, "sub": "anna"}), signed(key).split(".")[2]]
    ),
    "no subject": lambda key: signed(key, sub=None),
    "an empty subject": lambda key: signed(key, sub=""),
    "a subject of 65 letters": lambda key: signed(key, sub="x" * 65),
    "a subject with a NUL": lambda key: signed(key, sub="a\x00b"),
    "another issuer": lambda key: signed(key, iss="https://evil.example"),
    "another audience": lambda key: signed(key, aud="dvor"),
    "several audiences": lambda key: signed(key, aud=["dvor-app", "other"]),
    "another party": lambda key: signed(key, azp="other"),
    "no audience": lambda key: signed(key, aud=None),
    "an hour that is over": lambda key: signed(key, exp=NOW - 61),
    "an age of eleven minutes": lambda key: signed(key, iat=NOW - 660),
    "a birth in the future": lambda key: signed(key, iat=NOW + 61),
    "validity in the future": lambda key: signed(key, nbf=NOW + 61),
    "no end": lambda key: signed(key, exp=None),
    "no beginning": lambda key: signed(key, iat=None),
    "times that are texts": lambda key: signed(key, exp=str(NOW + 300)),
    "times that are true": lambda key: signed(key, exp=True),
    "an end beyond all numbers": lambda key: signed(key, iat=10**400),
    "claims that are a list": lambda key: jwt.PyJWS().encode(b"[1]", key, "RS256", headers={"kid": KEY_ID}),
    "claims that are nothing": lambda key: jwt.PyJWS().encode(b"", key, "RS256", headers={"kid": KEY_ID}),
}  # fmt: skip


def exchange(id_token: str, status: int, says: str) -> Attack:
    body = {"id_token": id_token, "title": "app"}
    return Attack(name="exchange", path="/api/v1/tokens", by="", json=body, status=status, says=says)


@pytest.mark.parametrize("name", FORGED)
def test_an_id_token_that_is_not_ours(scene: Scene, city: rsa.RSAPrivateKey, name: str) -> None:
    scene.assert_refused(exchange(FORGED[name](city), 401, "id_token_invalid"))


@pytest.mark.parametrize(
    ("birthdate", "says"),
    [("2009-10-21", "resident_under_age"), ("2026-10-20", "resident_under_age"), ("2999-01-01", "resident_under_age"),
     ("yesterday", "birthdate_unreadable"), ("1990-13-01", "birthdate_unreadable"), ("2010", "resident_under_age")],
)  # fmt: skip
def test_who_is_too_young_or_of_no_age(scene: Scene, city: rsa.RSAPrivateKey, birthdate: str, says: str) -> None:
    scene.assert_refused(exchange(signed(city, birthdate=birthdate), 403, says))


def test_a_good_id_token_counts_once(scene: Scene, city: rsa.RSAPrivateKey) -> None:
    id_token = signed(city)
    assert scene.send(exchange(id_token, 201, "")).status_code == 201
    before = hostile.fingerprint()
    scene.assert_refused(exchange(id_token, 409, "id_token_used"), since=before)
    scene.assert_refused(exchange(signed(city, level="simplified"), 409, "id_token_used"), since=before)


BODIES = [
    Attack(name=f"tokens with {body!r:.40}", path="/api/v1/tokens", by="", json=body, status=422,
           says="request_invalid")
    for body in [
        {"a": 1}, {"id_token": "x"}, {"title": "x"}, {"id_token": 1, "title": "x"}, {"id_token": "", "title": "x"},
        {"id_token": "x", "title": ""}, {"id_token": "x", "title": "y" * 101}, {"id_token": "x" * 16_001, "title": "y"},
        {"id_token": "x", "title": "y", "resident_id": 1}, {"id_token": ["x"], "title": "y"},
    ]
] + [
    Attack(name=f"profile with {body!r:.40}", path="/api/v1/profile", method="PATCH", json=body, status=422,
           says="request_invalid")
    for body in [
        {"a": 1}, {"language": None}, {"language": ""}, {"language": "de"}, {"language": 1}, {"language": ["ru"]},
        {"language": "ru", "level": 3}, {"language": "ru", "email": "me@evil.example"}, {"language": "RU"},
    ]
]  # fmt: skip


@pytest.mark.parametrize("attack", BODIES, ids=str)
def test_a_body_of_the_wrong_shape(scene: Scene, attack: Attack) -> None:
    scene.assert_refused(attack)


ALL = [*BEARERS, *FORGED, *APPS, *BODIES]
