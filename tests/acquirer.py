"""The stand-in acquirer as tests use it: a real process on 127.0.0.1, told to misbehave, and a payer who walks it."""

from __future__ import annotations

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psycopg
import requests
from django.conf import settings

SHOP_ID, SECRET = "100500", "test_secret_of_the_stand_in"
_START_SECONDS = 60


@dataclass
class StandIn:
    """A running stand-in: its address, and how to tell it what to do."""

    url: str
    database: str

    @property
    def api(self) -> str:
        return f"{self.url}/v3"

    def behave(self, **moods: dict[str, int]) -> None:
        """``behave(slow={"times": 1, "seconds": 3})``; without moods it behaves well again."""
        answer = requests.post(f"{self.url}/control/behave", json=moods, auth=(SHOP_ID, SECRET), timeout=10)
        assert answer.ok, answer.text

    def press(self, payment_id: str, button: str = "pay", *, method: str = "bank_card") -> str:
        """The payer opens the page of a payment and presses a button; return where the browser is sent."""
        browser = requests.Session()
        page = browser.get(f"{self.url}/checkout/{payment_id}/", timeout=10)
        assert page.ok, page.text
        token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[-1]
        pressed = {"csrfmiddlewaretoken": token, "method": method, button: "1"}
        answer = browser.post(page.url, data=pressed, allow_redirects=False, timeout=10)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]


@dataclass
class Shop:
    """A shop's address for notifications, which answers what it is told to."""

    url: str
    heard: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, list[int]] = field(default_factory=dict)  # by object; then always 200

    def wait(self, count: int, *objects: str, seconds: float = 15) -> list[dict[str, Any]]:
        """What was heard of these objects, once there is so much of it."""
        until = time.monotonic() + seconds
        while len(self.of(objects)) < count and time.monotonic() < until:
            time.sleep(0.05)
        found = self.of(objects)
        assert len(found) >= count, f"{len(found)} notifications of {count} came"
        return found

    def of(self, objects: Iterable[str]) -> list[dict[str, Any]]:
        return [told for told in list(self.heard) if told["object"]["id"] in objects]


@contextmanager
def running(*, notify: str, site_url: str = "http://127.0.0.1:8000") -> Iterator[StandIn]:
    """Start the stand-in, with a database of its own that is dropped again."""
    port = _free_port()
    stand_in = StandIn(f"http://127.0.0.1:{port}", f"acquirer_test_{os.getpid()}_{secrets.token_hex(3)}")
    process = subprocess.Popen(
        [sys.executable, "-m", "dvor.demo.stand_ins.acquirer", "--port", str(port), "--database", stand_in.database,
         "--notify", notify],
        env={**os.environ, "ACQUIRER_SHOP_ID": SHOP_ID, "ACQUIRER_SECRET": SECRET, "DVOR_SITE_URL": site_url,
             "DVOR_DEMO": "yes", "DJANGO_SETTINGS_MODULE": ""},
        cwd=Path(__file__).resolve().parent.parent, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        _wait(process, stand_in.url)
        yield stand_in
    finally:
        process.terminate()
        process.wait(20)
        if process.stdout:
            process.stdout.close()
        with psycopg.connect(settings.DATABASE_URL, autocommit=True) as connection:
            connection.execute(f'drop database if exists "{stand_in.database}" with (force)')


@contextmanager
def shop() -> Iterator[Shop]:
    """Listen to notifications until the end of the test."""
    listener: Shop

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            planned = listener.answers.get(told["object"]["id"])
            status = planned.pop(0) if planned else 200
            listener.heard.append(told)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_told: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
    listener = Shop(f"http://127.0.0.1:{server.server_port}/")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        server.shutdown()
        server.server_close()


def _wait(process: subprocess.Popen[str], url: str) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise AssertionError(f"the stand-in did not start:\n{process.stdout.read() if process.stdout else ''}")
        try:
            requests.get(f"{url}/healthz", timeout=2).raise_for_status()
        except requests.RequestException:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the stand-in did not start in time")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
