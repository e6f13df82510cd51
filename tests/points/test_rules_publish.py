"""A rule never works backwards, is never edited, and begins at the city's midnight."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from dvor.base import periods
from dvor.base.models import AuditEntry
from dvor.base.refusals import Refusal
from dvor.people.levels import Level
from dvor.points import activities, rules
from dvor.points.models import RuleVersion
from dvor.points.reasons import Reason
from dvor.points.rules import Cap, Grounds, Period, Terms
from tests.cast import Cast
from tests.points.worlds import act, known, moment

TODAY, TOMORROW = date(2026, 10, 20), date(2026, 10, 21)
MORE = Terms({Level.FULL: 30})


def publish(cast: Cast, at: datetime, terms: Terms = MORE, **changes: Any) -> RuleVersion:
    wishes: dict[str, Any] = {"since": TOMORROW, "grounds": Grounds(" Решение города "), "by": cast.olga, "at": at}
    return rules.publish(known("reading"), terms, **{**wishes, **changes})


def test_a_published_version_pays_from_its_first_moment_and_not_before(cast: Cast, at: datetime) -> None:
    version = publish(cast, at)
    assert (version.assumption, version.note, version.published_by) == (False, "Решение города", cast.olga.pk)
    recorded = moment(TOMORROW) + timedelta(days=3)
    batch = [
        act(cast.anna, "reading", "meter:1", moment(TODAY, late=True)),
        act(cast.anna, "reading", "meter:2", moment(TOMORROW)),
        act(cast.vera, "reading", "meter:3", moment(TOMORROW)),
    ]
    answers = activities.record(batch, by=None, at=recorded)
    assert [(one.points, one.reason) for one in answers] == [
        (20, Reason.PAID), (30, Reason.PAID), (0, Reason.LEVEL_TOO_LOW),
    ]  # fmt: skip
    assert [one.rule_version_id == version.pk for one in answers] == [False, True, True]
    assert AuditEntry.objects.filter(act="points.rule.published", actor_id=cast.olga.pk).count() == 1


def test_in_force_and_upcoming_turn_on_the_first_day(cast: Cast, at: datetime) -> None:
    old, new = rules.in_force(known("reading"), TODAY), publish(cast, at)
    assert rules.in_force(known("reading"), TODAY) == old
    assert rules.in_force(known("reading"), TOMORROW) == new == rules.in_force(known("reading"), date(2099, 1, 1))
    assert rules.upcoming(known("reading"), TODAY) == [new]
    assert rules.upcoming(known("reading"), TOMORROW) == []
    assert rules.in_force(known("reading"), date(2021, 8, 31)) is None
    assert rules.history(known("reading")) == [new, old]


@pytest.mark.parametrize("since", [TODAY, TODAY - timedelta(days=1), date(2021, 9, 2)])
def test_a_rule_never_begins_today_or_before(cast: Cast, at: datetime, since: date) -> None:
    with pytest.raises(Refusal) as caught:
        publish(cast, at, since=since)
    assert caught.value.code == "rule_retroactive"


def test_today_is_the_day_of_the_city_and_not_of_greenwich(cast: Cast) -> None:
    """At 00:30 in Moscow it is still the 20th in Greenwich; the 21st has begun and cannot get a rule."""
    with pytest.raises(Refusal) as caught:
        publish(cast, moment(TOMORROW) + timedelta(minutes=30), since=TOMORROW)
    assert caught.value.code == "rule_retroactive"


def test_two_versions_never_begin_on_one_day(cast: Cast, at: datetime) -> None:
    publish(cast, at)
    with pytest.raises(Refusal) as caught:
        publish(cast, at, Terms({Level.FULL: 40}))
    assert (caught.value.code, caught.value.status) == ("rule_exists", 409)
    assert AuditEntry.objects.filter(act="points.rule.published").count() == 1


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Etc/GMT+12"])
def test_the_table_asks_for_the_day_of_the_city_whatever_zone_a_session_has(cast: Cast, zone: str) -> None:
    """00:30 of the 21st in Moscow is 21:30 of the 20th in Greenwich; 23:30 of the 20th is in time everywhere."""
    told = {"kind_id": 10, "permille": [None] * 3, "cap_counts": [None] * 4, "cap_points": [None] * 4}
    told |= {"points": [1, 1, 1], "assumption": False, "published_by": cast.olga.pk, "note": "x", "since": TOMORROW}
    with connection.cursor() as cursor:
        cursor.execute("select set_config('TimeZone', %s, true)", [zone])
        late, early = moment(TOMORROW) + timedelta(minutes=30), moment(TOMORROW) - timedelta(minutes=30)
        with pytest.raises(IntegrityError, match="never_retroactive"), transaction.atomic():
            RuleVersion.objects.create(published_at=late, **told)
        RuleVersion.objects.create(published_at=early, **told)


def test_a_fault_of_ours_is_no_rule_that_exists(cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "columns_of", lambda _terms: {
        "points": [1, 1], "permille": [None] * 3, "cap_counts": [None] * 4, "cap_points": [None] * 4,
    })  # fmt: skip
    with pytest.raises(IntegrityError, match="sizes"):
        publish(cast, at)


def test_a_clock_that_the_table_does_not_believe_is_told_as_such(
    cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(periods, "day_of", lambda _at: date(2000, 1, 1))
    with pytest.raises(Refusal) as caught:
        publish(cast, at, since=TODAY)
    assert caught.value.code == "rule_retroactive"


@pytest.mark.parametrize(
    "terms",
    [
        Terms(),
        Terms({Level.FULL: -1}),
        Terms({Level.FULL: 1_000_001}),
        Terms(permille={Level.FULL: 1_001}),
        Terms({Level.FULL: 1}, caps=(Cap(Period.DAY, -1),)),
        Terms({Level.FULL: 1}, caps=(Cap(Period.DAY, points=1_000_001),)),
        Terms({Level.FULL: 1}, delay_days=367),
    ],
)
def test_terms_out_of_bounds_are_refused(cast: Cast, at: datetime, terms: Terms) -> None:
    with pytest.raises(Refusal) as caught:
        publish(cast, at, terms)
    assert caught.value.code == "rule_unusable"


def test_a_rule_without_grounds_is_refused(cast: Cast, at: datetime) -> None:
    with pytest.raises(Refusal) as caught:
        publish(cast, at, grounds=Grounds("  "))
    assert caught.value.code == "reason_missing"


@pytest.mark.parametrize("change", [{"since": date(2020, 1, 1)}, {"points": [1, 1, 1]}, {"note": "иначе"}])
def test_a_version_is_never_edited(cast: Cast, change: dict[str, Any]) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        RuleVersion.objects.update(**change)


def test_a_version_is_never_deleted(cast: Cast) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        RuleVersion.objects.all()._raw_delete("default")


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"since": date(2026, 10, 19)}, "never_retroactive"),
        ({"since": TODAY}, "never_retroactive"),
        ({"since": date(2021, 9, 1), "published_by": None}, "ruleversion_once"),
        ({"points": [-1, None, None]}, "bounds"),
        ({"points": [1_000_001, None, None]}, "bounds"),
        ({"permille": [None, 1_001, None]}, "bounds"),
        ({"cap_counts": [None, None, None, -1]}, "bounds"),
        ({"points": [1, 1]}, "sizes"),
        ({"cap_points": [None] * 5}, "sizes"),
        ({"delay_days": -1}, "delay"),
    ],
)
def test_the_table_itself_refuses_what_the_act_refuses(
    cast: Cast, at: datetime, change: dict[str, Any], constraint: str
) -> None:
    row = {
        "kind_id": known("reading").id, "since": TOMORROW, "assumption": False, "published_at": at,
        "published_by": cast.olga.pk, **rules.columns_of(MORE), **change,
    }  # fmt: skip
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        RuleVersion.objects.bulk_create([RuleVersion(**row)])


def test_terms_survive_their_columns(cast: Cast, at: datetime) -> None:
    terms = Terms({Level.FULL: 0}, {Level.STANDARD: 5}, (Cap(Period.DAY, 1, 2), Cap(Period.LIFETIME, points=9)), 7)
    version = publish(cast, at, terms)
    assert rules.terms_of(RuleVersion.objects.get(pk=version.pk)) == terms
    assert not terms.once and Terms(caps=(Cap(Period.LIFETIME, 1),)).once
