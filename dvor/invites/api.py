"""Invites for residents' apps."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Query, Router
from ninja.responses import Status
from pydantic import BaseModel, Field

from dvor.base import clock, doors
from dvor.invites import addresses, links, queries
from dvor.invites.models import TITLE_LENGTH_MAX, Join, Link

router = Router(tags=["Invites"], auth=doors.RESIDENT)
SortCode = Literal["personal", "notice"]
StateCode = Literal["signed_in", "flat_added", "counted", "held", "not_counted"]


class LinkShown(BaseModel):
    """A link for the neighbours of one house."""

    id: int
    house_id: int
    address: str
    sort: SortCode
    title: str = Field(description="the resident's own name for it; nobody else sees it")
    names_inviter: bool = Field(description="whether the first name is shown to those who open it")
    url: str = Field(description="what a QR code carries")
    came: int = Field(description="newcomers who signed in by it")
    issued_at: datetime
    revoked_at: datetime | None

    @classmethod
    def of(cls, link: Link) -> LinkShown:
        plain = ("house_id", "title", "names_inviter", "issued_at", "revoked_at")
        return cls.model_validate(
            {
                **{name: getattr(link, name) for name in plain},
                "id": link.pk,
                "address": link.house.address,
                "sort": Link.Sort(link.sort).name.lower(),
                "url": addresses.url_of(link),
                "came": getattr(link, "came", 0),
            }
        )


class LinksShown(BaseModel):
    """All links that work: there are never many."""

    items: list[LinkShown]


class NewLink(doors.Body):
    """A new link for the neighbours of one's house."""

    house_id: doors.Id
    sort: SortCode = "personal"
    title: Annotated[str, Field(max_length=TITLE_LENGTH_MAX)] = ""
    names_inviter: doors.Flag = False


class NeighbourShown(BaseModel):
    """Whom a link brought."""

    name: str = Field(description="first name, only of somebody who lives in a house of mine; else empty")
    state: StateCode
    why: str = Field(description="why it does not count or is under review; else empty")
    link_id: int
    signed_in_at: datetime
    settled_at: datetime | None

    @classmethod
    def of(cls, guest: queries.Guest) -> NeighbourShown:
        join = guest.join
        told = [str(join.why.label)] if join.why else [str(doubt.label) for doubt in join.doubted if is_held(join)]
        return cls.model_validate(
            {
                "name": guest.name,
                "state": join.stage.name.lower(),
                "why": join.note or "; ".join(told),
                "link_id": join.link_id,
                "signed_in_at": join.signed_in_at,
                "settled_at": join.settled_at,
            }
        )


def is_held(join: Join) -> bool:
    """Whether somebody of the city looks at it now."""
    return join.stage == Join.State.HELD


@router.get("/invites", response=LinksShown, summary="My links")
def listed(request: HttpRequest) -> LinksShown:
    """Those that work, the newest first."""
    return LinksShown(items=[LinkShown.of(link) for link in queries.links(doors.caller(request))])


@router.post(
    "/invites",
    response={201: LinkShown},
    summary="A new link",
    openapi_extra=doors.example({"house_id": 1, "sort": "notice", "title": "Лифт", "names_inviter": False}),
)
@doors.keyed
def issue(request: HttpRequest, wanted: NewLink) -> Status[LinkShown]:
    """`Idempotency-Key` is required: the same key again is the same link. Needs a proven flat in the house."""
    made = links.issue(
        house_id=wanted.house_id, sort=Link.Sort[wanted.sort.upper()], title=wanted.title,
        names_inviter=wanted.names_inviter, by=doors.caller(request), at=clock.now(), key=doors.key(request),
    )  # fmt: skip
    return Status(201, LinkShown.of(made))


@router.get("/invites/neighbours", response=doors.Page[NeighbourShown], summary="Whom my links brought")
def neighbours(request: HttpRequest, paging: Query[doors.Paging]) -> doors.Page[NeighbourShown]:
    """The newest first, with what became of each invite."""
    by = doors.caller(request)
    houses = [house.pk for house in links.houses(by, at=clock.now())]
    found = queries.invited(by, houses=houses, after=paging.keys(datetime, int), limit=paging.limit + 1)
    return doors.page(
        found, paging, show=NeighbourShown.of, keys=lambda guest: (guest.join.signed_in_at, guest.join.pk)
    )


@router.delete("/invites/{link_id}", response=LinkShown, summary="Revoke a link")
def revoke(request: HttpRequest, link_id: doors.PathId) -> LinkShown:
    """Nobody comes by it any more; who came stays. Again changes nothing."""
    return LinkShown.of(links.revoke(link_id=link_id, by=doors.caller(request), at=clock.now()))
