"""Polls for residents' apps. Voting takes no Idempotency-Key: the same vote twice is one vote."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import uuid4

from django.http import HttpRequest
from ninja import Query, Router
from ninja.responses import Status
from pydantic import BaseModel, Field, StringConstraints

from dvor.base import clock, doors
from dvor.people.models import Resident
from dvor.polls import access, comments, queries, questions, votes
from dvor.polls.models import (
    COMMENT_LENGTH_MAX,
    DETAILS_LENGTH_MAX,
    OPTION_LENGTH_MAX,
    OPTIONS_MAX,
    QUESTION_LENGTH_MAX,
    Comment,
    Poll,
)
from dvor.polls.queries import Sheet

router = Router(tags=["Polls"], auth=doors.RESIDENT)
KindCode = Literal["single", "multiple", "scale", "ranked"]
ResultsCode = Literal["live", "voted", "closed"]
Number = Annotated[doors.Whole, Field(ge=1, le=OPTIONS_MAX)]


# ── Answers ──────────────────────────────────────────────────────────────────────────────────────────────────────
class PollShown(BaseModel):
    """A question to the neighbours; options have numbers from 1, in this order."""

    id: int
    house_id: int
    entrance: int | None = Field(description="empty: the whole house")
    owners_only: bool
    question: str
    details: str
    kind: KindCode
    options: list[str]
    choices_min: int
    choices_max: int
    anonymous: bool
    results: ResultsCode = Field(
        description="when results are seen: at any time, by those who have voted, after closing"
    )
    opened_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    votes: int
    has_voted: bool = Field(description="I have voted")
    is_mine: bool

    @classmethod
    def of(cls, poll: Poll, *, reader: int, has_voted: bool) -> PollShown:
        told = {name: getattr(poll, name) for name in _PLAIN}
        return cls.model_validate({**told, "id": poll.pk, "has_voted": has_voted, "is_mine": poll.author_id == reader})


_PLAIN = ("house_id", "entrance", "owners_only", "question", "details", "kind", "options", "choices_min", "choices_max",
          "anonymous", "results", "opened_at", "closes_at", "closed_at", "votes")  # fmt: skip


class LineShown(BaseModel):
    """One option of a result."""

    number: int
    text: str
    count: float = Field(
        description="votes; marks of a ranking, by Borda: n − 1 for the first of n places, the last none"
    )
    percent: int = Field(description="of the voters; of the most possible marks in a ranking; half up")
    place: int = Field(description="from 1, equal counts share it")


class PollWhole(PollShown):
    """A poll as I see it now."""

    can_vote: bool
    choice: list[int] = Field(description="my answer in a named poll; an anonymous one is known to nobody")
    are_results_shown: bool
    lines: list[LineShown] = Field(
        description="empty while results are hidden, and of an anonymous poll with too few answers"
    )
    mean: float | None = Field(description="of a scale")

    @classmethod
    def of_sheet(cls, sheet: Sheet, *, reader: int) -> PollWhole:
        shown = PollShown.of(sheet.poll, reader=reader, has_voted=sheet.has_voted)
        tally = sheet.tally
        lines = [
            {"number": line.number, "text": line.text, "count": float(line.count), "percent": line.percent,
             "place": line.place}
            for line in (tally.lines if tally else ())
        ]  # fmt: skip
        return cls.model_validate(
            {
                **shown.model_dump(),
                "can_vote": sheet.can_vote,
                "choice": sheet.ballot.choice if sheet.ballot else [],
                "are_results_shown": sheet.are_shown,
                "lines": lines,
                "mean": None if tally is None or tally.mean is None else round(float(tally.mean), 2),
            }
        )


class CommentShown(BaseModel):
    """What a neighbour says of a poll."""

    id: int
    author: str
    is_mine: bool
    text: str
    written_at: datetime

    @classmethod
    def of(cls, comment: Comment, *, reader: int) -> CommentShown:
        return cls(
            id=comment.pk, author=comment.author.full_name, is_mine=comment.author_id == reader, text=comment.text,
            written_at=comment.written_at,
        )  # fmt: skip


# ── Questions ────────────────────────────────────────────────────────────────────────────────────────────────────
class NewPoll(doors.Body):
    """What to ask. A scale has no options; an anonymous poll shows results after closing only."""

    flat_id: doors.Id = Field(description="one of my flats: its house is asked")
    kind: KindCode
    question: Annotated[str, StringConstraints(min_length=1, max_length=QUESTION_LENGTH_MAX)]
    details: Annotated[str, StringConstraints(max_length=DETAILS_LENGTH_MAX)] = ""
    options: list[Annotated[str, StringConstraints(min_length=1, max_length=OPTION_LENGTH_MAX)]] = Field(
        default_factory=list, max_length=OPTIONS_MAX
    )
    scale: Literal[5, 10] = 5
    choices_min: Number = 1
    choices_max: Annotated[doors.Whole, Field(ge=0, le=OPTIONS_MAX)] = Field(0, description="0: as many as there are")
    closes_at: datetime
    entrance_only: doors.Flag = False
    owners_only: doors.Flag = False
    anonymous: doors.Flag = False
    results: ResultsCode = "voted"


class PollFilter(BaseModel):
    """Which polls to show."""

    open: bool | None = Field(None, description="true: open now; false: over; empty: all")


@router.get("/polls", response=doors.Page[PollShown], summary="Polls of my houses")
def polls(request: HttpRequest, paging: Query[doors.Paging], wanted: Query[PollFilter]) -> doors.Page[PollShown]:
    """Newest first; results are in the poll itself."""
    by, at = _me(request), clock.now()
    last = paging.keys(int)
    found = queries.polls(
        access.flats(by, at=at), by=by, at=at, is_open=wanted.open, before=last[0] if last else None,
        limit=paging.limit + 1,
    )  # fmt: skip
    return doors.page(
        found,
        paging,
        show=lambda poll: PollShown.of(poll, reader=by.pk, has_voted=poll.has_voted),  # type: ignore[attr-defined]
        keys=lambda poll: (poll.pk,),
    )


@router.get("/polls/{poll_id}", response=PollWhole, summary="One poll with what may be seen of its result")
def poll(request: HttpRequest, poll_id: doors.PathId) -> PollWhole:
    """Results come by the poll's own rule, to its author too."""
    return _whole(_me(request), poll_id)


@router.post(
    "/polls",
    response={201: PollWhole},
    summary="Ask the neighbours",
    openapi_extra=doors.example(
        {"flat_id": 17, "kind": "single", "question": "A bench at the entrance?", "options": ["Yes", "No"],
         "closes_at": "2026-12-01T21:00:00+03:00", "anonymous": True}
    ),
)  # fmt: skip
@doors.idempotent
def ask(request: HttpRequest, new: NewPoll) -> Status[PollWhole]:
    """What is asked cannot be changed later. Refused: `too_many_open` (409), `too_hasty` (429)."""
    by = _me(request)
    key = request.headers.get("Idempotency-Key") or str(uuid4())
    opened = questions.ask(questions.Draft(**new.model_dump()), key=key, by=by, at=clock.now())
    return Status(201, _whole(by, opened.pk))


@router.post("/polls/{poll_id}/close", response=PollWhole, summary="Close my poll")
def close(request: HttpRequest, poll_id: doors.PathId) -> PollWhole:
    """Counts for ever. Closed already, it stays as it is."""
    by = _me(request)
    questions.close(poll_id, by=by, at=clock.now())
    return _whole(by, poll_id)


# ── Votes ────────────────────────────────────────────────────────────────────────────────────────────────────────
class NewVote(doors.Body):
    """Numbers of options from 1; the best one first in a ranking, where the end may be left out."""

    choice: list[Number] = Field(max_length=OPTIONS_MAX)


@router.put(
    "/polls/{poll_id}/vote",
    response=PollWhole,
    summary="Vote, or change a named vote",
    openapi_extra=doors.example({"choice": [2]}),
)
def vote(request: HttpRequest, poll_id: doors.PathId, new: NewVote) -> PollWhole:
    """One vote a resident. An anonymous one cannot be changed: `voted_already` (409), and it is not told back."""
    by = _me(request)
    votes.cast(poll_id, new.choice, by=by, at=clock.now())
    return _whole(by, poll_id)


# ── Comments ─────────────────────────────────────────────────────────────────────────────────────────────────────
class NewComment(doors.Body):
    """What to say."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=COMMENT_LENGTH_MAX)]


@router.get("/polls/{poll_id}/comments", response=doors.Page[CommentShown], summary="Comments on a poll")
def said(request: HttpRequest, poll_id: doors.PathId, paging: Query[doors.Paging]) -> doors.Page[CommentShown]:
    """Newest first."""
    by = _me(request)
    seen, _seat = access.seen(by, poll_id, at=clock.now())
    last = paging.keys(int)
    found = queries.comments(seen, by=by, before=last[0] if last else None, limit=paging.limit + 1)
    return doors.page(found, paging, show=lambda one: CommentShown.of(one, reader=by.pk), keys=lambda one: (one.pk,))


@router.post(
    "/polls/{poll_id}/comments",
    response={201: CommentShown},
    summary="Comment on a poll",
    openapi_extra=doors.example({"text": "Where exactly would it stand?"}),
)
@doors.idempotent
def say(request: HttpRequest, poll_id: doors.PathId, new: NewComment) -> Status[CommentShown]:
    """Under my name, also when the poll is anonymous."""
    by = _me(request)
    key = request.headers.get("Idempotency-Key") or str(uuid4())
    written = comments.write(poll_id, new.text, key=key, by=by, at=clock.now())
    return Status(201, CommentShown.of(written, reader=by.pk))


@router.delete("/polls/comments/{comment_id}", response={204: None}, summary="Take my comment back")
def unsay(request: HttpRequest, comment_id: doors.PathId) -> Status[None]:
    """Again changes nothing."""
    comments.withdraw(comment_id, by=_me(request), at=clock.now())
    return Status(204, None)


def _whole(by: Resident, poll_id: int) -> PollWhole:
    return PollWhole.of_sheet(queries.sheet(poll_id, by=by, at=clock.now()), reader=by.pk)


def _me(request: HttpRequest) -> Resident:
    found: Resident = doors.caller(request)
    return found
