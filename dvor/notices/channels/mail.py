"""Mail: each notice at most once. A claim is committed before the first byte leaves, and only an answer of the mail
server that says «not taken» gives it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from dvor.notices import kinds, subscriptions
from dvor.notices.models import Delivery, Notice
from dvor.notices.wording import render, word

POINTLESS_AFTER = timedelta(days=3)  # a later mail would only confuse; the page shows the notice anyway

Ending = Delivery.Ending


class MailServerBusy(Exception):
    """The mail server did not take some mails yet; the job is to be tried again."""


@dataclass(frozen=True, slots=True)
class _Result:
    ending: Delivery.Ending
    detail: str = ""


def send(*, batch: str, at: datetime) -> int:
    """Send the due mails of one batch, each in its own transaction; return how many left.

    Raises:
        MailServerBusy: when some were postponed; calling again sends those and no other.
        OSError: when the mail server cannot be reached; nothing is claimed then.
    """
    sent = postponed = last = 0
    with get_connection() as connection:
        while claimed := _claim(batch=batch, after=last, at=at):
            notice, message = claimed
            result = _deliver(message, connection) if message else _Result(Ending.SKIPPED)
            _conclude(notice, result, at=at)
            last = notice.pk
            sent += result.ending == Ending.SENT
            postponed += result.ending == Ending.POSTPONED
            if result.ending == Ending.UNKNOWN:
                connection.close()
            connection.open()  # again after a break; an error here ends the job before the next claim
    if postponed:
        raise MailServerBusy(f"{postponed} of batch {batch}")
    return sent


@transaction.atomic
def _claim(*, batch: str, after: int, at: datetime) -> tuple[Notice, EmailMessage | None] | None:
    """Take and word the batch's next due mail; two workers never get the same, and neither waits for the other.

    Wording belongs to the claim: a broken template fails loudly and gives the claim back.
    """
    due = Notice.objects.filter(batch=batch, by_mail=True, mail_started_at__isnull=True, pk__gt=after)
    notice = due.select_for_update(skip_locked=True, of=("self",)).select_related("resident").order_by("pk").first()
    if notice is None:
        return None
    notice.mail_started_at = at
    notice.save(update_fields=["mail_started_at"])
    kind, resident = kinds.find(notice.kind), notice.resident
    is_late = notice.told_at < at - POINTLESS_AFTER
    if kind is None or is_late or not resident.email or resident.deleted_at is not None:
        return notice, None
    return notice, compose(notice, kind)


def _deliver(message: EmailMessage, connection: BaseEmailBackend) -> _Result:
    try:
        connection.send_messages([message])
    except (SMTPRecipientsRefused, SMTPResponseException) as answer:
        code = _code(answer)
        return _Result(Ending.REFUSED if code >= 500 else Ending.POSTPONED, f"{type(answer).__name__} {code}")
    except OSError as lost:  # the line broke while the mail was on it: taken or not, nobody knows
        return _Result(Ending.UNKNOWN, type(lost).__name__)
    return _Result(Ending.SENT)


def _code(answer: SMTPRecipientsRefused | SMTPResponseException) -> int:
    if isinstance(answer, SMTPResponseException):
        return int(answer.smtp_code)
    return max(int(code) for code, _text in answer.recipients.values())


@transaction.atomic
def _conclude(notice: Notice, result: _Result, *, at: datetime) -> None:
    """Log the attempt; give a postponed mail's claim back."""
    if result.ending == Ending.SENT:
        Notice.objects.filter(pk=notice.pk).update(mailed_at=at)
    elif result.ending == Ending.POSTPONED:
        Notice.objects.filter(pk=notice.pk).update(mail_started_at=None)
    Delivery.objects.create(notice=notice, attempted_at=at, ending=result.ending, detail=result.detail)


def compose(notice: Notice, kind: kinds.FactKind) -> EmailMessage:
    """The mail of one notice in its resident's language, with the link to leave and the city's lines of help."""
    resident, site = notice.resident, settings.SITE_URL
    words = word(kind, notice.context, language=resident.language)
    leave = subscriptions.sign(resident_id=resident.pk, kind=kind.code)
    with translation.override(resident.language):
        body = render(
            "notices/mail.txt",
            {
                "resident": resident,
                "body": words.body,
                "link": f"{site}{notice.url}" if notice.url else "",
                "leave_link": f"{site}{reverse('unsubscribe', args=[leave])}",
                "is_fixed": kinds.Channel.MAIL in kind.fixed,
                "preferences_link": f"{site}{reverse('notification_preferences')}",
                "city": settings.CITY,
            },
        )
    headers = {"Message-ID": f"<notice-{notice.pk}@{urlsplit(site).hostname}>", "Auto-Submitted": "auto-generated"}
    if kinds.Channel.MAIL not in kind.fixed:
        headers["List-Unsubscribe"] = f"<{site}{reverse('unsubscribe', args=[leave])}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message = EmailMessage(words.subject, body, to=[resident.email], headers=headers)
    for attachment in kind.attachments(notice) if kind.attachments else ():
        message.attach(attachment.name, attachment.content, attachment.mime)
    return message
