"""A resident tells the moderators of a content."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from dvor.moderation import checks, reports
from dvor.moderation.models import Case, Report
from dvor.notices.models import Notice
from tests.cast import Cast
from tests.moderation.leaflets import LEAFLET, LEAFLETS, Board, refused


def test_a_report_opens_a_case_with_a_copy(cast: Cast, board: Board, at: datetime) -> None:
    number = board.post()
    told = reports.report(LEAFLET, number, reason="spam", note="  снова  ", by=cast.boris, at=at, key="k1")
    assert told.case.author_id == cast.anna.pk and told.note == "снова"
    assert told.case.copies[0]["text"] == "Отдам диван, самовывоз"
    assert not LEAFLETS[number].hidden, "a report alone hides nothing"


def test_the_same_key_is_the_same_report(cast: Cast, board: Board, at: datetime) -> None:
    number = board.post()
    first = reports.report(LEAFLET, number, reason="spam", by=cast.boris, at=at, key="k1")
    assert reports.report(LEAFLET, number, reason="spam", by=cast.boris, at=at, key="k1") == first
    with refused("key_used"):
        reports.report(LEAFLET, number, reason="fraud", by=cast.boris, at=at, key="k1")


def test_a_resident_has_one_open_report_a_content(cast: Cast, board: Board, at: datetime) -> None:
    number = board.post()
    reports.report(LEAFLET, number, reason="spam", by=cast.boris, at=at, key="k1")
    with refused("already_reported"):
        reports.report(LEAFLET, number, reason="fraud", by=cast.boris, at=at, key="k2")
    reports.report(LEAFLET, number, reason="fraud", by=cast.vera, at=at, key="k1")
    assert Case.objects.count() == 1 and Report.objects.count() == 2


@pytest.mark.parametrize("number", [0, -1, 99, 2**63, 2**80])
def test_what_is_not_there_is_not_found(cast: Cast, board: Board, at: datetime, number: int) -> None:
    with refused("content_unknown"):
        reports.report(LEAFLET, number, reason="spam", by=cast.boris, at=at, key="k1")


def test_a_stranger_learns_nothing(cast: Cast, board: Board, at: datetime) -> None:
    number = board.post()
    for stranger in (cast.gleb, cast.olga):
        with refused("content_unknown"):
            reports.report(LEAFLET, number, reason="spam", by=stranger, at=at, key="k1")
    assert not Case.objects.exists()


def test_refusals_open_no_case(cast: Cast, board: Board, at: datetime) -> None:
    number = board.post()
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("own_content", {"by": cast.anna}),
        ("reason_unknown", {"reason": "because"}),
        ("note_too_long", {"note": "x" * 1001}),
        ("key_unusable", {"key": ""}),
        ("key_unusable", {"key": "a\nb"}),
    ]
    for code, given in wrong:
        with refused(code):
            asked = {"reason": "spam", "by": cast.boris, "at": at, "key": "k", **given}
            reports.report(LEAFLET, number, **asked)
    assert not Case.objects.exists()


def test_a_held_content_is_hidden_and_its_author_learns_why(cast: Cast, board: Board, at: datetime) -> None:
    number = board.post(text="Пишите t.me/sofa_master")
    findings = checks.look(LEAFLETS[number].text)
    case = reports.hold(LEAFLET, number, findings, at=at)
    assert LEAFLETS[number].hidden and case.held_at == at
    again = reports.hold(LEAFLET, number, findings, at=at)
    assert again.pk == case.pk
    notice = Notice.objects.get(resident=cast.anna)
    assert notice.context["found"][0]["titles"]["ru"] == "Приглашение перейти в мессенджер"
