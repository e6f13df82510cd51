"""Reporting, my cases and the public page: what is seen, by whom, and that hostile texts stay text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dvor.moderation import appeals, decisions, reports
from dvor.moderation.models import Case, Report
from dvor.people.models import Resident
from tests.cast import Cast
from tests.moderation.leaflets import LEAFLET, LEAFLETS, Board

REPORT, CASES, ABOUT = "/moderation/report/", "/moderation/cases/", "/moderation/"
HOSTILE = "<script>alert(1)</script><svg onload=x>\"'{{ 7 }}{% url %}"


@pytest.fixture
def boris(client: Client, cast: Cast, at: datetime) -> Iterator[Client]:
    client.force_login(cast.boris)
    with time_machine.travel(at, tick=False):
        yield client


def asked(number: int = 1) -> dict[str, str]:
    return {"content": f"leaflet:{number}"}


def decided(cast: Cast, board: Board, by: Resident, at: datetime, text: str = "Отдам диван") -> Case:
    number = board.post(text=text)
    case = reports.report(LEAFLET, number, reason="spam", by=cast.boris, at=at, key=f"k{number}").case
    decisions.decide(case.pk, outcome=2, rule="spam", words="Это повтор.", by=by, at=at)
    return case


def test_a_report_goes_by_a_plain_form(boris: Client, board: Board) -> None:
    board.post()
    page = boris.get(REPORT, asked())
    key = page.context["form"].initial["key"]
    sent = {"reason": "spam", "note": "Третий раз", "key": key}
    answers = [boris.post(f"{REPORT}?content=leaflet:1", sent) for _click in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303] and Report.objects.count() == 1
    shown = boris.get(answers[0]["Location"]).content.decode()
    assert "Спам или повторы" in shown and "рассматривается" in shown


def test_errors_come_back_with_the_form(boris: Client, board: Board) -> None:
    board.post()
    assert boris.post(f"{REPORT}?content=leaflet:1", {"key": "k"}).status_code == 422
    wrong = boris.post(f"{REPORT}?content=leaflet:1", {"key": "k", "reason": "spam", "note": "x" * 1001})
    assert wrong.status_code == 422 and not Report.objects.exists()
    boris.post(f"{REPORT}?content=leaflet:1", {"key": "k", "reason": "spam"})
    again = boris.post(f"{REPORT}?content=leaflet:1", {"key": "k2", "reason": "fraud"})
    assert again.status_code == 409 and "Вы уже пожаловались" in again.content.decode()


@pytest.mark.parametrize("content", ["", "leaflet", "leaflet:", "leaflet:x", "leaflet:99", "leaflet:-1", "nothing:1",
                                     "leaflet:" + "9" * 30, "leaflet:١", "leaflet:1:2"])  # fmt: skip
def test_what_cannot_be_named_is_not_found(boris: Client, board: Board, content: str) -> None:
    board.post()
    assert boris.get(REPORT, {"content": content}).status_code == 404


def test_strangers_find_nothing(client: Client, cast: Cast, board: Board, mark: Resident, at: datetime) -> None:
    case = decided(cast, board, mark, at)
    assert client.get(REPORT, asked()).status_code == 302
    for who in (cast.gleb, cast.boris):
        client.force_login(who)
        assert client.get(f"{CASES}{case.pk}/").status_code == 404
        assert client.post(f"{CASES}{case.pk}/", {"words": "Верните!"}).status_code == 404
    client.force_login(cast.gleb)
    assert client.get(REPORT, asked()).status_code == 404
    assert client.post(f"{REPORT}?content=leaflet:1", {"key": "k", "reason": "spam"}).status_code == 404
    client.force_login(cast.anna)
    assert client.get(f"{CASES}{2**70}/").status_code == 404


def test_a_report_that_is_not_decided_is_unknown_to_the_author(
    client: Client, cast: Cast, board: Board, at: datetime
) -> None:
    case = reports.report(LEAFLET, board.post(), reason="spam", by=cast.boris, at=at, key="k").case
    client.force_login(cast.anna)
    assert client.get(f"{CASES}{case.pk}/").status_code == 404
    assert not client.get(CASES).context["cases"]


def test_an_author_reads_the_rule_and_appeals(
    client: Client, cast: Cast, board: Board, mark: Resident, nina: Resident, at: datetime
) -> None:
    case = decided(cast, board, mark, at)
    client.force_login(cast.anna)
    with time_machine.travel(at + timedelta(days=1), tick=False):
        page = client.get(f"{CASES}{case.pk}/").content.decode()
        assert "не публикуется снова и снова" in page and "Это повтор." in page and "Модератор" not in page.replace(
            "Слова модератора", "").replace("Решение модератора", "")  # fmt: skip
        assert client.post(f"{CASES}{case.pk}/", {"words": "нет"}).status_code == 422
        assert client.post(f"{CASES}{case.pk}/", {"words": HOSTILE}).status_code == 303
        again = client.post(f"{CASES}{case.pk}/", {"words": "Другие слова"})
        assert again.status_code == 409
        appeals.judge(case.pk, changed=True, words="Автор прав.", by=nina, at=at + timedelta(days=1))
        page = client.get(f"{CASES}{case.pk}/").content.decode()
    assert "Автор прав." in page and not LEAFLETS[1].hidden
    assert "<script>alert" not in page and "<svg onload" not in page and "&lt;script&gt;" in page


def test_hostile_texts_stay_text(boris: Client, cast: Cast, board: Board, mark: Resident, at: datetime) -> None:
    board.post(text=HOSTILE)
    page = boris.get(REPORT, asked()).content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;" in page
    boris.post(f"{REPORT}?content=leaflet:1", {"key": HOSTILE[:90], "reason": "spam", "note": HOSTILE})
    case = Case.objects.get()
    decisions.decide(case.pk, outcome=2, rule="spam", words=HOSTILE, by=mark, at=at)
    boris.force_login(cast.anna)
    for path in (CASES, f"{CASES}{case.pk}/"):
        page = boris.get(path).content.decode()
        assert "<script>alert" not in page and "<svg onload" not in page


def test_pages_cost_few_queries(client: Client, cast: Cast, board: Board, mark: Resident, at: datetime) -> None:
    case = decided(cast, board, mark, at)
    client.force_login(cast.anna)
    with time_machine.travel(at, tick=False):
        for path in (CASES, ABOUT, f"{CASES}{case.pk}/"):
            with CaptureQueriesContext(connection) as few:
                client.get(path)
            for _more in range(4):
                decided(cast, board, mark, at)
            with CaptureQueriesContext(connection) as many:
                client.get(path)
            assert len(many) == len(few) <= 8, [one["sql"] for one in many.captured_queries]


def test_the_public_page_needs_no_sign_in(
    client: Client, cast: Cast, board: Board, mark: Resident, at: datetime
) -> None:
    with time_machine.travel(at, tick=False):
        assert "Пока нечего считать" in client.get(ABOUT).content.decode()
        for _number in range(5):
            decided(cast, board, mark, at)
        page = client.get(reverse("moderation")).content.decode()
    assert "Октябрь" in page or "октябрь" in page
    assert "Спам или повторы" in page and "Анна" not in page
