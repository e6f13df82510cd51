"""The same acts for apps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from dvor.moderation import decisions, reports
from dvor.moderation.models import Case, Report
from dvor.people.models import Resident
from tests.cast import Cast
from tests.moderation.leaflets import LEAFLET, Board

BASE = "/api/v1/moderation"


@pytest.fixture(autouse=True)
def _now(at: datetime) -> Iterator[None]:
    with time_machine.travel(at, tick=False):
        yield


def call(client: Client, who: Resident, path: str, body: object = None, **headers: str) -> Any:
    client.force_login(who)
    if body is None:
        return client.get(f"{BASE}{path}")
    return client.post(f"{BASE}{path}", body, content_type="application/json", headers=headers)


def test_an_app_reports_reads_and_appeals(
    client: Client, cast: Cast, board: Board, mark: Resident, at: datetime
) -> None:
    number = board.post()
    asked = {"kind": "leaflet", "content_id": number, "reason": "spam", "note": "Повтор"}
    made = [call(client, cast.boris, "/reports", asked, **{"Idempotency-Key": "k"}) for _ in range(2)]
    assert [one.status_code for one in made] == [201, 201] and made[0].json() == made[1].json()
    case = Case.objects.get()
    decisions.decide(case.pk, outcome=3, rule="spam", words="Это повтор.", by=mark, at=at)
    shown = call(client, cast.anna, "/cases").json()["items"]
    assert [(one["id"], one["state"], one["reason"]) for one in shown] == [(case.pk, "removed", "spam")]
    appealed = call(
        client, cast.anna, f"/cases/{case.pk}/appeal", {"words": "Это не повтор"}, **{"Idempotency-Key": "a"}
    )
    assert appealed.status_code == 201 and appealed.json()["state"] == "appealed"
    assert call(client, cast.anna, f"/cases/{case.pk}").json()["appeal"] == "Это не повтор"


def test_refusals_are_problems(client: Client, cast: Cast, board: Board, at: datetime) -> None:
    number = board.post()
    asked = {"kind": "leaflet", "content_id": number, "reason": "spam"}
    for who, body, status, code in (
        (cast.boris, {**asked, "kind": "nothing"}, 404, "content_unknown"),
        (cast.gleb, asked, 404, "content_unknown"),
        (cast.anna, asked, 409, "own_content"),
        (cast.boris, {**asked, "reason": "because"}, 422, "reason_unknown"),
    ):
        answer = call(client, who, "/reports", body, **{"Idempotency-Key": "k"})
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert call(client, cast.boris, "/reports", asked).status_code == 400
    for who in (cast.gleb, cast.boris):
        assert call(client, who, "/cases/1").status_code == 404
        assert call(client, who, "/cases/1/appeal", {"words": "Верните!"}).status_code == 404
    assert not Report.objects.exists()
    assert client.get(f"{BASE}/cases", headers={"Authorization": "Bearer nothing"}).status_code == 401


def test_cases_are_paged(client: Client, cast: Cast, board: Board, mark: Resident, at: datetime) -> None:
    for number in range(3):
        case = reports.report(LEAFLET, board.post(), reason="spam", by=cast.boris, at=at, key=str(number)).case
        decisions.decide(case.pk, outcome=2, rule="spam", words="Это повтор.", by=mark, at=at)
    first = call(client, cast.anna, "/cases?limit=2").json()
    second = call(client, cast.anna, f"/cases?limit=2&cursor={first['next']}").json()
    assert len(first["items"]) == 2 and len(second["items"]) == 1 and second["next"] == ""
    assert len(call(client, cast.vera, "/reasons").json()) == 10
