"""A moderator decides: what becomes of the content, who is told what, and what nobody can do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from dvor.base.models import AuditEntry
from dvor.moderation import cases, checks, decisions, reports
from dvor.moderation.models import Case, Decision, Verdict
from dvor.notices.models import Notice
from dvor.people.models import Resident
from tests.cast import Cast
from tests.moderation.leaflets import LEAFLET, LEAFLETS, Board, refused

LEAVE, HIDE, REMOVE = Decision.Outcome.LEAVE, Decision.Outcome.HIDE, Decision.Outcome.REMOVE
WORDS = "Объявление повторяет прежнее."


@pytest.fixture
def case(cast: Cast, board: Board, at: datetime) -> Case:
    number = board.post()
    return reports.report(LEAFLET, number, reason="spam", note="третий раз", by=cast.boris, at=at, key="k").case


def told(resident: Resident) -> list[str]:
    return [notice.kind for notice in Notice.objects.filter(resident=resident).order_by("pk")]


@pytest.mark.parametrize("outcome", [HIDE, REMOVE])
def test_what_is_taken_away_is_told_with_its_rule(
    cast: Cast, case: Case, mark: Resident, at: datetime, outcome: int
) -> None:
    decisions.decide(case.pk, outcome=outcome, rule="spam", words=WORDS, by=mark, at=at)
    assert LEAFLETS[1].hidden
    notice = Notice.objects.get(resident=cast.anna)
    assert notice.context["words"] == WORDS and "не публикуется" in notice.context["rule"]["ru"]
    assert "Борис" not in str(notice.context) and "третий раз" not in str(notice.context)
    answer = Notice.objects.get(resident=cast.boris)
    assert answer.context["outcome"] == outcome and "words" not in answer.context
    assert AuditEntry.objects.filter(act="moderation.case.decided", actor_id=mark.pk, reason=WORDS).exists()


def test_who_was_never_disturbed_is_told_nothing(cast: Cast, case: Case, mark: Resident, at: datetime) -> None:
    decisions.decide(case.pk, outcome=LEAVE, words="Правило не нарушено.", by=mark, at=at)
    assert not LEAFLETS[1].hidden
    assert told(cast.anna) == [] and told(cast.boris) == ["moderation.report_answered"]


def test_a_held_content_comes_back(cast: Cast, board: Board, mark: Resident, at: datetime) -> None:
    number = board.post(text="Всё о нашем доме на www.dom-sadovaya.ru")
    case = reports.hold(LEAFLET, number, checks.look(LEAFLETS[number].text), at=at)
    decisions.decide(case.pk, outcome=LEAVE, words="Ссылка полезная.", by=mark, at=at)
    assert not LEAFLETS[number].hidden
    assert told(cast.anna) == ["moderation.content_held", "moderation.content_decided"]


def test_a_decision_needs_its_rule_and_words(case: Case, mark: Resident, at: datetime) -> None:
    for code, outcome, rule, words in (
        ("reason_missing", HIDE, "", WORDS),
        ("reason_unknown", HIDE, "because", WORDS),
        ("reason_needless", LEAVE, "spam", WORDS),
        ("words_unusable", HIDE, "spam", "нет"),
        ("words_unusable", HIDE, "spam", "x" * 1001),
        ("outcome_unknown", 4, "spam", WORDS),
    ):
        with refused(code):
            decisions.decide(case.pk, outcome=outcome, rule=rule, words=words, by=mark, at=at)
    assert not Decision.objects.exists()


def test_a_case_is_decided_once(case: Case, mark: Resident, nina: Resident, at: datetime) -> None:
    decisions.decide(case.pk, outcome=HIDE, rule="spam", words=WORDS, by=mark, at=at)
    for moderator in (mark, nina):
        with refused("case_decided"):
            decisions.decide(case.pk, outcome=LEAVE, words=WORDS, by=moderator, at=at)
    with refused("case_unknown"):
        decisions.decide(case.pk + 1, outcome=LEAVE, words=WORDS, by=mark, at=at)


def test_only_moderators_decide(cast: Cast, case: Case, at: datetime) -> None:
    """The rights table, cell by cell: residents, the management company, the author, a reporter, the city."""
    acts: list[Callable[[Resident], object]] = [
        lambda who: cases.claim(case.pk, by=who, at=at),
        lambda who: cases.release(case.pk, by=who, at=at),
        lambda who: decisions.decide(case.pk, outcome=LEAVE, words=WORDS, by=who, at=at),
    ]
    for act in acts:
        for who in (cast.anna, cast.boris, cast.vera, cast.gleb, cast.ivan):
            with refused("not_allowed"):
                act(who)
    cases.claim(case.pk, by=cast.olga, at=at)


def test_nobody_decides_in_his_own_matter(cast: Cast, board: Board, mark: Resident, at: datetime) -> None:
    mine = reports.report(LEAFLET, board.post(author=mark), reason="spam", by=cast.boris, at=at, key="k").case
    with refused("own_case"):
        decisions.decide(mine.pk, outcome=LEAVE, words=WORDS, by=mark, at=at)
    with pytest.raises(IntegrityError), transaction.atomic():  # the constraint, without the code
        Decision.objects.create(
            case=mine, author_id=mark.pk, outcome=LEAVE, words=WORDS, decided_at=at, decided_by=mark
        )
    with pytest.raises(IntegrityError), transaction.atomic():  # nor does a lie about the author help
        Decision.objects.create(
            case=mine, author_id=cast.boris.pk, outcome=LEAVE, words=WORDS, decided_at=at, decided_by=mark
        )


def test_a_claim_keeps_the_other_one_away(case: Case, mark: Resident, nina: Resident, at: datetime) -> None:
    cases.claim(case.pk, by=mark, at=at)
    for minutes in (0, 29):
        with refused("case_claimed"):
            cases.claim(case.pk, by=nina, at=at + timedelta(minutes=minutes))
    with refused("case_claimed"):
        decisions.decide(case.pk, outcome=LEAVE, words=WORDS, by=nina, at=at)
    with refused("case_claimed"):
        cases.release(case.pk, by=nina, at=at)
    cases.claim(case.pk, by=nina, at=at + timedelta(minutes=30))
    with refused("case_claimed"):
        decisions.decide(case.pk, outcome=LEAVE, words=WORDS, by=mark, at=at + timedelta(minutes=31))
    cases.release(case.pk, by=nina, at=at + timedelta(minutes=32))
    decisions.decide(case.pk, outcome=LEAVE, words=WORDS, by=mark, at=at + timedelta(minutes=33))


def test_history_cannot_be_edited(case: Case, mark: Resident, at: datetime) -> None:
    decision = decisions.decide(case.pk, outcome=HIDE, rule="spam", words=WORDS, by=mark, at=at)
    for change in ("update moderation_decision set words = 'иначе'", "delete from moderation_decision"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
    assert not Verdict.objects.exists()
    decision.refresh_from_db()
    assert decision.words == WORDS


def test_what_was_judged_is_reported_again_only_when_it_has_changed(
    cast: Cast, case: Case, mark: Resident, at: datetime
) -> None:
    decisions.decide(case.pk, outcome=LEAVE, words=WORDS, by=mark, at=at)
    LEAFLETS[1].text = "ОТДАМ  диван — самовывоз!"
    with refused("already_judged"):
        reports.report(LEAFLET, 1, reason="spam", by=cast.boris, at=at, key="k2")
    assert reports.report(LEAFLET, 1, reason="spam", by=cast.vera, at=at, key="k").case_id != case.pk
    LEAFLETS[1].text = "Продам диван"
    assert reports.report(LEAFLET, 1, reason="fraud", by=cast.boris, at=at, key="k3").pk


def test_what_was_hidden_can_be_corrected_and_what_was_removed_cannot(
    cast: Cast, board: Board, case: Case, mark: Resident, at: datetime
) -> None:
    decisions.decide(case.pk, outcome=HIDE, rule="spam", words=WORDS, by=mark, at=at)
    LEAFLETS[1].text = "Отдам диван и кресло"
    again = reports.corrected(LEAFLET, 1, checks.look(LEAFLETS[1].text), at=at)
    assert again is not None and again.pk != case.pk and LEAFLETS[1].hidden
    decisions.decide(again.pk, outcome=LEAVE, words="Теперь в порядке.", by=mark, at=at)
    assert not LEAFLETS[1].hidden
    assert reports.corrected(LEAFLET, 1, checks.look("Отдам кресло"), at=at) is None
    third = reports.report(LEAFLET, 1, reason="spam", by=cast.vera, at=at, key="v").case
    decisions.decide(third.pk, outcome=REMOVE, rule="spam", words=WORDS, by=mark, at=at)
    with refused("content_removed"):
        reports.corrected(LEAFLET, 1, checks.look("Отдам диван"), at=at)
