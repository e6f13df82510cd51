"""Chats for residents' apps."""

from __future__ import annotations

import base64
import binascii
import io
from datetime import datetime
from typing import Annotated, BinaryIO
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from ninja.responses import Status
from pydantic import BaseModel, ConfigDict, Field

from dvor.base import clock, doors, pictures
from dvor.base.refusals import Refusal
from dvor.chats import access, blocks, messages, news, queries, refusals, rooms, seats
from dvor.chats.models import PICTURES_MAX, TEXT_LENGTH_MAX
from dvor.people.models import Resident

router = Router(tags=["Chats"], auth=doors.RESIDENT)

PICTURE_TEXT_MAX = 1_000_000  # Base64 characters; a request has a megabyte


# ── What is shown ────────────────────────────────────────────────────────────────────────────────────────────────
class SaidShown(BaseModel):
    """The last word of a chat."""

    by: str
    is_mine: bool
    text: str
    has_pictures: bool
    is_removed: bool
    sent_at: datetime


class ChatShown(BaseModel):
    """A chat: of a house, or with one neighbour."""

    id: int
    is_talk: bool
    name: str = Field(description="the address of the house, or the neighbour")
    topic: str = Field(description="what a talk is about; may be empty")
    unread: int = Field(description="messages; 100 stands for more")
    is_muted: bool
    is_blocked: bool = Field(description="I have blocked this neighbour")
    said: SaidShown | None

    @classmethod
    def of(cls, card: queries.Card) -> ChatShown:
        said = SaidShown.model_validate(card.said, from_attributes=True) if card.said else None
        return cls(
            id=card.id, is_talk=card.is_talk, name=card.name, topic=card.topic.title if card.topic else "",
            unread=card.unread, is_muted=card.is_muted, is_blocked=card.is_blocked, said=said,
        )  # fmt: skip


class MessagePicture(BaseModel):
    """A picture; its address asks for the token of somebody in the chat."""

    url: str
    width: int
    height: int


class MessageShown(BaseModel):
    """A message. Words and pictures are empty when it was removed, hidden, or its writer is blocked."""

    id: int
    chat_id: int
    revision: int = Field(description="grows with everything that happens in the chat")
    by: str
    is_mine: bool
    is_shown: bool
    is_hidden: bool = Field(description="by moderation, or waiting for it")
    text: str
    pictures: list[MessagePicture]
    answers_id: int | None
    sent_at: datetime
    removed_at: datetime | None

    @classmethod
    def of(cls, line: queries.Line) -> MessageShown:
        message = line.message
        own = f"/api/v1/messages/{message.pk}/pictures"
        shown = [
            MessagePicture(url=f"{own}/{one.position}", width=one.width, height=one.height)
            for one in message.pictures.all()
        ]
        return cls(
            id=message.pk, chat_id=message.chat_id, revision=message.revision, by=line.name, is_mine=line.is_mine,
            is_shown=line.is_shown, is_hidden=message.hidden_at is not None,
            text=message.text if line.is_shown else "", pictures=shown if line.is_shown else [],
            answers_id=message.quoted_id, sent_at=message.sent_at, removed_at=message.removed_at,
        )  # fmt: skip


# ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────
@router.get("/chats", response=doors.Page[ChatShown], summary="My chats")
def chats(request: HttpRequest, paging: Query[doors.Paging]) -> doors.Page[ChatShown]:
    """The chats of my houses first, then my talks, the newest first."""
    last, at = paging.keys(int), clock.now()
    sight = access.of(doors.caller(request), at=at)
    rooms.open_houses(sight.houses, at=at)
    cards = queries.cards(sight, before=last[0] if last else None, limit=paging.limit + 1, at=at)
    return doors.page(cards, paging, show=ChatShown.of, keys=lambda card: (card.place,))


class UnreadShown(BaseModel):
    """The number beside «Chats»."""

    unread: int = Field(description="new messages in all chats that are not muted; 100 of one chat stands for more")


@router.get("/chats/unread", response=UnreadShown, summary="How much is new")
def unread(request: HttpRequest) -> UnreadShown:
    """Without what I wrote, what was removed or hidden, and those whom I have blocked."""
    return UnreadShown(unread=queries.unread(doors.caller(request), at=clock.now()))


@router.get("/chats/{chat_id}/messages", response=doors.Page[MessageShown], summary="Messages of a chat")
def read(request: HttpRequest, chat_id: doors.PathId, paging: Query[doors.Paging]) -> doors.Page[MessageShown]:
    """The newest first. Reading the first page marks the chat as read."""
    by, at, last = doors.caller(request), clock.now(), paging.keys(int)
    chat, sight = access.reach(chat_id, by=by, at=at)
    lines = queries.lines(chat, sight, before=last[0] if last else None, limit=paging.limit + 1, at=at)
    if lines and not last:
        seats.see(chat, lines[-1].message.pk, by=by)
    return doors.page(
        list(reversed(lines)), paging, show=MessageShown.of, keys=lambda line: (line.message.pk,)
    )  # fmt: skip


class ChatNews(BaseModel):
    """What happened in a chat since a revision."""

    messages: list[MessageShown] = Field(description="new ones, and those that were removed, hidden or put back")
    after: int = Field(description="the revision to ask about next")
    pause_seconds: int = Field(description="wait so long before asking again; 0: ask at once")


@router.get("/chats/{chat_id}/news", response=ChatNews, summary="What is new in a chat, as soon as there is something")
def wait(
    request: HttpRequest,
    chat_id: doors.PathId,
    after: Annotated[int, Query(ge=0, lt=2**63, description="the last revision that I know")] = 0,
) -> ChatNews:
    """Waits up to 20 seconds; then the list is empty, and one asks again. What comes is read."""
    by = doors.caller(request)
    told = news.wait(chat_id, after=after, by=by, now=clock.now)
    if told.lines:
        seats.see(told.chat, told.lines[-1].message.pk, by=by)
    return ChatNews(messages=[MessageShown.of(line) for line in told.lines], after=told.after, pause_seconds=told.pause)


_WEBP = {"responses": {200: {"description": "WebP", "content": {"image/webp": {"schema": {"type": "string"}}}}}}


@router.get("/messages/{message_id}/pictures/{position}", summary="A picture of a message", openapi_extra=_WEBP)
def picture(
    request: HttpRequest,
    message_id: doors.PathId,
    position: doors.PathId,
    small: Annotated[bool, Query(description="480 pixels instead of 1600")] = False,  # noqa: FBT002 ninja reads it so
) -> HttpResponse:
    """The bytes, as WebP; keep them yourself, and show them to nobody else."""
    found = queries.picture(message_id, position, by=doors.caller(request), at=clock.now())
    answer = pictures.answer(found.small if small else found.large)
    if answer is None:
        raise refusals.picture_unknown()
    return answer


# ── Writing ──────────────────────────────────────────────────────────────────────────────────────────────────────
class NewMessage(doors.Body):
    """Words, pictures, or both; pictures as Base64, together up to 750 kB."""

    model_config = ConfigDict(extra="forbid", str_max_length=PICTURE_TEXT_MAX, hide_input_in_errors=True)

    text: Annotated[str, Field(max_length=TEXT_LENGTH_MAX)] = ""
    pictures: Annotated[list[Annotated[str, Field(min_length=1)]], Field(max_length=PICTURES_MAX)] = []
    answers_id: doors.Id | None = Field(None, description="the message of this chat that is answered")


@router.post(
    "/chats/{chat_id}/messages",
    response={201: MessageShown},
    summary="Send a message",
    openapi_extra=doors.example({"text": "Соседи, у кого есть стремянка на вечер?"}),
)
@doors.idempotent
def send(request: HttpRequest, chat_id: doors.PathId, new: NewMessage) -> Status[MessageShown]:
    """The other one of a talk is told, and whoever is answered. With `is_hidden` it waits for a moderator."""
    by, at = doors.caller(request), clock.now()
    key = request.headers.get("Idempotency-Key") or str(uuid4())
    draft = messages.Draft(new.text, [_decoded(one) for one in new.pictures], new.answers_id)
    sent = messages.send(draft, chat_id=chat_id, by=by, at=at, key=key)
    return Status(201, MessageShown.of(queries.line(sent.pk, by=by, at=at)))


def _decoded(content: str) -> BinaryIO:
    try:
        return io.BytesIO(base64.b64decode(content, validate=True))
    except (binascii.Error, ValueError):
        raise Refusal(
            "picture_unreadable", _("This is not Base64."), remedy=_("Encode the bytes of the file."), field="pictures"
        ) from None


@router.delete("/messages/{message_id}", response=MessageShown, summary="Take my message back")
def remove(request: HttpRequest, message_id: doors.PathId) -> MessageShown:
    """Its words and pictures are gone for everybody; its place stays."""
    by, at = doors.caller(request), clock.now()
    messages.remove(message_id, by=by, at=at)
    return MessageShown.of(queries.line(message_id, by=by, at=at))


class TalkOpened(BaseModel):
    """The talk with a neighbour, new or as it was."""

    chat_id: int


@router.post("/messages/{message_id}/talk", response=TalkOpened, summary="Write privately to who wrote this")
@doors.idempotent
def begin(request: HttpRequest, message_id: doors.PathId) -> TalkOpened:
    """From a message in the chat of my house; nobody can be found by name or flat."""
    return TalkOpened(chat_id=rooms.begin(message_id, by=doors.caller(request), at=clock.now()).pk)


# ── Quiet ────────────────────────────────────────────────────────────────────────────────────────────────────────
class Mute(doors.Body):
    """Whether a chat may ring."""

    is_muted: doors.Flag


@router.put(
    "/chats/{chat_id}/mute",
    response={204: None},
    summary="Mute a chat, or let it ring",
    openapi_extra=doors.example({"is_muted": True}),
)
def mute(request: HttpRequest, chat_id: doors.PathId, wanted: Mute) -> Status[None]:
    """A muted chat still counts what is new."""
    seats.mute(chat_id, is_muted=wanted.is_muted, by=doors.caller(request), at=clock.now())
    return Status(204, None)


class BlockShown(BaseModel):
    """A neighbour of whom I hear nothing."""

    resident_id: int
    name: str

    @classmethod
    def of(cls, resident: Resident) -> BlockShown:
        return cls(resident_id=resident.pk, name=access.name_of(resident, is_near=False))


@router.get("/blocks", response=list[BlockShown], summary="Whom I have blocked")
def blocked(request: HttpRequest) -> list[BlockShown]:
    """The last one first."""
    return [BlockShown.of(one.blocked) for one in queries.blocked(doors.caller(request))]


@router.post("/messages/{message_id}/block", response=BlockShown, summary="Block who wrote this")
@doors.idempotent
def block(request: HttpRequest, message_id: doors.PathId) -> BlockShown:
    """No private messages of this neighbour any more, and nothing of his in the chat of the house."""
    return BlockShown.of(blocks.block(message_id, by=doors.caller(request), at=clock.now()))


@router.delete("/blocks/{resident_id}", response={204: None}, summary="Hear of a neighbour again")
def unblock(request: HttpRequest, resident_id: doors.PathId) -> Status[None]:
    """Of one who is not blocked nothing changes."""
    blocks.unblock(resident_id, by=doors.caller(request))
    return Status(204, None)
