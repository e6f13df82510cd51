"""A small API on the product's own doors, so that the doors are tested apart from what packages say through them."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest
from django.urls import include, path
from ninja import Query, Router
from ninja.responses import Status
from pydantic import BaseModel

from dvor.api.faults import register
from dvor.api.v1 import StrictJson, Version1
from dvor.base import audit, clock, doors
from dvor.base.refusals import Refusal

router = Router(tags=["Sample"], auth=doors.RESIDENT)


class Note(doors.Body):
    """A body with each kind of value."""

    subject: doors.Line
    number: doors.Id = 1
    urgent: doors.Flag = False
    due_on: date | None = None


class NoteShown(BaseModel):
    subject: str
    number: int


class Number(BaseModel):
    number: int


@router.post("/notes", response={201: NoteShown}, openapi_extra=doors.example({"subject": "roof"}))
@doors.idempotent
def note(request: HttpRequest, note: Note) -> Status[NoteShown]:
    """Write a note; writes an audit entry, so that a test can count how often it ran."""
    audit.record(act="sample.note.written", subject=note.subject[:100], by=doors.caller(request).pk, at=clock.now())
    if note.subject == "forbidden":
        raise Refusal("note_forbidden", "This note is forbidden.", remedy="Write another.", field="subject")
    return Status(201, NoteShown(subject=note.subject, number=note.number))


@router.get("/numbers", response=doors.Page[Number])
def numbers(request: HttpRequest, paging: Query[doors.Paging]) -> doors.Page[Number]:
    """The numbers 1 to 25."""
    after = paging.keys(int) or (0,)
    found = range(after[0] + 1, min(after[0] + paging.limit + 1, 25) + 1)
    return doors.page(found, paging, show=lambda n: Number(number=n), keys=lambda n: (n,))


@router.get("/missing")
def missing(request: HttpRequest) -> None:
    raise Http404


@router.get("/broken")
def broken(request: HttpRequest) -> None:
    raise ZeroDivisionError("a secret of the inside")


@router.get("/limited")
def limited(request: HttpRequest) -> None:
    raise Refusal("too_many_attempts", "Too many attempts.", status=429)


@router.get("/things/{int:thing_id}", response=Number)
def thing(request: HttpRequest, thing_id: doors.PathId) -> Number:
    return Number(number=thing_id)


api = Version1(title="Sample", version="1", urls_namespace="sample", docs_url=None, parser=StrictJson())
register(api)
api.add_router("", router)

urlpatterns = [path("api/sample/", api.urls), path("", include("dvor.urls"))]
