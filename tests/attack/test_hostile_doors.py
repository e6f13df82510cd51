"""The API's doors: cursors that were tampered with, odd addresses, methods and headers."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.attack.hostile import Attack
from tests.attack.hostile_scene import Scene

pytestmark = pytest.mark.django_db
LISTS = ("transfers", "awards", "orders", "rewards", "readings?flat={flat}")


def get(name: str, path: str, status: int, says: str, **more: Any) -> Attack:
    return Attack(name=name, path=f"/api/v1/{path}", method="GET", status=status, says=says, **more)


def page_of(scene: Scene, path: str, cursor: str, **more: Any) -> Attack:
    joint = "&" if "?" in path else "?"
    return get("cursor", f"{path}{joint}limit=1&cursor={cursor}", 400, "cursor_unusable", **more)


# ── Cursors ──────────────────────────────────────────────────────────────────────────────────────────────────────
def packed(values: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


FORGED = {
    "a word": "next",
    "signs": "%2F%3D%2B",
    "a number": "1",
    "letters of another script": "%D0%B4%D0%B0%D0%BB%D1%8C%D1%88%D0%B5",
    "a mark without keys": "0" * 16,
    "keys of our shape with a mark of zeros": "0" * 16 + packed(["2026-10-20T12:00:00+03:00", 1]),
    "keys without a mark": packed(["2026-10-20T12:00:00+03:00", 1]),
    "keys that are no list": "0" * 16 + packed({"a": 1}),
    "keys that never end": "0" * 16 + "W" * 300,
    "blanks": "%20%20%20",
    "a quote": "'--",
}


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("name", FORGED)
def test_a_cursor_that_we_did_not_give(scene: Scene, path: str, name: str) -> None:
    scene.assert_refused(page_of(scene, path, FORGED[name]))


@pytest.mark.parametrize("path", ["transfers", "orders", "rewards"])
@pytest.mark.parametrize("change", ["cut", "longer", "first letter", "last letter", "capitals", "twice"])
def test_a_cursor_of_ours_that_was_changed(scene: Scene, path: str, change: str) -> None:
    good = scene.send(get("first", f"{path}?limit=1", 200, "")).json()["next"]
    changed = {
        "cut": good[:-2],
        "longer": good + "AA",
        "first letter": ("0" if good[0] != "0" else "1") + good[1:],
        "last letter": good[:-1] + ("A" if good[-1] != "A" else "B"),
        "capitals": good.upper(),
        "twice": good + good,
    }[change]
    scene.assert_refused(page_of(scene, path, changed))


def test_a_cursor_of_another_list_or_person_shows_nothing_of_theirs(scene: Scene) -> None:
    of_rewards = scene.send(get("rewards", "rewards?limit=1", 200, "")).json()["next"]
    for path in ("transfers", "orders", "awards"):
        scene.assert_refused(page_of(scene, path, of_rewards))
    of_gleb = scene.send(get("moves", "transfers?limit=1", 200, "", by="gleb")).json()["next"]
    mine = scene.send(get("mine", "transfers?limit=100", 200, "")).json()["items"]
    seen = scene.send(get("theirs", f"transfers?limit=100&cursor={of_gleb}", 200, "")).json()["items"]
    assert all(line in mine for line in seen)


# ── Addresses and parameters ─────────────────────────────────────────────────────────────────────────────────────
PARAMETERS = [
    get(f"{path} with {query}", f"{path}{'&' if '?' in path else '?'}{query}", 422, "request_invalid")
    for path, queries in {
        "transfers": ("limit=0", "limit=-1", "limit=101", "limit=x", "limit=1.5", "limit=", f"limit={'9' * 400}"),
        "awards": ("limit=0", "kind=" + "x" * 41, "cursor=" + "x" * 401),
        "orders": ("limit=1000", "limit=%D9%A1%D9%A1%D9%A1%D9%A1"),
        "rewards": ("category=A", "category=%F0%9F%8F%A0", "category=" + "x" * 41, "affordable=perhaps", "limit=NaN"),
        "houses": ("search=", "search=x"),
        "meters": ("flat=", "flat=1.5", "flat=1e3", "flat=null", "flat=-0"),
    }.items()
    for query in queries
]
ADDRESSES = [
    Attack(name=f"{method} {path}", path=path, method=method, by=by, status=status, says=says)
    for method, path, by, status, says in [
        ("GET", "/api/", "", 404, "not_found"),
        ("GET", "/api/v1/", "anna", 404, "not_found"),
        ("GET", "/api/v2/wallet", "anna", 404, "not_found"),
        ("GET", "/api/v1/wallet/", "anna", 404, "not_found"),
        ("GET", "/api/v1//wallet", "anna", 404, "not_found"),
        ("GET", "/api/v1/Wallet", "anna", 404, "not_found"),
        ("GET", "/api/v1/wallet.json", "anna", 404, "not_found"),
        ("GET", "/api/v1/../../console/", "anna", 404, "not_found"),
        ("GET", "/api/v1/%2e%2e/%2e%2e/etc/passwd", "anna", 404, "not_found"),
        ("GET", "/api/v1/wallet%00", "anna", 400, "request_unreadable"),
        ("GET", "/api/v1/wallet?a=%00", "anna", 400, "request_unreadable"),
        ("GET", "/api/v1/%FF%FE", "anna", 404, "not_found"),
        ("GET", "/api/v1/rewards/%D9%A1", "anna", 422, "request_invalid"),
        ("GET", "/api/v1/rewards/7;drop", "anna", 422, "request_invalid"),
        ("GET", "/api/v1/rewards/{draft}", "anna", 404, "reward_unknown"),
        ("GET", "/api/v1/rewards/{draft}", "petr", 404, "reward_unknown"),
        ("GET", "/api/v1/" + "x" * 8_000, "anna", 404, "not_found"),
        ("TRACE", "/api/v1/wallet", "anna", 405, "method_not_allowed"),
        ("OPTIONS", "/api/v1/wallet", "anna", 405, "method_not_allowed"),
        ("CONNECT", "/api/v1/wallet", "anna", 405, "method_not_allowed"),
        ("PROPFIND", "/api/v1/wallet", "anna", 405, "method_not_allowed"),
        ("", "/api/v1/wallet", "anna", 405, "method_not_allowed"),
    ]
]  # fmt: skip
HEADERS = [
    Attack(name=f"headers {headers!r:.60}", path="/api/v1/flats/{flat}", method=method, by=by, status=status, says=says,
           headers=headers, raw=body)
    for method, by, headers, status, says, body in [
        ("GET", "anna", {"x-http-method-override": "DELETE"}, 405, "method_not_allowed", b""),
        ("POST", "anna", {"x-http-method-override": "DELETE"}, 405, "method_not_allowed", b"{}"),
        ("DELETE", "", {"x-forwarded-user": "anna", "remote-user": "anna"}, 401, "not_signed_in", b""),
        ("DELETE", "", {"x-forwarded-for": "127.0.0.1", "x-real-ip": "127.0.0.1"}, 401, "not_signed_in", b""),
        ("DELETE", "anna", {"host": "evil.example"}, 400, "request_unreadable", b""),
        ("DELETE", "anna", {"host": "testserver:x"}, 400, "request_unreadable", b""),
        ("DELETE", "gleb", {"accept": "text/html", "accept-language": "xx;q=9, *"}, 404, "flat_unknown", b""),
        ("DELETE", "gleb", {"accept-language": "a" * 5_000}, 404, "flat_unknown", b""),
        ("DELETE", "gleb", {"content-encoding": "gzip"}, 404, "flat_unknown", b"x"),
        *(
            ("POST", "anna", {"content-length": length}, 400, "request_unreadable", b"{}")
            for length in ("-1", "x", "1e3", "0x10", "٣", "1, 2")
        ),
        ("POST", "anna", {"content-length": "9" * 30}, 413, "request_too_large", b""),
    ]
]  # fmt: skip


@pytest.mark.parametrize("attack", PARAMETERS + ADDRESSES + HEADERS, ids=str)
def test_an_odd_request(scene: Scene, attack: Attack) -> None:
    scene.assert_refused(attack)


ALL = [*FORGED, *PARAMETERS, *ADDRESSES, *HEADERS]
