"""Mail: each notice at most once. A claim is committed before the first byte leaves, and only an answer of the mail
server that says «not taken» gives it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from dvor.notices import kinds
from dvor.notices.channels.letters import compose
from dvor.notices.kinds import Channel
from dvor.notices.models import Delivery, Notice, Preference, Rhythm

POINTLESS_AFTER = timedelta(days=3)  # a later mail would only confuse; the page shows the notice anyway
NUMBER_MAX = 2**63 - 1

Ending = Delivery.Ending


class MailServerBusy(Exception):
    """The mail server did not take some mails yet; the job is to be tried again."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """Notices that nobody else may mail any more; without a message, because they need not be mailed."""

    number: int
    notices: Sequence[Notice]
    message: EmailMessage | None


@dataclass(frozen=True, slots=True)
class _Result:
    ending: Delivery.Ending
    detail: str = ""


def send(*, batch: str, at: datetime, first: int = 0, last: int = NUMBER_MAX) -> int:
    """Send the due mails of one batch with these numbers, each in its own transaction; return how many left.

    Raises:
        MailServerBusy: when some were postponed; calling again sends those and no other.
        OSError: when the mail server cannot be reached; nothing is claimed then.
    """
    return send_each(lambda after: _claim(batch=batch, after=after, last=last, at=at), first=first, at=at)


def send_each(claim: Callable[[int], Claimed | None], *, first: int, at: datetime) -> int:
    """Claim after claim over one connection; return how many mails left. Raises like :func:`send`."""
    sent = postponed = 0
    after = first - 1
    with get_connection() as connection:
        while claimed := claim(after):
            result = _deliver(claimed.message, connection) if claimed.message else _Result(Ending.SKIPPED)
            _conclude(claimed.notices, result, at=at)
            after = claimed.number
            sent += result.ending == Ending.SENT
            postponed += result.ending == Ending.POSTPONED
            if result.ending == Ending.UNKNOWN:
                connection.close()
            connection.open()  # again after a break; an error here ends the job before the next claim
    if postponed:
        raise MailServerBusy(f"{postponed} mails")
    return sent


def unwanted(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """Say of each notice whether its resident has declined its mail since it was told: it may have waited."""
    mine = {"resident_id": OuterRef("resident_id")}
    return notices.annotate(
        is_declined=Exists(
            Preference.objects.filter(**mine, kind=OuterRef("kind"), channel=Channel.MAIL, wanted=False)
        ),
        is_silenced=Exists(Rhythm.objects.filter(**mine, mails=Rhythm.Mails.NEVER)),
    )


def is_due(notice: Notice, kind: kinds.FactKind | None, *, at: datetime) -> bool:
    """Whether a claimed notice is still to be mailed."""
    resident = notice.resident
    is_late = (notice.mail_due_at or notice.told_at) < at - POINTLESS_AFTER
    if kind is None or is_late or not resident.email or resident.deleted_at is not None:
        return False
    declined = notice.is_declined or notice.is_silenced  # type: ignore[attr-defined]  # annotated by `unwanted`
    return Channel.MAIL in kind.fixed or not declined


@transaction.atomic
def _claim(*, batch: str, after: int, last: int, at: datetime) -> Claimed | None:
    """Take and word the batch's next due mail; two workers never get the same, and neither waits for the other.

    Wording belongs to the claim: a broken template fails loudly and gives the claim back.
    """
    due = Notice.objects.filter(
        batch=batch, by_mail=True, mail_started_at__isnull=True, mail_waits=False, in_digest=False,
        pk__gt=after, pk__lte=last,
    )  # fmt: skip
    found = unwanted(due).select_for_update(skip_locked=True, of=("self",)).select_related("resident").order_by("pk")
    notice = found.first()
    if notice is None:
        return None
    notice.mail_started_at = at
    notice.save(update_fields=["mail_started_at"])
    kind = kinds.find(notice.kind)
    wanted = kind if is_due(notice, kind, at=at) else None
    return Claimed(notice.pk, [notice], compose(notice, wanted) if wanted else None)


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
def _conclude(notices: Sequence[Notice], result: _Result, *, at: datetime) -> None:
    """Log the attempt of each notice in the mail; give a postponed mail's claim back."""
    mine = Notice.objects.filter(pk__in=[notice.pk for notice in notices])
    if result.ending == Ending.SENT:
        mine.update(mailed_at=at)
    elif result.ending == Ending.POSTPONED:
        mine.update(mail_started_at=None)
    Delivery.objects.bulk_create(
        Delivery(notice=notice, attempted_at=at, ending=result.ending, detail=result.detail) for notice in notices
    )
