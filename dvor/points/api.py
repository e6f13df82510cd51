"""Rules, wallet, transfers and awards for residents' apps: the same reads as the pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import BaseModel, Field

from dvor.base import clock, doors, periods
from dvor.base.texts import pick
from dvor.ledger import queries as ledger
from dvor.people.levels import Level
from dvor.points import kinds, queries, rules
from dvor.points.models import RuleVersion
from dvor.points.queries import AwardLine

router = Router(tags=["Points"], auth=doors.RESIDENT)
LevelCode = Literal["simplified", "standard", "full"]


class RateShown(BaseModel):
    """What one account level earns: fixed points plus the per mille of the paid roubles, rounded down."""

    level: LevelCode
    points: int | None = Field(examples=[20])
    permille: int | None = Field(examples=[50])


class CapShown(BaseModel):
    """At most so many paid acts, or points, of one resident in a period of the city's calendar."""

    period: Literal["day", "month", "year", "lifetime"]
    count: int | None
    points: int | None


class VersionShown(BaseModel):
    """A dated version of a rule; it lasts until the next one begins."""

    since: date
    rates: list[RateShown] = Field(description="levels that are missing earn nothing")
    caps: list[CapShown]
    delay_days: int = Field(description="days until the points can be spent")
    assumption: bool = Field(description="the amount is not public and was chosen by us")
    source: str
    source_url: str

    @classmethod
    def of(cls, version: RuleVersion) -> VersionShown:
        terms = rules.terms_of(version)
        return cls(
            since=version.since,
            rates=[
                RateShown(level=level.code, points=terms.points.get(level), permille=terms.permille.get(level))  # type: ignore[arg-type]
                for level in Level
                if level in terms.points or level in terms.permille
            ],
            caps=[
                CapShown(period=cap.period.name.lower(), count=cap.count, points=cap.points)  # type: ignore[arg-type]
                for cap in terms.caps
            ],
            delay_days=terms.delay_days,
            assumption=version.assumption,
            source=pick(version.source),
            source_url=version.source_url,
        )


class RuleShown(BaseModel):
    """What one kind of activity pays today, and what is published to come."""

    kind: str = Field(examples=["reading"])
    title: str
    what: str
    unit: str
    soon: bool = Field(description="the rule is known, but the act is not possible yet")
    now: VersionShown | None
    next: VersionShown | None

    @classmethod
    def of(cls, rule: queries.Rule) -> RuleShown:
        return cls(
            kind=rule.kind.code,
            title=rule.kind.title,
            what=pick(rule.kind.what),
            unit=pick(rule.kind.unit),
            soon=rule.kind.soon,
            now=VersionShown.of(rule.now) if rule.now else None,
            next=VersionShown.of(rule.next) if rule.next else None,
        )


class RulesShown(BaseModel):
    """Every kind of activity."""

    items: list[RuleShown]


@router.get("/rules", auth=None, response=RulesShown, summary="What points are given for")
def rules_(request: HttpRequest) -> RulesShown:
    """The knowledge base as data: amounts by account level, caps, delay, source. Open to everybody."""
    return RulesShown(items=[RuleShown.of(rule) for rule in queries.rules(periods.day_of(clock.now()))])


class Expiring(BaseModel):
    """Points that are lost unless they are spent by a day."""

    expires_on: date = Field(description="the last day on which they can be spent")
    points: int


class WalletShown(BaseModel):
    """My points."""

    available: int = Field(description="can be spent now")
    held: int = Field(description="set aside for open orders")
    pending: int = Field(description="awarded, spendable later")
    debt: int = Field(description="taken back after it was spent; the next points repay it")
    blocked_at: datetime | None
    blocked_reason: str
    expiring: list[Expiring] = Field(description="soonest first")


@router.get("/wallet", response=WalletShown, summary="My balance")
def wallet(request: HttpRequest) -> WalletShown:
    """What I can spend, what is on the way, and what expires when."""
    resident_id = doors.caller(request).pk
    found = ledger.balance(resident_id)
    return WalletShown(
        available=found.available,
        held=found.held,
        pending=found.pending,
        debt=found.debt,
        blocked_at=found.blocked_at,
        blocked_reason=found.blocked_reason,
        expiring=[
            Expiring(expires_on=day, points=amount)
            for day, amount in ledger.expiring(resident_id, periods.day_of(clock.now()))
        ],
    )


class TransferShown(BaseModel):
    """One move of points."""

    posted_at: datetime
    operation: str = Field(examples=["issued", "held", "spent", "expired"])
    title: str
    amount: int = Field(description="how many points moved")
    change: int = Field(description="what it did to the spendable balance")
    available_after: int
    expires_on: date | None

    @classmethod
    def of(cls, entry: ledger.Entry) -> TransferShown:
        return cls(
            posted_at=entry.posted_at,
            operation=entry.operation.value,
            title=str(entry.operation.label),
            amount=entry.amount,
            change=entry.change,
            available_after=entry.available_after,
            expires_on=entry.expires_on,
        )


@router.get("/transfers", response=doors.Page[TransferShown], summary="Moves of my points")
def transfers(request: HttpRequest, paging: Query[doors.Paging]) -> doors.Page[TransferShown]:
    """Newest first. Awards of zero moved nothing and are listed under awards only."""
    before = paging.keys(datetime, int)
    found = ledger.statement(
        doors.caller(request).pk, before=(before[0], before[1]) if before else None, limit=paging.limit + 1
    )
    return doors.page(found, paging, show=TransferShown.of, keys=lambda entry: (entry.posted_at, entry.seq))


class AwardShown(BaseModel):
    """What the rule gave for one activity: points, or zero with the reason."""

    activity_id: int
    kind: str | None = Field(examples=["reading"])
    title: str
    recorded_at: datetime
    occurred_on: date
    points: int
    reason: str = Field(examples=["paid", "cap_month"])
    sentence: str = Field(description="the reason in words")
    spendable_at: datetime | None = Field(description="empty: at once, or nothing was paid")
    reversed_at: datetime | None
    reversal_reason: str

    @classmethod
    def of(cls, award: AwardLine) -> AwardShown:
        return cls(
            activity_id=award.activity_id,
            kind=award.kind.code if award.kind else None,
            title=award.kind.title if award.kind else "",
            recorded_at=award.recorded_at,
            occurred_on=award.occurred_on,
            points=award.points,
            reason=award.reason.code,
            sentence=str(award.reason.sentence),
            spendable_at=award.spendable_at,
            reversed_at=award.reversed_at,
            reversal_reason=award.reversal_reason or "",
        )


class AwardPaging(doors.Paging):
    """A page of awards, perhaps of one kind."""

    kind: str = Field("", max_length=40, description="code of a kind; empty: all")


@router.get("/awards", response=doors.Page[AwardShown], summary="What I was awarded, and why")
def awards(request: HttpRequest, paging: Query[AwardPaging]) -> doors.Page[AwardShown]:
    """Newest first. What was recorded at one moment stays on one page, which may then be longer than `limit`."""
    kind = kinds.named(paging.kind) if paging.kind else None
    if paging.kind and kind is None:
        return doors.Page[AwardShown](items=[], next="")
    before = paging.keys(datetime)
    found = queries.awards(
        doors.caller(request).pk,
        before=before[0] if before else None,
        kind_id=kind.id if kind else None,
        limit=paging.limit + 1,
    )
    return _whole_moments(found, paging)


def _whole_moments(found: list[AwardLine], paging: doors.Paging) -> doors.Page[AwardShown]:
    """Cut a page between two moments, because the cursor is a moment."""
    if len(found) <= paging.limit:
        return doors.page(found, paging, show=AwardShown.of, keys=lambda award: (award.recorded_at,))
    last = found[-1].recorded_at
    whole = [award for award in found if award.recorded_at > last] or found
    # One row too many tells the page that it is not the last one.
    length = paging.model_copy(update={"limit": len(whole)})
    return doors.page([*whole, whole[-1]], length, show=AwardShown.of, keys=lambda award: (award.recorded_at,))
