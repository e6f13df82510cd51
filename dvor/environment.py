"""The typed list of environment variables: the only place where the process environment is read.

A wrong or missing value stops the start with one clear line (``EnvironmentError_``'s text), and
``docs/settings.md`` is generated from the same list.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ImproperlyConfigured

P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # the order of the curve


@dataclass(frozen=True)
class Variable:
    """One environment variable: how to read it, what stands in for it, what it means."""

    name: str
    read: Callable[[str], Any]
    default: str | None
    meaning: str
    secret: bool = False


def flag(text: str) -> bool:
    """``1``/``true``/``yes``/``on`` or their opposites; anything else is an error, not a false."""
    lowered = text.strip().lower()
    if lowered in {"1", "true", "yes", "on"}:
        return True
    if lowered in {"0", "false", "no", "off"}:
        return False
    raise ValueError("expected yes or no")


def names(text: str) -> list[str]:
    """Comma-separated names, blanks ignored."""
    return [name.strip() for name in text.split(",") if name.strip()]


def words(text: str) -> list[str]:
    """Names separated by blanks."""
    return text.split()


def mapping(text: str) -> dict[str, Any]:
    """A JSON object; empty text is an empty one."""
    read = json.loads(text or "{}")
    if not isinstance(read, dict):
        raise ValueError("expected a JSON object")
    return read


def whole(text: str) -> int:
    """A whole number of zero or more."""
    number = int(text)
    if number < 0:
        raise ValueError("expected zero or more")
    return number


def zone(text: str) -> str:
    """The name of a time zone known to the system, such as ``Europe/Moscow``."""
    ZoneInfo(text)
    return text


def day(text: str) -> date | None:
    """A day like ``2026-10-20``, or nothing."""
    return date.fromisoformat(text) if text else None


def networks(text: str) -> list[IPv4Network | IPv6Network]:
    """Comma-separated addresses and networks such as ``77.75.153.0/25``."""
    return [ip_network(name) for name in names(text)]


def push_key(text: str) -> str:
    """32 random bytes in base64url, of which a key of P-256 is made; or nothing."""
    if text and not (len(text) == 43 and 0 < int.from_bytes(base64.b64decode(text + "=", "-_", validate=True)) < P256):
        raise ValueError("expected 32 random bytes in base64url")
    return text


def long_secret(text: str) -> str:
    """A secret of at least 32 characters."""
    if len(text) < 32:
        raise ValueError("expected at least 32 characters")
    return text


VARIABLES = (
    Variable(
        "DATABASE_URL",
        str,
        "",
        "postgresql://user:password@host:port/name; empty starts the embedded PostgreSQL",
        secret=True,
    ),
    Variable(
        "DVOR_DATA",
        Path,
        ".data",
        "folder of the embedded PostgreSQL, outgoing demo mail and generated secrets",
    ),
    Variable(
        "DVOR_DEMO",
        flag,
        "no",
        "yes on a demo machine: stand-in city ID, mail written to files, plain HTTP allowed",
    ),
    Variable("DVOR_DEBUG", flag, "no", "Django's debug pages; refused unless DVOR_DEMO is on"),
    Variable(
        "DVOR_DEMO_DATE",
        day,
        "",
        "day that a demo pretends to live on, such as 2026-10-20; refused unless DVOR_DEMO is on",
    ),
    Variable("DVOR_DEMO_FLATS", whole, "1500", "flats of the demo district, when it is made"),
    Variable("DVOR_DEMO_MONTHS", whole, "24", "months of past of the demo district, when it is made"),
    Variable("DVOR_SECRET_KEY", long_secret, None, "signs sessions and forms; at least 32 characters", secret=True),
    Variable(
        "DVOR_SEALING_KEY",
        long_secret,
        None,
        "seals promo codes at rest; at least 32 characters, never change it without resealing",
        secret=True,
    ),
    Variable("DVOR_HOSTS", names, "localhost,127.0.0.1", "host names that the site answers to, comma-separated"),
    Variable(
        "DVOR_SITE_URL",
        str,
        "http://127.0.0.1:8000",
        "the site's public address, for links in mails and sign-in",
    ),
    Variable(
        "DVOR_PROXIES",
        whole,
        "0",
        "number of trusted reverse proxies in front; their X-Forwarded-* headers are believed",
    ),
    Variable(
        "DVOR_API_RATE_MAX",
        whole,
        "600",
        "requests a minute of one API token, or of one address without a token, in each server process",
    ),
    Variable("DVOR_LOG_LEVEL", str, "INFO", "DEBUG, INFO, WARNING or ERROR"),
    Variable("DVOR_JOBS_KEPT_DAYS", whole, "30", "days that finished jobs stay in the queue's tables"),
    Variable("DVOR_POOL_MAX", whole, "10", "database connections of one server process"),
    Variable("DVOR_LIVE_WAITERS", whole, "8", "open chats that may wait for news at once in one server process"),
    Variable("DVOR_PREPARED", flag, "yes", "no behind a pooler that gives each transaction another connection"),
    Variable("CITY_NAME_RU", str, "Дворск", "name of the city in Russian"),
    Variable("CITY_NAME_EN", str, "Dvorsk", "name of the city in English"),
    Variable("CITY_TIME_ZONE", zone, "Europe/Moscow", "time zone of days, months and windows"),
    Variable("CITY_EMERGENCY_PHONE", str, "104", "gas emergency line, shown on every page"),
    Variable("CITY_HOTLINE_PHONE", str, "+7 (495) 539-39-29", "hotline, shown on every page"),
    Variable("CITY_EMAIL", str, "help@dvor.example", "support mailbox, shown on every page"),
    Variable("CITY_ID_ISSUER", str, "http://127.0.0.1:8001", "OpenID Connect issuer of the city ID"),
    Variable("CITY_ID_CLIENT_ID", str, "dvor", "client id of this site at the city ID"),
    Variable("CITY_ID_CLIENT_SECRET", str, None, "client secret of this site at the city ID", secret=True),
    Variable(
        "CITY_ID_APP_CLIENT_ID",
        str,
        "dvor-app",
        "client id of residents' apps; their ID tokens are exchanged for API tokens",
    ),
    Variable(
        "CITY_ID_SCOPES",
        words,
        "openid profile contacts birthday",
        "scopes asked of the city ID; for Keycloak: openid profile email phone",
    ),
    Variable(
        "CITY_ID_CLAIMS",
        mapping,
        "",
        'JSON: where to read what, such as {"level": ["assurance"], "levels": {"AL20": "full"}}; '
        "empty reads mos.ru's names and the standard ones",
    ),
    Variable(
        "CITY_ID_METADATA",
        mapping,
        "",
        "JSON of the provider's metadata for a city ID that publishes none; empty asks its well-known address",
    ),
    Variable(
        "ACQUIRER_URL",
        str,
        "https://api.yookassa.ru/v3",
        "address of the acquirer's API (YooKassa v3); the stand-in's in a demo",
    ),
    Variable("ACQUIRER_SHOP_ID", str, "", "our shop at the acquirer; empty switches payments off"),
    Variable("ACQUIRER_SECRET", str, "", "secret key of the shop at the acquirer", secret=True),
    Variable(
        "ACQUIRER_WEBHOOK_ADDRESSES",
        networks,
        "77.75.153.0/25,77.75.154.128/25,77.75.156.11,77.75.156.35,185.71.76.0/27,185.71.77.0/27,"
        "2a02:5180:0:1509::/64,2a02:5180:0:1533::/64,2a02:5180:0:2655::/64,2a02:5180:0:2669::/64",
        "addresses from which the acquirer's notifications come, as it publishes them",
    ),
    Variable("SMTP_HOST", str, "", "mail server; empty writes mails to files in the demo and is refused otherwise"),
    Variable("SMTP_PORT", whole, "587", "port of the mail server"),
    Variable("SMTP_USER", str, "", "user at the mail server"),
    Variable("SMTP_PASSWORD", str, "", "password at the mail server", secret=True),
    Variable("SMTP_TLS", flag, "yes", "STARTTLS before sending"),
    Variable("MAIL_FROM", str, "Двор <no-reply@dvor.example>", "sender of mails"),
    Variable(
        "VAPID_PRIVATE_KEY",
        push_key,
        "",
        "signs push notifications: 32 random bytes in base64url, never change it without need (browsers subscribe "
        "to it); empty switches push off",
        secret=True,
    ),
    Variable(
        "PUSH_STAND_INS",
        names,
        "",
        "host:port of stand-in push services that may be plain HTTP on this machine; refused unless DVOR_DEMO is on",
    ),
)


class Environment:
    """The values of :data:`VARIABLES`, read and checked once at start."""

    def __init__(self, source: Mapping[str, str] | None = None) -> None:
        self._source = os.environ if source is None else source
        self._values = {variable.name: self._read(variable) for variable in VARIABLES}
        self._check_together()

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def _read(self, variable: Variable) -> Any:
        text = self._source.get(variable.name, variable.default)
        if text is None:
            text = self._demo_secret(variable)
        try:
            return variable.read(text)
        except (ValueError, KeyError) as wrong:
            shown = "***" if variable.secret else repr(text)
            raise ImproperlyConfigured(
                f"{variable.name}={shown} is wrong: {wrong}. It means: {variable.meaning}."
            ) from None

    def _demo_secret(self, variable: Variable) -> str:
        """Only a demo invents its own secrets: a production start without one must fail."""
        if not flag(self._source.get("DVOR_DEMO", "no")):
            raise ImproperlyConfigured(f"{variable.name} is not set. It means: {variable.meaning}.")
        return f"demo-only-{variable.name.lower().replace('_', '-')}-of-this-machine"

    def _check_together(self) -> None:
        demo = self._values["DVOR_DEMO"]
        if self._values["DVOR_DEBUG"] and not demo:
            raise ImproperlyConfigured(
                "DVOR_DEBUG=yes shows secrets to strangers; it is only taken together with DVOR_DEMO=yes."
            )
        if self._values["DVOR_DEMO_DATE"] and not demo:
            raise ImproperlyConfigured("DVOR_DEMO_DATE moves the clock; it is only taken together with DVOR_DEMO=yes.")
        if self._values["PUSH_STAND_INS"] and not demo:
            raise ImproperlyConfigured("PUSH_STAND_INS opens private hosts; it is only taken with DVOR_DEMO=yes.")
        if not demo and not self._values["DVOR_SITE_URL"].startswith("https://"):
            raise ImproperlyConfigured("DVOR_SITE_URL must begin with https:// unless DVOR_DEMO=yes.")
        if self._values["ACQUIRER_SHOP_ID"] and not self._values["ACQUIRER_SECRET"]:
            raise ImproperlyConfigured("ACQUIRER_SECRET is not set. A shop at the acquirer has one.")
        if not demo and not self._values["ACQUIRER_URL"].startswith("https://"):
            raise ImproperlyConfigured("ACQUIRER_URL must begin with https:// unless DVOR_DEMO=yes.")
        if not demo and not self._values["SMTP_HOST"]:
            raise ImproperlyConfigured("SMTP_HOST is not set. Outside the demo mails must really leave.")
