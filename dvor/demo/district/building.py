"""Builds the demo district: two years, month by month, by the product's own acts, in one transaction."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import structlog
from django.db import connection, transaction

from dvor.base import audit, periods
from dvor.base.files import Progress, Silent
from dvor.base.models import AuditEntry
from dvor.bills import documents
from dvor.bills import seed as bills
from dvor.demo.district import asking, board, cast, chatting, founding, happenings, inviting
from dvor.demo.district.billing import Centre
from dvor.demo.district.exchanges import Shoppers
from dvor.demo.district.history import Sending
from dvor.demo.district.moving_in import Neighbourhood
from dvor.demo.district.plan import Plan, draw
from dvor.figures import months as figures
from dvor.ledger import lots
from dvor.ledger import seed as ledger
from dvor.meters import readings, reminders
from dvor.meters import seed as meters
from dvor.meters.models import Source
from dvor.meters.readings import NewReading
from dvor.notices import reading
from dvor.people.models import Resident
from dvor.points import seed as points

BUILT = "demo.district.built"
_NIGHT, _MORNING, _EVENING = timedelta(hours=4), timedelta(hours=9, minutes=15), timedelta(hours=12)
_REMEMBERED = timedelta(days=40)  # reminders of older months would only be rows that nobody reads
_TABLES = ("homes_flat", "homes_residency", "meters_meter", "meters_reading", "points_activity", "points_award",
           "ledger_wallet", "ledger_transfer", "ledger_lot", "people_resident", "bills_bill",
           "bills_line")  # fmt: skip


def build(
    *, seed: int = 1, flats: int = 1500, months: int = 24, at: datetime, progress: Progress | None = None
) -> bool:
    """Build the district of ``flats`` flats with ``months`` months of past that end at ``at``; whether it was built.

    The same seed, size and moment make the same district. Where one stands already, nothing changes.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [BUILT])
        if AuditEntry.objects.filter(act=BUILT).exists():
            return False
        plan = draw(seed=seed, count=flats, months=months, at=at)
        with _quiet():
            counts = _Years(plan, progress or Silent()).live()
        audit.record(act=BUILT, subject="district:1", by=None, at=at, facts={"seed": seed, **counts})
    return True


@contextmanager
def _quiet() -> Iterator[None]:
    """Two years of acts would fill the log of one morning."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    try:
        yield
    finally:
        structlog.configure(**before)


class _Years:
    """The months of a plan as they pass."""

    def __init__(self, plan: Plan, progress: Progress) -> None:
        self._plan, self._progress = plan, progress
        self._counts: dict[str, int] = defaultdict(int)
        self._morning = periods.day_start(periods.day_of(plan.at - _REMEMBERED)) + _MORNING
        self._centre = Centre(plan)
        progress.total = len(plan.homes) * len(plan.months) + sum(map(len, plan.sendings.values()))

    def live(self) -> dict[str, int]:
        """From the first stone to today; what was counted on the way."""
        self._open_months()
        homes = self._found()
        shoppers = Shoppers(homes.people, seed=self._plan.seed)
        for number, month in enumerate(self._plan.months):
            self._pass(number, month, homes, shoppers)
            self._counts["happenings"] += happenings.live(month, plan=self._plan, by=homes.operator)
            if number in (0, 6):
                _analyse()
        self._remind(until=self._plan.at)
        for told in cast.persons():  # what was told before this month has been read
            reading.mark_all(by=homes.people[told["sub"]].pk, at=periods.day_start(self._plan.months[-1]))
        self._counts["ads"] = board.post(homes.people, seed=self._plan.seed, at=self._plan.at)
        self._counts["messages"] = chatting.chat(seed=self._plan.seed, at=self._plan.at)
        first = [homes.people[told["sub"]] for told in cast.persons()]
        self._counts["votes"] += asking.ask(seed=self._plan.seed, at=self._plan.at, first=first)
        happenings.settle(first, at=self._plan.at)
        figures.count(at=self._plan.at)
        _analyse()
        return dict(self._counts)

    def _open_months(self) -> None:
        """Each big table keeps a month apart: the past gets its partitions before the first row."""
        first = periods.month_plus(self._plan.months[0], -1)
        for open_months in (ledger.open_months, points.open_months, meters.open_months):
            open_months(first, periods.month_of(self._plan.at))
        bills.open_months(self._plan.months)

    def _found(self) -> Neighbourhood:
        plan = self._plan
        at = periods.day_start(plan.months[0]) + timedelta(hours=9)
        people = {told["sub"]: founding.register(told, at=at) for told in cast.persons()}
        operator = founding.appoint(people, at=at)
        known = founding.open_organisations(by=operator, at=at)
        founding.open_windows(known, first=plan.months[0], by=operator)
        founding.grant_roles(people, known, by=operator, at=at)
        founding.import_registry(plan, by=operator, at=at)
        founding.fill_catalogue(known, seed=plan.seed, by=operator, at=at)
        founding.open_account(at=plan.at)
        homes = Neighbourhood(plan, operator=operator, people=people)
        self._counts["flats"] = len(plan.homes)
        self._counts["meters"] = homes.install(at=at + timedelta(hours=1))
        self._progress.advance(len(plan.homes))
        return homes

    def _pass(self, number: int, month: date, homes: Neighbourhood, shoppers: Shoppers) -> None:
        """One month: what is due becomes due, newcomers, replacements, readings, exchanges."""
        first = periods.day_start(month)
        if number:
            lots.mature(at=first + _NIGHT)
            lots.expire(at=first + _NIGHT)
        if not self._is_past(day := first + timedelta(days=1, hours=11)):
            return
        self._counts["residents"] += homes.welcome(month, at=day)
        self._counts["invited"] += inviting.invite(self._plan, month, homes, at=day)
        if not self._is_past(day := first + timedelta(days=2, hours=10)):
            return
        if number:
            self._bill(self._plan.months[number - 1], homes, at=day)
        if not self._is_past(day := first + timedelta(days=12, hours=15)):
            return
        self._counts["replaced"] += homes.replace(month, at=day)
        for at, sendings in self._plan.evenings(month):
            self._remind(until=at)
            self._send(sendings, homes, at=at)
        if self._is_past(day := first + timedelta(days=27, hours=9)):
            self._counts["orders"] += shoppers.exchange(number, at=day)

    def _remind(self, *, until: datetime) -> None:
        """The morning's reminders of each day up to a moment, as the worker tells them."""
        while self._morning < until:
            told = (reminders.tell_opening, reminders.tell_closing, reminders.tell_verification, lots.warn)
            self._counts["reminders"] += sum(tell(at=self._morning) for tell in told)
            self._morning += timedelta(days=1)

    def _send(self, sendings: list[Sending], homes: Neighbourhood, *, at: datetime) -> None:
        """One evening: everybody's readings in one call, each set by its own resident."""
        sets: dict[str, list[NewReading]] = defaultdict(list)
        for sending in sendings:
            sets[sending.sub].append(NewReading(homes.meters[sending.serial], sending.values, confirmed=True))
        by: list[tuple[Resident, list[NewReading]]] = [(homes.people[sub], sets[sub]) for sub in sorted(sets)]
        for outcomes in readings.submit_all(by, at=at, source=Source.PAGE):
            for outcome in outcomes:
                self._counts["readings" if outcome.accepted else "refused"] += 1
        self._progress.advance(len(sendings))

    def _bill(self, month: date, homes: Neighbourhood, *, at: datetime) -> None:
        """The settlement centre issues the bills of a month that is over."""
        drafts = list(self._centre.bills(month))
        outcomes = documents.issue(drafts, by=homes.operator, at=at, tell=self._plan.at - at < _REMEMBERED)
        assert all(outcome.accepted for outcome in outcomes), "the centre's bills add up"
        self._counts["bills"] += len(outcomes)
        self._progress.advance(len(drafts))

    def _is_past(self, at: datetime) -> bool:
        return at + _EVENING < self._plan.at


def _analyse() -> None:
    """Tell the planner what has grown: its own collector sees nothing before the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("analyze " + ", ".join(_TABLES))
