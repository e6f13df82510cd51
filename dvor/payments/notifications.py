"""The acquirer's notifications: nothing of them is believed but the name of the object that shall be looked at."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Any

from django.conf import settings
from django.db import transaction

from dvor.base import queue
from dvor.payments import outcomes, refunds
from dvor.payments.acquirers import Unknown
from dvor.payments.models import Notification, Payment, Refund, Source

BODY_BYTES_MAX = 64 * 1024
RESUME_MAX = 100
KEPT = timedelta(days=400)


def is_from_acquirer(address: str) -> bool:
    """Whether an address is one of those that the acquirer publishes. It proves nothing, it keeps strangers out."""
    try:
        sender = ip_address(address)
    except ValueError:
        return False
    if isinstance(sender, IPv6Address) and sender.ipv4_mapped:
        sender = sender.ipv4_mapped
    return any(sender in network for network in settings.ACQUIRER["webhook_addresses"])


def read(body: bytes) -> tuple[str, str] | None:
    """The event's name and the object's id; nothing if it cannot be one."""
    try:
        found: Any = json.loads(body)
        event, object_id = found["event"], found["object"]["id"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not isinstance(event, str) or not re.fullmatch(r"[a-z_.]{1,60}", event):
        return None
    if not isinstance(object_id, str) or not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", object_id):
        return None
    return event, object_id


@transaction.atomic
def take(event: str, object_id: str, *, address: str, at: datetime) -> Notification:
    """Store a notification and have a job look at what it names."""
    from dvor.payments import jobs  # the jobs know the notifications

    notification = Notification.objects.create(received_at=at, address=address, event=event, object_id=object_id)
    queue.defer(jobs.hear, notification_id=notification.pk)
    return notification


def hear(notification_id: int, *, at: datetime) -> str:
    """Look at what a notification names; what came of it. Never inside a transaction.

    ``payment`` and ``refund``: ours, and looked at; ``stranger``: not ours; empty: the acquirer did not answer, and it
    is heard again later.
    """
    notification = Notification.objects.get(pk=notification_id)
    if notification.handled_at is not None:
        return notification.outcome
    try:
        is_refund = notification.event.startswith("refund.")
        outcome = (_refund if is_refund else _payment)(notification.object_id, at=at)
    except Unknown:
        return ""
    Notification.objects.filter(pk=notification_id).update(handled_at=at, outcome=outcome)
    return outcome


def _payment(object_id: str, *, at: datetime) -> str:
    ours = Payment.objects.filter(acquirer_id=object_id).values_list("pk", flat=True).first()
    if ours is not None:
        outcomes.look(ours, source=Source.WEBHOOK, at=at)
        return "payment"
    return "payment" if outcomes.adopt(object_id, source=Source.WEBHOOK, at=at) else "stranger"


def _refund(object_id: str, *, at: datetime) -> str:
    ours = Refund.objects.filter(acquirer_id=object_id).values_list("pk", flat=True).first()
    if ours is not None:
        refunds.look(ours, source=Source.WEBHOOK, at=at)
        return "refund"
    return "refund" if refunds.adopt(object_id, source=Source.WEBHOOK, at=at) else "stranger"


def resume(*, at: datetime) -> int:
    """Hear again what nobody has heard, because the acquirer was away or the job was killed; for three days."""
    waiting = Notification.objects.filter(
        handled_at__isnull=True, received_at__lt=at - timedelta(minutes=2), received_at__gt=at - timedelta(days=3)
    )
    found = list(waiting.order_by("pk").values_list("pk", flat=True)[:RESUME_MAX])
    for notification_id in found:
        hear(notification_id, at=at)
    return len(found)


def forget(*, at: datetime) -> int:
    """Drop notifications that are older than 400 days."""
    return Notification.objects.filter(received_at__lt=at - KEPT).delete()[0]
