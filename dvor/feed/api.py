"""The feed for apps: cards, what is new, other houses, news and outages."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.http import HttpRequest
from ninja import Query, Router
from ninja.responses import Status
from pydantic import BaseModel, Field

from dvor.base import clock, doors
from dvor.feed import follows, outage_cards, queries, reading, seen
from dvor.feed.models import News, Outage
from dvor.feed.queries import Asked, Shown

router = Router(tags=["Feed"], auth=doors.RESIDENT)


# ── The list ─────────────────────────────────────────────────────────────────────────────────────────────────────
class EntryShown(BaseModel):
    """A card: what it stands for has its own page, and mostly its own operation."""

    id: int
    kind: str = Field(examples=["outage"])
    subject: str = Field(description="what it stands for", examples=["outage:17"])
    house_id: int
    address: str
    is_own_house: bool = Field(description="false: a house that the resident chose")
    entrance: int | None = Field(description="empty: the whole house")
    title: str
    excerpt: str
    state: str = Field(description="in words, of kinds that have one", examples=["going on now"])
    path: str = Field(description="its page on this site", examples=["/feed/outages/17/"])
    published_at: datetime
    until: datetime | None = Field(description="over after that")
    urgent: bool
    is_new: bool = Field(description="not seen yet")

    @classmethod
    def of(cls, shown: Shown) -> EntryShown:
        row = shown.row
        told = {name: getattr(row, name) for name in _OF_THE_ROW}
        return cls(
            **told, is_own_house=row.is_own, is_new=row.is_unread, path=row.url, title=shown.plain_title,
            excerpt=shown.plain_excerpt, state=str(shown.state),
        )  # fmt: skip


_OF_THE_ROW = (
    "id", "kind", "subject", "house_id", "address", "entrance", "published_at", "until", "urgent",
)  # fmt: skip


class Wanted(BaseModel):
    """What to show."""

    kind: str = Field("", max_length=40, description="one kind: `news`, `outage` …; empty: all")
    house: int | None = Field(None, ge=1, le=2**63 - 1, description="one house; empty: all of the resident's")
    search: str = Field("", max_length=queries.TYPED_LENGTH_MAX, description='words; "a phrase", -without, OR')


@router.get("/feed", response=doors.Page[EntryShown], summary="My feed")
def feed(request: HttpRequest, wanted: Query[Wanted], paging: Query[doors.Paging]) -> doors.Page[EntryShown]:
    """Newest first: the resident's own houses by his rights there, and houses he chose. It marks nothing as seen."""
    keys = paging.keys(int)
    asked = Asked(
        kind=wanted.kind,
        house_id=wanted.house,
        typed=wanted.search,
        before=keys[0] if keys else queries.NEWEST,
        count=paging.limit + 1,
    )
    page = queries.page(doors.caller(request), asked, at=clock.now())
    return doors.page(page.shown, paging, show=EntryShown.of, keys=lambda shown: (shown.row.id,))


class OngoingShown(BaseModel):
    """Outages that are not over: going on, or still to come."""

    items: list[EntryShown]


@router.get("/feed/ongoing", response=OngoingShown, summary="Outages now and soon")
def ongoing(request: HttpRequest) -> OngoingShown:
    """In the resident's houses and those he chose; also those that were announced long ago."""
    page = queries.page(doors.caller(request), Asked(count=1), at=clock.now())
    return OngoingShown(items=[EntryShown.of(shown) for shown in page.current])


class Counted(BaseModel):
    """How much is new."""

    unread: int = Field(description="at most 100 of each house")


@router.get("/feed/unread", response=Counted, summary="How many entries are new")
def unread(request: HttpRequest) -> Counted:
    """What is older than a month or older than the resident's moving in is not counted."""
    return Counted(unread=queries.unread(doors.caller(request), at=clock.now()))


class SeenUpto(doors.Body):
    """The newest entry that was shown."""

    upto: doors.Id


@router.put("/feed/seen", response=Counted, summary="Mark as seen", openapi_extra=doors.example({"upto": 1250}))
def mark_seen(request: HttpRequest, shown: SeenUpto) -> Counted:
    """Everything up to this entry counts as seen; the same again changes nothing. Answers what is still new."""
    by, at = doors.caller(request), clock.now()
    seen.mark_all(upto=shown.upto, by=by, at=at)
    return Counted(unread=queries.unread(by, at=at))


# ── Houses ───────────────────────────────────────────────────────────────────────────────────────────────────────
class FeedHouse(BaseModel):
    """A house whose feed the resident reads."""

    id: int
    address: str
    is_own: bool
    kinds: list[str] = Field(description="kinds of entries that the resident may see there")


class FeedHouses(BaseModel):
    """The resident's own houses first."""

    items: list[FeedHouse]


@router.get("/feed/houses", response=FeedHouses, summary="Houses in my feed")
def houses(request: HttpRequest) -> FeedHouses:
    """The resident's own, and at most five that he chose."""
    found = queries.houses(doors.caller(request))
    return FeedHouses(
        items=[
            FeedHouse(id=row.id, address=row.address, is_own=row.is_own, kinds=sorted(filter(None, row.allowed)))
            for row in found
        ]
    )


@router.put("/feed/houses/{house_id}", response={204: None}, summary="Take another house into my feed")
def choose(request: HttpRequest, house_id: doors.PathId) -> Status[None]:
    """Its news and outages, not what neighbours write there. The same again changes nothing."""
    follows.choose(house_id, by=doors.caller(request), at=clock.now())
    return Status(204, None)


@router.delete("/feed/houses/{house_id}", response={204: None}, summary="Take a house out of my feed")
def drop(request: HttpRequest, house_id: doors.PathId) -> Status[None]:
    """One's own house stays."""
    follows.drop(house_id, by=doors.caller(request))
    return Status(204, None)


# ── News and outages ─────────────────────────────────────────────────────────────────────────────────────────────
class NewsShown(BaseModel):
    """A piece of news."""

    id: int
    title: str
    body: str = Field(description="plain text; an empty line ends a paragraph")
    company: str = Field(description="who wrote it; empty: the city")
    published_at: datetime
    corrected_at: datetime | None


@router.get("/feed/news/{news_id}", response=NewsShown, summary="One piece of news")
def news(request: HttpRequest, news_id: doors.PathId) -> NewsShown:
    """For those in whose feed it is."""
    found, _where = reading.news(news_id, by=doors.caller(request))
    return NewsShown(
        id=found.pk, title=found.title, body=found.body, company=_company(found), published_at=found.written_at,
        corrected_at=found.changed_at,
    )  # fmt: skip


class OutageShown(BaseModel):
    """An outage; moments carry the offset of UTC, `zone` is the houses' own."""

    id: int
    service: str = Field(examples=["hot_water"])
    title: str
    emergency: bool
    state: Literal["planned", "now", "over", "cancelled"]
    starts_at: datetime
    ends_at: datetime | None = Field(description="empty: not known yet")
    zone: str = Field(description="time zone; empty: the city's")
    entrances: list[int] = Field(description="empty: whole houses")
    addresses: list[str] = Field(description="houses of the resident's feed that it concerns")
    details: str
    cancelled_reason: str
    company: str = Field(description="who announced it; empty: the city")


@router.get("/feed/outages/{outage_id}", response=OutageShown, summary="One outage")
def outage(request: HttpRequest, outage_id: doors.PathId) -> OutageShown:
    """For those in whose feed it is."""
    found, where = reading.outage(outage_id, by=doors.caller(request))
    return OutageShown(
        id=found.pk, service=reading.service_code(found), title=outage_cards.title(found), emergency=found.emergency,
        state=outage_cards.state_of(found, clock.now()).value, starts_at=found.starts_at, ends_at=found.ends_at,
        zone=found.zone, entrances=found.entrances, addresses=reading.addresses(where), details=found.details,
        cancelled_reason=found.withdrawn_reason, company=_company(found),
    )  # fmt: skip


def _company(written: News | Outage) -> str:
    return written.company.title if written.company else ""
