"""A stand-in push service: it answers as told, and opens what it is sent as only the browser could."""

from __future__ import annotations

import base64
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from dvor.notices.devices import Address


def plain(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unplain(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Browser:
    """One browser's subscription, with the keys that never leave it."""

    endpoint: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def address(self) -> Address:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return Address(self.endpoint, plain(point), plain(self.auth))

    def open(self, body: bytes) -> dict[str, Any]:
        opened = http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm")
        assert len(opened) % 256 == 0, "the length of a payload tells nothing"
        return json.loads(opened)


@dataclass
class Sent:
    """One request that came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def claims(self) -> dict[str, Any]:
        """What is signed, checked with the key that came along."""
        told = dict(part.strip().split("=", 1) for part in self.headers["authorization"].split(" ", 1)[1].split(","))
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unplain(told["k"]))
        audience = "http://" + self.headers["host"]
        return jwt.decode(
            told["t"], point, algorithms=["ES256"], audience=audience, options={"verify_exp": False}
        )  # fmt: skip


class Service(ThreadingHTTPServer):
    """Takes everything with 201, unless ``answers`` holds another status (with headers) for the next request."""

    request_queue_size = 64
    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Door)
        self.sent: list[Sent] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.hang_up = False

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    def browser(self, name: str = "anna") -> Browser:
        return Browser(f"http://{self.host}/push/{name}")


class _Door(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.sent.append(Sent(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        if self.server.hang_up:
            self.connection.close()
            return
        status, headers = self.server.answers.pop(0) if self.server.answers else (201, {})
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_line: object) -> None:
        """Nothing on the screen of the tests."""


@contextmanager
def running(port: int = 0) -> Iterator[Service]:
    service = Service(port)
    threading.Thread(target=service.serve_forever, daemon=True).start()
    try:
        yield service
    finally:
        service.shutdown()
        service.server_close()
