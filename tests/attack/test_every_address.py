"""Every address of the site, asked by a stranger and by a resident with every method and with rubbish: no failure of
ours, no change. New addresses are covered the day they are mounted."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
import time_machine
from django.test import Client

from tests.attack import hostile
from tests.cast import Cast

RUBBISH_NUMBERS = ("1", "0", "999999999999999999999999")
RUBBISH_TEXTS = ("x", "%00", "..%2f..%2fetc%2fpasswd", "'%22%3E%3Cscript%3E", "%F0%9F%8F%A0" * 40)
BODIES = (
    ("application/x-www-form-urlencoded", b""),
    ("application/x-www-form-urlencoded", b"a=1&a=2&id=999999999999999999999&q=%00%ff"),
    ("application/json", b""),
    ("application/json", b'{"a":'),
    ("application/json", b"[" * 2000),
    ("application/json", b'{"readings": [null], "reward_id": 1e400, "quantity": -1}'),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=a\r\n"),
    ("text/plain; charset=utf-7", b"\xff\xfe\x00"),
)
# Writes that anybody may do at any time with an empty form: signing out, choosing a language, reading one's notices.
HARMLESS = re.compile(r"^(sign-out|language|theme|sign-in|notifications|accounts|profile|console/logout|admin)")
# The console and the counters have tests of their own; /healthz says 503 by design when no worker runs.
OTHERS = ("console/", "accounts/", "metrics", "healthz")
OWN = sorted({route for route, _ in hostile.routes() if not route.startswith(OTHERS)})


def _paths(route: str) -> list[str]:
    numbers = [re.sub(r"<int:\w+>", number, route) for number in RUBBISH_NUMBERS]
    paths = {re.sub(r"<(?:\w+:)?\w+>", text, path) for path in numbers for text in RUBBISH_TEXTS}
    return sorted("/" + re.sub(r"\(\?P.*?\)", "x", path).replace("\\", "") for path in paths)


@pytest.mark.parametrize("route", OWN)
@pytest.mark.parametrize("person", ["stranger", "vera"])
def test_rubbish_neither_breaks_nor_changes(cast: Cast, at: datetime, route: str, person: str) -> None:
    client = Client(raise_request_exception=False)
    if person != "stranger":
        client.force_login(getattr(cast, person))
    before = hostile.fingerprint()
    failures = []
    with time_machine.travel(at):
        for path in _paths(route):
            answers = [("GET", client.get(path, {"q": "\x00<script>", "page": "-1", "cursor": "x" * 500}))]
            if not HARMLESS.match(route):
                answers += [
                    (f"{method} {kind} {body[:20]!r}", client.generic(method, path, body, content_type=kind))
                    for method in ("POST", "PUT", "PATCH", "DELETE")
                    for kind, body in BODIES
                ]
            failures += [
                f"{what} {path} → {answer.status_code}" for what, answer in answers if answer.status_code >= 500
            ]
    assert not failures, "\n".join(failures[:20])
    assert hostile.fingerprint() == before
