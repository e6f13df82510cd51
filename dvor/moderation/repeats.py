"""Who writes the same again: fingerprints of texts for a month, never the texts."""

from __future__ import annotations

from datetime import datetime, timedelta

from dvor.moderation import checks
from dvor.moderation.kinds import ContentKind
from dvor.moderation.models import Print
from dvor.people.models import Resident

KEPT = timedelta(days=30)


def count(text: str, *, by: Resident, at: datetime, but: tuple[ContentKind, int] | None = None) -> int:
    """In how many contents this author wrote the same in the last 30 days; ``but``: the one that is changed. One query.

    Texts that are empty or a word long repeat each other without meaning anything.
    """
    if len(checks.simplified(text)) < 20:
        return 0
    same = Print.objects.filter(
        resident=by, fingerprint=checks.fingerprint(text), written_at__gt=at - KEPT, written_at__lte=at
    )
    if but is not None:
        same = same.exclude(kind=but[0].code, content_id=but[1])
    return same.count()


def remember(kind: ContentKind, content_id: int, text: str, *, by: Resident, at: datetime) -> None:
    """Keep the fingerprint of what was written; a changed content has its newest one. One statement."""
    Print.objects.update_or_create(
        kind=kind.code,
        content_id=content_id,
        defaults={"resident": by, "fingerprint": checks.fingerprint(text), "written_at": at},
    )
