"""What happens in the district: a year of news and outages (feed.toml), written as operators write them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Max

from dvor.base import periods
from dvor.base.refusals import Refusal
from dvor.demo.district import city
from dvor.demo.district.plan import Plan
from dvor.feed import news, outages, seen
from dvor.feed.models import Audience, Entry, Service
from dvor.feed.reach import Whom
from dvor.homes.models import House
from dvor.people.models import Organisation, Resident

_YEAR: dict[str, list[dict[str, Any]]] = tomllib.loads(
    Path(__file__).with_name("feed.toml").read_text(encoding="utf-8")
)
_COMPANIES = {"centre": city.CENTRE, "warm": city.WARM, "north": city.NORTH, "embankment": city.EMBANKMENT}
_MONTHS, _JUST_NOW, _UNREAD = 12, timedelta(minutes=40), timedelta(days=4)


def live(month: date, *, plan: Plan, by: Resident) -> int:
    """The news and outages of one month of the last year, in their order; how many there were."""
    if month not in plan.months[-_MONTHS:]:
        return 0
    houses = dict(House.objects.values_list("unom", "pk"))
    companies = {one.inn: one for one in Organisation.objects.filter(kind=Organisation.Kind.MANAGEMENT_COMPANY)}
    done = 0
    for at, sort, told in sorted(_of(month, plan), key=lambda one: one[0]):
        whom = _whom(told, houses, companies)
        write = _news if sort == "news" else partial(_outage, plan=plan)
        with suppress(Refusal):  # a small district has no such house or entrance
            write(told, whom, key=f"demo:{at:%Y-%m-%d}:{done}", by=by, at=at)
            done += 1
    return done


def _of(month: date, plan: Plan) -> Iterator[tuple[datetime, str, dict[str, Any]]]:
    for sort, happenings in _YEAR.items():
        for told in happenings:
            at = _moment(told, month, plan)
            if at is not None and periods.month_of(at) == month and at < plan.at:
                yield at, sort, told


def _moment(told: dict[str, Any], month: date, plan: Plan) -> datetime | None:
    """When it is written; nothing for what belongs to another month."""
    if "on" in told:
        of_month, day = map(int, told["on"].split("-"))
        if of_month != month.month:
            return None
        return periods.day_start(month.replace(day=day)) + timedelta(hours=told["at"])
    if "at" not in told:
        return plan.at - _JUST_NOW
    return periods.day_start(periods.day_of(plan.at) - timedelta(days=told["days_ago"])) + timedelta(hours=told["at"])


def _whom(told: dict[str, Any], houses: dict[int, int], companies: dict[str, Organisation]) -> Whom:
    """Whom it addresses."""
    to: str | Sequence[int] = told["to"]
    company = companies[_COMPANIES[told["company"]].inn] if "company" in told else None
    if to == "company":
        return Whom(Audience.COMPANY, company)
    if isinstance(to, str):
        return Whom(Audience.DISTRICT, company, to)
    there = [houses[unom] for unom in to if unom in houses]
    return Whom(Audience.HOUSES, company, house_ids=there, entrances=told.get("entrances", ()))


def _news(told: dict[str, Any], whom: Whom, *, key: str, by: Resident, at: datetime) -> None:
    draft = news.Draft(told["title"], told["body"], tell=told.get("tell", False))
    news.publish(draft, whom, key=key, by=by, at=at)


def _outage(told: dict[str, Any], whom: Whom, *, key: str, by: Resident, at: datetime, plan: Plan) -> None:
    """Announced, and perhaps cancelled the day after. One without hours has begun and has no known end."""
    starts = at
    if "from" in told:
        starts = periods.day_start(periods.day_of(at) + timedelta(days=told["in_days"])) + timedelta(hours=told["from"])
    draft = outages.Draft(
        Service[told["service"].upper()],
        told.get("emergency", False),
        starts,
        starts + timedelta(hours=told["hours"]) if "hours" in told else None,
        told["details"],
    )
    outage = outages.announce(draft, whom, key=key, by=by, at=at)
    if "cancelled" in told and (later := at + timedelta(days=1)) < plan.at:
        outages.cancel(outage.pk, by=by, at=later, reason=told["cancelled"])


def settle(readers: Sequence[Resident], *, at: datetime) -> None:
    """Number the cards of all packages by their day, as if they had come one after another, and let the readers have
    seen all but those of the last days."""
    with connection.cursor() as cursor:
        cursor.execute("""
            with later as materialized (  -- once: a nested loop would draw the numbers anew for each card
                select id as was, nextval(pg_get_serial_sequence('feed_entry', 'id')) as id
                from (select id from feed_entry order by published_at, id) as in_order
            )

            update feed_entry as entry set id = later.id from later where entry.id = later.was
        """)
    upto = Entry.objects.filter(published_at__lt=at - _UNREAD).aggregate(last=Max("pk"))["last"] or 0
    for reader in readers:
        seen.mark_all(upto=upto, by=reader, at=at - _UNREAD)
