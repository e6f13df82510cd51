"""Marks notices read. A notice that is not one's own does not exist."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Refusal
from dvor.notices.models import Notice


def mark_one(notice_id: int, *, by: int, at: datetime) -> Notice:
    """Mark one notice of resident ``by`` read; a second time changes nothing.

    Raises:
        Refusal: ``notice_unknown`` (404) when resident ``by`` has no such notice.
    """
    notice = Notice.objects.filter(pk=notice_id, resident_id=by, on_page=True).first()
    if notice is None:
        raise Refusal("notice_unknown", _("There is no such notification."), status=404)
    Notice.objects.filter(pk=notice_id, read_at__isnull=True).update(read_at=at)
    return notice


def mark_all(*, by: int, at: datetime) -> int:
    """Mark everything that resident ``by`` was told before ``at`` read; return how many there were."""
    return Notice.objects.filter(resident_id=by, on_page=True, read_at__isnull=True, told_at__lte=at).update(read_at=at)
