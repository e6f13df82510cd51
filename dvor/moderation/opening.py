"""Opens the case of a content, or finds the open one: locked, with a copy of what is to be looked at."""

from __future__ import annotations

from datetime import datetime

from dvor.base import sql
from dvor.moderation.kinds import Content, ContentKind
from dvor.moderation.models import COPIES_MAX, Case

_TEXT_LENGTH_MAX, _PICTURES_MAX = 10_000, 20


def case_of(kind: ContentKind, content_id: int, content: Content, *, at: datetime) -> Case:
    """The open case, locked until the transaction ends; two who come at once get the same one. Two or three statements.

    The first copy stays, and so do the newest ones: an author cannot write away what was reported.
    """
    opened = sql.row(
        "moderation/open_case.sql",
        kind=kind.code, content_id=content_id, house_id=content.house_id, author_id=content.author_id, at=at,
    )  # fmt: skip
    case = Case.objects.get(pk=opened.id)
    copy = {
        "text": content.text[:_TEXT_LENGTH_MAX],
        "url": content.url,
        "pictures": list(content.pictures)[:_PICTURES_MAX],
    }
    if not case.copies or {**case.copies[-1], "at": None} != {**copy, "at": None}:
        case.copies = [*case.copies[:1], *case.copies[1:][-(COPIES_MAX - 2) :], {**copy, "at": at.isoformat()}]
        case.save(update_fields=["copies"])
    return case
