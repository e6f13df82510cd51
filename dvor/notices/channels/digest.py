"""Digests: all that waited for one resident in one mail, at most once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from dvor.notices import kinds
from dvor.notices.channels import mail
from dvor.notices.channels.letters import compose_digest
from dvor.notices.channels.mail import Claimed
from dvor.notices.models import Delivery, Notice, Rhythm


def send(*, first: int, last: int, at: datetime) -> int:
    """Send the released digests of residents with these numbers; return how many mails left. Raises like mail's."""
    return mail.send_each(lambda after: _claim(after=after, last=last, at=at), first=first, at=at)


@transaction.atomic
def _claim(*, after: int, last: int, at: datetime) -> Claimed | None:
    """Take all that was released for the next resident. Who holds the row of his rhythm holds his digest, so two
    workers never split it into two mails."""
    due = Notice.objects.filter(in_digest=True, by_mail=True, mail_waits=False, mail_started_at__isnull=True)
    waiting = Rhythm.objects.filter(Exists(due.filter(resident_id=OuterRef("resident_id"))))
    rhythm = (
        waiting.filter(resident_id__gt=after, resident_id__lte=last)
        .select_for_update(skip_locked=True)
        .order_by("resident_id")
        .first()
    )
    if rhythm is None:
        return None
    mine = mail.unwanted(due.filter(resident_id=rhythm.resident_id)).select_related("resident").order_by("pk")
    notices = list(mine.select_for_update(of=("self",)))
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(mail_started_at=at)
    wanted = [notice for notice in notices if mail.is_due(notice, kinds.find(notice.kind), at=at)]
    _skip([notice for notice in notices if notice not in wanted], at=at)
    return Claimed(rhythm.resident_id, wanted, compose_digest(wanted, mails=rhythm.mails) if wanted else None)


def _skip(notices: list[Notice], *, at: datetime) -> None:
    Delivery.objects.bulk_create(
        Delivery(notice=notice, attempted_at=at, ending=Delivery.Ending.SKIPPED) for notice in notices
    )
