"""Counts by month, from the rows; and no small count in a breakdown."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dvor.homes.models import Residency
from dvor.moderation import appeals, checks, decisions, reports, transparency
from dvor.moderation.transparency import LEAST_SHOWN, OTHER, grouped
from dvor.people.models import Resident
from tests.cast import Cast
from tests.moderation.leaflets import LEAFLET, LEAFLETS, Board

counts = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=2), st.integers(1, 30), max_size=8)


@given(counts)
def test_no_small_count_is_shown_or_can_be_found(given: dict[str, int]) -> None:
    shown = grouped(given)
    assert all(count >= LEAST_SHOWN for _code, count in shown)
    assert not shown or sum(count for _code, count in shown) == sum(given.values())
    for code, count in shown:
        assert code == OTHER or given[code] == count
    assert bool(shown) == (sum(given.values()) >= LEAST_SHOWN)


def test_each_event_counts_in_its_own_month(
    cast: Cast, board: Board, mark: Resident, nina: Resident, at: datetime
) -> None:
    late = datetime.fromisoformat("2026-10-31T20:59:59+00:00")  # still October in the city
    cases = []
    for number in range(6):
        told = reports.report(
            LEAFLET, board.post(), reason="spam", by=cast.boris, at=late - timedelta(days=number), key=str(number)
        )  # fmt: skip
        rule = "spam" if number < 5 else "fraud"
        cases.append(told.case)
        decisions.decide(told.case_id, outcome=2, rule=rule, words="Это повтор.", by=mark, at=late)
    held = board.post(text="t.me/sofa_master")
    case = reports.hold(LEAFLET, held, checks.look(LEAFLETS[held].text), at=late)
    november = late + timedelta(seconds=1)
    decisions.decide(case.pk, outcome=1, words="Всё в порядке.", by=mark, at=november)
    appeals.appeal(cases[0].pk, words="Другой диван", by=cast.anna, at=november)
    appeals.judge(cases[0].pk, changed=True, words="Автор прав.", by=nina, at=november)
    second, first = transparency.months(at=november)
    assert (first.month, second.month) == (date(2026, 10, 1), date(2026, 11, 1))
    assert (first.reports, first.held, first.taken, first.left, first.appeals) == (6, 1, 6, 0, 0)
    assert (second.left, second.appeals, second.changed, second.upheld) == (1, 1, 1, 0)
    assert first.reasons == [(None, 6)], "one case of fraud would be found by subtraction"


def test_a_year_is_shown_and_no_more(cast: Cast, board: Board, at: datetime) -> None:
    Residency.objects.update(since=at - timedelta(days=500))
    for back in (0, 340, 400):
        told = at - timedelta(days=back)
        reports.report(LEAFLET, board.post(), reason="spam", by=cast.boris, at=told, key=str(back))
    assert len(transparency.months(at=at)) == 2
