"""Kinds made for a test, their rules without a publication, acts of a day: what the tests of deciding share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from dvor.base import periods
from dvor.ledger.currencies import Currency
from dvor.people.levels import Level
from dvor.people.models import Resident
from dvor.points import kinds, models
from dvor.points.activities import Activity
from dvor.points.kinds import Kind
from dvor.points.rules import Terms, columns_of

MONTH = date(2026, 10, 1)


def known(code: str) -> Kind:
    """A kind of the seed."""
    kind = kinds.named(code)
    assert kind is not None, code
    return kind


def invent(number: int, currency: Currency = Currency.CITY) -> Kind:
    """A kind that only its table and the test know; it has no rule yet."""
    like = models.Kind.objects.get(pk=known("reading").id)
    row = {"code": f"invented_{chr(97 + number % 26)}", "project": like.project, "account_id": like.account_id}
    models.Kind.objects.create(id=30_000 + number, currency=currency, **row)
    return Kind(id=30_000 + number, code=row["code"], titles={"ru": "Проба", "en": "Trial"}, currency=currency)


def versions(kind: Kind, terms: Mapping[date, Terms], at: datetime) -> dict[date, int]:
    """Rules as the seed brings them, so that they may begin in the past; their numbers by first day."""
    made = models.RuleVersion.objects.bulk_create(
        models.RuleVersion(kind_id=kind.id, since=since, assumption=True, published_at=at, **columns_of(one))
        for since, one in terms.items()
    )
    return {one.since: one.pk for one in made}


def ruled(number: int, terms: Terms, at: datetime) -> Kind:
    """An invented kind with one rule that has always been in force."""
    kind = invent(number)
    versions(kind, {date(2020, 1, 1): terms}, at)
    return kind


def moment(day: date, late: bool = False) -> datetime:
    """The first moment of a day of the city's calendar, or its last microsecond."""
    return periods.day_end(day) - timedelta(microseconds=1) if late else periods.day_start(day)


def act(
    resident: Resident, kind: Kind | str, subject: str, at: datetime, *, level: Level | None = None,
    kopecks: int | None = None,
) -> Activity:  # fmt: skip
    """An act of a resident at the level he has."""
    found = known(kind) if isinstance(kind, str) else kind
    return Activity(found, resident.pk, level or resident.level, subject, MONTH, at, kopecks)
