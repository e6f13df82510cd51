"""Moderation for residents' apps: the public reasons, reporting, an author's cases and appeals."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Query, Router
from ninja.responses import Status
from pydantic import BaseModel, Field, StringConstraints

from dvor.base import clock, doors
from dvor.base.texts import pick
from dvor.moderation import appeals, kinds, queries, refusals, reports
from dvor.moderation import reasons as listed
from dvor.moderation.models import NOTE_LENGTH_MAX, WORDS_LENGTH_MAX, Report
from dvor.moderation.queries import Told

router = Router(tags=["Moderation"], auth=doors.RESIDENT)

State = Literal["waits", "left", "hidden", "removed", "appealed", "restored", "upheld"]


class ReasonShown(BaseModel):
    """A line of the public list."""

    code: str = Field(examples=["spam"])
    title: str
    rule: str = Field(description="the rule that it stands on")


@router.get("/moderation/reasons", response=list[ReasonShown], summary="The public list of reasons")
def reasons(request: HttpRequest) -> list[ReasonShown]:
    """What a report and a decision may stand on, in the language of `Accept-Language`."""
    found = listed.in_force(at=clock.now())
    return [ReasonShown(code=one.pk, title=pick(one.titles), rule=pick(one.rules)) for one in found]


class NewReport(doors.Body):
    """A publication and what is wrong with it."""

    kind: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{1,39}$")] = Field(examples=["ad"])
    content_id: doors.Id
    reason: Annotated[str, StringConstraints(min_length=1, max_length=40)] = Field(examples=["spam"])
    note: Annotated[str, StringConstraints(max_length=NOTE_LENGTH_MAX)] = ""


class ReportShown(BaseModel):
    """A report of mine, and whether it is answered."""

    id: int
    kind: str
    content_id: int
    reason: str
    reported_at: datetime
    answered_at: datetime | None

    @classmethod
    def of(cls, report: Report) -> ReportShown:
        return cls(
            id=report.pk, kind=report.case.kind, content_id=report.case.content_id, reason=report.reason_id,
            reported_at=report.reported_at, answered_at=report.answered_at,
        )  # fmt: skip


@router.post(
    "/moderation/reports",
    response={201: ReportShown},
    summary="Report a publication",
    openapi_extra=doors.example({"kind": "ad", "content_id": 17, "reason": "spam", "note": "The third time this week"}),
)
@doors.keyed
def report(request: HttpRequest, told: NewReport) -> Status[ReportShown]:
    """A moderator will look at it; the author does not learn who reported. Needs an `Idempotency-Key`."""
    key = doors.key(request)
    kind = kinds.find(told.kind)
    if kind is None:
        raise refusals.content_unknown()
    made = reports.report(
        kind, told.content_id, reason=told.reason, note=told.note, by=doors.caller(request), at=clock.now(), key=key
    )
    return Status(201, ReportShown.of(made))


class CaseShown(BaseModel):
    """What moderation says about a publication of mine."""

    id: int
    kind: str
    content_id: int
    opened_at: datetime
    state: State
    findings: list[str] = Field(description="what a check found and what to change")
    reason: str = Field(description="code of the public list; empty while nothing is taken down")
    rule: str
    words: str = Field(description="the moderator's words")
    decided_at: datetime | None
    appeal_until: datetime | None = Field(description="empty: no appeal is possible")
    appeal: str = Field(description="my own words")
    verdict: str = Field(description="the second moderator's words")

    @classmethod
    def of(cls, told: Told) -> CaseShown:
        decision, appeal, verdict = told.decision, told.appeal, told.verdict
        reason = decision.reason if decision else None
        return cls.model_validate(
            {
                "id": told.case.pk,
                "kind": told.case.kind,
                "content_id": told.case.content_id,
                "opened_at": told.case.opened_at,
                "state": told.state,
                "findings": [f"{finding.title}. {finding.advice}" for finding in told.findings.items],
                "reason": reason.pk if reason else "",
                "rule": pick(reason.rules) if reason else "",
                "words": decision.words if decision else "",
                "decided_at": decision.decided_at if decision else None,
                "appeal_until": told.appeal_until,
                "appeal": appeal.words if appeal else "",
                "verdict": verdict.words if verdict else "",
            }
        )


@router.get("/moderation/cases", response=doors.Page[CaseShown], summary="My cases")
def cases(request: HttpRequest, paging: Query[doors.Paging]) -> doors.Page[CaseShown]:
    """What moderators and checks said about my publications, newest first."""
    last = paging.keys(int)
    found = queries.cases(
        doors.caller(request).pk, at=clock.now(), before=last[0] if last else None, limit=paging.limit + 1
    )
    return doors.page(found, paging, show=CaseShown.of, keys=lambda told: (told.case.pk,))


@router.get("/moderation/cases/{case_id}", response=CaseShown, summary="One case of mine")
def case(request: HttpRequest, case_id: doors.PathId) -> CaseShown:
    """With the decision, its rule, and what can be done."""
    return CaseShown.of(queries.case(case_id, resident_id=doors.caller(request).pk, at=clock.now()))


class NewAppeal(doors.Body):
    """Why the decision is wrong."""

    words: Annotated[str, StringConstraints(min_length=5, max_length=WORDS_LENGTH_MAX)]


@router.post(
    "/moderation/cases/{case_id}/appeal",
    response={201: CaseShown},
    summary="Appeal",
    openapi_extra=doors.example({"words": "It is another sofa, the first one is gone."}),
)
@doors.idempotent
def appeal(request: HttpRequest, case_id: doors.PathId, told: NewAppeal) -> Status[CaseShown]:
    """Another moderator decides, never the same one. Once a decision, within 30 days."""
    by, at = doors.caller(request), clock.now()
    appeals.appeal(case_id, words=told.words, by=by, at=at)
    return Status(201, CaseShown.of(queries.case(case_id, resident_id=by.pk, at=at)))
