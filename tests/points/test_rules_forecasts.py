"""Dry runs and examples say what recording pays: one function decides all three."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dvor.ledger import queries
from dvor.people.levels import Level
from dvor.points import activities, kinds, models, rules
from dvor.points.rules import Cap, Forecast, Period, Terms
from tests.cast import Cast
from tests.points import worlds
from tests.points.worlds import act

FIXED = {Level.SIMPLIFIED: 5, Level.STANDARD: 10, Level.FULL: 20}
TERMS = [
    Terms(FIXED),
    Terms({Level.FULL: 7}, caps=(Cap(Period.DAY, 2),)),
    Terms(FIXED, caps=(Cap(Period.MONTH, points=45),)),
    Terms(FIXED, {Level.FULL: 50}, (Cap(Period.DAY, points=70), Cap(Period.YEAR, 4))),
    Terms(permille={Level.STANDARD: 100, Level.FULL: 1}, delay_days=7),
    Terms(FIXED, caps=(Cap(Period.LIFETIME, 1),)),
]


def acts(cast: Cast, kind: kinds.Kind, at: datetime) -> list[activities.Activity]:
    """Three weeks of three residents, some days with several acts, across the end of a month."""
    people = [cast.anna, cast.boris, cast.vera]
    return [
        act(people[n % 3], kind, f"it:{n}", at - timedelta(days=n // 4 * 3, hours=n), kopecks=n * 7_500)
        for n in range(28)
    ]


@pytest.mark.parametrize("terms", TERMS)
def test_a_dry_run_says_what_recording_pays(cast: Cast, at: datetime, terms: Terms) -> None:
    unruled, ruled = worlds.invent(1), worlds.ruled(2, terms, at)
    activities.record(acts(cast, unruled, at), by=None, at=at)
    paid = [award.points for award in activities.record(acts(cast, ruled, at), by=None, at=at)]
    later, rows = at + timedelta(hours=1), models.Award.objects.count()

    assert rules.dry_run(unruled, terms, at=later) == Forecast(28, 3, 0, sum(paid), sum(paid), 0)
    assert rules.dry_run(ruled, terms, at=later) == Forecast(28, 3, sum(paid), sum(paid), 0, 0)
    assert models.Award.objects.count() == rows, "nothing is written"


def test_a_dry_run_parts_who_gains_from_who_loses(cast: Cast, at: datetime, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    kind = worlds.ruled(1, Terms({Level.FULL: 20, Level.STANDARD: 10}), at)
    people = [cast.anna, cast.boris, cast.vera]
    activities.record([act(who, kind, f"it:{who.pk}", at) for who in people], by=None, at=at)
    terms = Terms({Level.FULL: 5, Level.STANDARD: 12, Level.SIMPLIFIED: 1})
    with django_assert_num_queries(1):
        found = rules.dry_run(kind, terms, at=at + timedelta(hours=1))
    assert found == Forecast(acts=3, residents=3, paid=30, would_pay=18, gain=3, lose=15)


def test_a_dry_run_sees_what_was_paid_before_its_days(cast: Cast, at: datetime) -> None:
    kind = worlds.ruled(1, Terms(FIXED), at)
    early = at - timedelta(days=40)
    activities.record([act(cast.anna, kind, "old", early)], by=None, at=early)
    activities.record([act(cast.anna, kind, f"new:{n}", at) for n in range(3)], by=None, at=at)
    found = rules.dry_run(kind, Terms(FIXED, caps=(Cap(Period.YEAR, 2),)), at=at + timedelta(hours=1))
    assert (found.acts, found.paid, found.would_pay, found.lose) == (3, 60, 20, 40)


def test_a_dry_run_of_an_idle_month_is_all_zeros(cast: Cast, at: datetime) -> None:
    assert rules.dry_run(worlds.invent(1), TERMS[0], at=at) == Forecast(0, 0, 0, 0, 0, 0)


@pytest.mark.parametrize("code", [kind.code for kind in kinds.every()])
def test_examples_of_the_knowledge_base_are_what_recording_pays(cast: Cast, at: datetime, code: str) -> None:
    kind = worlds.known(code)
    version = rules.in_force(kind, at.date())
    assert version is not None, "every kind of the seed has its rule"
    told = rules.examples(kind, rules.terms_of(version), at=at)
    assert {example.level for example in told} == set(Level)
    who = {Level.SIMPLIFIED: cast.vera, Level.STANDARD: cast.boris, Level.FULL: cast.anna}
    answers = activities.record(
        [act(who[one.level], kind, f"it:{one.level}:{one.number}", at, kopecks=one.sum_kopecks) for one in told],
        by=None,
        at=at,
    )
    assert [(one.points, one.reason) for one in answers] == [(one.points, one.reason) for one in told]
    total = sum(one.points for one in told if one.level == Level.FULL)
    found = queries.balance(cast.anna.pk)
    assert found.available + found.pending == total


@pytest.mark.parametrize("terms", TERMS)
def test_examples_of_any_terms_are_what_recording_pays(cast: Cast, at: datetime, terms: Terms) -> None:
    kind = worlds.ruled(1, terms, at)
    told = rules.examples(kind, terms, at=at, sums_kopecks=(485_000,))
    who = {Level.SIMPLIFIED: cast.vera, Level.STANDARD: cast.boris, Level.FULL: cast.anna}
    batch = [act(who[one.level], kind, f"it:{n}", at, kopecks=one.sum_kopecks) for n, one in enumerate(told)]
    answers = activities.record(batch, by=None, at=at)
    assert [(one.points, one.reason) for one in answers] == [(one.points, one.reason) for one in told]


@pytest.mark.parametrize("terms", TERMS)
def test_a_forecast_says_what_recording_the_same_acts_pays(cast: Cast, at: datetime, terms: Terms) -> None:
    kind = worlds.ruled(1, terms, at)
    activities.record(acts(cast, kind, at)[:5], by=None, at=at)
    wanted = [act(who, kind, f"next:{who.pk}", at, kopecks=123_456) for who in (cast.anna, cast.boris, cast.vera)]
    rows = models.Award.objects.count()
    expected = activities.forecast(wanted)
    assert models.Award.objects.count() == rows, "nothing is written"
    recorded = activities.record(wanted, by=None, at=at)
    assert [(one.points, one.reason) for one in expected] == [(one.points, one.reason) for one in recorded]
    for one, award in zip(expected, recorded, strict=True):
        if award.spendable_at is not None:
            assert award.spendable_at == at + timedelta(days=one.delay_days)
