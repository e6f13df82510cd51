"""Notifications to the shop: repeated until it answers 200, for a day; on request lost, late or doubled."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from django.db import close_old_connections, connection
from django.utils import timezone

from dvor.demo.stand_ins.acquirer import moods, settings, shapes
from dvor.demo.stand_ins.acquirer.models import Delivery, Payment, Refund

PAUSES = (1, 2, 5, 15, 60, 300, 900, 3600)  # seconds; the last one again and again
GIVE_UP = timedelta(hours=24)
LOOK_SECONDS, ANSWER_SECONDS, AT_ONCE = 0.2, 10, 8


def tell(what: Payment | Refund, *, at: datetime) -> None:
    """Note that the shop is to hear of this; in the transaction of the change itself."""
    is_refund = isinstance(what, Refund)
    event = f"{'refund' if is_refund else 'payment'}.{what.status}"
    shown = shapes.refund(what) if isinstance(what, Refund) else shapes.payment(what)
    body = {"type": "notification", "event": event, "object": shown}
    if moods.take(moods.Kind.LOST):
        due, copies = None, 1
    else:
        late = moods.take(moods.Kind.LATE)
        due = at + timedelta(seconds=late.seconds if late else 0)
        copies = 2 if moods.take(moods.Kind.DUPLICATE) else 1
    for _copy in range(copies):
        Delivery.objects.create(
            created_at=at, due_at=due, event=event, object_id=what.pk, body=body,
            last_answer="" if due else "lost on request",
        )  # fmt: skip


def again(delivery_id: int, *, at: datetime) -> None:
    """Send one once more, also one that was lost."""
    Delivery.objects.filter(pk=delivery_id).update(due_at=at, created_at=at, delivered_at=None, tries=0)


def keep_sending(stop: threading.Event) -> None:
    """Send what is due until told to stop; what is late to be paid expires here too."""
    from dvor.demo.stand_ins.acquirer import payments

    with ThreadPoolExecutor(AT_ONCE) as senders:
        while not stop.wait(LOOK_SECONDS):
            close_old_connections()
            at = timezone.now()  # noqa: TID251 other people's clock is the real one
            payments.expire(at=at)
            due = list(Delivery.objects.filter(due_at__lte=at).order_by("due_at", "id")[:AT_ONCE])
            for delivery, answer in zip(due, senders.map(_send, due), strict=True):
                _note(delivery, answer, at=timezone.now())  # noqa: TID251
            connection.close()


def _send(delivery: Delivery) -> str:
    """The HTTP status as text, or what went wrong."""
    request = urllib.request.Request(  # noqa: S310 the shop's own address
        settings.NOTIFY_URL,
        data=json.dumps(delivery.body, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json", "User-Agent": "AHC/2.1"},
    )
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:  # noqa: S310
            return str(answer.status)
    except urllib.error.HTTPError as refused:
        return str(refused.code)
    except OSError as failed:
        return type(failed).__name__


def _note(delivery: Delivery, answer: str, *, at: datetime) -> None:
    delivery.tries, delivery.last_answer = delivery.tries + 1, answer[:60]
    if answer == "200":
        delivery.delivered_at, delivery.due_at = at, None
    elif at - delivery.created_at > GIVE_UP:
        delivery.due_at = None
    else:
        delivery.due_at = at + timedelta(seconds=PAUSES[min(delivery.tries, len(PAUSES)) - 1])
    delivery.save()
