"""windows.publish: versions for months to come, of the city, a company, a house."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from dvor.base.models import AuditEntry
from dvor.base.refusals import Refusal
from dvor.meters import windows
from dvor.meters.resources import Resource
from dvor.meters.windows import NewWindow, Rule
from tests.cast import Cast

EARLY = Rule(1, 10, crosses_month_end=False)
NEW = NewWindow(Resource.COLD_WATER, EARLY, since=date(2026, 11, 1))


def test_the_narrowest_window_in_force_holds(cast: Cast, at: datetime) -> None:
    windows.publish(NEW, by=cast.olga, at=at, reason="решение города")
    company = Rule(5, 12, crosses_month_end=False)
    windows.publish(
        NewWindow(Resource.COLD_WATER, company, NEW.since, company_id=cast.company.pk), by=cast.olga, at=at, reason="."
    )
    before = windows.open_at(cast.house, at=at)[Resource.COLD_WATER]
    assert (before.is_open, before.closes_on) == (True, date(2026, 11, 3)), "October keeps its last days"
    november = datetime(2026, 11, 6, 9, tzinfo=UTC)
    assert windows.open_at(cast.house, at=november)[Resource.COLD_WATER].closes_on == date(2026, 11, 12)
    assert windows.open_at(cast.other_house, at=november)[Resource.COLD_WATER].closes_on == date(2026, 11, 10)
    windows.publish(
        NewWindow(Resource.COLD_WATER, EARLY, date(2026, 12, 1), house_id=cast.house.pk),
        by=cast.olga,
        at=at,
        reason=".",
    )
    december = datetime(2026, 12, 6, 9, tzinfo=UTC)
    assert windows.open_at(cast.house, at=december)[Resource.COLD_WATER].closes_on == date(2026, 12, 10)
    assert AuditEntry.objects.filter(act="meters.window.published").count() == 3


def test_both_windows_of_a_month_of_change_are_told_apart(cast: Cast, at: datetime) -> None:
    windows.publish(NEW, by=cast.olga, at=at, reason="решение города")
    state = windows.open_at(cast.house, at=datetime(2026, 11, 2, 9, tzinfo=UTC))[Resource.COLD_WATER]
    assert state.period == date(2026, 10, 1), "2 November still closes October"
    state = windows.open_at(cast.house, at=datetime(2026, 11, 4, 9, tzinfo=UTC))[Resource.COLD_WATER]
    assert (state.is_open, state.period) == (True, date(2026, 11, 1))


@pytest.mark.parametrize(
    ("rule", "since", "code"),
    [
        (Rule(0, 10, crosses_month_end=False), NEW.since, "window_unusable"),
        (Rule(1, 32, crosses_month_end=False), NEW.since, "window_unusable"),
        (Rule(20, 10, crosses_month_end=False), NEW.since, "window_unusable"),
        (Rule(10, 20, crosses_month_end=True), NEW.since, "window_unusable"),
        (EARLY, date(2026, 10, 1), "window_retroactive"),
        (EARLY, date(2026, 11, 2), "window_retroactive"),
        (EARLY, date(2020, 1, 1), "window_retroactive"),
    ],
)
def test_a_window_that_cannot_be_or_works_backwards_is_refused(
    cast: Cast, at: datetime, rule: Rule, since: date, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        windows.publish(NewWindow(Resource.GAS, rule, since), by=cast.olga, at=at, reason=".")
    assert refused.value.code == code


def test_a_month_has_one_version(cast: Cast, at: datetime) -> None:
    windows.publish(NEW, by=cast.olga, at=at, reason=".")
    with pytest.raises(Refusal) as refused:
        windows.publish(NEW, by=cast.olga, at=at, reason=".")
    assert (refused.value.code, refused.value.status) == ("window_exists", 409)
