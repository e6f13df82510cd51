"""A misbehaving acquirer: YooKassa's API v3 over real HTTP, quick and in memory, with planned faults.

The stand-in of the demo is the faithful one; this one breaks lines in the middle and forgets its keys on request.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

SHOP_ID, SECRET = "100500", "test_secret_of_the_bank"
FAULTS = (
    "error_before", "error_after", "cut_before", "cut_after", "slow_after", "garbage_after", "busy", "redirect",
)  # fmt: skip
_BASIC = "Basic " + b64encode(f"{SHOP_ID}:{SECRET}".encode()).decode()


@dataclass
class Bank:
    """What it knows, what it is to do wrong, and what a payer does there."""

    url: str = ""
    at: datetime = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
    payments: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    keys: dict[str, tuple[str, str]] = field(default_factory=dict)
    keys_at: dict[str, datetime] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    outbox: list[tuple[str, str]] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    refuse_next: str = ""
    declines_refunds: bool = False
    slow_refunds: bool = False
    pays_at_once: bool = False
    lock: threading.RLock = field(default_factory=threading.RLock)

    # ── the payer ────────────────────────────────────────────────────────────────────────────────────────────────
    def press(self, payment_id: str, button: str = "pay") -> None:
        """``pay``, ``decline`` or ``expire``; what has ended stays as it is."""
        with self.lock:
            payment = self.payments[payment_id]
            if payment["status"] != "pending":
                return
            if button == "pay":
                self._take(payment)
            else:
                reason = {"decline": "insufficient_funds", "expire": "expired_on_confirmation"}[button]
                payment.update(status="canceled", cancellation_details={"party": "yoo_money", "reason": reason})
                self.outbox.append(("payment.canceled", payment_id))

    def _take(self, payment: dict[str, Any]) -> None:
        payment.update(status="succeeded", captured_at=_moment(self.at), paid=True)
        payment["payment_method"] = {
            "type": "bank_card", "id": payment["id"], "saved": payment.pop("keep", False),
            "card": {"first6": "555555", "last4": "4444"},
        }  # fmt: skip
        payment.pop("confirmation", None)
        self.outbox.append(("payment.succeeded", payment["id"]))

    def finish_refund(self, refund_id: str) -> None:
        with self.lock:
            if self.refunds[refund_id]["status"] == "pending":
                self.refunds[refund_id]["status"] = "succeeded"
                self.outbox.append(("refund.succeeded", refund_id))

    def refund_by_hand(self, payment_id: str, kopecks: int) -> str:
        """Somebody gives money back in the shop's cabinet."""
        with self.lock:
            return str(self._refund({"payment_id": payment_id, "amount": amount(kopecks)})["id"])

    def forget_keys(self) -> None:
        """A day has passed."""
        self.keys.clear()

    def pass_time(self, pause: timedelta) -> None:
        """Its clock goes on; keys are kept for 24 hours."""
        with self.lock:
            self.at += pause
            for key, since in list(self.keys_at.items()):
                if self.at - since > timedelta(hours=24):
                    self.keys.pop(key, None)

    # ── what the tests count ─────────────────────────────────────────────────────────────────────────────────────
    def charges(self, mark: str) -> list[dict[str, Any]]:
        """The payments under one mark that took money."""
        with self.lock:
            return [one for one in self.payments.values() if one["status"] == "succeeded" and _mark(one) == mark]

    def taken_kopecks(self) -> int:
        return sum(kopecks(one) for one in self.payments.values() if one["status"] == "succeeded")

    def returned_kopecks(self) -> int:
        return sum(kopecks(one) for one in self.refunds.values() if one["status"] == "succeeded")

    # ── the API ──────────────────────────────────────────────────────────────────────────────────────────────────
    def once(self, key: str, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        with self.lock:
            self.bodies.append(body)
            asked = json.dumps([path, body], sort_keys=True)
            if key in self.keys:
                before, number = self.keys[key]
                if before != asked:
                    return 400, {"type": "error", "code": "invalid_request", "description": "Key duplicated"}
                return 200, self.payments.get(number) or self.refunds[number]
            if self.refuse_next:
                code, self.refuse_next = self.refuse_next, ""
                return 400, {"type": "error", "code": code, "description": "A very personal text"}
            found = self._pay(body) if path == "/payments" else self._refund(body)
            if "id" not in found:
                return 400, found
            self.keys[key], self.keys_at[key] = (asked, found["id"]), self.at
            return 200, found

    def _pay(self, body: dict[str, Any]) -> dict[str, Any]:
        number = str(uuid4())
        payment: dict[str, Any] = {
            "id": number, "status": "pending", "amount": body["amount"], "metadata": body.get("metadata", {}),
            "created_at": _moment(self.at), "keep": body.get("save_payment_method", False),
            "confirmation": {"type": "redirect", "confirmation_url": f"{self.url}/checkout/{number}?token=secret"},
        }  # fmt: skip
        self.payments[number] = payment
        if body.get("payment_method_id") or self.pays_at_once:
            self._take(payment)
        return payment

    def _refund(self, body: dict[str, Any]) -> dict[str, Any]:
        payment = self.payments[body["payment_id"]]
        given = sum(
            kopecks(one) for one in self.refunds.values()
            if one["payment_id"] == payment["id"] and one["status"] != "canceled"
        )  # fmt: skip
        if given + kopecks(body) > kopecks(payment):
            return {"type": "error", "code": "invalid_request"}
        number = str(uuid4())
        status = "canceled" if self.declines_refunds else "pending" if self.slow_refunds else "succeeded"
        self.refunds[number] = {
            "id": number, "payment_id": payment["id"], "status": status, "amount": body["amount"],
            "metadata": body.get("metadata", {}), "created_at": _moment(self.at),
        }  # fmt: skip
        if status == "succeeded":
            self.outbox.append(("refund.succeeded", number))
        return self.refunds[number]

    def read(self, path: str, asked: dict[str, str]) -> tuple[int, dict[str, Any]]:
        with self.lock:
            table = self.payments if path.startswith("/payments") else self.refunds
            number = path.split("/")[2] if path.count("/") > 1 else ""
            if number:
                return (200, table[number]) if number in table else (404, {"type": "error", "code": "not_found"})
            since, until = asked.get("created_at.gte", ""), asked.get("created_at.lte", "9")
            found = [
                one for one in table.values()
                if since <= one["created_at"] <= until
                and asked.get("payment_id") in (None, one.get("payment_id"))
            ]  # fmt: skip
            first = int(asked.get("cursor", "0"))
            page: dict[str, Any] = {"type": "list", "items": found[first : first + 2]}  # small pages, to walk them
            if first + 2 < len(found):
                page["next_cursor"] = str(first + 2)
            return 200, page


def amount(sum_kopecks: int) -> dict[str, str]:
    return {"value": f"{sum_kopecks // 100}.{sum_kopecks % 100:02d}", "currency": "RUB"}


def kopecks(one: dict[str, Any]) -> int:
    return int(one["amount"]["value"].replace(".", ""))


def _mark(one: dict[str, Any]) -> str:
    return str(one["metadata"].get("mark", ""))


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


class _Teller(BaseHTTPRequestHandler):
    bank: Bank
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._answer(lambda path, _asked: self.bank.once(self.headers["Idempotence-Key"], path, body))

    def do_GET(self) -> None:
        self._answer(self.bank.read)

    def _answer(self, act: Any) -> None:
        parts = urlsplit(self.path)
        path = parts.path.removeprefix("/v3")
        with self.bank.lock:
            self.bank.asked.append(f"{self.command} {path}")
            fault = self.bank.faults.pop(0) if self.bank.faults else ""
        if self.headers.get("Authorization") != _BASIC:
            return self._tell(401, {"type": "error", "code": "invalid_credentials"})
        if fault == "cut_before":
            return self._cut()
        if fault in ("error_before", "busy", "redirect"):
            return self._tell({"error_before": 500, "busy": 429, "redirect": 302}[fault], {"type": "error"})
        status, told = act(path, dict(parse_qsl(parts.query)))
        if fault == "cut_after":
            return self._cut()
        if fault == "slow_after":
            time.sleep(0.6)
        if fault == "error_after":
            return self._tell(500, {"type": "error"})
        return self._tell(status, told, garbage=fault == "garbage_after")

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _tell(self, status: int, told: dict[str, Any], *, garbage: bool = False) -> None:
        with self.bank.lock:
            content = b"<html>" if garbage else json.dumps(told).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
        except OSError:  # the caller has hung up
            self.close_connection = True

    def log_message(self, *_told: object) -> None: ...


@contextmanager
def opened() -> Iterator[Bank]:
    """A bank on 127.0.0.1 until the end of the test."""
    bank = Bank()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Teller", (_Teller,), {"bank": bank}))
    server.daemon_threads = True
    bank.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield bank
    finally:
        server.shutdown()
        server.server_close()


def settings_of(bank: Bank) -> dict[str, Any]:
    """``settings.ACQUIRER`` for a shop at this bank."""
    from ipaddress import ip_network

    return {
        "url": f"{bank.url}/v3", "shop_id": SHOP_ID, "secret": SECRET,
        "webhook_addresses": [ip_network("127.0.0.1/32"), ip_network("2a02:5180:0:1509::/64")],
    }  # fmt: skip
