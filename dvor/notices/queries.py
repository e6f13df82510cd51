"""Reads of notices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from dvor.base import periods
from dvor.notices import kinds
from dvor.notices.models import Notice
from dvor.notices.wording import Wording, word

PAGE_LENGTH = 30


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice as its page shows it."""

    id: int
    icon: str
    words: Wording
    url: str
    told_at: datetime
    is_unread: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Notices by day, newest first; ``older`` is the cursor of the next page, if there is one."""

    days: list[tuple[date, list[Shown]]]
    older: int | None


def unread(resident_id: int) -> int:
    """How many notices the resident has not read yet; for the bell on every page. One query, one partial index."""
    return Notice.objects.filter(resident_id=resident_id, on_page=True, read_at__isnull=True).count()


def page(resident_id: int, *, before: int | None, language: str) -> Page:
    """One page of what a resident was told, worded in ``language``; one query."""
    rows = _told(resident_id, before, PAGE_LENGTH + 1)
    older = rows[PAGE_LENGTH - 1].pk if len(rows) > PAGE_LENGTH else None
    told = sorted(rows[:PAGE_LENGTH], key=lambda row: row.told_at, reverse=True)  # written late, it still has its day
    shown = [notice for row in told if (notice := _shown(row, language))]
    by_day = groupby(shown, key=lambda notice: periods.day_of(notice.told_at))
    return Page([(day, list(notices)) for day, notices in by_day], older)


def latest(resident_id: int, *, before: int | None, limit: int, language: str) -> list[Shown]:
    """What a resident was told, in the order of writing, newest first; one query.

    A notice whose kind is no more has no words, and keeps its place in the pages.
    """
    return [_shown(row, language) or _wordless(row) for row in _told(resident_id, before, limit)]


def _told(resident_id: int, before: int | None, limit: int) -> list[Notice]:
    found = Notice.objects.filter(resident_id=resident_id, on_page=True)
    if before is not None:
        found = found.filter(pk__lt=before)
    return list(found.order_by("-pk")[:limit])


def _wordless(row: Notice) -> Shown:
    return Shown(row.pk, "bell", Wording("", ""), row.url, row.told_at, row.read_at is None)


def _shown(row: Notice, language: str) -> Shown | None:
    kind = kinds.find(row.kind)
    if kind is None:  # the package that declared it is switched off
        return None
    words = word(kind, row.context, language=language)
    return Shown(row.pk, kind.icon, words, row.url, row.told_at, row.read_at is None)
