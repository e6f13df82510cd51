"""YooKassa, API v3, on its own SDK: the signing of requests and user agent are the SDK's, the sending is ours.

The SDK (3.13) keeps its credentials in a global, sends without any timeout, and dies of an ``AttributeError`` when a
line breaks; its ``Amount`` passes through a float. So its client is subclassed, and sums are written from kopecks.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import requests
from yookassa.client import ApiClient
from yookassa.domain.common import UserAgent

from dvor.payments.acquirers import Charge, Payback, Refused, Remote, RemoteRefund, Stand, Unknown

CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS = 3, 10, 15
ANSWER_BYTES_MAX = 2 * 1024 * 1024
PAGES_MAX = 200  # of 100: twenty thousand payments in two days
_STANDS: dict[str, Stand] = {
    "pending": "pending", "waiting_for_capture": "pending", "succeeded": "succeeded", "canceled": "canceled",
}  # fmt: skip
_SUM = re.compile(r"([0-9]{1,12})\.([0-9]{2})")
_CODE = re.compile(r"[a-z0-9_]{1,50}")


class YooKassa:
    """The :class:`dvor.payments.acquirers.Acquirer` of YooKassa."""

    name = "yookassa"

    def __init__(self, *, url: str, shop_id: str, secret: str) -> None:
        self._client = _Client(url=url, shop_id=shop_id, secret=secret)

    def create(self, charge: Charge) -> Remote:
        """``POST /payments`` in one stage. The receipt of law 54-FZ is the payee's: decision 0015."""
        body: dict[str, Any] = {
            "amount": _amount(charge.kopecks),
            "capture": True,
            "description": f"ЖКУ, оплата № {charge.number}",  # nothing about the payer: it is shown to third parties
            "metadata": {"payment": str(charge.number), "mark": str(charge.mark)},
        }
        if charge.method_token:
            body["payment_method_id"] = charge.method_token
        else:
            body["confirmation"] = {"type": "redirect", "return_url": charge.return_url}
            if charge.way:
                body["payment_method_data"] = {"type": charge.way}
            if charge.keep_method:
                body["save_payment_method"] = True
        return _payment(self._client.call("POST", "/payments", mark=charge.mark, body=body))

    def fetch(self, acquirer_id: str) -> Remote:
        """``GET /payments/{id}``."""
        return _payment(self._client.call("GET", f"/payments/{_name(acquirer_id)}"))

    def find(self, mark: UUID, *, since: datetime, until: datetime) -> Remote | None:
        """``GET /payments`` by creation time, all pages."""
        asked = {"created_at.gte": _moment(since), "created_at.lte": _moment(until)}
        found = (_payment(item) for item in self._listed("/payments", asked) if _mark(item) == mark)
        return next(found, None)

    def refund(self, payback: Payback) -> RemoteRefund:
        """``POST /refunds``."""
        body = {
            "payment_id": payback.payment_id,
            "amount": _amount(payback.kopecks),
            "metadata": {"mark": str(payback.mark)},
        }
        return _refund(self._client.call("POST", "/refunds", mark=payback.mark, body=body))

    def fetch_refund(self, acquirer_id: str) -> RemoteRefund:
        """``GET /refunds/{id}``."""
        return _refund(self._client.call("GET", f"/refunds/{_name(acquirer_id)}"))

    def find_refund(self, mark: UUID, *, payment_id: str) -> RemoteRefund | None:
        """``GET /refunds`` of one payment, all pages."""
        listed = self._listed("/refunds", {"payment_id": payment_id})
        return next((_refund(item) for item in listed if _mark(item) == mark), None)

    def _listed(self, path: str, asked: dict[str, str]) -> Iterator[dict[str, Any]]:
        asked = {**asked, "limit": "100"}
        for _page in range(PAGES_MAX):
            answer = self._client.call("GET", path, asked=asked)
            items = answer.get("items")
            if not isinstance(items, list):
                raise Unknown("unreadable")
            yield from (item for item in items if isinstance(item, dict))
            if not answer.get("next_cursor"):
                return
            asked["cursor"] = str(answer["next_cursor"])
        raise Unknown("list_too_long")


class _Client(ApiClient):  # type: ignore[misc]
    """The SDK's client with credentials of its own, timeouts, and no log of bodies."""

    def __init__(self, *, url: str, shop_id: str, secret: str) -> None:  # the SDK's own reads a global
        self.endpoint, self.shop_id, self.shop_password, self.auth_token = url, shop_id, secret, None
        self.user_agent = UserAgent()

    def call(
        self, method: str, path: str, *, mark: UUID | None = None, body: Any = None, asked: dict[str, str] | None = None
    ) -> dict[str, Any]:
        """One request, never repeated here: the caller's row says whether and when it is repeated."""
        headers = self.prepare_request_headers({"Idempotence-Key": str(mark)} if mark else None)
        try:
            with requests.Session() as session:
                session.auth = lambda request: request  # or else ~/.netrc would replace our header
                answer = session.request(
                    method, self.endpoint + path, params=asked, headers=headers, json=body, stream=True,
                    timeout=(CONNECT_SECONDS, READ_SECONDS), allow_redirects=False,
                )  # fmt: skip
                content = _content(answer)
        except requests.ConnectTimeout:
            raise Unknown("no_connection") from None
        except requests.Timeout:
            raise Unknown("timeout") from None
        except requests.RequestException:  # its text names the address and may name the payer's: not for the log
            raise Unknown("connection_lost") from None
        return _read(answer.status_code, content)


def _content(answer: requests.Response) -> bytes:
    """The body, bounded in bytes and in time: an answer that drips is a timeout."""
    began, parts, length = time.monotonic(), [], 0
    for part in answer.iter_content(65_536):
        parts.append(part)
        length += len(part)
        if length > ANSWER_BYTES_MAX:
            raise Unknown("answer_too_long")
        if time.monotonic() - began > WHOLE_SECONDS:
            raise Unknown("timeout")
    return b"".join(parts)


def _read(status: int, content: bytes) -> dict[str, Any]:
    if status == 429 or not 200 <= status < 500 or 300 <= status < 400:
        raise Unknown(f"http_{status}")
    try:
        found = json.loads(content)
    except ValueError:
        found = None
    if status == 200 and isinstance(found, dict):
        return found
    if status >= 400:
        code = str(found.get("code", "")) if isinstance(found, dict) else ""
        raise Refused(code if _CODE.fullmatch(code) else f"http_{status}")
    raise Unknown("unreadable" if status == 200 else f"http_{status}")


def _payment(found: dict[str, Any]) -> Remote:
    try:
        method = found.get("payment_method") or {}
        return Remote(
            id=_name(found["id"]),
            stand=_STANDS[found["status"]],
            kopecks=_kopecks(found["amount"]["value"]),
            currency=str(found["amount"]["currency"]),
            mark=_mark(found),
            captured_at=datetime.fromisoformat(found["captured_at"]) if found.get("captured_at") else None,
            confirmation_url=_address((found.get("confirmation") or {}).get("confirmation_url")),
            method_type=_code(method.get("type"))[:30],
            method_token=str(method["id"]) if method.get("saved") is True else "",
            cancel_reason=_code((found.get("cancellation_details") or {}).get("reason")),
            note="waits_for_capture" if found["status"] == "waiting_for_capture" else "",
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Unknown("unreadable") from None


def _refund(found: dict[str, Any]) -> RemoteRefund:
    try:
        return RemoteRefund(
            id=_name(found["id"]),
            payment_id=_name(found["payment_id"]),
            stand=_STANDS[found["status"]],
            kopecks=_kopecks(found["amount"]["value"]),
            currency=str(found["amount"]["currency"]),
            mark=_mark(found),
            cancel_reason=_code((found.get("cancellation_details") or {}).get("reason")),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Unknown("unreadable") from None


def _amount(kopecks: int) -> dict[str, str]:
    return {"value": f"{kopecks // 100}.{kopecks % 100:02d}", "currency": "RUB"}


def _kopecks(value: Any) -> int:
    match = _SUM.fullmatch(str(value))
    if match is None:
        raise ValueError("not a sum")
    return int(match[1]) * 100 + int(match[2])


def _mark(found: dict[str, Any]) -> UUID | None:
    try:
        return UUID((found.get("metadata") or {})["mark"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _name(value: Any) -> str:
    """An id of the acquirer; it goes into addresses, so nothing else may."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", str(value)):
        raise ValueError("not an id")
    return str(value)


def _address(value: Any) -> str:
    text = str(value or "")
    return text if re.fullmatch(r"https?://[\x21-\x7e]{1,990}", text) else ""


def _code(value: Any) -> str:
    text = str(value or "")
    return text if _CODE.fullmatch(text) else ""


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
