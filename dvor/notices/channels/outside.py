"""Posts to addresses that a browser told us: to public HTTPS hosts and nowhere else, however their name resolves.

The name is resolved once, each of its addresses must be public, and the connection goes to the very address that was
looked at: no second answer of a name server leads it inside. Redirects are not followed.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

TIMEOUT_SECONDS = 10.0
ANSWER_MAX = 2_000  # bytes that are read of an answer
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class Forbidden(Exception):
    """The address is not a public HTTPS host's; nothing was sent."""


class Unreachable(Exception):
    """No connection came about; nothing was sent."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the host said."""

    status: int
    retry_after: str


def refuse_private(url: str) -> None:
    """Look at an address without asking a name server.

    Raises:
        Forbidden: when it is not https at the usual port, carries a user name, or names a host that is not public.
    """
    _plain(url)


def post(url: str, *, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send one request and read the beginning of its answer; at most ``TIMEOUT_SECONDS`` a step.

    Raises:
        Forbidden: and nothing was sent.
        Unreachable: and nothing was sent.
        OSError, http.client.HTTPException: the line broke afterwards; taken or not, nobody knows.
    """
    parts = _plain(url)
    with closing(_connected(parts)) as connection:
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path or "/", body=body, headers={"Host": parts.netloc, **headers})
        answer = connection.getresponse()
        answer.read(ANSWER_MAX)
        return Answer(answer.status, answer.headers.get("Retry-After", ""))


def _plain(url: str) -> SplitResult:
    """The parts of an address that names a public host, as far as one can see."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as wrong:
        raise Forbidden(str(wrong)) from wrong
    if _is_stand_in(parts):
        return parts
    host = parts.hostname or ""
    if parts.scheme != "https" or port not in (None, 443) or parts.username is not None or parts.password is not None:
        raise Forbidden("not https")
    if "." not in host or host.endswith((".", ".local", ".internal", ".localhost", ".home.arpa")) or _is_number(host):
        raise Forbidden("not a public name")
    return parts


def _is_stand_in(parts: SplitResult) -> bool:
    return parts.netloc in settings.PUSH_STAND_INS


def _is_number(host: str) -> bool:
    """Push services have names; a number, in whatever notation, is somebody's own machine."""
    return ":" in host or host.rsplit(".", 1)[-1].isdigit() or host.rsplit(".", 1)[-1].startswith("0x")


def _connected(parts: SplitResult) -> http.client.HTTPConnection:
    host = parts.hostname or ""
    is_stand_in = _is_stand_in(parts)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as unknown:
        raise Unreachable(type(unknown).__name__) from unknown
    addresses = [str(address[0]) for _family, _type, _protocol, _name, address in found]
    if not is_stand_in and not all(_is_public(address) for address in addresses):
        raise Forbidden("not a public address")
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
    connection.sock = _line(dict.fromkeys(addresses), port, name=host if parts.scheme == "https" else "")
    return connection


def _line(addresses: Iterable[str], port: int, *, name: str) -> socket.socket:
    """A line to the first address that answers; with TLS when the host has a name to prove."""
    matter: OSError | None = None
    for address in addresses:
        try:
            line = socket.create_connection((address, port), timeout=TIMEOUT_SECONDS)
            return _tls().wrap_socket(line, server_hostname=name) if name else line
        except OSError as away:
            matter = away
    raise Unreachable(type(matter).__name__) from matter


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.split("%")[0])
    return bool(found.is_global and not found.is_multicast and (found.version == 4 or _is_public_inside(found)))


def _is_public_inside(found: ipaddress.IPv6Address) -> bool:
    """An IPv4 address that travels inside an IPv6 one (mapped, 6to4, NAT64) must be public too."""
    inner = found.ipv4_mapped or found.sixtofour
    if found in _NAT64:
        inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    return inner is None or _is_public(str(inner))


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
