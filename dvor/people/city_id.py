"""The city ID as OpenID Connect sees it: its metadata, its keys, what it signed, and whom its claims describe."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from dvor.base import clock
from dvor.base.refusals import Refusal
from dvor.people.levels import Level

# Public keys only: with a symmetric algorithm in this list our copy of the public key could sign for the city ID.
ALGORITHMS = ["RS256", "PS256", "ES256"]
ID_TOKEN_LENGTH_MAX = 16_000
LEEWAY = timedelta(seconds=60)
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
_KEPT_SECONDS = 3600
_UNKNOWN_KEY_PAUSE_SECONDS = 30


class Unavailable(Exception):
    """The city ID does not answer, or answers what no city ID would; not the resident's fault."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Who signed in, in our words. ``level`` is empty when the claims tell none, ``born_on`` likewise."""

    city_id: str
    first_name: str
    middle_name: str
    last_name: str
    email: str
    mobile: str
    level: Level | None
    born_on: date | None


# ── What the provider publishes ──────────────────────────────────────────────────────────────────────────────────
def metadata() -> dict[str, Any]:
    """The provider's endpoints: from the settings, or from its discovery document, kept for an hour.

    Raises:
        Unavailable: when it does not answer, lacks an endpoint or names another issuer (OpenID Connect Discovery 1.0,
            4.3).
    """
    issuer = settings.CITY_ID["issuer"]
    if settings.CITY_ID["metadata"]:
        return _checked({"issuer": issuer, **settings.CITY_ID["metadata"]})
    key = f"city_id.metadata:{issuer}"
    found: dict[str, Any] | None = cache.get(key)
    if found is None:
        found = _checked(_fetch(f"{issuer}/.well-known/openid-configuration"))
        cache.set(key, found, _KEPT_SECONDS)
    return found


def _checked(told: dict[str, Any]) -> dict[str, Any]:
    ours = str(told.get("issuer", "")).rstrip("/") == settings.CITY_ID["issuer"]
    if not ours or not all(isinstance(told.get(name), str) for name in _ENDPOINTS):
        raise Unavailable("metadata")
    return told


def userinfo(access_token: str) -> dict[str, Any]:
    """The claims behind an access token, as the provider tells them now."""
    return _fetch(metadata()["userinfo_endpoint"], {"Authorization": f"Bearer {access_token}"})


def _signing_key(kid: str) -> jwt.PyJWK | None:
    """The provider's public key of this name. A name we do not know makes us look again, but not at each request."""
    address = metadata()["jwks_uri"]
    kept = f"city_id.keys:{address}"
    keys: dict[str, Any] | None = cache.get(kept)
    if keys is None or (kid not in keys and cache.add(f"{kept}:looked", 1, _UNKNOWN_KEY_PAUSE_SECONDS)):
        told = _fetch(address).get("keys", [])
        keys = {key["kid"]: key for key in told if "kid" in key and key.get("use", "sig") == "sig"}
        cache.set(kept, keys, _KEPT_SECONDS)
    try:
        return jwt.PyJWK(keys[kid]) if kid in keys else None
    except jwt.PyJWTError as unreadable:
        raise Unavailable("keys") from unreadable


def _fetch(address: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    try:
        with get_adapter().get_requests_session() as http:  # has a timeout
            answer = http.get(address, headers=headers)
            answer.raise_for_status()
            told = answer.json()
    except OSError as failed:  # every error of requests is one
        raise Unavailable(type(failed).__name__) from failed
    if not isinstance(told, dict):
        raise Unavailable("not an object")
    return told


# ── What the provider signed ─────────────────────────────────────────────────────────────────────────────────────
def verify(id_token: str, *, audience: str, at: datetime) -> dict[str, Any]:
    """The claims of an ID token that our city ID signed for ``audience`` and that is valid at this moment.

    Source: OpenID Connect Core 1.0, 3.1.3.7. ``at`` is a parameter, so the times are compared here, not by the library.

    Raises:
        Refusal: ``id_token_invalid`` (401), without telling which check failed.
        Unavailable: when the city ID's keys cannot be read.
    """
    try:
        if len(id_token) > ID_TOKEN_LENGTH_MAX:
            raise jwt.InvalidTokenError("too long")
        key = _signing_key(str(jwt.get_unverified_header(id_token).get("kid", "")))
        if key is None:
            raise jwt.InvalidKeyError("unknown key")
        claims: dict[str, Any] = jwt.decode(
            id_token,
            key,
            algorithms=ALGORITHMS,
            audience=audience,
            issuer=metadata()["issuer"],
            options={
                "require": ["iss", "sub", "aud", "exp", "iat"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
        _check_times(claims, clock.outside(at))
        _check_parties(claims, audience)
    except (jwt.PyJWTError, ValueError, TypeError) as invalid:
        raise invalid_id_token() from invalid
    return claims


def invalid_id_token() -> Refusal:
    """What every unusable ID token gets."""
    return Refusal(
        "id_token_invalid", _("This sign-in token is not valid."), remedy=_("Sign in with the city ID again."),
        status=401, field="id_token",
    )  # fmt: skip


def _check_times(claims: dict[str, Any], at: datetime) -> None:
    now, leeway = at.timestamp(), LEEWAY.total_seconds()
    times = [claims["exp"], claims["iat"], claims.get("nbf", claims["iat"])]
    if any(isinstance(time, bool) or not isinstance(time, int | float) for time in times):
        raise ValueError("times are numbers")
    if not (times[0] > now - leeway and times[1] < now + leeway and times[2] < now + leeway):
        raise ValueError("not valid at this moment")


def _check_parties(claims: dict[str, Any], audience: str) -> None:
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (several or "azp" in claims) and claims.get("azp") != audience:
        raise ValueError("issued to another party")
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= 64 or not subject.isprintable():
        raise ValueError("subject")


# ── Whom the claims describe ─────────────────────────────────────────────────────────────────────────────────────
def profile_of(claims: dict[str, Any]) -> Profile:
    """The resident whom these (verified) claims describe; which claim tells what is ``settings.CITY_ID["claims"]``.

    Raises:
        Refusal: ``birthdate_unreadable`` (403): an age that nobody can read is not an age of 18.
    """
    email = _told(claims, "email", 254)
    try:
        validate_email(email)
    except ValidationError:
        email = ""
    level = _told(claims, "level", 40)
    return Profile(
        city_id=claims["sub"],
        first_name=_told(claims, "first_name", 100),
        middle_name=_told(claims, "middle_name", 100),
        last_name=_told(claims, "last_name", 100),
        email=email,
        mobile=_told(claims, "mobile", 20),
        level=Level.of_code(settings.CITY_ID["levels"].get(level, level)) if level else None,
        born_on=_born_on(_told(claims, "birthdate", 20)),
    )


def _told(claims: dict[str, Any], fact: str, length_max: int) -> str:
    """The first of the fact's claims that is a text: printable, without outer blanks, cut to what we store."""
    for name in settings.CITY_ID["claims"][fact]:
        value = claims.get(name)
        if isinstance(value, str) and value.strip():
            return "".join(letter for letter in value if letter.isprintable()).strip()[:length_max]
    return ""


def _born_on(text: str) -> date | None:
    """``1990-04-30``, ``30.04.1990``, or a year alone, read as its last day; a hidden year (``0000``) tells nothing."""
    if not text or text.startswith("0000"):
        return None
    try:
        if len(text) == 4:
            return date(int(text), 12, 31)
        if "." in text:
            text = "-".join(reversed(text.split(".")))
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal(
            "birthdate_unreadable",
            _("The city ID told a date of birth that we cannot read."),
            remedy=_("Check the date of birth in your city ID profile."),
            status=403,
        ) from None
