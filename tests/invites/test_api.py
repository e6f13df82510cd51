"""Invites by API: keys are required, strangers hear nothing, names only of neighbours."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from dvor.invites.models import Join, Link
from dvor.people import tokens
from dvor.people.models import Resident
from tests.cast import Cast
from tests.invites.conftest import Yard

App = Callable[[Resident], Client]


@pytest.fixture
def app(cast: Cast, at: datetime) -> Iterator[App]:
    def of(resident: Resident) -> Client:
        secret, _token = tokens.issue_to(resident, title="test", at=at)
        return Client(raise_request_exception=False, headers={"authorization": f"Bearer {secret}"})

    with time_machine.travel(at + timedelta(hours=1), tick=False):
        yield of


def post(client: Client, body: Any, *, key: str | None = "k") -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post("/api/v1/invites", json.dumps(body), content_type="application/json", headers=headers)


def test_a_link_is_made_listed_and_revoked(app: App, cast: Cast) -> None:
    anna = app(cast.anna)
    asked = {"house_id": cast.house.pk, "sort": "notice", "title": "Лифт"}
    made = post(anna, asked)
    assert made.status_code == 201 and made.json()["url"].endswith(f"/i/{Link.objects.get().code}/")
    assert post(anna, asked).json()["id"] == made.json()["id"]
    assert [one["title"] for one in anna.get("/api/v1/invites").json()["items"]] == ["Лифт"]
    revoked = anna.delete(f"/api/v1/invites/{made.json()['id']}")
    assert revoked.status_code == 200 and revoked.json()["revoked_at"]
    assert anna.get("/api/v1/invites").json()["items"] == []


def test_a_key_is_needed(app: App, cast: Cast) -> None:
    answer = post(app(cast.anna), {"house_id": cast.house.pk}, key=None)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")


@pytest.mark.parametrize(
    ("who", "status"), [("vera", 403), ("gleb", 404), ("olga", 404), ("ivan", 404), ("boris", 201)]
)
def test_who_may_make_a_link(app: App, cast: Cast, who: str, status: int) -> None:
    assert post(app(getattr(cast, who)), {"house_id": cast.house.pk}).status_code == status


@pytest.mark.parametrize(
    "wrong", [{"sort": "spam"}, {"title": "x" * 41}, {"names_inviter": "yes"}, {"house_id": "1"}, {"more": 1}]
)
def test_a_wrong_body_is_refused(app: App, cast: Cast, wrong: dict[str, Any]) -> None:
    assert post(app(cast.anna), {"house_id": cast.house.pk, **wrong}).status_code == 422


def test_another_ones_link_is_unknown(app: App, cast: Cast, yard: Yard) -> None:
    link = yard.link()
    assert app(cast.gleb).delete(f"/api/v1/invites/{link.pk}").status_code == 404
    assert Client().get("/api/v1/invites").status_code == 401


def test_neighbours_come_in_pages_with_their_state(app: App, cast: Cast, yard: Yard) -> None:
    link = yard.link()
    for number in range(5):
        person, _outcome = yard.comes(link)
        if number % 2:
            yard.moves_in(person)
    anna, seen, cursor = app(cast.anna), [], ""
    while True:
        page = anna.get(f"/api/v1/invites/neighbours?limit=2&cursor={cursor}").json()
        seen += page["items"]
        cursor = page["next"]
        if not cursor:
            break
    assert len(seen) == 5 == Join.objects.count()
    assert sorted(bool(one["name"]) for one in seen) == [False] * 3 + [True] * 2
    assert {one["state"] for one in seen} == {"signed_in"} and not any("Новый" in str(one["why"]) for one in seen)
    assert app(cast.boris).get("/api/v1/invites/neighbours").json()["items"] == []
