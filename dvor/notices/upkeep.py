"""What is left of mails and pushes: those whose job died; notices too old to keep, or of residents who asked to be
forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import F, Max, Min
from django.db.models.functions import Coalesce

from dvor.notices.channels import digest, mail, push
from dvor.notices.models import Device, Notice, Preference, Push, Rhythm

LATE_AFTER = timedelta(hours=1)
KEPT = timedelta(days=400)
BATCHES_MAX = 100


def resume(*, at: datetime) -> int:
    """Send what was due an hour ago and is still there: its job was killed. Return how many mails and pushes left.

    After three days a mail would only confuse, a push after one; the page shows the notice anyway.
    """
    late = Notice.objects.annotate(due_at=Coalesce(F("mail_due_at"), F("told_at"))).filter(
        by_mail=True, mail_started_at__isnull=True, mail_waits=False, due_at__lt=at - LATE_AFTER,
        due_at__gt=at - mail.POINTLESS_AFTER,
    )  # fmt: skip
    batches = late.filter(in_digest=False).order_by().values_list("batch", flat=True).distinct()[:BATCHES_MAX]
    sent = sum(mail.send(batch=str(batch), at=at) for batch in list(batches))
    residents = late.filter(in_digest=True).aggregate(first=Min("resident_id"), last=Max("resident_id"))
    if residents["first"] is not None:
        sent += digest.send(**residents, at=at)
    pushes = Push.objects.filter(
        waits=False, started_at__isnull=True, due_at__lt=at - LATE_AFTER, due_at__gt=at - push.POINTLESS_AFTER
    ).aggregate(first=Min("pk"), last=Max("pk"))
    if pushes["first"] is not None:
        sent += push.send(**pushes, at=at)
    return sent


def forget(*, at: datetime) -> int:
    """Delete notices older than 400 days with their delivery log; return how many rows went.

    No event is told again after so long: their keys carry a month.
    """
    return Notice.objects.filter(told_at__lt=at - KEPT).delete()[0]


def erase(*, resident_ids: Sequence[int], at: datetime) -> None:
    """Forget what these residents were told and what they chose; called by ``people`` when it erases them."""
    for table in (Notice, Preference, Rhythm, Device):
        table._default_manager.filter(resident_id__in=resident_ids).delete()
