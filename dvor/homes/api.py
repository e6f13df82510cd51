"""A resident's flats, and houses by their address."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Query, Router
from ninja.responses import Status
from pydantic import BaseModel, Field

from dvor.base import clock, doors
from dvor.homes import queries, residencies, rights
from dvor.homes.models import Flat, Residency
from dvor.people.levels import Level
from dvor.people.models import Resident

router = Router(tags=["Flats"], auth=doors.RESIDENT)


# ── Houses ───────────────────────────────────────────────────────────────────────────────────────────────────────
class HouseShown(BaseModel):
    """A connected house."""

    id: int
    unom: int = Field(description="the city's key of the building")
    address: str
    district: str


class HousesShown(BaseModel):
    """At most 20 houses, the best first."""

    items: list[HouseShown]


@router.get("/houses", response=HousesShown, summary="Find a house by its address")
def houses(
    request: HttpRequest,
    search: Annotated[
        str, Query(min_length=2, max_length=200, description="words or their beginnings", examples=["садов 1к2"])
    ],
) -> HousesShown:
    """Forgives abbreviations, ё and е, and unfinished words: `садов 1`, `ул. Садовая, д. 1 к. 2`."""
    found = queries.search_houses(search)
    return HousesShown(
        items=[HouseShown(id=row.id, unom=row.unom, address=row.address, district=row.district) for row in found]
    )


# ── Flats ────────────────────────────────────────────────────────────────────────────────────────────────────────
class CompanyShown(BaseModel):
    """Who manages the house."""

    title: str
    phone: str
    email: str


class FlatShown(BaseModel):
    """A flat of the resident, and what the resident's status allows there."""

    id: int
    house_id: int
    address: str
    number: str
    title: str = Field(description="the resident's own name for the flat")
    entrance: int | None
    floor: int | None
    area_m2: Decimal | None = Field(examples=["54.30"])
    company: CompanyShown | None
    status: Literal["guest", "occupant", "registered", "owner"]
    proof: Literal["none", "payer_code", "invitation", "registry", "operator"]
    since: datetime
    connected_since: date | None = Field(description="since when the house is connected")
    allowed: list[rights.Act]

    @classmethod
    def of(cls, flat: Flat, residency: Residency, *, level: Level) -> FlatShown:
        house, company = flat.house, flat.house.management_company
        told = {name: getattr(flat, name) for name in ("id", "house_id", "number", "entrance", "floor", "area_m2")}
        return cls.model_validate(
            {
                **told,
                "address": house.address,
                "connected_since": house.connected_since,
                "company": company and CompanyShown(title=company.title, phone=company.phone, email=company.email),
                "title": residency.title,
                "status": Residency.Status(residency.status).name.lower(),
                "proof": str(residency.proof),
                "since": residency.since,
                "allowed": rights.acts_of(residency, level=level),
            }
        )


class FlatsShown(BaseModel):
    """The resident's flats, the oldest first; at most 20."""

    items: list[FlatShown]


class NewFlat(doors.Body):
    """The flat as it stands on the bill."""

    house_id: doors.Id
    flat_number: Annotated[str, Field(min_length=1, max_length=40)]
    payer_code: Annotated[str, Field(max_length=40, description="10 digits; empty adds the flat with few rights")] = ""
    title: Annotated[str, Field(max_length=60)] = ""


@router.get("/flats", response=FlatsShown, summary="My flats")
def flats(request: HttpRequest) -> FlatsShown:
    """With the status at each of them and what it allows; `allowed` are the names of the rights table."""
    resident: Resident = doors.caller(request)
    return FlatsShown(
        items=[
            FlatShown.of(flat, flat.residency, level=resident.account_level)
            for flat in rights.flats_of(resident)
            if flat.residency is not None
        ]
    )


@router.post(
    "/flats",
    response={201: FlatShown},
    summary="Add a flat, or prove one",
    openapi_extra=doors.example({"house_id": 1, "flat_number": "12А", "payer_code": "1234567890", "title": "Дом"}),
)
def add(request: HttpRequest, flat: NewFlat) -> Status[FlatShown]:
    """With the payer code the resident may send readings at once. A flat added without it is proven by sending it again
    with the code. Five codes an hour may be tried.

    Sending it twice is safe without an idempotency key: the second answer is 409 `already_added`. A key is not read
    here on purpose: tries of a code are counted even when the request fails.
    """
    resident: Resident = doors.caller(request)
    at = clock.now()
    opened = residencies.open(**flat.model_dump(), by=resident, at=at)
    found = rights.flat_for(resident, opened.flat_id, rights.Act.SEE_HOUSE, at=at)
    assert found.residency is not None, "it was opened a line above"
    return Status(201, FlatShown.of(found, found.residency, level=resident.account_level))


@router.delete("/flats/{flat_id}", response={204: None}, summary="Leave a flat")
def leave(request: HttpRequest, flat_id: doors.PathId) -> Status[None]:
    """Its readings and bills are closed to the resident at once; on the site this can be undone within a day."""
    resident, at = doors.caller(request), clock.now()
    flat = rights.flat_for(resident, flat_id, rights.Act.SEE_HOUSE, at=at)
    if flat.residency is None:
        raise rights.unknown()
    residencies.close(residency_id=flat.residency.pk, by=resident, at=at)
    return Status(204, None)
