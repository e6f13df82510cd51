"""What moderators see, and that it is no more than the case needs."""

from __future__ import annotations

from datetime import datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dvor.base.models import AuditEntry
from dvor.moderation import appeals, cases, reports
from dvor.moderation.models import Case, Verdict
from dvor.people.models import Resident
from tests.cast import Cast
from tests.moderation.leaflets import LEAFLET, LEAFLETS, Board

QUEUE = "/console/moderation/case/"


@pytest.fixture
def case(cast: Cast, board: Board, at: datetime) -> Case:
    number = board.post(text="Отдам диван <script>alert(1)</script>")
    return reports.report(LEAFLET, number, reason="spam", note="третий <b>раз</b>", by=cast.boris, at=at, key="k").case


def act(client: Client, case: Case, action: str, **filled: str) -> int:
    asked = {"action": action, "_selected_action": str(case.pk), "from_row": "yes"}
    assert client.post(QUEUE, asked).status_code == 200
    return client.post(QUEUE, {**asked, "confirmed": "yes", **filled}).status_code


def test_a_moderator_sees_the_text_and_no_person(
    client: Client, cast: Cast, case: Case, mark: Resident, at: datetime
) -> None:
    client.force_login(mark)
    with time_machine.travel(at):
        listed = client.get(QUEUE).content.decode()
        page = client.get(f"{QUEUE}{case.pk}/change/").content.decode()
    assert "Отдам диван" in listed and "Отдам диван" in page and "третий" in page
    for text in (listed, page):
        assert "<script>alert" not in text and "<b>раз" not in text
        for name in ("Анна", "Сергеева", "Борис", "Сергеев", "anna@people", "1234567890"):
            assert name not in text, name
    assert "С••• А•••" in page
    assert AuditEntry.objects.filter(act="moderation.case.opened", actor_id=mark.pk).count() == 1
    assert f"/console/people/resident/{cast.anna.pk}/" not in page, "nothing leads to the author"


def test_the_queue_belongs_to_moderators(client: Client, cast: Cast, case: Case) -> None:
    for who, status in ((cast.ivan, 403), (cast.anna, 302), (cast.olga, 200)):
        client.force_login(who)
        assert client.get(QUEUE).status_code == status


def test_from_the_queue_to_the_verdict(
    client: Client, cast: Cast, case: Case, mark: Resident, nina: Resident, at: datetime
) -> None:
    client.force_login(mark)
    with time_machine.travel(at):
        assert act(client, case, "claim") == 302
        assert act(client, case, "decide", outcome="2", rule="", reason="Это повтор.") == 302
        case.refresh_from_db()
        assert case.closed_at is None, "no rule was named"
        assert act(client, case, "decide", outcome="2", rule="spam", reason="нет") == 422
        assert act(client, case, "decide", outcome="2", rule="spam", reason="Это повтор.") == 302
        assert LEAFLETS[1].hidden
        assert f"{QUEUE}{case.pk}/change/" not in client.get(QUEUE).content.decode()
        appeals.appeal(case.pk, words="Это другой диван", by=cast.anna, at=at)
        assert f"{QUEUE}{case.pk}/change/" in client.get(f"{QUEUE}?state=appealed").content.decode()
        assert act(client, case, "judge", changed="yes", reason="Я передумал.") == 302
        assert not Verdict.objects.exists(), "the first moderator has no second word"
        client.force_login(nina)
        assert act(client, case, "judge", changed="yes", reason="Автор прав.") == 302
    assert Verdict.objects.get().changed and not LEAFLETS[1].hidden


def test_the_queue_costs_the_same_for_many(
    client: Client, cast: Cast, board: Board, case: Case, mark: Resident, at: datetime
) -> None:
    client.force_login(mark)
    with CaptureQueriesContext(connection) as few:
        client.get(QUEUE)
    for number in range(4):
        made = reports.report(LEAFLET, board.post(), reason="fraud", by=cast.boris, at=at, key=str(number))
        cases.claim(made.case_id, by=mark, at=at)
    with CaptureQueriesContext(connection) as many:
        client.get(QUEUE)
    assert len(many) <= len(few) + 1
    for path in ("/console/moderation/reason/", "/console/moderation/pace/"):
        assert client.get(path).status_code == 200
