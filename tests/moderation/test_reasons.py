"""The public list changes by newer words from a day on; what was decided keeps the words it was decided by."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from dvor.base import periods
from dvor.base.models import AuditEntry
from dvor.moderation import decisions, reasons, reports, transparency
from dvor.moderation.models import Case, Decision, Reason
from dvor.moderation.reasons import Words
from dvor.people.models import Resident
from tests.cast import Cast
from tests.moderation.leaflets import LEAFLET, Board, refused

WORDS = Words(
    {"ru": "Спам", "en": "Spam"}, {"ru": "Не больше одного раза в неделю.", "en": "At most once a week."}
)  # fmt: skip
NOTE = "Жители просили сказать проще"


@pytest.fixture
def today(at: datetime) -> date:
    return periods.day_of(at)


def listed(at: datetime) -> list[str]:
    return [reason.pk for reason in reasons.in_force(at=at)]


def case_of(cast: Cast, board: Board, at: datetime, *, reason: str = "spam", key: str = "k") -> Case:
    return reports.report(LEAFLET, board.post(), reason=reason, by=cast.boris, at=at, key=key).case


def test_newer_words_go_before_the_older_ones_from_their_day(
    cast: Cast, board: Board, mark: Resident, at: datetime, today: date
) -> None:
    before = listed(at)
    tomorrow, later = today + timedelta(days=1), at + timedelta(days=1)
    first = case_of(cast, board, at)
    decisions.decide(first.pk, outcome=2, rule="spam", words="Это повтор.", by=mark, at=at)
    made = reasons.reword("spam", WORDS, since=tomorrow, note=NOTE, by=cast.olga, at=at)
    assert made.pk == f"spam.{tomorrow}" and listed(at) == before
    assert listed(later) == [made.pk if code == "spam" else code for code in before], "in its old place"
    second = case_of(cast, board, later, key="k2")
    decisions.decide(second.pk, outcome=2, rule="spam", words="Это повтор.", by=mark, at=later)
    assert [one.reason_id for one in Decision.objects.order_by("pk")] == ["spam", made.pk]
    assert second.reports.get().reason_id == made.pk, "a program that knows the line gets its words of today"
    entry = AuditEntry.objects.get(act="moderation.reason.published")
    assert (entry.subject, entry.actor_id, entry.reason) == (f"reason:{made.pk}", cast.olga.pk, NOTE)


def test_newer_words_may_be_followed_too(cast: Cast, at: datetime, today: date) -> None:
    first = reasons.reword("spam", WORDS, since=today, note=NOTE, by=cast.olga, at=at)
    with refused("reason_exists"):
        reasons.reword("spam", WORDS, since=today, note=NOTE, by=cast.olga, at=at)
    second = reasons.reword(first.pk, WORDS, since=today + timedelta(days=2), note=NOTE, by=cast.olga, at=at)
    assert second.line == "spam" and second.pk in listed(at + timedelta(days=2)) and first.pk in listed(at)


def test_public_counts_know_a_line_by_all_its_words(
    cast: Cast, board: Board, mark: Resident, at: datetime, today: date
) -> None:
    for number in range(6):
        if number == 3:
            reasons.reword("spam", WORDS, since=today, note=NOTE, by=cast.olga, at=at)
        case = case_of(cast, board, at, key=str(number))
        decisions.decide(case.pk, outcome=2, rule="spam", words="Это повтор.", by=mark, at=at)
    (month,) = transparency.months(at=at)
    ((reason, count),) = month.reasons
    assert reason is not None and (reason.titles, count) == (dict(WORDS.titles), 6)


def test_a_new_line_is_the_last_one_from_its_day(cast: Cast, board: Board, at: datetime, today: date) -> None:
    reasons.add("loud_noise", WORDS, since=today + timedelta(days=3), note=NOTE, by=cast.olga, at=at)
    assert "loud_noise" not in listed(at) and listed(at + timedelta(days=3))[-1] == "loud_noise"
    with refused("reason_unknown"):
        case_of(cast, board, at, reason="loud_noise")
    for taken in ("loud_noise", "spam"):
        with refused("reason_exists"):
            reasons.add(taken, WORDS, since=today, note=NOTE, by=cast.olga, at=at)


def test_a_retired_line_is_off_the_list_and_its_decisions_stay(
    cast: Cast, board: Board, mark: Resident, at: datetime
) -> None:
    case, waiting = case_of(cast, board, at), case_of(cast, board, at, key="k2")
    decisions.decide(case.pk, outcome=2, rule="spam", words="Это повтор.", by=mark, at=at)
    reasons.retire("spam", note=NOTE, by=cast.olga, at=at)
    assert "spam" not in listed(at) and Decision.objects.get().reason_id == "spam"
    with refused("reason_unknown"):
        decisions.decide(waiting.pk, outcome=2, rule="spam", words="Это повтор.", by=mark, at=at)
    with refused("reason_retired"):
        reasons.retire("spam", note=NOTE, by=cast.olga, at=at)
    assert AuditEntry.objects.get(act="moderation.reason.retired").subject == "reason:spam"


def test_words_that_were_retired_before_their_day_never_come(cast: Cast, at: datetime, today: date) -> None:
    made = reasons.reword("spam", WORDS, since=today + timedelta(days=5), note=NOTE, by=cast.olga, at=at)
    reasons.retire(made.pk, note="Опечатка", by=cast.olga, at=at)
    assert "spam" in listed(at) and "spam" in listed(at + timedelta(days=5))


def test_the_last_line_stays(cast: Cast, at: datetime) -> None:
    *others, last = listed(at)
    for code in others:
        reasons.retire(code, note=NOTE, by=cast.olga, at=at)
    with refused("reason_last"):
        reasons.retire(last, note=NOTE, by=cast.olga, at=at)


@pytest.mark.parametrize(
    ("code", "wrong"),
    [("words_missing", {"words": Words({"ru": "Спам"}, WORDS.rules)}), ("code_unusable", {"line": "Spam!"}),
     ("words_missing", {"words": Words(WORDS.titles, {"ru": "  ", "en": "x"})}), ("code_unusable", {"line": "x" * 29}),
     ("words_too_long", {"words": Words(WORDS.titles, {"ru": "я" * 601, "en": "x"})}),
     ("words_too_long", {"words": Words({"ru": "я" * 81, "en": "x"}, WORDS.rules)}),
     ("day_past", {"since": date(2026, 10, 19)}), ("note_missing", {"note": " "}), ("code_unusable", {"line": "a.b"})],
)  # fmt: skip
def test_what_cannot_be_is_refused(cast: Cast, at: datetime, today: date, code: str, wrong: dict[str, object]) -> None:
    given = {"line": "loud_noise", "words": WORDS, "since": today, "note": NOTE, **wrong}
    with refused(code):
        reasons.add(given.pop("line"), given.pop("words"), **given, by=cast.olga, at=at)  # type: ignore[arg-type]
    assert not Reason.objects.filter(since=today).exists()


def test_only_a_city_operator_may(cast: Cast, mark: Resident, at: datetime, today: date) -> None:
    for who in (mark, cast.anna):
        with refused("not_allowed"):
            reasons.add("loud_noise", WORDS, since=today, note=NOTE, by=who, at=at)
        with refused("not_allowed"):
            reasons.reword("spam", WORDS, since=today, note=NOTE, by=who, at=at)
        with refused("not_allowed"):
            reasons.retire("spam", note=NOTE, by=who, at=at)
    for act in (
        lambda: reasons.reword("nothing", WORDS, since=today, note=NOTE, by=cast.olga, at=at),
        lambda: reasons.retire("nothing", note=NOTE, by=cast.olga, at=at),
    ):
        with refused("reason_unknown"):
            act()


def test_the_database_keeps_what_was_published(cast: Cast, at: datetime) -> None:
    spam = Reason.objects.filter(pk="spam")
    for change in ({"titles": {"ru": "Другое", "en": "Other"}}, {"since": date(2020, 1, 1)}, {"position": 7}):
        with pytest.raises(DatabaseError, match="not changed"), transaction.atomic():
            spam.update(**change)
    with pytest.raises(DatabaseError, match="not changed"), transaction.atomic():
        spam.delete()
    spam.update(retired_at=at)
    with pytest.raises(DatabaseError, match="not changed"), transaction.atomic():
        spam.update(retired_at=None)


def test_reading_the_list_is_one_query(cast: Cast, at: datetime, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = reasons.find("spam.2026-01-01", at=at)
    assert found is not None and found.pk == "spam"
