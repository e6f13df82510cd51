"""How often one may act: dated data, by age and level, counted in rows that cannot overflow."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from dvor.moderation import limits, upkeep
from dvor.moderation.limits import Allowed
from dvor.moderation.models import Pace, Tally
from dvor.people.models import Resident
from tests.cast import Cast
from tests.moderation.leaflets import refused


def aged(resident: Resident, days: int, at: datetime) -> Resident:
    resident.joined_at = at - timedelta(days=days)
    return resident


def test_older_and_better_known_accounts_may_do_more(cast: Cast, at: datetime) -> None:
    found = [limits.of("ads.post", by=aged(who, days, at), at=at) for who, days in (
        (cast.anna, 0), (cast.anna, 6), (cast.anna, 7), (cast.anna, 30), (cast.vera, 30),
    )]  # fmt: skip
    assert found == [Allowed(3, 5), Allowed(3, 5), Allowed(5, 15), Allowed(10, 30), Allowed(5, 15)]


def test_an_act_without_lines_has_those_of_all(cast: Cast, at: datetime) -> None:
    assert limits.of("something.new", by=aged(cast.anna, 0, at), at=at) == Allowed(20, 60)


def test_a_newer_line_goes_before_the_older_from_its_day(cast: Cast, at: datetime) -> None:
    Pace.objects.create(act="ads.post", since=date(2026, 10, 20), age_days=30, level=2, per_hour=7, per_day=20)
    assert limits.of("ads.post", by=aged(cast.anna, 400, at), at=at) == Allowed(7, 20)
    assert limits.of("ads.post", by=aged(cast.anna, 400, at), at=at - timedelta(days=1)) == Allowed(10, 30)
    assert limits.of("ads.post", by=aged(cast.anna, 7, at), at=at) == Allowed(5, 15), "other lines go on"


def test_hours_and_days_end(cast: Cast, at: datetime) -> None:
    for hour, times in ((0, 3), (1, 2)):
        for _ in range(times):
            limits.refuse_hasty("ads.post", by=cast.anna, at=at + timedelta(hours=hour))
    with refused("too_hasty"):  # the sixth of the day
        limits.refuse_hasty("ads.post", by=cast.anna, at=at + timedelta(hours=2))
    limits.refuse_hasty("ads.post", by=cast.boris, at=at)
    limits.refuse_hasty("ads.post", by=cast.anna, at=at + timedelta(days=1))


def test_a_refused_act_is_not_counted(cast: Cast, at: datetime) -> None:
    for _ in range(3):
        limits.refuse_hasty("ads.post", by=cast.anna, at=at)
    before = sorted(Tally.objects.values_list("hours", "count"))
    with refused("too_hasty"):
        limits.refuse_hasty("ads.post", by=cast.anna, at=at)
    assert sorted(Tally.objects.values_list("hours", "count")) == before == [(1, 3), (24, 3)]


def test_a_batch_fits_or_does_not(cast: Cast, at: datetime) -> None:
    with refused("too_hasty"):
        limits.refuse_hasty("invites.issue", by=cast.anna, at=at, count=6)
    limits.refuse_hasty("invites.issue", by=cast.anna, at=at, count=5)
    with refused("too_hasty"):
        limits.refuse_hasty("invites.issue", by=cast.anna, at=at)


def test_the_counter_itself_cannot_overflow(cast: Cast, at: datetime) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Tally.objects.create(resident=cast.anna, act="ads.post", hours=1, started_at=at, count=4, most=3)


def test_it_costs_two_statements(cast: Cast, at: datetime) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        limits.refuse_hasty("ads.post", by=cast.anna, at=at)
    assert len([one for one in queries.captured_queries if "SAVEPOINT" not in one["sql"]]) == 2


def test_old_counters_go(cast: Cast, at: datetime) -> None:
    limits.refuse_hasty("ads.post", by=cast.anna, at=at)
    upkeep.clear(at=at + timedelta(days=4))
    assert not Tally.objects.exists()
