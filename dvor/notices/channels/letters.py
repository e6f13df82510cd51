"""Composes mails: of one notice, and of all that a resident's digest gathered."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation

from dvor.notices import kinds, subscriptions
from dvor.notices.kinds import Channel, FactKind
from dvor.notices.models import Notice, Rhythm
from dvor.notices.wording import render, word

DIGEST_LENGTH = 40  # notices in one mail; the others stand on the site


def compose(notice: Notice, kind: FactKind) -> EmailMessage:
    """The mail of one notice in its resident's language, with the link to leave and the city's lines of help.

    What the kind adds for its mail alone is read now, and kept nowhere.
    """
    resident = notice.resident
    context = {**notice.context, **(kind.mail_context(notice) if kind.mail_context else {})}
    words = word(kind, context, language=resident.language)
    is_fixed = Channel.MAIL in kind.fixed
    leave = "" if is_fixed else _leave(resident.pk, kind.code)
    with translation.override(resident.language):
        body = render(
            "notices/mail.txt",
            {
                "resident": resident, "body": words.body, "link": _link(notice.url), "leave_link": leave,
                "is_fixed": is_fixed, "preferences_link": _link(reverse("notification_preferences")),
                "city": settings.CITY,
            },
        )  # fmt: skip
    message = EmailMessage(
        words.subject, body, to=[resident.email], headers=_headers(f"notice-{notice.pk}", leave=leave)
    )
    for attachment in kind.attachments(notice) if kind.attachments else ():
        message.attach(attachment.name, attachment.content, attachment.mime)
    return message


def compose_digest(notices: Sequence[Notice], *, mails: str) -> EmailMessage:
    """One mail of several notices of one resident, the newest first; its link to leave ends all mails."""
    resident = notices[0].resident
    leave = _leave(resident.pk, subscriptions.EVERY)
    newest = sorted(notices, key=lambda notice: -notice.pk)[:DIGEST_LENGTH]
    items = [
        {"words": word(kind, notice.context, language=resident.language), "link": _link(notice.url)}
        for notice in newest
        if (kind := kinds.find(notice.kind))
    ]
    context = {
        "resident": resident, "items": items, "count": len(notices), "more": len(notices) - len(newest),
        "is_weekly": mails == Rhythm.Mails.WEEKLY, "leave_link": leave, "list_link": _link(reverse("notifications")),
        "preferences_link": _link(reverse("notification_preferences")), "city": settings.CITY,
    }  # fmt: skip
    with translation.override(resident.language):
        subject = " ".join(render("notices/digest.subject.txt", context).split())
        body = render("notices/digest.txt", context)
    name = f"digest-{notices[0].pk}-{notices[-1].pk}"
    return EmailMessage(subject, body, to=[resident.email], headers=_headers(name, leave=leave))


def _headers(name: str, *, leave: str) -> dict[str, str]:
    host = urlsplit(settings.SITE_URL).hostname
    headers = {"Message-ID": f"<{name}@{host}>", "Auto-Submitted": "auto-generated"}
    if leave:
        headers["List-Unsubscribe"] = f"<{leave}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _leave(resident_id: int, kind: str) -> str:
    return _link(reverse("unsubscribe", args=[subscriptions.sign(resident_id=resident_id, kind=kind)]))


def _link(path: str) -> str:
    return f"{settings.SITE_URL}{path}" if path else ""
