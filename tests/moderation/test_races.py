"""Sixteen at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import pytest

from dvor.moderation import appeals, cases, checks, decisions, limits, reports
from dvor.moderation.models import Case, Decision, Report, Tally, Verdict
from dvor.people.models import Resident, Role
from tests.cast import Cast
from tests.moderation.leaflets import LEAFLET, LEAFLETS, Board
from tests.rewards.crowd import CROWD, accepted, codes_of, rush

pytestmark = pytest.mark.django_db(transaction=True)


def moderators(at: datetime) -> list[Resident]:
    made = [Resident.objects.create(city_id=f"moderator-{number}", level=3) for number in range(CROWD)]
    for one in made:
        Role.objects.create(resident=one, name=Role.Name.MODERATOR, granted_at=at)
    return made


def test_one_of_sixteen_decides(cast: Cast, board: Board, at: datetime) -> None:
    case = reports.report(LEAFLET, board.post(), reason="spam", by=cast.boris, at=at, key="k").case
    outcomes = rush(
        [
            partial(decisions.decide, case.pk, outcome=2, rule="spam", words="Это повтор.", by=who, at=at)
            for who in moderators(at)
        ]
    )
    assert len(accepted(outcomes)) == 1 and codes_of(outcomes) == ["case_decided"] * (CROWD - 1)
    assert Decision.objects.count() == 1


def test_one_of_sixteen_claims_and_one_judges(cast: Cast, board: Board, mark: Resident, at: datetime) -> None:
    case = reports.report(LEAFLET, board.post(), reason="spam", by=cast.boris, at=at, key="k").case
    crowd = moderators(at)
    claims = rush([partial(cases.claim, case.pk, by=who, at=at) for who in crowd])
    assert len(accepted(claims)) == 1 and codes_of(claims) == ["case_claimed"] * (CROWD - 1)
    Case.objects.update(claimed_at=None, claimed_by=None)
    decisions.decide(case.pk, outcome=2, rule="spam", words="Это повтор.", by=mark, at=at)
    appeals.appeal(case.pk, words="Это не повтор", by=cast.anna, at=at)
    verdicts = rush(
        [
            partial(appeals.judge, case.pk, changed=place % 2 == 0, words="Посмотрели.", by=who, at=at)
            for place, who in enumerate([*crowd[1:], mark])
        ]
    )
    assert len(accepted(verdicts)) == 1
    assert sorted(set(codes_of(verdicts))) in (["case_decided"], ["case_decided", "same_moderator"])
    assert Verdict.objects.get().decided_by_id != mark.pk
    assert LEAFLETS[1].hidden != Verdict.objects.get().changed


def test_sixteen_reports_of_one_resident_are_one(cast: Cast, board: Board, at: datetime) -> None:
    number = board.post()
    same = rush(
        [lambda: reports.report(LEAFLET, number, reason="spam", by=cast.boris, at=at, key="k") for _ in range(CROWD)]
    )
    assert {one.pk for one in accepted(same)} == {Report.objects.get().pk} and len(accepted(same)) == CROWD
    other = rush(
        [
            partial(reports.report, LEAFLET, number, reason="spam", by=cast.vera, at=at, key=str(place))
            for place in range(CROWD)
        ]
    )
    assert len(accepted(other)) == 1 and codes_of(other) == ["already_reported"] * (CROWD - 1)
    assert Case.objects.count() == 1


def test_holds_and_reports_at_once_share_a_case(cast: Cast, board: Board, at: datetime) -> None:
    number = board.post(text="Пишите t.me/sofa_master")
    findings = checks.look(LEAFLETS[number].text)
    acts: list[Callable[[], Any]] = [lambda: reports.hold(LEAFLET, number, findings, at=at) for _ in range(CROWD - 1)]
    rush([*acts, lambda: reports.report(LEAFLET, number, reason="spam", by=cast.boris, at=at, key="k")])
    case = Case.objects.get()
    assert case.held_at == at and case.reports.count() == 1 and len(case.copies) == 1


def test_a_limit_lets_exactly_so_many_through(cast: Cast, at: datetime) -> None:
    allowed = limits.of("ads.post", by=cast.anna, at=at)
    outcomes = rush([lambda: limits.refuse_hasty("ads.post", by=cast.anna, at=at) for _ in range(CROWD)])
    assert len(accepted(outcomes)) == min(allowed.per_hour, allowed.per_day) < CROWD
    assert set(codes_of(outcomes)) == {"too_hasty"}
    assert {tally.count for tally in Tally.objects.all()} == {allowed.per_hour}
