"""The HTTP API, as YooKassa's v3: Basic auth, Idempotence-Key, the same objects and errors."""

from __future__ import annotations

import functools
import hashlib
import hmac
import json
import time
from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from dvor.demo.stand_ins.acquirer import faults, listing, moods, payments, refunds, settings, shapes
from dvor.demo.stand_ins.acquirer.faults import Fault, invalid
from dvor.demo.stand_ins.acquirer.models import Answer, Payment, Refund

KEY_LENGTH_MAX, BODY_MAX = 64, 64 * 1024
KEYS_KEPT = timedelta(hours=24)
Shown = dict[str, Any]


def door(view: Callable[..., Shown]) -> Callable[..., JsonResponse]:
    """Authentication before, errors in the API's shape after."""

    @csrf_exempt
    @functools.wraps(view)
    def answer(request: HttpRequest, **named: str) -> JsonResponse:
        try:
            _authenticate(request)
            return JsonResponse(view(request, **named))
        except Fault as fault:
            return JsonResponse(fault.shown(), status=fault.status)

    return answer


@door
def all_payments(request: HttpRequest) -> Shown:
    """Create a payment, or list them."""
    if request.method == "POST":
        return _once(request, lambda body, at: shapes.payment(payments.create(payments.read(body), at=at)))
    return listing.of(Payment.objects.select_related("method"), request.GET, shapes.payment)


@door
def one_payment(request: HttpRequest, payment_id: str) -> Shown:
    _read_mood()
    return shapes.payment(payments.find(payment_id))


@door
def capture(request: HttpRequest, payment_id: str) -> Shown:
    return _once(request, lambda body, at: shapes.payment(payments.capture(payment_id, body, at=at)))


@door
def cancel(request: HttpRequest, payment_id: str) -> Shown:
    return _once(request, lambda body, at: shapes.payment(payments.cancel(payment_id, at=at)))


@door
def all_refunds(request: HttpRequest) -> Shown:
    """Give money back, or list refunds."""
    if request.method == "POST":
        return _once(request, lambda body, at: shapes.refund(refunds.create(body, at=at)))
    return listing.of(Refund.objects.select_related("payment"), request.GET, shapes.refund)


@door
def one_refund(request: HttpRequest, refund_id: str) -> Shown:
    _read_mood()
    return shapes.refund(refunds.find(refund_id))


@door
def behave(request: HttpRequest) -> Shown:
    """For tests: ``{"error_after": {"times": 2, "seconds": 5}, …}``; an empty object makes it behave well again."""
    wanted = _body(request)
    if not wanted:
        moods.forget()
    for kind, how in wanted.items():
        if kind not in moods.Kind.values or not isinstance(how, dict):
            raise invalid(f"Unknown misbehaviour {kind}", parameter=kind)
        moods.ask(kind, times=int(how.get("times", 1)), seconds=int(how.get("seconds", 0)))
    return {"asked": sorted(wanted)}


def _authenticate(request: HttpRequest) -> None:
    scheme, _space, packed = request.headers.get("Authorization", "").partition(" ")
    wanted = f"{settings.SHOP_ID}:{settings.SECRET}".encode()
    try:
        told = b64decode(packed, validate=True) if scheme.lower() == "basic" else b""
    except ValueError:
        told = b""
    if not hmac.compare_digest(told, wanted):
        raise Fault(401, "invalid_credentials", "Basic authentication failed", parameter="Authorization")


def _once(request: HttpRequest, act: Callable[[Mapping[str, Any], datetime], Shown]) -> Shown:
    """Do it once for an idempotence key; the same key with the same body gets the first answer again."""
    if request.method != "POST":
        raise Fault(405, "invalid_request", "Method is not supported")
    key = request.headers.get("Idempotence-Key", "")
    if not 0 < len(key) <= KEY_LENGTH_MAX:
        raise invalid("Idempotence key is missing or too long", parameter="Idempotence-Key")
    if moods.take(moods.Kind.ERROR_BEFORE):
        raise faults.broken()
    at = timezone.now()  # noqa: TID251 other people's clock is the real one
    asked = hashlib.sha256(f"{request.path}\n".encode() + request.body).digest()
    with transaction.atomic():
        Answer.objects.filter(at__lt=at - KEYS_KEPT).delete()
        Answer.objects.bulk_create([Answer(key=key, asked=asked, at=at)], ignore_conflicts=True)
        first = Answer.objects.select_for_update().get(pk=key)
        if bytes(first.asked) != asked:
            raise invalid("Idempotence key duplicated", parameter="Idempotence-Key")
        if first.body is None:
            first.body = act(_body(request), at)
            first.save()
    slow = moods.take(moods.Kind.SLOW)
    if slow:
        time.sleep(slow.seconds)
    if moods.take(moods.Kind.ERROR_AFTER):
        raise faults.broken()
    return dict(first.body)


def _read_mood() -> None:
    if moods.take(moods.Kind.ERROR_READ):
        raise faults.broken()


def _body(request: HttpRequest) -> dict[str, Any]:
    if not request.body:
        return {}
    try:
        told = json.loads(request.body[:BODY_MAX])
    except ValueError:
        raise invalid("Request body is not JSON") from None
    if not isinstance(told, dict):
        raise invalid("Request body is not an object")
    return told
