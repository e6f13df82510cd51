"""The stand-in city ID as tests use it: a real process on 127.0.0.1, and a browser that walks through its pages."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import secrets
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import psycopg
import requests
from django.conf import settings

APP_RETURN = "http://127.0.0.1:49152/signed-in"
_START_SECONDS = 60


@dataclass
class CityId:
    """A running stand-in. ``persons`` may be changed and written again: the next sign-in page reads the file anew."""

    url: str
    file: Path
    key_file: Path
    persons: list[dict[str, Any]] = field(default_factory=list)

    def change(self, sub: str, **facts: str) -> None:
        """Let a person be somebody else from now on, as the city ID tells it."""
        next(person for person in self.persons if person["sub"] == sub).update(facts)
        self.write()

    def write(self) -> None:
        lines = []
        for person in self.persons:
            lines.append("[[person]]")
            lines += [f'{name} = "{value}"' for name, value in person.items()]
        self.file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        moment = time.time_ns()
        os.utime(self.file, ns=(moment, moment))

    def signing_key(self) -> str:
        """The stand-in's private key: what a forger would need."""
        return self.key_file.read_text(encoding="ascii")


PERSONS = [
    {"sub": f"test-{level}", "last_name": last, "first_name": first, "middle_name": middle, "level": level,
     "role": "owner", "birthdate": "1980-05-06", "email": f"{level}@people.example", "mobile": f"+7000000000{number}"}
    for number, (level, first, middle, last) in enumerate(
        [("full", "Анна", "Сергеевна", "Сергеева"), ("standard", "Борис", "Ильич", "Сергеев"),
         ("simplified", "Вера", "Дмитриевна", "Кузнецова")], 1)
] + [
    {"sub": "test-minor", "last_name": "Сергеева", "first_name": "Соня", "level": "standard", "role": "minor",
     "birthdate": "2012-05-16", "email": "minor@people.example"},
    {"sub": "test-no-level", "last_name": "Безуровнев", "first_name": "Иван", "level": "", "role": "none",
     "birthdate": "1990-01-01"},
]  # fmt: skip


CLIENT_SECRET = "demo-only-city-id-client-secret-of-this-machine"


@contextmanager
def running(folder: Path, *, site_url: str) -> Iterator[CityId]:
    """Start the stand-in for a site at ``site_url``, with a database of its own that is dropped again."""
    data = Path(os.environ["DVOR_DATA"]).resolve()
    port = _free_port()
    city = CityId(
        f"http://127.0.0.1:{port}", folder / "persons.toml", data / "city_id.pem", [dict(one) for one in PERSONS]
    )
    city.write()
    assert tomllib.loads(city.file.read_text(encoding="utf-8"))["person"]
    database = f"city_id_test_{os.getpid()}_{secrets.token_hex(3)}"
    process = subprocess.Popen(
        [sys.executable, "-m", "dvor.demo.stand_ins.city_id", "--port", str(port), "--database", database,
         "--persons", str(city.file)],
        env={
            **os.environ, "CITY_ID_ISSUER": city.url, "DVOR_SITE_URL": site_url, "DJANGO_SETTINGS_MODULE": "",
            "CITY_ID_CLIENT_SECRET": CLIENT_SECRET,  # whatever another test put into the environment
        },
        cwd=Path(__file__).resolve().parent.parent, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        _wait(process, city.url)
        yield city
    finally:
        process.terminate()
        process.wait(20)
        if process.stdout:
            process.stdout.close()
        _drop(database)


def _wait(process: subprocess.Popen[str], url: str) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise AssertionError(f"the stand-in did not start:\n{process.stdout.read() if process.stdout else ''}")
        try:
            requests.get(f"{url}/.well-known/openid-configuration", timeout=2).raise_for_status()
        except requests.RequestException:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the stand-in did not start in time")


def _drop(database: str) -> None:
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as connection:
        connection.execute(f'drop database if exists "{database}" with (force)')


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Browser:
    """A person's browser at the city ID: follows redirects inside it, stops at the first address outside."""

    def __init__(self, city: CityId) -> None:
        self.city = city
        self.http = requests.Session()

    def go(self, address: str) -> tuple[str, requests.Response]:
        """The address where the walk left the city ID (empty when it ended inside), and the last answer."""
        while True:
            answer = self.http.get(address, allow_redirects=False, timeout=20)
            address = answer.headers.get("Location", "")
            if not address:
                return "", answer
            if address.startswith("/"):
                address = self.city.url + address
            if not address.startswith(self.city.url):
                return address, answer

    def choose(self, address: str, **pressed: str) -> str:
        """Open the address, press a button of the list (``sub="…"`` or ``deny="1"``), return where the site is told."""
        outside, page = self.go(address)
        if outside:
            return outside
        assert page.ok, page.text
        fields = dict(re.findall(r'name="(csrfmiddlewaretoken|next)" value="([^"]*)"', page.text))
        onward = fields["next"].replace("&amp;", "&")
        answer = self.http.post(
            page.url,
            data={"csrfmiddlewaretoken": fields["csrfmiddlewaretoken"], "next": onward, **pressed},
            allow_redirects=False,
            timeout=20,
        )
        assert answer.status_code == 302, answer.text
        onward = answer.headers["Location"]
        return self.go(self.city.url + onward)[0] if onward.startswith("/") else onward


def app_id_token(city: CityId, sub: str, *, scope: str = "openid profile contacts birthday", nonce: str = "n1") -> str:
    """Walk the way of a resident's app (public client, PKCE) and return the ID token it gets."""
    return str(app_tokens(city, sub, scope=scope, nonce=nonce)["id_token"])


def app_tokens(
    city: CityId, sub: str, *, scope: str = "openid profile contacts birthday", nonce: str = "n1"
) -> dict[str, Any]:
    code, verifier = app_code(city, sub, scope=scope, nonce=nonce)
    answer = exchange(city, code, code_verifier=verifier)
    assert answer.ok, answer.text
    return dict(answer.json())


def app_code(city: CityId, sub: str, *, scope: str, nonce: str) -> tuple[str, str]:
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    asked = {
        "client_id": "dvor-app", "redirect_uri": APP_RETURN, "response_type": "code", "scope": scope, "state": "s1",
        "nonce": nonce, "code_challenge": challenge, "code_challenge_method": "S256",
    }  # fmt: skip
    back = Browser(city).choose(f"{city.url}/identity/o/authorize?{urlencode(asked)}", sub=sub)
    assert back.startswith(APP_RETURN), back
    told = parse_qs(urlsplit(back).query)
    assert told["state"] == ["s1"], back
    return told["code"][0], verifier


def exchange(city: CityId, code: str, **fields: str) -> requests.Response:
    asked = {"grant_type": "authorization_code", "code": code, "client_id": "dvor-app", "redirect_uri": APP_RETURN}
    return requests.post(f"{city.url}/identity/o/api/token", data={**asked, **fields}, timeout=20)
