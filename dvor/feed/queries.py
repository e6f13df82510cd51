"""What pages and the API read of a resident's feed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dvor.base import sql
from dvor.base.refusals import Text
from dvor.feed import kinds, outage_cards, scope
from dvor.feed.highlights import MARKS, Piece, pieces
from dvor.feed.kinds import EntryKind, Face
from dvor.people.models import Resident

PAGE_LENGTH, TYPED_LENGTH_MAX = 20, 200
NEWEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader wants to see: all, or one kind, one house, words; ``before`` is the cursor of an older page."""

    kind: str = ""
    house_id: int | None = None
    typed: str = ""
    before: int | None = None
    count: int = PAGE_LENGTH
    is_faced: bool = True  # ask the kinds for what changes with time; a query for some of them


@dataclass(frozen=True, slots=True)
class Shown:
    """A card as a page shows it; ``title`` and ``excerpt`` in pieces, those that were searched for marked."""

    row: Any
    kind: EntryKind
    title: list[Piece]
    excerpt: list[Piece]
    state: Text = ""
    tone: str = ""

    @property
    def plain_title(self) -> str:
        return "".join(piece.text for piece in self.title)

    @property
    def plain_excerpt(self) -> str:
        return "".join(piece.text for piece in self.excerpt)


@dataclass(frozen=True, slots=True)
class Page:
    """Cards newest first; ``current`` goes on now or soon, by its beginning; ``older`` is the next page's cursor."""

    shown: list[Shown] = field(default_factory=list)
    current: list[Shown] = field(default_factory=list)
    older: int | None = None
    seen: list[tuple[int, int, int]] = field(default_factory=list)  # house, first, last: what this page showed

    @property
    def newest(self) -> int | None:
        return max((last for _house, _first, last in self.seen), default=None)

    @property
    def has_unread(self) -> bool:
        return any(one.row.is_unread for one in (*self.shown, *self.current))


def page(resident: Resident, asked: Asked, *, at: datetime) -> Page:
    """One page of the resident's feed. One query, and one for each kind whose cards change with time."""
    typed = " ".join(asked.typed.replace("\x00", " ").split())[:TYPED_LENGTH_MAX]
    parameters: dict[str, Any] = {
        **scope.of(resident, only=asked.kind),
        "house": asked.house_id,
        "before": NEWEST if asked.before is None else asked.before,
        "count": asked.count + 1,
        "at": at,
    }
    if typed:
        rows = sql.rows("feed/search.sql", **parameters, typed=typed, marks=MARKS)
    else:
        with_current = asked.before is None
        rows = sql.rows("feed/page.sql", **parameters, with_current=with_current)
    listed = [row for row in rows if row.is_listed]
    has_more = len(listed) > asked.count
    listed = listed[: asked.count]
    lowest = listed[-1].id if has_more else 0
    shown = _shown([row for row in rows if row.is_current or row in listed], at=at, is_faced=asked.is_faced)
    return Page(
        shown=[one for one in shown if one.row.is_listed and not one.row.is_current],
        current=sorted((one for one in shown if one.row.is_current), key=lambda one: one.row.outage_starts_at),
        older=lowest or None,
        seen=[
            *_seen(listed, lowest, is_whole=not typed and not asked.kind),
            *((row.house_id, row.id, row.id) for row in rows if row.is_current and row not in listed),
        ],
    )


def latest(resident: Resident, *, count: int, at: datetime) -> Page:
    """What the home page shows: a few of the newest cards and what is going on now. One query."""
    return page(resident, Asked(count=count, is_faced=False), at=at)


def unread(resident: Resident, *, at: datetime) -> int:
    """How many entries are new to the resident; a hundred stands for more. One query."""
    return int(sql.row("feed/unread.sql", **scope.of(resident), at=at).unread)


def houses(resident: Resident) -> list[Any]:
    """The houses whose feed the resident reads, his own first: id, address, is_own, allowed kinds. One query."""
    return sql.rows("feed/houses.sql", **scope.of(resident))


def where(resident: Resident, kind: EntryKind, subjects: list[str]) -> list[Any]:
    """The cards of one thing that the resident may see, his own houses first; none for a stranger. One query."""
    return sql.rows("feed/one.sql", **scope.of(resident, only=kind.code), subjects=subjects)


def _seen(listed: list[Any], lowest: int, *, is_whole: bool) -> list[tuple[int, int, int]]:
    """What a page has shown. Of an unfiltered one whole ranges, or else these numbers alone.

    A range ends at the newest entry of its house that was shown, and not of the page: see ``models.Stream``.
    """
    if not is_whole:
        return [(row.house_id, row.id, row.id) for row in listed]
    last: dict[int, int] = {}
    for row in listed:
        last.setdefault(row.house_id, row.id)
    return [(house_id, lowest, newest) for house_id, newest in last.items()]


def _shown(rows: list[Any], *, at: datetime, is_faced: bool) -> list[Shown]:
    known = [(row, kind) for row in rows if (kind := kinds.find(row.kind))]  # none: its package is switched off
    faces: dict[tuple[str, str], Face] = {
        (row.kind, row.subject): outage_cards.face(row, at) for row, kind in known if kind is kinds.OUTAGE
    }
    for kind in {kind.code: kind for _row, kind in known if kind.faces and is_faced}.values():
        assert kind.faces is not None
        subjects = [row.subject for row, of in known if of is kind]
        faces |= {(kind.code, subject): face for subject, face in kind.faces(subjects, at).items()}
    return [_card(row, kind, faces.get((row.kind, row.subject), Face())) for row, kind in known]


def _card(row: Any, kind: EntryKind, face: Face) -> Shown:
    title, excerpt = str(face.title) or row.title, str(face.excerpt) or row.excerpt
    return Shown(
        row,
        kind,
        pieces(title, getattr(row, "marked_title", "") if title == row.title else ""),
        pieces(excerpt, getattr(row, "marked_excerpt", "") if excerpt == row.excerpt else ""),
        face.state,
        face.tone,
    )
