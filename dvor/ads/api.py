"""The notice board for residents' apps."""

from __future__ import annotations

import base64
import binascii
import io
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from ninja.responses import Status
from pydantic import BaseModel, ConfigDict, Field

from dvor.ads import ads, album, answers, audience, endings, queries, serving
from dvor.ads.drafts import Draft
from dvor.ads.models import PRICE_MAX, Ad, Picture
from dvor.base import clock, doors
from dvor.base.refusals import Refusal
from dvor.chats import queries as chats
from dvor.chats.api import MessageShown
from dvor.chats.models import TEXT_LENGTH_MAX as MESSAGE_LENGTH_MAX

router = Router(tags=["Ads"], auth=doors.RESIDENT)

CategoryCode = Literal["give_away", "sell", "look_for", "services", "lost_and_found", "events"]
ReachCode = Literal["house", "company", "district"]
PICTURE_TEXT_MAX = 1_000_000  # Base64 characters; a request has a megabyte


# ── What is shown ────────────────────────────────────────────────────────────────────────────────────────────────
class PictureShown(BaseModel):
    """A picture of an ad; its address asks for the token of somebody who may see the ad."""

    id: int
    url: str
    width: int
    height: int
    alt: str

    @classmethod
    def of(cls, picture: Picture) -> PictureShown:
        return cls(
            id=picture.pk, url=f"/api/v1/ads/{picture.ad_id}/pictures/{picture.pk}",
            width=picture.width, height=picture.height, alt=picture.alt,
        )  # fmt: skip


class AdShown(BaseModel):
    """An ad; the author by the first name and, outside of one's own house, the initial."""

    id: int
    category: CategoryCode
    reach: ReachCode
    title: str
    text: str
    price_kopecks: int | None = Field(description="of what is sold and of services; empty: to be agreed")
    starts_at: datetime | None = Field(description="of an event")
    place: str
    house_id: int
    address: str
    author: str
    is_mine: bool
    published_at: datetime
    expires_at: datetime
    done_at: datetime | None
    is_hidden: bool = Field(description="by moderation; only its author sees it")
    pictures: list[PictureShown] = Field(description="in a list the first one only")

    @classmethod
    def of(cls, card: queries.Card) -> AdShown:
        ad = card.ad
        names = ("title", "text", "price_kopecks", "starts_at", "place", "house_id", "published_at", "expires_at",
                 "done_at")  # fmt: skip
        told: dict[str, Any] = {name: getattr(ad, name) for name in names}
        pictures = card.pictures or ([card.cover] if card.cover else [])
        told |= {
            "id": ad.pk, "category": ad.sort.name.lower(), "reach": Ad.Reach(ad.reach).name.lower(),
            "address": ad.house.address, "author": card.name, "is_mine": card.is_mine,
            "is_hidden": ad.hidden_at is not None, "pictures": [PictureShown.of(one) for one in pictures],
        }  # fmt: skip
        return cls.model_validate(told)


class AdFilter(BaseModel):
    """Which ads to show."""

    category: CategoryCode | None = Field(None, description="only of this category")
    text: str = Field("", max_length=80, description="words to search for, as the Russian dictionary knows them")
    own_house: bool = Field(default=False, description="only those of my own houses")


@router.get("/ads", response=doors.Page[AdShown], summary="The notice board")
def board(request: HttpRequest, paging: Query[doors.Paging], wanted: Query[AdFilter]) -> doors.Page[AdShown]:
    """What reaches me: ads of my houses, and of others that were posted as far as my house. Newest first."""
    last, at = paging.keys(int), clock.now()
    asked = queries.Wanted(
        text=wanted.text, category=Ad.Category[wanted.category.upper()] if wanted.category else None,
        own_only=wanted.own_house, before=last[0] if last else None, limit=paging.limit + 1,
    )  # fmt: skip
    cards, _more = queries.board(audience.of(doors.caller(request), at=at), asked, at=at)
    return doors.page(cards, paging, show=AdShown.of, keys=lambda card: (card.ad.pk,))


@router.get("/ads/{ad_id}", response=AdShown, summary="One ad")
def ad(request: HttpRequest, ad_id: doors.PathId) -> AdShown:
    """Also when it is settled or its days are over, for a month."""
    return _shown(request, ad_id)


def _shown(request: HttpRequest, ad_id: int) -> AdShown:
    return AdShown.of(queries.card(ad_id, by=doors.caller(request), at=clock.now()))


_WEBP = {"responses": {200: {"description": "WebP", "content": {"image/webp": {"schema": {"type": "string"}}}}}}


@router.get("/ads/{ad_id}/pictures/{picture_id}", summary="A picture", openapi_extra=_WEBP)
def picture(
    request: HttpRequest,
    ad_id: doors.PathId,
    picture_id: doors.PathId,
    small: Annotated[bool, Query(description="480 pixels instead of 1600")] = False,  # noqa: FBT002 ninja reads it so
) -> HttpResponse:
    """The bytes, as WebP; keep them yourself, and show them to nobody else."""
    found = queries.picture(ad_id, picture_id, by=doors.caller(request), at=clock.now())
    return serving.answer(found, is_small=small)


# ── Posting ──────────────────────────────────────────────────────────────────────────────────────────────────────
class NewAd(doors.Body):
    """An ad for the board of one of my houses."""

    house_id: doors.Id
    category: CategoryCode
    title: Annotated[str, Field(min_length=3, max_length=100)]
    text: Annotated[str, Field(max_length=3_000)] = ""
    reach: ReachCode = Field("house", description="farther than the house: with a proof that I live there")
    price_kopecks: Annotated[doors.Whole, Field(ge=1, le=PRICE_MAX)] | None = None
    starts_at: datetime | None = Field(None, description="of an event, with its time zone")
    place: Annotated[str, Field(max_length=120)] = ""


_EXAMPLE = {
    "house_id": 1, "category": "sell", "title": "Велосипед «Кама»", "text": "На ходу, два колеса запасных.",
    "reach": "house", "price_kopecks": 450_000,
}  # fmt: skip


@router.post("/ads", response={201: AdShown}, summary="Post an ad", openapi_extra=doors.example(_EXAMPLE))
@doors.idempotent
def create(request: HttpRequest, new: NewAd) -> Status[AdShown]:
    """The first ad of a resident pays, once. With `is_hidden` it waits for a moderator."""
    if new.starts_at is not None and new.starts_at.tzinfo is None:
        raise Refusal("time_wrong", _("Tell the time zone, too."), field="starts_at")
    draft = Draft(
        Ad.Category[new.category.upper()], new.title, new.text, Ad.Reach[new.reach.upper()], new.price_kopecks,
        new.starts_at, new.place,
    )  # fmt: skip
    key = request.headers.get("Idempotency-Key") or str(uuid4())
    posted, _award = ads.post(draft, house_id=new.house_id, by=doors.caller(request), at=clock.now(), key=key)
    return Status(201, _shown(request, posted.pk))


class NewPicture(doors.Body):
    """A picture as Base64: JPEG, PNG, WebP or GIF of up to 750 kB; more than 1600 pixels a side are not kept."""

    model_config = ConfigDict(extra="forbid", str_max_length=PICTURE_TEXT_MAX, hide_input_in_errors=True)

    content: Annotated[str, Field(min_length=1, max_length=PICTURE_TEXT_MAX)]


@router.post(
    "/ads/{ad_id}/pictures",
    response={201: AdShown},
    summary="Add a picture",
    openapi_extra=doors.example({"content": "UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA"}),
)
@doors.idempotent
def add_picture(request: HttpRequest, ad_id: doors.PathId, new: NewPicture) -> Status[AdShown]:
    """Up to six; the same picture again changes nothing. Place and time of a photograph are removed."""
    try:
        content = base64.b64decode(new.content, validate=True)
    except (binascii.Error, ValueError):
        raise Refusal(
            "picture_unreadable", _("This is not Base64."), remedy=_("Encode the bytes of the file."), field="content"
        ) from None
    album.add([io.BytesIO(content)], ad_id=ad_id, by=doors.caller(request), at=clock.now())
    return Status(201, _shown(request, ad_id))


@router.post("/ads/{ad_id}/done", response=AdShown, summary="Given, sold, found")
@doors.idempotent
def done(request: HttpRequest, ad_id: doors.PathId) -> AdShown:
    """My ad is settled: it leaves the board."""
    endings.finish(ad_id=ad_id, by=doors.caller(request), at=clock.now())
    return _shown(request, ad_id)


@router.delete("/ads/{ad_id}", response=AdShown, summary="Take an ad off the board")
def withdraw(request: HttpRequest, ad_id: doors.PathId) -> AdShown:
    """Only I see it from then on."""
    endings.withdraw(ad_id=ad_id, by=doors.caller(request), at=clock.now())
    return _shown(request, ad_id)


# ── Answers ──────────────────────────────────────────────────────────────────────────────────────────────────────
class NewAnswer(doors.Body):
    """A word to the author of an ad."""

    text: Annotated[str, Field(min_length=1, max_length=MESSAGE_LENGTH_MAX)]


@router.post(
    "/ads/{ad_id}/answers",
    response={201: MessageShown},
    summary="Write to the author of an ad",
    openapi_extra=doors.example({"text": "Ещё отдаёте? Могу забрать сегодня."}),
)
@doors.idempotent
def answer(request: HttpRequest, ad_id: doors.PathId, new: NewAnswer) -> Status[MessageShown]:
    """Begins a private talk about the ad, or goes on with it. Both go on in `/chats/{chat_id}/messages`."""
    by, at = doors.caller(request), clock.now()
    key = request.headers.get("Idempotency-Key") or str(uuid4())
    sent = answers.send(new.text, ad_id=ad_id, by=by, at=at, key=key)
    return Status(201, MessageShown.of(chats.line(sent.pk, by=by, at=at)))
