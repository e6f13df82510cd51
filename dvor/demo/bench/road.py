"""A flat's four readings on their way in: through the API with a token, and through the page's form with a session."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from dvor.demo.bench.flats import VALUES, Measured
from dvor.demo.bench.server import Run, Server

WARM = 160  # requests first, so that each thread of each process has its connection, its statements and its caches


@dataclass(frozen=True, slots=True)
class Pages:
    """CPU time and statements of a page."""

    run: Run
    queries: int


def api(server: Server, flats: Sequence[Measured]) -> Run:
    """POST /api/v1/readings, a flat a request."""
    requests = [_with_token(flat) for flat in flats]
    server.send(requests[:WARM], expected=200)
    return server.send(requests[WARM:], expected=200)


def form(server: Server, flats: Sequence[Measured]) -> Run:
    """POST of the sheet of a flat; the page was looked at before, as it is in life."""
    server.send([_page(flat, f"/meters/{flat.flat_id}/") for flat in flats], expected=200)
    requests = [_sheet(flat) for flat in flats]
    server.send(requests[:WARM], expected=303)
    return server.send(requests[WARM:], expected=303)


def page(server: Server, flats: Sequence[Measured], path: str) -> Run:
    """GET of one page by each resident, whose session has been seen before."""
    requests = [_page(flat, path.format(flat=flat)) for flat in flats]
    server.send(requests, expected=200)
    return server.send(requests, expected=200)


def statements(flat: Measured, path: str, at: datetime) -> int:
    """How many SQL statements a page runs, counted in this process."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": "127.0.0.1", "accept-language": "ru"})
    client.cookies["sessionid"] = flat.session
    client.get(path.format(flat=flat))
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path.format(flat=flat)).status_code == 200
    return len(seen)


def _with_token(flat: Measured) -> bytes:
    body = json.dumps({"readings": [{"meter_id": meter, "values": [VALUES[2]]} for meter in flat.meter_ids]})
    headers = {
        "Authorization": f"Bearer {flat.secret}",
        "Content-Type": "application/json",
        "Idempotency-Key": secrets.token_hex(16),
    }
    return _request("POST", "/api/v1/readings", headers, body)


def _sheet(flat: Measured) -> bytes:
    token = secrets.token_hex(16)
    fields = {f"m{meter}-1": VALUES[2] for meter in flat.meter_ids}
    headers = {
        "Cookie": f"sessionid={flat.session}; csrftoken={token}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return _request("POST", f"/meters/{flat.flat_id}/", headers, urlencode({**fields, "csrfmiddlewaretoken": token}))


def _page(flat: Measured, path: str) -> bytes:
    return _request("GET", path, {"Cookie": f"sessionid={flat.session}"}, "")


def _request(method: str, path: str, headers: dict[str, str], body: str) -> bytes:
    return "\r\n".join([*_lines(method, path, headers, body), "", body]).encode("latin-1")


def _lines(method: str, path: str, headers: dict[str, str], body: str) -> Iterator[str]:
    yield f"{method} {path} HTTP/1.1"
    yield "Host: 127.0.0.1"
    yield "Accept-Language: ru"
    for name, value in headers.items():
        yield f"{name}: {value}"
    if body:
        yield f"Content-Length: {len(body)}"
