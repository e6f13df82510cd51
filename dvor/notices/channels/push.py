"""Web Push (RFC 8030, 8291, 8292): each notice at most once on each device.

A claim is committed before the first byte leaves, and only an answer of the push service that says «not taken» gives
it back, to wait. A service that is busy is left alone for all its devices. A device that is gone is forgotten.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import translation

from dvor.base import clock
from dvor.notices import devices, kinds
from dvor.notices.channels import outside
from dvor.notices.kinds import Channel
from dvor.notices.models import Delivery, Preference, Push
from dvor.notices.wording import word

POINTLESS_AFTER = timedelta(days=1)  # later it would only confuse; the page shows the notice anyway
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 20, 60, 240))  # then it is given up
PAUSE_MAX = timedelta(hours=6)  # whatever a service asks for
TITLE_LENGTH, TEXT_LENGTH, BLOCK = 100, 160, 256
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})

Ending = Delivery.Ending


@dataclass(frozen=True, slots=True)
class _Result:
    ending: Delivery.Ending
    detail: str = ""
    again_at: datetime | None = None  # of a postponed one
    whole_service: bool = False


def is_on() -> bool:
    """Whether this site has a key to sign with; without one nobody is offered the channel."""
    return bool(settings.PUSH_KEY)


def public_key() -> str:
    """What a browser subscribes with: the uncompressed point, base64url."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    point = _signer().public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def send(*, first: int, last: int, at: datetime) -> int:
    """Send the due pushes with these numbers, each in its own transaction; return how many were taken."""
    sent, number = 0, first - 1
    while claimed := _claim(after=number, last=last, at=at):
        push, payload = claimed
        result = _deliver(push, payload, at=at) if payload else _Result(Ending.SKIPPED)
        _conclude(push, result, last=last, at=at)
        number = push.pk
        sent += result.ending == Ending.SENT
    return sent


@transaction.atomic
def _claim(*, after: int, last: int, at: datetime) -> tuple[Push, bytes | None] | None:
    """Take and word the next due push; two workers never get the same, and neither waits for the other."""
    due = Push.objects.filter(pk__gt=after, pk__lte=last, waits=False, started_at__isnull=True)
    declined = Preference.objects.filter(
        resident_id=OuterRef("notice__resident_id"), kind=OuterRef("notice__kind"), channel=Channel.PUSH, wanted=False
    )
    found = due.annotate(is_declined=Exists(declined)).select_related("notice__resident", "device")
    push = found.select_for_update(skip_locked=True, of=("self",)).order_by("pk").first()
    if push is None:
        return None
    push.started_at = at
    push.save(update_fields=["started_at"])
    notice, kind = push.notice, kinds.find(push.notice.kind)
    is_late = max(notice.told_at, push.due_at) < at - POINTLESS_AFTER
    is_seen = notice.read_at is not None
    is_declined = push.is_declined and kind is not None and Channel.PUSH not in kind.fixed
    gone = notice.resident.deleted_at is not None
    if kind is None or is_late or is_seen or is_declined or gone or not is_on():
        return push, None
    return push, payload_of(push, kind)


def payload_of(push: Push, kind: kinds.FactKind) -> bytes:
    """Title, a short text, the path: what a locked screen may show. Padded, so that its length tells little."""
    notice = push.notice
    words = word(kind, notice.context, language=notice.resident.language)
    line = words.body.split("\n", 1)[0].strip()
    with translation.override(notice.resident.language):
        told = {
            "title": _short(words.subject, TITLE_LENGTH),
            "text": _short(line, TEXT_LENGTH),
            "url": notice.url or "/notifications/",
            "tag": f"notice-{notice.pk}",
            "lang": notice.resident.language,
        }
    body = json.dumps(told, ensure_ascii=False).encode()
    return body + b" " * (-len(body) % BLOCK)


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _deliver(push: Push, payload: bytes, *, at: datetime) -> _Result:
    address = devices.address_of(push.device)
    kind = kinds.find(push.notice.kind)
    try:
        body, headers = _encrypted(address, payload), _headers(address, push, at=at)
        headers["Urgency"] = "high" if kind and kind.urgent else "normal"
        answer = outside.post(address.endpoint, body=body, headers=headers)
    except outside.Forbidden as told:
        return _Result(Ending.REFUSED, f"Forbidden {told}"[:100])
    except outside.Unreachable as told:
        return _postponed(push, f"Unreachable {told}"[:100], None, at=at)
    except (OSError, http.client.HTTPException) as lost:  # taken or not, nobody knows
        return _Result(Ending.UNKNOWN, type(lost).__name__)
    if 200 <= answer.status < 300:
        return _Result(Ending.SENT, str(answer.status))
    if answer.status in (404, 410):
        return _Result(Ending.GONE, str(answer.status))
    if answer.status in _BUSY:
        return _postponed(push, str(answer.status), _retry_after(answer.retry_after, at=at), at=at)
    return _Result(Ending.REFUSED, str(answer.status))


def _postponed(push: Push, detail: str, asked: timedelta | None, *, at: datetime) -> _Result:
    if push.tries >= len(PAUSES):
        return _Result(Ending.REFUSED, detail)
    pause = max(PAUSES[push.tries], asked or timedelta())
    return _Result(Ending.POSTPONED, detail, at + min(pause, PAUSE_MAX), whole_service=asked is not None)


def _retry_after(text: str, *, at: datetime) -> timedelta | None:
    """Seconds or a date of the outside clock (RFC 9110); nothing when it says nothing that one can read."""
    if text.strip().isdecimal() and len(text.strip()) < 9:
        return timedelta(seconds=int(text))
    try:
        moment = parsedate_to_datetime(text)
        return max(clock.inside(moment) - at, timedelta())
    except (ValueError, TypeError):
        return None


@transaction.atomic
def _conclude(push: Push, result: _Result, *, last: int, at: datetime) -> None:
    """Log the attempt; forget a device that is gone, let a postponed push wait, and with it a busy service's others."""
    mine = Push.objects.filter(pk=push.pk)
    if result.ending == Ending.SENT:
        mine.update(sent_at=at)
    elif result.ending == Ending.POSTPONED:
        mine.update(started_at=None, waits=True, due_at=result.again_at, tries=push.tries + 1)
        if result.whole_service:
            others = Push.objects.filter(
                Q(device__host=push.device.host), pk__gt=push.pk, pk__lte=last, waits=False, started_at__isnull=True
            )
            locked = others.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)
            Push.objects.filter(pk__in=list(locked)).update(waits=True, due_at=result.again_at)
    Delivery.objects.create(
        notice_id=push.notice_id, device_number=push.device_id, attempted_at=at, ending=result.ending,
        detail=result.detail,
    )  # fmt: skip
    if result.ending == Ending.GONE:
        devices.forget(push.device)


def _encrypted(address: devices.Address, payload: bytes) -> bytes:
    from pywebpush import WebPusher  # brings an HTTP stack that only workers need

    keys = {"p256dh": address.p256dh, "auth": address.auth}
    encoded: dict[str, Any] = WebPusher({"endpoint": address.endpoint, "keys": keys}).encode(payload)
    return bytes(encoded["body"])


def _headers(address: devices.Address, push: Push, *, at: datetime) -> dict[str, str]:
    """The signature, valid for an hour; and a topic: a service that took a push twice shows the later one alone."""
    origin = address.endpoint.split("/", 3)[:3]
    claims = {
        "aud": "/".join(origin),
        "sub": f"mailto:{settings.CITY['email']}",
        "exp": int((clock.outside(at) + timedelta(hours=1)).timestamp()),
    }
    topic = hashlib.sha256(f"{settings.SECRET_KEY}:{push.notice_id}".encode()).hexdigest()[:32]
    return {
        **_signer().sign(claims),
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "TTL": str(int(POINTLESS_AFTER.total_seconds())),
        "Topic": topic,
    }


def _signer() -> Any:
    return _signer_of(settings.PUSH_KEY)


@cache
def _signer_of(key: str) -> Any:
    from py_vapid import Vapid02

    return Vapid02.from_raw(key.encode())
