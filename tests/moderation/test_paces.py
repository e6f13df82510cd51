"""A city operator changes how often one may act: by newer lines alone, with a reason, never for days that passed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from dvor.base import periods
from dvor.base.models import AuditEntry
from dvor.moderation import limits, paces, wording
from dvor.moderation.limits import Allowed
from dvor.moderation.models import Pace
from dvor.people.levels import Level
from dvor.people.models import Resident
from tests.cast import Cast
from tests.moderation.leaflets import refused

NEW = {"age_days": 0, "level": Level.SIMPLIFIED, "per_hour": 1, "per_day": 2, "note": "Волна спама"}


@pytest.fixture
def today(at: datetime) -> date:
    return periods.day_of(at)


def of_newcomer(cast: Cast, at: datetime, act: str = "ads.post") -> Allowed:
    cast.anna.joined_at = at
    return limits.of(act, by=cast.anna, at=at)


def test_a_newer_line_is_in_force_from_its_day_and_the_older_one_stays_to_be_read(
    cast: Cast, at: datetime, today: date
) -> None:
    made = paces.add("ads.post", **NEW, since=today + timedelta(days=1), by=cast.olga, at=at)  # type: ignore[arg-type]
    assert of_newcomer(cast, at) == Allowed(3, 5)
    assert of_newcomer(cast, at + timedelta(days=1)) == Allowed(1, 2)
    assert Pace.objects.filter(act="ads.post", age_days=0, level=1).count() == 2
    entry = AuditEntry.objects.get(act="moderation.pace.added")
    assert (entry.subject, entry.actor_id, entry.reason) == (f"pace:{made.pk}", cast.olga.pk, "Волна спама")


def test_a_wave_of_spam_can_be_slowed_down_at_once(cast: Cast, at: datetime, today: date) -> None:
    paces.add("ads.post", **NEW, since=today, by=cast.olga, at=at)  # type: ignore[arg-type]
    assert of_newcomer(cast, at) == Allowed(1, 2)
    with refused("pace_exists"):
        paces.add("ads.post", **{**NEW, "per_hour": 2}, since=today, by=cast.olga, at=at)  # type: ignore[arg-type]


def test_a_line_of_zeros_is_out_of_play(cast: Cast, at: datetime, today: date) -> None:
    old = {**NEW, "age_days": 30, "level": Level.STANDARD, "per_hour": 0, "per_day": 0}
    paces.add("ads.post", **old, since=today, by=cast.olga, at=at)  # type: ignore[arg-type]
    cast.anna.joined_at = at - timedelta(days=400)
    assert limits.of("ads.post", by=cast.anna, at=at) == Allowed(5, 15), "the next generous line that fits"


def test_the_first_line_of_an_act_is_for_every_account(cast: Cast, at: datetime, today: date) -> None:
    with refused("pace_not_for_all"):
        paces.add("ads.edit", **{**NEW, "age_days": 7}, since=today, by=cast.olga, at=at)  # type: ignore[arg-type]
    paces.add("ads.edit", **NEW, since=today, by=cast.olga, at=at)  # type: ignore[arg-type]
    paces.add("ads.edit", **{**NEW, "age_days": 7, "per_day": 9}, since=today, by=cast.olga, at=at)  # type: ignore[arg-type]
    assert of_newcomer(cast, at, "ads.edit") == Allowed(1, 2)


@pytest.mark.parametrize(
    ("code", "wrong"),
    [("act_unknown", {"act": "ads.dance"}), ("pace_unusable", {"per_hour": 3}), ("pace_unusable", {"per_hour": -1}),
     ("pace_unusable", {"age_days": -1}), ("pace_unusable", {"age_days": 40_000}),
     ("pace_unusable", {"per_day": 100_001}), ("day_past", {"since": date(2026, 10, 19)}),
     ("note_missing", {"note": " "})],
)  # fmt: skip
def test_what_cannot_be_is_refused(cast: Cast, at: datetime, today: date, code: str, wrong: dict[str, object]) -> None:
    given = {"act": "ads.post", "since": today, **NEW, **wrong}
    with refused(code):
        paces.add(**given, by=cast.olga, at=at)  # type: ignore[arg-type]
    assert not AuditEntry.objects.filter(act="moderation.pace.added").exists()


def test_only_a_city_operator_may(cast: Cast, mark: Resident, at: datetime, today: date) -> None:
    for who in (mark, cast.anna, cast.ivan):
        with refused("not_allowed"):
            paces.add("ads.post", **NEW, since=today, by=who, at=at)  # type: ignore[arg-type]


def test_nobody_edits_or_deletes_a_line(cast: Cast) -> None:
    for attack in (lambda: Pace.objects.update(per_hour=9), lambda: Pace.objects.all().delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            attack()


def test_every_act_that_has_a_line_has_words(cast: Cast) -> None:
    assert set(Pace.objects.values_list("act", flat=True)) <= set(wording.ACTS)
    assert all({"ru", "en"} <= set(words) for words in wording.ACTS.values())
    assert "ads.post" in paces.acts()
