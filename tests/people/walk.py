"""The walk of signing in, from the site's button and back to the site."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.test import Client

from tests.city_id import Browser, CityId


def sign_in(client: Client, city: CityId, sub: str, *, onward: str = "/profile/", **headers: str) -> Any:
    """Press the site's button, choose ``sub`` at the city ID, come back; the site's answer."""
    address = begin(client, onward=onward)
    return come_back(client, Browser(city).choose(address, sub=sub), **headers)


def begin(client: Client, *, onward: str = "/profile/") -> str:
    answer = client.post("/sign-in/", {"next": onward})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def come_back(client: Client, address: str, **headers: str) -> Any:
    assert address.startswith("http://testserver/sign-in/callback/"), address
    return client.get(address.removeprefix("http://testserver"), headers=headers)


def asked(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
