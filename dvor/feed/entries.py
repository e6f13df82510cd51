"""Entries come into the feeds of houses, are changed, and go. Whoever owns the thing decides; this keeps its card."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from dvor.base import sql
from dvor.feed.kinds import EntryKind
from dvor.feed.models import EXCERPT_LENGTH_MAX, TITLE_LENGTH_MAX, URL_LENGTH_MAX, Entry


@dataclass(frozen=True, slots=True)
class NewEntry:
    """The card of one thing in one house.

    ``subject`` names the thing («ad:17»); ``url`` is its page, a path on this site. Texts are plain text, longer ones
    are cut. ``entrance`` shows it to those who live there only; after ``until`` it is over. ``urgent`` stands out.
    """

    kind: EntryKind
    subject: str
    house_id: int
    title: str
    excerpt: str
    url: str
    published_at: datetime
    author_id: int | None = None
    entrance: int | None = None
    until: datetime | None = None
    urgent: bool = False


@transaction.atomic
def publish(entries: Sequence[NewEntry], *, at: datetime) -> list[int]:
    """Publish cards, or bring those that are there up to date; return their numbers, in the order given.

    Idempotent by (kind, subject, house): the same card again changes nothing, a changed one keeps its place and who
    has read it, a withdrawn one comes back. What moderation has hidden stays hidden. One statement for any number.
    Call it last in an act: it locks the feeds of the houses until the transaction ends.
    """
    if not entries:
        return []
    named = [(entry.kind.code, entry.subject, entry.house_id) for entry in entries]
    assert len(set(named)) == len(named), "a thing has one card a house"
    assert all(len(entry.url) <= URL_LENGTH_MAX and len(entry.subject) <= 60 for entry in entries)
    found = sql.rows(
        "feed/publish.sql",
        kinds=[entry.kind.code for entry in entries],
        subjects=[entry.subject for entry in entries],
        houses=[entry.house_id for entry in entries],
        titles=[plain(entry.title, TITLE_LENGTH_MAX) for entry in entries],
        excerpts=[plain(entry.excerpt, EXCERPT_LENGTH_MAX) for entry in entries],
        urls=[entry.url for entry in entries],
        published=[entry.published_at for entry in entries],
        authors=[entry.author_id for entry in entries],
        entrances=[entry.entrance for entry in entries],
        untils=[entry.until for entry in entries],
        urgent=[entry.urgent for entry in entries],
        at=at,
    )
    numbers = {(row.kind, row.subject, row.house_id): row.id for row in found}
    return [numbers.get(name) or _number(*name) for name in named]


def _number(kind: str, subject: str, house_id: int) -> int:
    """Of the same card that another publisher committed while this one waited: the statement could not see it."""
    return Entry.objects.only("pk").get(kind=kind, subject=subject, house=house_id).pk


@transaction.atomic
def withdraw(subjects: Sequence[str], *, at: datetime) -> int:
    """Take the cards of these things out of all feeds; return how many there were. Publishing brings them back."""
    return _set("withdrawn_at", subjects, at) if subjects else 0


@transaction.atomic
def hide(subjects: Sequence[str], *, at: datetime) -> int:
    """Moderation takes the cards out of all feeds; publishing again does not bring them back. How many there were."""
    return _set("hidden_at", subjects, at) if subjects else 0


@transaction.atomic
def restore(subjects: Sequence[str], *, at: datetime) -> int:
    """Moderation puts hidden cards back where they were; how many there were. ``at`` is when it was decided."""
    del at  # a card keeps no history: moderation does
    return _set("hidden_at", subjects, None) if subjects else 0


def plain(text: str, length: int) -> str:
    """One line of text: no control or private characters, spaces made one, cut at a word with «…»."""
    kept = "".join(" " if unicodedata.category(one) in _UNSEEN else one for one in text[: length * 4])
    line = " ".join(kept.split())
    if len(line) <= length:
        return line
    cut = line[: length - 1]
    if line[length - 1] != " " and " " in cut[length // 2 :]:
        cut = cut[: cut.rfind(" ")]
    return cut.rstrip(" ,.;:—-") + "…"


_UNSEEN = {"Cc", "Co", "Cs", "Cn"}


def _set(column: str, subjects: Sequence[str], at: datetime | None) -> int:
    row = sql.row(
        "feed/mark.sql",
        subjects=list(subjects),
        withdrawing=column == "withdrawn_at",
        at=at,
    )
    return int(row.marked)
