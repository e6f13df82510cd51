"""What is left of mails: those whose job died; notices too old to keep, or of residents who asked to be forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from dvor.notices.channels import mail
from dvor.notices.models import Notice, Preference

MAIL_LATE_AFTER = timedelta(hours=1)
KEPT = timedelta(days=400)
BATCHES_MAX = 100


def resume(*, at: datetime) -> int:
    """Send the mails that were due an hour ago and are still there: their job was killed. Return how many left.

    After three days a mail would only confuse; the page shows the notice anyway.
    """
    late = Notice.objects.filter(
        by_mail=True,
        mail_started_at__isnull=True,
        told_at__lt=at - MAIL_LATE_AFTER,
        told_at__gt=at - mail.POINTLESS_AFTER,
    )
    batches = late.order_by().values_list("batch", flat=True).distinct()[:BATCHES_MAX]
    return sum(mail.send(batch=str(batch), at=at) for batch in list(batches))


def forget(*, at: datetime) -> int:
    """Delete notices older than 400 days with their delivery log; return how many rows went.

    No event is told again after so long: their keys carry a month.
    """
    return Notice.objects.filter(told_at__lt=at - KEPT).delete()[0]


def erase(*, resident_ids: Sequence[int], at: datetime) -> None:
    """Forget what these residents were told and what they chose; called by ``people`` when it erases them."""
    Notice.objects.filter(resident_id__in=resident_ids).delete()
    Preference.objects.filter(resident_id__in=resident_ids).delete()
