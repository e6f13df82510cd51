"""The statement as its page and its file show it: awards and other moves of points in one line of time, filtered.

A page ends between two moments, never inside one: its cursor is a moment, and what happened together stays together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby

from dvor.base import periods
from dvor.ledger import queries as ledger
from dvor.ledger.queries import Entry, Operation
from dvor.points import queries
from dvor.points.kinds import Kind
from dvor.points.queries import ISSUES, AwardLine
from dvor.points.reasons import Reason

PAGE_LENGTH = 40
_READS_MAX = 5  # of a page whose filter finds little
_MOMENT = timedelta(microseconds=1)
_ICONS = {
    Operation.MATURED: "check",
    Operation.HELD: "clock",
    Operation.RELEASED: "back",
    Operation.SPENT: "gift",
    Operation.DONATED: "heart",
    Operation.GIVEN_BACK: "back",
    Operation.EXPIRED: "clock",
    Operation.REVERSED: "warning",
    Operation.OWED: "warning",
    Operation.REPAID: "check",
}
_OF_ORDERS = {Operation.HELD, Operation.RELEASED, Operation.SPENT, Operation.DONATED, Operation.GIVEN_BACK}
_TAKEN = {Operation.SPENT, Operation.DONATED}
_TAKEN_BACK = {Operation.REVERSED, Operation.OWED}


class Direction(StrEnum):
    """Which lines to show."""

    ALL = ""
    PLUS = "plus"
    MINUS = "minus"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader asked to see; empty: everything."""

    month: date | None = None
    kind: Kind | None = None
    direction: Direction = Direction.ALL

    @property
    def is_on(self) -> bool:
        return bool(self.month or self.kind or self.direction)

    @property
    def period(self) -> tuple[datetime | None, datetime | None]:
        if self.month is None:
            return None, None
        return periods.day_start(self.month), periods.day_start(periods.month_plus(self.month, 1))


@dataclass(frozen=True, slots=True)
class Shown:
    """One line in words. ``points`` is what it brought or took; ``later`` says that it is not spendable yet."""

    at: datetime
    icon: str
    title: str
    points: int
    seq: int = 0
    subject: str = ""
    reason: str = ""
    kind: Kind | None = None
    spendable_at: datetime | None = None
    reversed_at: datetime | None = None
    reversal_reason: str = ""
    expires_on: date | None = None
    available_after: int | None = None
    is_of_order: bool = False
    month: date | None = None
    count: int = 1

    @property
    def each(self) -> int:
        """What one of the acts taken together brought."""
        return self.points // self.count

    @property
    def is_short(self) -> bool:
        """Nothing was paid: the reason is what matters."""
        return self.kind is not None and self.points == 0


@dataclass(frozen=True, slots=True)
class Page:
    """Lines, newest first; ``older`` is the cursor of the next page, if there is one."""

    lines: list[Shown]
    older: datetime | None

    @property
    def days(self) -> list[tuple[date, list[Shown]]]:
        """The lines by day; equal awards of one moment, such as a flat's readings, are taken together."""
        found: dict[date, list[Shown]] = {}
        for line in _together(self.lines):
            found.setdefault(periods.day_of(line.at), []).append(line)
        return list(found.items())


def page(
    resident_id: int, filters: Filters, *, at: datetime, before: datetime | None = None, length: int = PAGE_LENGTH
) -> Page:
    """One page of the statement as of ``at``. Two queries (one when a kind is chosen) and one a kind for its words;
    more only when the filter leaves out most of what was read."""
    lines: list[Shown] = []
    older = before
    for _read in range(_READS_MAX):
        read, older = _read_back(resident_id, filters, at=at, before=older, length=length)
        lines += [line for line in read if _fits(line, filters.direction)]
        if older is None or len(lines) >= length // 2:
            break
    return Page(lines, older)


def everything(resident_id: int, filters: Filters, *, at: datetime, lines_max: int) -> Iterator[Shown]:
    """All lines for a file, newest first, at most ``lines_max``."""
    older: datetime | None = None
    count = 0
    while count < lines_max:
        found = page(resident_id, filters, at=at, before=older, length=500)
        yield from found.lines[: lines_max - count]
        count += len(found.lines)
        older = found.older
        if older is None:
            return


def _read_back(
    resident_id: int, filters: Filters, *, at: datetime, before: datetime | None, length: int
) -> tuple[list[Shown], datetime | None]:
    """Lines before a moment, and the moment before which nothing was read."""
    since, until = filters.period
    kind_id = filters.kind.id if filters.kind else None
    given = queries.awards(resident_id, since=since, until=until, before=before, kind_id=kind_id, limit=length)
    moves: list[Entry] = []
    if filters.kind is None:
        cursor = (before, 0) if before else None
        moves = ledger.statement(resident_id, since=since, until=until, before=cursor, limit=length)
    # Awards of their last moment are complete (`with ties`); moves of theirs may not be.
    reached = [given[-1].recorded_at] if len(given) >= length else []
    reached += [moves[-1].posted_at + _MOMENT] if len(moves) >= length else []
    older = max(reached, default=None)
    lines = [*_awards(given, moves, at=at), *_moves(moves)]
    lines.sort(key=lambda line: (line.at, line.seq), reverse=True)
    whole = [line for line in lines if older is None or line.at >= older]
    if lines and not whole:  # one moment fills more than a page: read it whole
        return _read_back(resident_id, filters, at=at, before=before, length=length * 10)
    return whole, older


def _awards(given: list[AwardLine], moves: list[Entry], *, at: datetime) -> list[Shown]:
    paid = {(move.posted_at, move.cause_id): move for move in moves if move.operation in ISSUES}
    words = queries.subjects(given)
    return [_award(line, paid.get((line.recorded_at, line.activity_id)), words[line.activity_id], at) for line in given]


def _award(line: AwardLine, move: Entry | None, words: str, at: datetime) -> Shown:
    is_later = line.points and line.spendable_at and line.spendable_at > at and not line.reversed_at
    return Shown(
        at=line.recorded_at,
        icon=line.kind.icon if line.kind else "points",
        title=line.kind.title if line.kind else str(Operation.ISSUED.label),
        points=line.points,
        seq=move.seq if move else 0,
        subject=words,
        reason="" if line.reason == Reason.PAID else str(line.reason.sentence),
        kind=line.kind,
        spendable_at=line.spendable_at if is_later else None,
        month=line.month if line.month != periods.month_of(line.recorded_at) else None,
        reversed_at=line.reversed_at,
        reversal_reason=line.reversal_reason or "",
        expires_on=move.expires_on if move else None,
        available_after=move.available_after if move else None,
    )


def _moves(moves: list[Entry]) -> list[Shown]:
    """The moves that are not awards. Points that were set aside and taken at one moment are one line to a reader."""
    taken = {(move.posted_at, move.cause_id) for move in moves if move.operation in _TAKEN}
    held = {(move.posted_at, move.cause_id): move for move in moves if move.operation is Operation.HELD}
    shown = []
    for move in moves:
        key = (move.posted_at, move.cause_id)
        if move.operation in ISSUES or (move.operation is Operation.HELD and key in taken):
            continue
        at_once = held.get(key) if move.operation in _TAKEN else None
        # What was taken back before it could be spent changed nothing spendable; the reader wants the amount.
        points = at_once.change if at_once else move.change
        shown.append(_move(move, points=points or (-move.amount if move.operation in _TAKEN_BACK else 0)))
    return shown


def _move(move: Entry, *, points: int) -> Shown:
    return Shown(
        at=move.posted_at,
        icon=_ICONS.get(move.operation, "points"),
        title=str(move.operation.label),
        points=points,
        seq=move.seq,
        expires_on=move.expires_on if move.operation in {Operation.MATURED, Operation.EXPIRED} else None,
        available_after=move.available_after,
        is_of_order=move.operation in _OF_ORDERS,
    )


def _together(lines: list[Shown]) -> Iterator[Shown]:
    for _alike, group in groupby(lines, key=_likeness):
        equal = list(group)
        if equal[0].kind is None or len(equal) == 1:
            yield from equal
            continue
        words = ", ".join(line.subject for line in reversed(equal) if line.subject)
        points = sum(line.points for line in equal)
        yield replace(equal[0], points=points, subject=words, count=len(equal))


def _likeness(line: Shown) -> tuple[object, ...]:
    kind_id = line.kind.id if line.kind else -line.seq
    reversal = (line.reversed_at, line.reversal_reason)
    return line.at, kind_id, line.points, line.reason, line.spendable_at, line.month, *reversal


def _fits(line: Shown, direction: Direction) -> bool:
    if direction is Direction.PLUS:
        return line.points > 0
    return line.points < 0 if direction is Direction.MINUS else True
