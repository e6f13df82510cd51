"""The author disagrees once; a second moderator has the last word."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from dvor.moderation import appeals, cases, decisions, reports, upkeep
from dvor.moderation.models import Appeal, Case, Decision, Report, Verdict
from dvor.notices.models import Notice
from dvor.people.models import Resident
from tests.cast import Cast
from tests.moderation.leaflets import LEAFLET, LEAFLETS, Board, refused

HIDE, REMOVE = Decision.Outcome.HIDE, Decision.Outcome.REMOVE


@pytest.fixture
def case(cast: Cast, board: Board, mark: Resident, at: datetime) -> Case:
    """Anna's leaflet, reported by Boris and hidden by Mark."""
    number = board.post()
    told = reports.report(LEAFLET, number, reason="spam", note="третий раз", by=cast.boris, at=at, key="k")
    decisions.decide(told.case_id, outcome=HIDE, rule="spam", words="Это повтор.", by=mark, at=at)
    return told.case


def test_a_second_moderator_puts_it_back(cast: Cast, case: Case, nina: Resident, at: datetime) -> None:
    appeals.appeal(case.pk, words="Это другой диван", by=cast.anna, at=at)
    appeals.judge(case.pk, changed=True, words="Автор прав.", by=nina, at=at)
    assert not LEAFLETS[1].hidden
    assert Notice.objects.filter(resident=cast.anna, kind="moderation.appeal_answered").get().context["changed"]
    assert Notice.objects.filter(resident=cast.boris, kind="moderation.report_answered").count() == 2
    with refused("case_decided"):
        appeals.judge(case.pk, changed=False, words="Передумали.", by=nina, at=at)


def test_the_decision_may_stand(cast: Cast, case: Case, nina: Resident, at: datetime) -> None:
    appeals.appeal(case.pk, words="Это другой диван", by=cast.anna, at=at)
    appeals.judge(case.pk, changed=False, words="Диван тот же.", by=nina, at=at)
    assert LEAFLETS[1].hidden
    assert Notice.objects.filter(resident=cast.boris).count() == 1, "nothing changed for the reporter"


def test_the_first_moderator_has_no_second_word(
    cast: Cast, case: Case, mark: Resident, nina: Resident, at: datetime
) -> None:
    appeal = appeals.appeal(case.pk, words="Это другой диван", by=cast.anna, at=at)
    for act in (
        lambda: cases.claim(case.pk, by=mark, at=at),
        lambda: appeals.judge(case.pk, changed=False, words="Я прав.", by=mark, at=at),
    ):
        with refused("same_moderator"):
            act()
    for claimed in (mark, nina):  # the constraint holds, whoever the row says decided first
        with pytest.raises(IntegrityError), transaction.atomic():
            Verdict.objects.create(
                appeal=appeal, changed=False, words="Я прав.", first_by=claimed, author_id=cast.anna.pk,
                decided_at=at, decided_by=mark,
            )  # fmt: skip


def test_an_appeal_is_made_once_by_the_author_in_time(cast: Cast, case: Case, at: datetime) -> None:
    for stranger in (cast.boris, cast.gleb, cast.olga):
        with refused("case_unknown"):
            appeals.appeal(case.pk, words="Верните!", by=stranger, at=at)
    with refused("words_unusable"):
        appeals.appeal(case.pk, words=" нет ", by=cast.anna, at=at)
    with refused("appeal_late"):
        appeals.appeal(case.pk, words="Верните!", by=cast.anna, at=at + timedelta(days=30, seconds=1))
    first = appeals.appeal(case.pk, words="Верните!", by=cast.anna, at=at + timedelta(days=30))
    assert appeals.appeal(case.pk, words="Верните!", by=cast.anna, at=at) == first
    with refused("already_appealed"):
        appeals.appeal(case.pk, words="Очень прошу", by=cast.anna, at=at)


def test_there_must_be_something_to_appeal(cast: Cast, board: Board, mark: Resident, at: datetime) -> None:
    case = reports.report(LEAFLET, board.post(), reason="spam", by=cast.boris, at=at, key="k").case
    with refused("nothing_to_appeal"):
        appeals.appeal(case.pk, words="Верните!", by=cast.anna, at=at)
    with refused("no_appeal"):
        appeals.judge(case.pk, changed=True, words="Вернули.", by=mark, at=at)
    decisions.decide(case.pk, outcome=Decision.Outcome.LEAVE, words="Оставили.", by=mark, at=at)
    with refused("nothing_to_appeal"):
        appeals.appeal(case.pk, words="Верните!", by=cast.anna, at=at)


def test_a_later_decision_stays_when_an_earlier_one_is_changed(
    cast: Cast, case: Case, mark: Resident, nina: Resident, at: datetime
) -> None:
    appeals.appeal(case.pk, words="Это другой диван", by=cast.anna, at=at)
    LEAFLETS[1].text = "Новый текст с угрозами"
    later = reports.report(LEAFLET, 1, reason="hatred", by=cast.vera, at=at, key="k").case
    decisions.decide(later.pk, outcome=REMOVE, rule="hatred", words="Угрозы соседям.", by=mark, at=at)
    appeals.judge(case.pk, changed=True, words="Повтора не было.", by=nina, at=at)
    assert LEAFLETS[1].hidden


def test_copies_go_when_nobody_can_need_them(cast: Cast, case: Case, nina: Resident, at: datetime) -> None:
    assert upkeep.clear(at=at + timedelta(days=29)) == 0
    appeals.appeal(case.pk, words="Это другой диван", by=cast.anna, at=at + timedelta(days=29))
    assert upkeep.clear(at=at + timedelta(days=60)) == 0, "the appeal is still open"
    appeals.judge(case.pk, changed=False, words="Диван тот же.", by=nina, at=at + timedelta(days=60))
    assert upkeep.clear(at=at + timedelta(days=90)) == 1
    case.refresh_from_db()
    assert case.copies == [] and Report.objects.get().note == ""
    assert Decision.objects.count() == 1 and Verdict.objects.count() == 1


def test_who_is_forgotten_leaves_no_words(cast: Cast, case: Case, at: datetime) -> None:
    appeals.appeal(case.pk, words="Это другой диван", by=cast.anna, at=at)
    upkeep.erase(resident_ids=[cast.anna.pk, cast.boris.pk], at=at)
    case.refresh_from_db()
    assert case.copies == [] and Appeal.objects.get().words == "" and Report.objects.get().note == ""
